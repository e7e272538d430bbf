import { lossKey, type Pause } from '../../risk/book.ts';
import { type Decimal, ZERO } from '../decimal.ts';
import { entered, resultOf, unrealisedAt } from '../lifecycle/facts.ts';
import type { ClosedTrade, Market, Trade } from '../model.ts';

/** A trade is never changed, and what is open is summed every second: each is counted once. */
const realised = new WeakMap<ClosedTrade, Decimal>();

function realisedOf(trade: ClosedTrade): Decimal {
  const known = realised.get(trade);
  if (known) return known;
  const { net } = resultOf(trade);
  realised.set(trade, net);
  return net;
}

/** The mark price of a trade's symbol, on its market. */
export type MarkOf = (trade: Trade) => Decimal | undefined;

/** What a trade is worth to us: realised net of costs, plus unrealised at the mark price. */
function worth(trade: Trade, markOf: MarkOf): Decimal {
  const mark = markOf(trade);
  const open = trade.phase === 'closed' || !mark ? ZERO : unrealisedAt(trade, mark);
  return realisedOf(trade).plus(open);
}

/** All that the day's sums need of a trade: the many that were closed are not kept whole. */
export interface DayTrade {
  id: string;
  channelId: string;
  closedAt: number | null;
  worth: Decimal;
}

export function dayTrade(trade: Trade, markOf: MarkOf): DayTrade {
  return { ...closedDayTrade(trade), worth: worth(trade, markOf) };
}

/** The same of one that is closed. */
export function closedDayTrade(trade: ClosedTrade): DayTrade {
  const { id, source, closedAt } = trade;
  return { id, channelId: source.channelId, closedAt, worth: realisedOf(trade) };
}

/** Stored at 00:00: equity, and what each open trade was worth then. Transfers never enter the daily result. */
export interface DayMark {
  day: string;
  equity: Decimal;
  /** Whose USDT is in it, in marks from before there were wallets; absent in those from before there were two markets. */
  markets?: Market[] | undefined;
  /** The keys of the wallets that are in it. */
  wallets?: string[] | undefined;
  worth: Record<string, Decimal>;
}

export function markDay(
  day: string,
  wallets: readonly Wallet[],
  trades: readonly Trade[],
  markOf: MarkOf,
): DayMark {
  const worths = trades.map((trade) => [trade.id, worth(trade, markOf)] as const);
  return withWallets({ day, equity: ZERO, wallets: [], worth: Object.fromEntries(worths) }, wallets);
}

/** What trades of a market in one quote asset are paid with. */
export interface Wallet {
  readonly key: string;
  readonly equity: Decimal;
}

export function walletKey(market: Market, quote: string): string {
  return `${market} ${quote}`;
}

/**
 * With those that have come into use since, or were empty until then, so that the day's loss is measured by all that is
 * traded with.
 */
export function withWallets(mark: DayMark, wallets: readonly Wallet[]): DayMark {
  const { markets = ['usdm'] } = mark;
  const counted = mark.wallets ?? markets.map((market) => walletKey(market, 'USDT'));
  const others = wallets.filter(({ key, equity }) => !counted.includes(key) && equity.gt(0));
  if (others.length === 0) return mark;
  const equity = others.reduce((sum, wallet) => sum.plus(wallet.equity), mark.equity);
  return { ...mark, equity, wallets: [...counted, ...others.map(({ key }) => key)] };
}

/** Profit since 00:00 of the trades that are open or were closed today: of the account, and by channel. */
export function dayResult(
  mark: DayMark,
  trades: readonly DayTrade[],
): { all: Decimal; channels: ReadonlyMap<string, Decimal> } {
  const channels = new Map<string, Decimal>();
  for (const { id, channelId, worth } of trades) {
    const before = mark.worth[id];
    const profit = before ? worth.minus(before) : worth;
    const sum = channels.get(channelId) ?? ZERO;
    channels.set(channelId, profit.isZero() ? sum : sum.plus(profit));
  }
  return { all: [...channels.values()].reduce((sum, profit) => sum.plus(profit), ZERO), channels };
}

