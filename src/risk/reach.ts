import { Decimal, ZERO } from '../trading/decimal.ts';
import { averageEntry, held } from '../trading/lifecycle/facts.ts';
import type { DenialCode, Market, Signal, Trade } from '../trading/model.ts';
import { sum } from '../trading/planning/shares.ts';
import type { Beside, Cap, KeptMode } from '../trading/planning/types.ts';
import type { Book } from './book.ts';
import { type Exposure, entering, totalExposure, worseStop } from './exposure.ts';
import type { ChannelSettings } from './settings.ts';

/** What the trades that are open leave to a new one. */

/** In one-way mode both sides of a symbol are one position. A closed trade, kept until that is told, is none. */
export function isOpposite(
  trade: Trade,
  signal: Signal,
  { market, hedgeMode }: Pick<Book, 'market' | 'hedgeMode'>,
): boolean {
  if (trade.phase === 'closed' || hedgeMode || !isOn(trade, market, signal.symbol)) return false;
  return trade.plan.side !== signal.side;
}

/** The same name on the other market is another symbol. */
export function isOn({ plan }: Trade, market: Market, symbol: string): boolean {
  return plan.market === market && plan.symbol === symbol;
}

/**
 * Denials that closing the opposite trade may lift: of its margin, and of the symbol's settings, which it keeps. A signal
 * refused for anything else closes nothing: what is open and at risk is counted without that trade already.
 */
export const FREED_BY_CLOSING: ReadonlySet<DenialCode> = new Set([
  'balance_too_small',
  'margin_mode_conflict',
  'liquidation_too_near',
]);

/** Those that the signal would have closed first. */
export function flippedTrades(book: Book, signal: Signal, channel: ChannelSettings): Trade[] {
  if (!channel.trading.closeOnOpposite) return [];
  return book.trades.filter((trade) => isOpposite(trade, signal, book));
}

/** The trades that a new one stands beside: opposite ones that would be closed first do not count. */
export function countedTrades(book: Book, signal: Signal, channel: ChannelSettings): Trade[] {
  const flips = channel.trading.closeOnOpposite;
  return book.trades.filter(
    (trade) => trade.phase !== 'closed' && !(flips && isOpposite(trade, signal, book)),
  );
}

/** What the symbol has while a position or orders of ours are on it; null without any. */
export function keptModeOf({ symbol, side }: Pick<Signal, 'symbol' | 'side'>, book: Book): KeptMode | null {
  if (book.market === 'spot') return null;
  const ours = book.trades.filter((trade) => isOn(trade, book.market, symbol) && trade.phase !== 'closed');
  const [trade] = ours;
  if (!trade) return null;
  const position = book.positions.find((one) => one.symbol === symbol && !one.quantity.isZero());
  return {
    leverage: position?.leverage ?? trade.plan.leverage,
    marginMode: position?.marginMode ?? trade.plan.marginMode,
    beside: besideOf(
      ours.filter(({ plan }) => plan.side === side),
      book,
    ),
  };
}

/** @param trades of one position */
function besideOf(trades: readonly Trade[], { positions }: Pick<Book, 'positions'>): Beside | null {
  const [first] = trades;
  if (!first) return null;
  const { symbol, positionSide } = first.plan;
  const position = positions.find((one) => one.symbol === symbol && one.positionSide === positionSide);
  const holding = trades.filter((trade) => held(trade).gt(0));
  const own = sum(holding.map(held));
  const cost = sum(holding.map((trade) => held(trade).times(averageEntry(trade))));
  return {
    quantity: position?.quantity.abs() ?? own,
    entryPrice: position?.entryPrice ?? (own.isZero() ? ZERO : cost.div(own)),
    notional: totalExposure(trades).notional,
    trades: trades.map(partOf),
  };
}

/** A trade never changes in place, and each signal on its symbol looks at it. */
const partsOf = new WeakMap<Trade, Beside['trades'][number]>();

function partOf(trade: Trade): Beside['trades'][number] {
  const known = partsOf.get(trade);
  if (known) return known;
  const part = {
    entryPrice: averageEntry(trade),
    stopPrice: worseStop(trade),
    isHeld: held(trade).gt(0),
    entering: entering(trade),
  };
  partsOf.set(trade, part);
  return part;
}

/** The open trades that live off the same balance: those of the market in the same quote asset. */
export function walletTrades(trades: readonly Trade[], market: Market, quote: string): Trade[] {
  return trades.filter(
    ({ phase, plan }) => phase !== 'closed' && plan.market === market && plan.quote === quote,
  );
}

/**
 * What new orders may bind: the exchange's figure, but no more than equity less the margin of everything of ours,
 * which also counts orders that the exchange has not seen yet.
 * @param bound by all that is open in the wallet, where that has been added up already
 */
export function availableBalance(book: Book, quote: string, bound?: Exposure): Decimal {
  // Coins are paid for: what binds the quote asset is in the balance already.
  if (book.market === 'spot') return Decimal.max(book.available, 0);
  const { margin } = bound ?? totalExposure(walletTrades(book.trades, book.market, quote));
  return Decimal.max(Decimal.min(book.available, book.equity.minus(margin)), 0);
}

/**
 * The limits on notional and risk, a trade's own first, each with what is used of it. They are percentages of the
 * equity of one wallet, and only its trades use them.
 * @param whole of its trades; `own`: of those of the channel
 */
export function capsFor(
  channel: ChannelSettings,
  equity: Decimal,
  whole: Exposure,
  own: () => Exposure,
): Cap[] {
  const { risk, accountRisk, ownRiskKeys } = channel;
  const cap = (
    code: Cap['code'],
    setting: string,
    scope: Cap['scope'],
    limitPct: Decimal,
    used: Decimal,
  ): Cap => ({
    code,
    setting,
    scope,
    limitPct,
    limit: equity.times(limitPct).div(100),
    used,
  });
  const caps = [
    cap('notional_limit', 'maxPositionNotionalPct', 'trade', risk.maxPositionNotionalPct, ZERO),
    cap('notional_limit', 'maxTotalNotionalPct', 'account', accountRisk.maxTotalNotionalPct, whole.notional),
    cap('risk_limit', 'maxTotalRiskPct', 'account', accountRisk.maxTotalRiskPct, whole.risk),
  ];
  const ownNotional = ownRiskKeys.includes('maxTotalNotionalPct');
  const ownRisk = ownRiskKeys.includes('maxTotalRiskPct');
  if (!ownNotional && !ownRisk) return caps;
  const used = own();
  if (ownNotional) {
    caps.push(
      cap('notional_limit', 'maxTotalNotionalPct', 'channel', risk.maxTotalNotionalPct, used.notional),
    );
  }
  if (ownRisk) caps.push(cap('risk_limit', 'maxTotalRiskPct', 'channel', risk.maxTotalRiskPct, used.risk));
  return caps;
}
