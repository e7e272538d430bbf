import { expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { mergeRisk } from '../../../src/risk/settings.ts';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { systemClock } from '../../../src/trading/clock.ts';
import type { DeskStore } from '../../../src/trading/desk/store.ts';
import { createDesk } from '../../../src/trading/desk.ts';
import { createDeskStore } from '../../../src/trading/desk-store.ts';
import type { Signal, Trade } from '../../../src/trading/model.ts';
import { sampleTrade } from '../store/sample-trade.ts';
import { temporaryLedger } from '../store/temporary-store.ts';
import { fillOf } from '../trade/fixtures.ts';
import { channelOf, d, futuresOf, longBtc, sourceOf } from './harness.ts';

/**
 * A start reads of closed trades what their results follow from. Whatever the first signal is judged by has to be what
 * it would be had they been read whole.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOON = Date.UTC(2026, 10, 26, 12);
const ALPHA = channelOf().channelId;
const BETA = '500000000000000002';

interface Past {
  agoMs: number;
  profit: number;
  channelId?: string;
  changes?: Partial<Trade>;
}

/** Made ten minutes before it closed, unless `changes` say otherwise. */
function closedTrade(index: number, { agoMs, profit, channelId = ALPHA, changes = {} }: Past): Trade {
  const closedAt = NOON - agoMs;
  const sample = sampleTrade(`past-${index}`, { phase: 'closed', closedAt, closeReason: 'stop' });
  const [entry, second, third, stop] = sample.orders.map((order, place) =>
    place === 0 || place === 3 ? { ...order, executed: order.quantity, status: 'filled' as const } : order,
  );
  if (!entry || !second || !third || !stop) throw new Error('the sample has changed');
  const price = d('100.1').plus(d(profit).div('0.015')).toFixed(8);
  const fills = [
    fillOf(entry, '0.015', '100.1', { tradeId: `${index}-1`, commission: d('0.01') }),
    fillOf(stop, '0.015', price, { tradeId: `${index}-2`, commission: d('0.02') }),
  ];
  const source = sourceOf({ channelId, messageId: String(1_200_000_000_000_000_000n + BigInt(index)) });
  const times = { createdAt: closedAt - 10 * MINUTE_MS, closingAnnounced: closedAt };
  return {
    ...sample,
    source,
    signal: longBtc(),
    orders: [entry, second, third, stop],
    fills,
    ...times,
    ...changes,
  };
}

const spot = { base: 'BTC', maxLists: 5, stopMarket: true, stopLimitPct: d(1) };

/** The last day's end lies between them, and one was closed in what is the future now. */
const PAST: readonly Past[] = [
  { agoMs: 47 * HOUR_MS, profit: -900 },
  { agoMs: 12 * HOUR_MS + 1, profit: -800, channelId: BETA },
  { agoMs: 12 * HOUR_MS, profit: 70 },
  { agoMs: 9 * HOUR_MS, profit: -60, changes: { liquidationShares: { f: d('-1.5') }, funding: d('-0.25') } },
  { agoMs: 5 * HOUR_MS, profit: 0, changes: { orders: [], fills: [] } },
  {
    agoMs: 4 * HOUR_MS,
    profit: -40,
    channelId: BETA,
    changes: { terms: { ...sampleTrade('s').terms, spot } },
  },
  // Closed, written, and not counted before the program ended.
  { agoMs: 20_000, profit: -30 },
  { agoMs: 5 * MINUTE_MS, profit: -20, changes: { createdAt: NOON - 9 * MINUTE_MS } },
  { agoMs: 3 * HOUR_MS, profit: -10, changes: { createdAt: NOON + HOUR_MS, signal: shortEth() } },
  { agoMs: -HOUR_MS, profit: -5, channelId: BETA },
];

function shortEth(): Signal {
  return longBtc({
    symbol: 'ETHUSDT',
    side: 'short',
    entry: { type: 'limit', prices: [d(3000)] },
    stopLoss: { price: d(3100) },
    takeProfits: [{ price: d(2800) }],
  });
}

/** What the desk knows, and what it says to some signals, at a start with this store. */
async function judged(store: DeskStore, sim: BinanceSim, timezone: string) {
  const risk = { cooldown: 30 * MINUTE_MS, maxConsecutiveLosses: 3, maxDailyLossPct: d(1) };
  const alpha = channelOf(risk);
  const beta = { ...channelOf(risk), channelId: BETA, name: 'beta' };
  const desk = createDesk({
    exchanges: {
      usdm: futuresOf(sim),
    },
    store,
    accountRisk: () => mergeRisk(risk),
    channels: () => [alpha, beta],
    timezone: () => timezone,
    emit: () => undefined,
    log: createLog('silent'),
    clock: { ...systemClock, now: () => NOON },
  });
  try {
    await desk.start();
    const source = sourceOf({ messageId: '1300000000000000999', postedAt: NOON });
    const said: unknown[] = [];
    for (const channel of [alpha, beta])
      for (const signal of [longBtc(), shortEth(), longBtc({ entry: { type: 'market' } })])
        said.push(await desk.preview(signal, { ...source, channelId: channel.channelId }, channel));
    const { dayPnl, dayStartEquity, channels, lossStreak, lastLossAt, recentSignals, pauses } = desk.book;
    const ids = PAST.map((_, index) => `past-${index}`);
    const found = await Promise.all(ids.map((id) => desk.find(id)));
    return {
      book: { dayPnl, dayStartEquity, channels, lossStreak, lastLossAt, recentSignals, pauses },
      said,
      found: found.map((trade) => trade?.id),
    };
  } finally {
    await desk.stop();
  }
}

it.each(['UTC', 'Asia/Shanghai'])(
  'what the first signal is judged by is the same as if closed trades were read whole (%s)',
  async (timezone) => {
    const sim = await startBinanceSim();
    onTestFinished(() => sim.close());
    sim.usdm.setPrice('BTCUSDT', { last: d(60_500) });
    sim.usdm.setPrice('ETHUSDT', { last: d(3_000) });
    const start = async (isWhole: boolean) => {
      const { ledger } = await temporaryLedger();
      const store = createDeskStore(ledger);
      for (const [index, past] of PAST.entries()) await store.archive(closedTrade(index, past));
      await store.saveGuardState({
        streak: 1,
        channelStreaks: { [ALPHA]: 1 },
        lastLossAt: {},
        liftedUntil: {},
        counted: { 'past-0': NOON - 30_000 },
      });
      const whole = { closedSince: (from: number) => store.closedBetween(from, Number.MAX_SAFE_INTEGER) };
      return judged(isWhole ? { ...store, ...whole } : store, sim, timezone);
    };
    const asBefore = await start(true);
    expect(await start(false)).toEqual(asBefore);
    // What is compared says something: losses of the day, a streak, a cooldown, two signals that were seen before.
    const { dayPnl, lossStreak, lastLossAt, recentSignals } = asBefore.book;
    expect(dayPnl.isNegative()).toBe(true);
    expect(lossStreak).toBe(3);
    expect([...lastLossAt.values()]).toEqual([NOON]);
    const seen = [...recentSignals.values()].map(({ at }) => at - NOON);
    expect(seen.sort((a, b) => a - b)).toEqual([-9 * MINUTE_MS, HOUR_MS]);
  },
);