/** What the guard keeps over a restart. */
export interface GuardState {
  streak: number;
  /** Channel id → its own losing streak. */
  channelStreaks: Record<string, number>;
  /** By `lossKey` of the symbol: when its last losing trade closed. */
  lastLossAt: Record<string, number>;
  /** Channel id, or `account` → until when a daily loss that was resumed denies nothing. */
  liftedUntil: Record<string, number>;
  /** Trade id → when it closed, of those counted lately; absent in states from before a start counted what was missed. */
  counted?: Record<string, number> | undefined;
}

export const ACCOUNT = 'account';

export const NO_LOSSES: GuardState = {
  streak: 0,
  channelStreaks: {},
  lastLossAt: {},
  liftedUntil: {},
  counted: {},
};

/** Between the moment at which a trade closed and that at which it is counted there is no more than this. */
const COUNTED_WITHIN_MS = 60_000;

/** Takes a closed trade into the streaks; one that never filled counts for nothing. */
export function countLoss(state: GuardState, trade: ClosedTrade): GuardState {
  if (entered(trade).isZero()) return state;
  const channel = trade.source.channelId;
  const { net } = resultOf(trade);
  const counted = noted(state.counted ?? {}, trade);
  if (net.gte(0))
    return { ...state, streak: 0, channelStreaks: { ...state.channelStreaks, [channel]: 0 }, counted };
  return {
    ...state,
    counted,
    streak: state.streak + 1,
    channelStreaks: { ...state.channelStreaks, [channel]: (state.channelStreaks[channel] ?? 0) + 1 },
    lastLossAt: {
      ...state.lastLossAt,
      [lossKey(trade.plan.market, trade.plan.symbol)]: trade.closedAt ?? 0,
    },
  };
}

/** What `/resume` forgives, in a channel or (null) everywhere; the day's loss until `until`. */
export function liftLosses(
  state: GuardState,
  reasons: readonly Pause['reason'][],
  channelId: string | null,
  until: number,
): GuardState {
  const liftedUntil = reasons.includes('daily_loss')
    ? { ...state.liftedUntil, [channelId ?? ACCOUNT]: until }
    : state.liftedUntil;
  if (!reasons.includes('loss_streak')) return { ...state, liftedUntil };
  if (channelId === null) return { ...state, liftedUntil, streak: 0, channelStreaks: {} };
  return { ...state, liftedUntil, channelStreaks: { ...state.channelStreaks, [channelId]: 0 } };
}

function noted(counted: Record<string, number>, { id, closedAt }: ClosedTrade): Record<string, number> {
  const all = Object.entries({ ...counted, [id]: closedAt ?? 0 });
  const since = Math.max(...all.map(([, at]) => at)) - COUNTED_WITHIN_MS;
  return Object.fromEntries(all.filter(([, at]) => at > since));
}

/** Takes in what closed, was written, and had not been counted when the program ended. */
export function countMissed(state: GuardState, closedLately: readonly ClosedTrade[]): GuardState {
  const { counted } = state;
  if (!counted) return state;
  const since = Math.max(...Object.values(counted)) - COUNTED_WITHIN_MS;
  return closedLately
    .filter(({ id, closedAt }) => (closedAt ?? 0) > since && counted[id] !== closedAt)
    .toSorted((a, b) => (a.closedAt ?? 0) - (b.closedAt ?? 0))
    .reduce(countLoss, state);
}

/** As a start finds them. After a clock that was set back none lies in the future, where a cooldown would wait for it. */
export function lossesSince(state: GuardState, now: number): GuardState {
  const times = Object.entries(state.lastLossAt);
  if (times.every(([, at]) => at <= now)) return state;
  return { ...state, lastLossAt: Object.fromEntries(times.map(([key, at]) => [key, Math.min(at, now)])) };
}
