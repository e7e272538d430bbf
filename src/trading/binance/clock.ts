import type { ServerTime } from '../exchange.ts';

export interface Clock {
  /** Asks for the server's time; one question at a time. Never throws: a failed one changes nothing and is false. */
  sync(): Promise<boolean>;
  /** Forgets what earlier questions said, for when the exchange called our time wrong. */
  resync(): Promise<boolean>;
  offsetMs(): number;
  /** The server's time, going on evenly since it was asked for, whatever becomes of ours; null before the first answer. */
  serverTime(): ServerTime | null;
  /** Round trip of the latest question; null before the first answer. */
  latencyMs(): number | null;
}

const SAMPLES = 5;

/** Our two times: one that runs evenly, and the time of day that requests are stamped with. */
export interface OurTime {
  steadyMs(): number;
  wallMs(): number;
}

const systemTime: OurTime = { steadyMs: () => performance.now(), wallMs: () => Date.now() };

/**
 * The difference between the exchange's clock and ours, from the quickest of the latest answers: the shorter the round
 * trip, the smaller the doubt about when in it the server read its clock.
 * @param serverTime asks for the server's time, in milliseconds since the epoch
 */
export function createClock(
  serverTime: () => Promise<number>,
  apply: (offsetMs: number) => void,
  time: OurTime = systemTime,
): Clock {
  let samples: { offsetMs: number; tripMs: number }[] = [];
  let offsetMs = 0;
  let latencyMs: number | null = null;
  let server: { ms: number; tripMs: number; steadyMs: number } | null = null;
  let running: Promise<boolean> | null = null;

  async function ask(): Promise<boolean> {
    try {
      const startedAt = time.steadyMs();
      const serverMs = await serverTime();
      const steadyMs = time.steadyMs();
      const tripMs = steadyMs - startedAt;
      // The time of day, not the desk's clock without its steps: the SDK stamps requests with it.
      const sample = { offsetMs: Math.round(serverMs + tripMs / 2 - time.wallMs()), tripMs };
      if (!Number.isFinite(sample.offsetMs)) return false;
      // A jump of either clock makes the older answers worthless.
      if (Math.abs(sample.offsetMs - offsetMs) > 500 + tripMs) samples = [];
      samples = [...samples, sample].slice(-SAMPLES);
      latencyMs = tripMs;
      server = { ms: serverMs, tripMs, steadyMs };
      offsetMs = samples.reduce((best, next) => (next.tripMs < best.tripMs ? next : best)).offsetMs;
      apply(offsetMs);
      return true;
    } catch {
      return false;
    } finally {
      running = null;
    }
  }

  const sync = () => {
    running ??= ask();
    return running;
  };
  return {
    sync,
    resync() {
      samples = [];
      return sync();
    },
    offsetMs: () => offsetMs,
    serverTime() {
      if (server === null) return null;
      // It was read at some moment of the trip.
      const atLeastMs = server.ms + time.steadyMs() - server.steadyMs;
      const atMostMs = Math.max(atLeastMs + server.tripMs, time.wallMs() + offsetMs);
      return { atLeastMs: Math.floor(atLeastMs), atMostMs: Math.ceil(atMostMs) };
    },
    latencyMs: () => latencyMs,
  };
}
