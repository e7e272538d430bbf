import { ZERO } from '../trading/decimal.ts';
import type { Assessment } from '../trading/desk-types.ts';
import type { Entry, Level, Market, Signal, Source, Trade } from '../trading/model.ts';
import { planOf } from '../trading/plan.ts';
import { sketchOf } from '../trading/planning/sketch.ts';
import type { PlanInput } from '../trading/planning/types.ts';
import type { Book, ChannelTally, OrderCount } from './book.ts';
import { totalExposure, totalExposureOf } from './exposure.ts';
import { afterClosing } from './flip.ts';
import { inScaleOf, instrumentOf } from './listing.ts';
import {
  availableBalance,
  capsFor,
  countedTrades,
  flippedTrades,
  isOn,
  keptModeOf,
  walletTrades,
} from './reach.ts';
import { rulesBeforePlan, rulesOnPlan } from './rules/list.ts';
import type { Plannable, RuleCheck, Situation } from './rules/rule.ts';
import type { ChannelSettings } from './settings.ts';

export type { RuleCheck } from './rules/rule.ts';
export { instrumentOf };

/**
 * Judges a signal: the rules that need no sizes, the plan, the rules on the plan. The first rule that fails is the
 * denial; every rule that could be asked is in `checks`. Changes nothing.
 * @param closedForIt when the trades were closed that this signal has had closed to come in their place
 */
export function assess(
  signal: Signal,
  source: Source,
  channel: ChannelSettings,
  book: Book,
  now: number,
  closedForIt: readonly number[] = [],
): Assessment {
  const situation = situationOf(signal, source, channel, book, now, closedForIt);
  const checks = rulesBeforePlan.map((rule) => rule(situation)).filter((found) => found !== null);
  const failed = checks.find((found) => !found.passed);
  if (failed) return denied(failed, checks, situation);
  if (!isPlannable(situation)) throw new Error('the rules passed a signal that cannot be planned');

  const planned = planOf(planInput(situation), situation.sketch);
  if (planned.kind === 'refused') {
    const found = { ...planned.denial, passed: false, closeness: null };
    return denied(found, [...checks, found], situation);
  }
  const withPlan = { ...situation, plan: planned.plan };
  const after = rulesOnPlan.map((rule) => rule(withPlan));
  const broken = after.find((found) => !found.passed);
  const all = [...checks, ...after];
  return broken ? denied(broken, all, situation) : { kind: 'planned', plan: planned.plan, checks: all };
}

function denied(
  { code, setting, numbers }: RuleCheck,
  checks: RuleCheck[],
  { scaled }: Pick<Situation, 'scaled'>,
): Assessment {
  const isScaled = scaled !== null && Object.keys(numbers).some((name) => AS_LISTED.has(name));
  return { kind: 'denied', denial: { code, setting, numbers, ...(isScaled ? { scaled } : {}) }, checks };
}

/** Of the numbers of denials those that are of the symbol as it is listed. */
const AS_LISTED: ReadonlySet<string> = new Set([
  'symbol',
  'entry',
  'stop',
  'mark',
  'price',
  'stopPrice',
  'liquidationPrice',
  'quantity',
]);

/** The same author, symbol, side, entry and stop. A reference price beside a market word is no part of the entry. */
export function fingerprint(signal: Signal, authorId: string, market: Market = 'usdm'): string {
  const { symbol, side, entry, stopLoss } = signal;
  const print = [authorId, symbol, side, entryText(entry), levelText(stopLoss)].join(' ');
  return market === 'usdm' ? print : `${market} ${print}`;
}

function entryText(entry: Entry): string {
  switch (entry.type) {
    case 'market':
      return 'market';
    case 'limit':
      return entry.prices.join('/');
    case 'zone':
      return `${entry.low}-${entry.high}`;
  }
}

function levelText(level: Level | null): string {
  if (level === null) return 'none';
  return 'price' in level ? `${level.price}` : `${level.percent}%`;
}

const NO_TALLY: ChannelTally = {
  dayPnl: ZERO,
  dailyLossLiftedUntil: null,
  lossStreak: 0,
  entryOrderTimes: [],
};

