import { incoming } from './bot/message.ts';
import { messageEventOf } from './bot/message-event.ts';
import type { Read } from './bot/ports.ts';
import type { Log } from './log.ts';
import { assess } from './risk/assess.ts';
import type { Book } from './risk/book.ts';
import type { ChannelSettings } from './risk/settings.ts';
import { riskDefaults } from './risk/settings.ts';
import { Decimal, ZERO } from './trading/decimal.ts';
import type { Instrument } from './trading/exchange.ts';
import type { Market, Source, Trade } from './trading/model.ts';
import { termsFor } from './trading/plan.ts';
import { playTrade } from './trading/played-trade.ts';
import { tradingDefaults } from './trading/settings.ts';
import { newTrade } from './trading/trade.ts';

/**
 * Signals come hours apart, and what has not run for a while is not compiled any more, nor in the processor's caches or
 * even in memory. So it is gone through ahead of them: made-up messages on the way from the gateway's event to the last
 * order of their trade, by the pure functions that real ones go by. No store, exchange or channel is within reach here.
 * The figures are in docs/performance.md.
 */

/** So often at the start: by then V8 has compiled what runs, and knows what goes in and out. */
const TIMES = 12;
const BETWEEN_MS = 20;
/** More often than what is not used is given up, by V8 in its collections or by the system. */
const AGAIN_MS = 60_000;

export interface RehearsalDeps {
  read: Read;
  /** What each market that is traded lists. */
  listed(): Iterable<readonly [Market, ReadonlyMap<string, Instrument>]>;
  now(): number;
  log: Pick<Log, 'warn'>;
}

/** Some times at the start, each in a turn of its own so that no real signal waits for more than one; then every minute. */
export function keepRehearsed({ read, listed, now, log }: RehearsalDeps): { stop(): void } {
  let round = 0;
  let timer = soon(BETWEEN_MS);

  function soon(ms: number): NodeJS.Timeout {
    return setTimeout(next, ms).unref();
  }

  function next(): void {
    try {
      for (const [market, instruments] of listed()) {
        const instrument = instruments.get(SYMBOL);
        if (instrument) rehearse({ read, market, instrument, round, now: now() });
      }
    } catch (error) {
      // A bug, but no reason for the program to end: a real signal is handled where it may fail.
      log.warn({ err: error, round }, 'a rehearsal failed: there will be no more');
      return;
    }
    round += 1;
    timer = soon(round < TIMES ? BETWEEN_MS : AGAIN_MS);
  }

  return { stop: () => clearTimeout(timer) };
}

interface Rehearsal {
  read: Read;
  market: Market;
  instrument: Instrument;
  /** Which of the messages. */
  round: number;
  now: number;
}

/** Answers with the trades that the message led to, at their end. */
export function rehearse({ read, market, instrument, round, now }: Rehearsal): Trade[] {
  const event = messageEventOf(eventOf(round));
  const message = event && incoming(event);
  if (!message) return [];
  const { reading } = read(message.text);
  if (reading.kind !== 'signal') return [];
  const channel: ChannelSettings = { ...CHANNEL, market };
  const book = bookOf(market, instrument);
  return reading.signals.flatMap((signal, index) => {
    const source: Source = {
      guildId: '1',
      channelId: message.channelId,
      channel: channel.name,
      messageId: message.id,
      authorId: message.authorId,
      index,
      postedAt: now,
    };
    const assessed = assess(signal, source, channel, book, now);
    if (assessed.kind === 'denied') return [];
    const { plan } = assessed;
    const terms = termsFor(plan, channel.trading, instrument, book.feesOf(plan.symbol));
    const trade = newTrade({ plan, signal, source, terms, now, sendUntil: now });
    return playTrade(trade, now, JSON.stringify);
  });
}

const SYMBOL = 'BTCUSDT';

/** As groups write them, and with what stands between their calls. */
const TEXTS = [
  '#BTC/USDT LONG\nEntry: 60000\nTP1: 62000\nTP2: 64000\nSL: 58000',
  '🚀 **BTCUSDT** buy now\nEntry zone: 59800 - 60200\nTargets: 61500, 62500, 64000\nStop loss: 58500',
  'Good morning everyone, BTC looks strong today. More at 18:00, have a nice one!',
  '📈 BTC/USDT 做多\n入场：60000\n止盈：62000 / 64000\n止损：58000',
  'BTC: close half here and move the stop to entry',
];
const PRICE = new Decimal(60_000);
const EQUITY = new Decimal(10_000);

/** The event as it comes from the gateway. */
function eventOf(round: number): unknown {
  const content = TEXTS[round % TEXTS.length];
  return { id: '2', channel_id: '3', author: { id: '4' }, content, embeds: [], attachments: [], flags: 0 };
}

const CHANNEL: ChannelSettings = {
  channelId: '3',
  name: 'rehearsal',
  market: 'usdm',
  mode: 'auto',
  maxAgeMs: 60_000,
  authors: ['4'],
  risk: riskDefaults,
  trading: tradingDefaults,
  accountRisk: riskDefaults,
  ownRiskKeys: [],
};

function bookOf(market: Market, instrument: Instrument): Book {
  const { symbol } = instrument;
  const bracket = {
    notionalCap: EQUITY.times(100),
    maxLeverage: 100,
    maintenanceRate: new Decimal('0.005'),
    maintenanceAmount: ZERO,
  };
  return {
    market,
    notReady: null,
    unreachableSince: null,
    equity: EQUITY,
    available: EQUITY,
    hedgeMode: false,
    trades: [],
    positions: [],
    foreignSymbols: new Set(),
    instruments: new Map([[symbol, instrument]]),
    unread: new Set(),
    prices: new Map([[symbol, { mark: PRICE, last: PRICE }]]),
    brackets: new Map([[symbol, [bracket]]]),
    feesOf: () => ({ maker: new Decimal('0.0002'), taker: new Decimal('0.0005') }),
    ...(market === 'spot' ? { lists: () => ({ used: 0, limit: 20 }) } : {}),
    pauses: [],
    conditionalOrders: { open: 0, limit: 200 },
    troubles: [],
    dayPnl: ZERO,
    dayStartEquity: EQUITY,
    dailyLossLiftedUntil: null,
    lossStreak: 0,
    channels: new Map(),
    lastLossAt: new Map(),
    recentSignals: new Map(),
    entryOrderTimes: [],
  };
}
