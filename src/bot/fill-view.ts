import type { Decimal } from '../trading/decimal.ts';
import { ZERO } from '../trading/decimal.ts';
import type { DeskEvent } from '../trading/desk-types.ts';
import { averagePrice, quantityOf, realisedBy } from '../trading/lifecycle/facts.ts';
import type { Fill, Order, Trade } from '../trading/model.ts';
import { money, price, signedMoney } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { tradeName } from './plan-view.ts';

type Filled = Extract<DeskEvent, { type: 'filled' }>;
type Elsewhere = Extract<DeskEvent, { type: 'elsewhere' }>;

/** `Filled BTCUSDT LONG entry: 0.01 @ 65000 · stop 63000 · fee 0.26 USDT` */
export function filledText(filled: Omit<Filled, 'type'>, t: Catalogue): string {
  const { trade, order } = filled;
  return filledParts(filled, order.role === 'entry' ? [t.plan.stopAt(price(trade.stopPrice))] : [], t);
}

/** Told later: the stop may have been another one then. */
export function filledThen(filled: Omit<Filled, 'type'>, t: Catalogue): string {
  return filledParts(filled, [], t);
}

function filledParts(
  { trade, order, fills }: Omit<Filled, 'type'>,
  protection: readonly string[],
  t: Catalogue,
): string {
  const quantity = fills.length > 0 ? quantityOf(fills) : order.executed;
  const at = averagePrice(fills)?.toSignificantDigits(8) ?? order.price ?? order.triggerPrice;
  const parts = [
    `${t.filled} ${tradeName(trade.plan, t)} ${roleText(trade, order, t)}${t.colon}${price(quantity)}${at ? ` @ ${price(at)}` : ''}`,
  ];
  if (order.executed.lt(order.quantity))
    parts.push(t.fill.partly(price(order.executed), price(order.quantity)));
  if (order.role === 'entry') parts.push(...protection);
  else
    parts.push(
      signedMoney(
        sum(fills, (fill) => realisedBy(trade, fill)),
        trade.plan.quote,
      ),
    );
  parts.push(...feeParts(fills, trade).map((fee) => t.fill.fee(fee)));
  return parts.join(' · ');
}

/** `Closed elsewhere: BTCUSDT LONG 0.01` */
export function elsewhereText({ trade, quantity, cause }: Elsewhere, t: Catalogue): string {
  const word = {
    user: t.closedElsewhere,
    liquidated: t.liquidated,
    adl: t.adl,
    settled: t.settled,
    other_trade: t.closedByOtherTrade,
  }[cause];
  const rest = cause === 'other_trade' ? ` · ${t.resultStandsThere}` : '';
  return `${word}${t.colon}${tradeName(trade.plan, t)} ${price(quantity)}${rest}`;
}

/** `entry 2`, where there are several. */
export function roleText(trade: Trade, order: Order, t: Catalogue): string {
  const several = order.role === 'target' ? trade.targets.length > 1 : trade.plan.entries.length > 1;
  const numbered = (order.role === 'target' || order.role === 'entry') && several;
  return numbered ? `${t.roles[order.role]} ${order.slot + 1}` : t.roles[order.role];
}

function feeParts(fills: readonly Fill[], trade: Trade): string[] {
  const assets = new Set(fills.map((fill) => fill.commissionAsset));
  return [...assets].map((asset) => {
    const fee = sum(
      fills.filter((fill) => fill.commissionAsset === asset),
      (fill) => fill.commission,
    );
    return asset === trade.plan.quote ? money(fee, asset) : `${price(fee)} ${asset}`;
  });
}

function sum(fills: readonly Fill[], value: (fill: Fill) => Decimal): Decimal {
  return fills.reduce((total, fill) => total.plus(value(fill)), ZERO);
}
