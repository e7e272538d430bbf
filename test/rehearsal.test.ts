import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Read } from '../src/bot/ports.ts';
import { createRead } from '../src/bot/reader.ts';
import { keepRehearsed, type RehearsalDeps, rehearse } from '../src/rehearsal.ts';
import type { Instrument } from '../src/trading/exchange.ts';
import type { Market } from '../src/trading/model.ts';
import { parseMessage } from '../src/trading/signals/parse.ts';
import { d, instrument, NOW } from './risk/fixtures.ts';

const LISTED: Record<Market, ReadonlyMap<string, Instrument>> = {
  usdm: new Map([['BTCUSDT', instrument()]]),
  spot: new Map([
    [
      'BTCUSDT',
      instrument('BTCUSDT', {
        stepSize: d('0.00001'),
        minQuantity: d('0.00001'),
        minNotional: d(5),
        spot: {
          stopMarket: true,
          averageMinutes: 5,
          lists: true,
          attaches: true,
          maxAlgoOrders: 5,
          maxLists: 20,
          sellUp: d(5),
          sellDown: d('0.2'),
        },
      }),
    ],
  ]),
};
const read = createRead(
  () => LISTED.usdm,
  () => parseMessage,
);

const log = { warn: vi.fn() };
const deps: RehearsalDeps = { read, listed: () => [['usdm', LISTED.usdm]], now: () => NOW, log };

beforeEach(() => {
  log.warn.mockClear();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(['usdm', 'spot'] as const)('on %s', (market) => {
  test('what is rehearsed comes to its end: entry, stop, each target', () => {
    const rounds = Array.from({ length: 5 }, (_, round) =>
      rehearse({ read, market, instrument: btc(market), round, now: NOW }),
    );
    const played = rounds.flat();
    expect(played.map(({ closeReason }) => closeReason)).toEqual(['targets', 'targets', 'targets']);
    for (const trade of played) {
      const roles = new Set(trade.orders.map(({ role }) => role));
      expect([...roles].sort()).toEqual(['entry', 'stop', 'target']);
      expect(trade.targetsHit).toBe(trade.targets.length);
    }
  });
});

test('a dozen times at the start, each in a turn of its own, and once a minute from then on', () => {
  const heard = vi.fn<Read>(read);
  const rehearsal = keepRehearsed({ ...deps, read: heard });
  expect(heard).not.toHaveBeenCalled();
  vi.advanceTimersToNextTimer();
  expect(heard).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1_000);
  expect(heard).toHaveBeenCalledTimes(12);
  vi.advanceTimersByTime(10 * 60_000);
  expect(heard).toHaveBeenCalledTimes(22);
  rehearsal.stop();
  vi.advanceTimersByTime(10 * 60_000);
  expect(heard).toHaveBeenCalledTimes(22);
});

test('one that fails is the last: it is told, and ends nothing else', () => {
  const failing = vi.fn<Read>(() => {
    throw new Error('unreadable');
  });
  keepRehearsed({ ...deps, read: failing });
  vi.advanceTimersByTime(10 * 60_000);
  expect(failing).toHaveBeenCalledOnce();
  expect(log.warn).toHaveBeenCalledOnce();
});

test('nothing where the coin that it is about is not listed', () => {
  const heard = vi.fn<Read>(read);
  keepRehearsed({ ...deps, read: heard, listed: () => [['usdm', new Map()]] });
  vi.advanceTimersByTime(1_000);
  expect(heard).not.toHaveBeenCalled();
});

function btc(market: Market): Instrument {
  return LISTED[market].get('BTCUSDT') ?? instrument();
}
