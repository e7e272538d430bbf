import { Decimal, ZERO } from './decimal.ts';
import { executedOf, isBetter, isLive } from './lifecycle/facts.ts';
import { TARGETS_PER_ROUND } from './lifecycle/ids.ts';
import type { Order, OrderType, Plan, Side } from './model.ts';
import type { Evidence } from './rebuild-evidence.ts';
import { gain } from './rounding.ts';

/** What a trade has planned (stop, targets, the plan itself), as far as its orders tell. */

/** The tightest of the stops that stand. */
export function stopOf(exits: readonly Order[], side: Side): Decimal | null {
  return exits
    .filter((order) => order.role === 'stop' && isLive(order))
    .map(({ triggerPrice }) => triggerPrice)
    .reduce((best, price) => (best === null || (price && isBetter(side, price, best)) ? price : best), null);
}

export function assumedStop(
  { assumedStopPct, instrument }: Evidence,
  side: Side,
  entryPrice: Decimal,
): Decimal {
  const distance = entryPrice.times(assumedStopPct).div(100);
  const price = side === 'long' ? entryPrice.minus(distance) : entryPrice.plus(distance);
  return price.div(instrument.tickSize).toDecimalPlaces(0).times(instrument.tickSize);
}

/** Slots count targets; the last round is the one that holds. Shares are of what is held and what targets have taken. */
export function targetsOf(
  exits: readonly Order[],
  held: Decimal,
): { targets: Plan['targets']; hit: number; round: number } {
  const all = exits.filter((order) => order.role === 'target');
  const round = Math.max(0, ...all.map(({ slot }) => Math.floor(slot / TARGETS_PER_ROUND)));
  const first = round * TARGETS_PER_ROUND;
  const orders = all.filter((order) => order.slot >= first && (isLive(order) || order.executed.gt(0)));
  const base = held.plus(executedOf(orders));
  const indices = orders.map(({ slot }) => slot - first);
  const live = orders.filter(isLive).map(({ slot }) => slot - first);
  const hit = live.length > 0 ? Math.min(...live) : Math.max(-1, ...indices) + 1;
  const targets: Plan['targets'] = [];
  for (let index = Math.max(-1, ...indices); index >= 0; index -= 1) {
    const mine = orders.filter(({ slot }) => slot - first === index);
    const quantity = mine.reduce(
      (sum, order) => sum.plus(isLive(order) ? order.quantity : order.executed),
      ZERO,
    );
    // One without an order was merged into a later one, and goes by its price.
    const price = mine.at(-1)?.price ?? targets[0]?.price ?? ZERO;
    const sharePct = base.gt(0) ? quantity.div(base).times(100).toDecimalPlaces(10, Decimal.ROUND_UP) : ZERO;
    targets.unshift({ price, sharePct });
  }
  return { targets, hit, round };
}

export function planOf(
  { market, instrument, position, price, account, trading }: Evidence,
  made: Pick<Plan, 'side' | 'entryPrice' | 'stopPrice' | 'targets'> & { entries: readonly Order[] },
): Plan {
  const { side, entries, entryPrice, stopPrice, targets } = made;
  const quantity = entries.reduce((sum, order) => sum.plus(order.quantity), ZERO);
  const notional = quantity.times(entryPrice);
  const leverage = market === 'spot' ? 1 : (position?.leverage ?? trading.leverage);
  // A stop that has moved on no longer says what was risked.
  const riskAmount = Decimal.max(gain(side, stopPrice, entryPrice), ZERO).times(quantity);
  return {
    market,
    symbol: instrument.symbol,
    quote: instrument.quote,
    side,
    positionSide: entries[0]?.positionSide ?? 'BOTH',
    entries: entries.map((order) => ({
      type: plannedType(order.type),
      price: order.triggerPrice ?? order.price,
      quantity: order.quantity,
      ...(order.type === 'stop_limit' && order.price ? { limitPrice: order.price } : {}),
    })),
    entryPrice,
    stopPrice,
    targets,
    quantity,
    leverage,
    marginMode: market === 'spot' ? 'isolated' : (position?.marginMode ?? trading.marginMode),
    notional,
    margin: notional.div(leverage),
    riskAmount,
    riskPct: account.equity.gt(0) ? riskAmount.div(account.equity).times(100) : ZERO,
    rewardRisk: null,
    liquidationPrice: position?.liquidationPrice ?? null,
    markPrice: price,
    equity: account.equity,
    ...(market === 'spot' ? { maxLists: Math.max(1, targets.length) } : {}),
    notes: [],
  };
}

function plannedType(type: OrderType): Plan['entries'][number]['type'] {
  return type === 'limit' || type === 'market' || type === 'stop_limit' ? type : 'stop_market';
}
