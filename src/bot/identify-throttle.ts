import type { IIdentifyThrottler } from 'discord.js';

/** One identify in this time: https://discord.com/developers/docs/events/gateway#rate-limiting-identify */
const WINDOW_MS = 5_000;
const FREE = 3;
/** Of a day. */
const QUICK = 100;
/** Half of what a signal may wait for by default: what is posted meanwhile is still traded. */
const LONGEST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_LATER_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Paces identifies, of which Discord allows a thousand a day before it takes the token away. The first few of an hour
 * follow each other as fast as it allows; when sessions keep dying, each waits twice as long as the one before, up to
 * half a minute, and once there were a hundred in a day up to five minutes: not 400 a day.
 */
export function createIdentifyThrottle(now: () => number = () => performance.now()): IIdentifyThrottler {
  let times: number[] = [];

  function pauseMs(): number {
    times = times.filter((at) => now() - at < DAY_MS);
    const last = times.at(-1);
    if (last === undefined) return 0;
    const ofHour = times.filter((at) => now() - at < HOUR_MS).length;
    if (ofHour === 0) return 0;
    const wanted = WINDOW_MS * 2 ** Math.max(0, Math.min(ofHour - FREE, 10));
    const longest = times.length < QUICK ? LONGEST_PAUSE_MS : LONGEST_PAUSE_LATER_MS;
    return Math.max(0, last + Math.min(wanted, longest) - now());
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
