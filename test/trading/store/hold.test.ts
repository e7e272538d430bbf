import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { StoreLost, StoreNotDurable } from '../../../src/trading/store/errors.ts';
import { createHold, LEASE_MS, moment } from '../../../src/trading/store/hold.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A server that renews until it is told what else to do. */
function heldStore() {
  let answer: () => Promise<void> = async () => undefined;
  let renewals = 0;
  const hold = createHold({
    leasedAt: moment(),
    renew: () => {
      renewals += 1;
      return answer();
    },
  });
  const told: [boolean, string][] = [];
  hold.onChange((held, reason) => told.push([held, reason]));
  const fading = vi.fn();
  hold.onFading(fading);
  return {
    hold,
    told,
    fading,
    renewals: () => renewals,
    becomes(what: 'there' | 'away' | 'taken' | 'silent' | 'forgetful') {
      answer = async () => {
        if (what === 'away') throw new Error('connect ECONNREFUSED');
        if (what === 'taken') throw new StoreLost('another program has taken the store');
        if (what === 'forgetful')
          throw new StoreNotDurable('redis://host#alpha', {
            code: 'setting',
            setting: 'appendfsync',
            is: 'everysec',
            needed: 'always',
          });
        if (what === 'silent') await new Promise(() => undefined);
      };
    },
  };
}

describe('the hold on a store', () => {
  test('is renewed for as long as the server answers, and never in doubt', async () => {
    const { hold, told, renewals } = heldStore();
    await vi.advanceTimersByTimeAsync(10 * LEASE_MS);
    expect([hold.doubt(true), hold.doubt(false)]).toEqual([null, null]);
    expect(renewals()).toBe(100);
    expect(told).toEqual([]);
  });

  test('a lost connection stops what adds exposure at once, what protects only when the lease is near its end', async () => {
    const { hold, told, becomes } = heldStore();
    becomes('away');
    hold.dropped('terminating connection');
    expect(hold.doubt(false)).toMatch(/lock/);
    expect(hold.doubt(true)).toBeNull();
    expect(hold.awayMs()).toBe(0);
    await vi.advanceTimersByTimeAsync(LEASE_MS - 7_001);
    expect(hold.awayMs()).toBe(LEASE_MS - 7_001);
    expect(hold.doubt(true)).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(hold.doubt(true)).toMatch(/another program may/);
    expect(told).toEqual([[false, 'terminating connection']]);
  });

  test('it is taken again as soon as the server answers, also after the end of the lease, where nobody else was there', async () => {
    const { hold, told, becomes } = heldStore();
    becomes('away');
    hold.dropped('gone');
    await vi.advanceTimersByTimeAsync(3 * LEASE_MS);
    expect(hold.doubt(true)).not.toBeNull();
    becomes('there');
    await vi.advanceTimersByTimeAsync(1_000);
    expect([hold.doubt(true), hold.doubt(false)]).toEqual([null, null]);
    expect(told).toEqual([
      [false, 'gone'],
      [true, ''],
    ]);
  });

  test('a server that would lose what it confirms stops what adds exposure, and what protects goes on for good', async () => {
    const { hold, told, fading, becomes, renewals } = heldStore();
    becomes('forgetful');
    await expect(hold.renewNow()).rejects.toThrow(StoreNotDurable);
    await vi.advanceTimersByTimeAsync(3 * LEASE_MS);
    expect(hold.doubt(false)).toMatch(/appendfsync/);
    expect(hold.weakness()).toMatch(/appendfsync/);
    expect(hold.doubt(true)).toBeNull();
    expect([hold.awayMs(), fading.mock.calls.length]).toEqual([0, 0]);
    // Asked for no more often than a server that is well.
    expect(renewals()).toBe(31);
    becomes('there');
    await hold.renewNow();
    expect([hold.doubt(false), hold.weakness()]).toEqual([null, null]);
    expect(told).toEqual([
      [false, expect.stringMatching(/appendfsync/)],
      [true, ''],
    ]);
  });

  test('a lock that stays away is told while something may still leave, once for each time, and not where it comes back soon', async () => {
    const { hold, fading, becomes } = heldStore();
    const lose = async (ms: number): Promise<void> => {
      becomes('away');
      hold.dropped('gone');
      await vi.advanceTimersByTimeAsync(ms);
      becomes('there');
    };
    await lose(11_000);
    expect(fading).not.toHaveBeenCalled();
    await hold.renewNow();
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect(fading).not.toHaveBeenCalled();
    await lose(12_001);
    expect(fading).toHaveBeenCalledTimes(1);
    expect(hold.doubt(true)).toBeNull();
    await hold.renewNow();
    await lose(3 * LEASE_MS);
    expect(fading).toHaveBeenCalledTimes(2);
    hold.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('once it is another one’s nothing leaves any more, whatever the server says later', async () => {
    const { hold, becomes, renewals } = heldStore();
    becomes('taken');
    hold.dropped('gone');
    await vi.advanceTimersByTimeAsync(1);
    await expect(hold.lost).resolves.toMatch(/taken/);
    becomes('there');
    const before = renewals();
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect(renewals()).toBe(before);
    expect(hold.doubt(true)).toMatch(/taken/);
    await expect(hold.renewNow()).rejects.toThrow(/taken/);
  });

  test('a program that was paused for longer than the lease knows it before anything else runs', () => {
    const { hold } = heldStore();
    // The clocks have gone on, and no timer has fired.
    vi.setSystemTime(Date.now() + LEASE_MS);
    expect(hold.doubt(true)).not.toBeNull();
  });

  test('a clock that is set back does not lengthen the lease', async () => {
    const { hold, becomes } = heldStore();
    becomes('silent');
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect(hold.doubt(true)).not.toBeNull();
  });

  test('after it is closed nothing is renewed or told', async () => {
    const { hold, told, renewals } = heldStore();
    hold.close();
    hold.dropped('the end');
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect([renewals(), told]).toEqual([0, []]);
  });
});