function situationOf(
  original: Signal,
  source: Source,
  channel: ChannelSettings,
  book: Book,
  now: number,
  closedForIt: readonly number[],
): Situation {
  const listing = instrumentOf(original.symbol, book.instruments);
  const instrument = listing?.instrument ?? null;
  const prices = instrument ? priceIn(book, instrument.symbol) : null;
  const { signal, notes, scaled } = listing
    ? inScaleOf(listing, original, prices)
    : { signal: original, notes: [], scaled: null };
  const trades = countedTrades(book, signal, channel);
  const channelTrades = trades.filter((trade) => trade.source.channelId === channel.channelId);
  const flipped = trades.length < book.trades.length ? flippedTrades(book, signal, channel) : [];
  const mark = prices?.mark ?? null;
  const tally = book.channels.get(channel.channelId) ?? NO_TALLY;
  const quote = instrument?.quote ?? '';
  const inWallet = (some: readonly Trade[]): Trade[] => walletTrades(some, book.market, quote);
  const whole = totalExposureOf(book, inWallet(trades));
  const bare: Situation = {
    original,
    signal,
    source,
    channel,
    book,
    now,
    fingerprint: fingerprint(original, source.authorId, channel.market),
    instrument,
    notes,
    scaled,
    prices,
    brackets: bracketsOf(book, signal.symbol),
    sketch: null,
    trades,
    channelTrades,
    accountTally: afterClosing(book, flipped, mark),
    tally: {
      ...tally,
      ...afterClosing(
        tally,
        flipped.filter((trade) => trade.source.channelId === channel.channelId),
        mark,
      ),
    },
    closedForIt,
    kept: keptModeOf(signal, book),
    caps: capsFor(channel, book.equity, whole, () => totalExposure(inWallet(channelTrades))),
    // One that would be closed first binds its margin until then.
    available: channel.trading.closeOnOpposite
      ? availableBalance(book, quote)
      : availableBalance(book, quote, whole),
  };
  return hasMarket(bare) ? { ...bare, sketch: sketchOf(planInput(bare)) } : bare;
}

/** Null where it could not be read: one of an earlier signal decides nothing. */
function priceIn({ prices, unread }: Book, symbol: string): Situation['prices'] {
  return unread.has(symbol) ? null : (prices.get(symbol) ?? null);
}

/** Spot has none; for futures an empty list is as good as an unknown one, since nothing can be said of liquidation. */
function bracketsOf(book: Book, symbol: string): Situation['brackets'] {
  if (book.market === 'spot') return [];
  const brackets = book.brackets.get(symbol);
  return brackets && brackets.length > 0 ? brackets : null;
}

type WithMarket = Situation & Pick<Plannable, 'instrument' | 'prices' | 'brackets'>;

function hasMarket(situation: Situation): situation is WithMarket {
  return situation.instrument !== null && situation.prices !== null && situation.brackets !== null;
}

function isPlannable(situation: Situation): situation is Plannable {
  return hasMarket(situation) && situation.sketch !== null;
}

/** A fair part of the free ones, where more trades may follow on the symbol, or on the account. */
function listsFor({ trades, channel, signal }: Situation, counts: readonly OrderCount[]): number {
  const open = trades.filter((trade) => isOn(trade, channel.market, signal.symbol)).length;
  const toCome = {
    symbol: Math.max(channel.risk.maxTradesPerSymbol - open, 1),
    account: Math.max(channel.accountRisk.maxOpenTrades - trades.length, 1),
  };
  const parts = counts.map(({ of, scope, used, limit }) => {
    const free = Math.floor((limit - used) / (of === 'orders' ? 2 : 1));
    return Math.ceil(free / toCome[scope]);
  });
  return Math.max(Math.min(...parts), 1);
}

function planInput(situation: WithMarket): PlanInput {
  const { signal, channel, book, instrument, prices, brackets, notes, kept, caps, available } = situation;
  const filterPrice = book.filterPrice?.(instrument.symbol);
  return {
    signal,
    market: channel.market,
    instrument,
    prices,
    ...(filterPrice ? { filterPrice } : {}),
    brackets,
    fees: book.feesOf(instrument.symbol),
    account: { equity: book.equity, available, hedgeMode: book.hedgeMode },
    trading: channel.trading,
    limits: { ...channel.risk, caps },
    kept,
    ...(book.coinsOf ? { coins: book.coinsOf(instrument.symbol) } : {}),
    ...(book.orderCounts ? { maxLists: listsFor(situation, book.orderCounts(instrument.symbol)) } : {}),
    notes,
  };
}
