import type { IIdentifyThrottler } from 'discord.js';

/** One identify in this time: https://discord.com/developers/docs/events/gateway#rate-limiting-identify */
const WINDOW_MS = 5_000;
const FREE = 3;
const LONGEST_PAUSE_MS = 5 * 60_000;
const FORGOTTEN_AFTER_MS = 3_600_000;

/**
 * Paces identifies, of which Discord allows a thousand a day before it takes the token away. The first few follow each
 * other as fast as it allows; when sessions keep dying, each waits twice as long as the one before, up to five minutes:
 * not 300 a day.
 */
export function createIdentifyThrottle(now: () => number = () => performance.now()): IIdentifyThrottler {
  let times: number[] = [];

  function pauseMs(): number {
    times = times.filter((at) => now() - at < FORGOTTEN_AFTER_MS);
    const last = times.at(-1);
    if (last === undefined) return 0;
    const wanted = WINDOW_MS * 2 ** Math.max(0, Math.min(times.length - FREE, 10));
    return Math.max(0, last + Math.min(wanted, LONGEST_PAUSE_MS) - now());
  }

  return {
    async waitForIdentify(_shardId, signal) {
      const ms = pauseMs();
      if (ms > 0) await pause(ms, signal);
      times.push(now());
    },
  };
}

/** Rejects when the connection that wanted to identify is gone. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    if (signal.aborted) return failed(signal.reason);
    const timer = setTimeout(done, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        failed(signal.reason);
      },
      { once: true },
    );
  });
}
