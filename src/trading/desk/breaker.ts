import type { Trouble, TroubleClass } from '../../risk/book.ts';
import type { Clock } from '../clock.ts';
import { HELD_BACK, type Outcome, type RefusalCause, TOO_LATE } from '../exchange.ts';

/**
 * A circuit breaker for each kind of failure. Enough of one kind in a row, and no entry is sent for a while; then one
 * is let through, and its answer closes the breaker or opens it for twice as long. What protects is never held back,
 * and its answers count: a stop that gets through says as much of the exchange as an entry does. A refused key is not
 * among them: it pauses entries until a human has looked.
 */
interface Policy {
  failures: number;
  /** They must fall within this time. */
  withinMs: number;
  openMs: number;
  longestMs: number;
  /** One breaker for each symbol; else one for the account. */
  bySymbol: boolean;
}

const MINUTE = 60_000;

export const POLICIES: Readonly<Record<TroubleClass, Policy>> = {
  // The gate of the adapter keeps each Retry-After; this one is for limits that are met again and again.
  rate: { failures: 3, withinMs: MINUTE, openMs: 30_000, longestMs: 10 * MINUTE, bySymbol: false },
  load: { failures: 4, withinMs: MINUTE, openMs: 10_000, longestMs: 2 * MINUTE, bySymbol: false },
  server: { failures: 3, withinMs: MINUTE, openMs: 15_000, longestMs: 5 * MINUTE, bySymbol: false },
  margin: { failures: 3, withinMs: 10 * MINUTE, openMs: 5 * MINUTE, longestMs: 60 * MINUTE, bySymbol: false },
  filters: { failures: 3, withinMs: 10 * MINUTE, openMs: 5 * MINUTE, longestMs: 60 * MINUTE, bySymbol: true },
};

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code, and spot's of the same meaning. */
const MARGIN: ReadonlySet<number> = new Set([-2010, -2018, -2019, -2027, -2028, -4051]);
const FILTERS: ReadonlySet<number> = new Set([
  -1013, -1111, -1121, -4002, -4003, -4004, -4005, -4013, -4014, -4016, -4023, -4024, -4131, -4140, -4141,
  -4164,
]);
const LOAD = -1008;

const CLASS_OF_CAUSE: Partial<Record<RefusalCause, TroubleClass>> = {
  balance: 'margin',
  price_filter: 'filters',
  too_small: 'filters',
  halted: 'filters',
};

/** What is lost with one socket, or sent together and refused together, is one failure and not a row of them. */
export const TOGETHER_MS = 100;

/** A probe that never comes back does not hold the breaker half open for ever. */
const PROBE_MS = 30_000;

interface Breaker {
  class: TroubleClass;
  symbol: string | null;
  /** Times of failures in a row, those that came together once. */
  failedAt: number[];
  code: string;
  openedAt: number | null;
  openMs: number;
  probeAt: number | null;
}

export interface Breakers {
  /** What keeps entries on this symbol back now; half-open ones let one through at a time. */
  troubles(): readonly Trouble[];
  /** An entry is on its way: where a breaker is half open, it is the probe. */
  sending(symbol: string): void;
  answered(symbol: string, isEntry: boolean, outcome: Outcome<unknown>): void;
}

export interface BreakerNews {
  state: 'open' | 'closed';
  trouble: Trouble;
}

export function createBreakers(now: Clock['now'], tell: (news: BreakerNews) => void): Breakers {
  const breakers = new Map<string, Breaker>();

  function breakerFor(kind: TroubleClass, symbol: string): Breaker {
    const { bySymbol, openMs } = POLICIES[kind];
    const key = bySymbol ? `${kind} ${symbol}` : kind;
    const known = breakers.get(key);
    if (known) return known;
    const made: Breaker = {
      class: kind,
      symbol: bySymbol ? symbol : null,
      failedAt: [],
      code: '',
      openedAt: null,
      openMs,
      probeAt: null,
    };
    breakers.set(key, made);
    return made;
  }

  function failed(breaker: Breaker, code: string): void {
    const policy = POLICIES[breaker.class];
    const at = now();
    breaker.code = code;
    const before = breaker.failedAt.filter((earlier) => at - earlier < policy.withinMs);
    const isSame = at - (before.at(-1) ?? Number.NEGATIVE_INFINITY) < TOGETHER_MS;
    breaker.failedAt = isSame ? before : [...before, at];
    if (breaker.openedAt !== null) {
      // While it is open only what protects is sent: more of the same. After that it was the probe.
      if (at < endOf(breaker)) return;
      breaker.openMs = Math.min(breaker.openMs * 2, policy.longestMs);
      breaker.openedAt = at;
      breaker.probeAt = null;
      return;
    }
    if (breaker.failedAt.length < policy.failures) return;
    breaker.openedAt = at;
    tell({ state: 'open', trouble: troubleOf(breaker) });
  }

  function worked(breaker: Breaker): void {
    const wasOpen = breaker.openedAt !== null;
    const trouble = troubleOf(breaker);
    breaker.failedAt = [];
    breaker.openedAt = null;
    breaker.probeAt = null;
    breaker.openMs = POLICIES[breaker.class].openMs;
    if (wasOpen) tell({ state: 'closed', trouble });
  }

  return {
    troubles() {
      const at = now();
      return [...breakers.values()]
        .filter((breaker) => breaker.openedAt !== null)
        .filter(
          (breaker) => at < endOf(breaker) || (breaker.probeAt !== null && at - breaker.probeAt < PROBE_MS),
        )
        .map(troubleOf);
    },
    sending(symbol) {
      for (const breaker of breakers.values()) {
        const concerns = breaker.symbol === null || breaker.symbol === symbol;
        if (concerns && breaker.openedAt !== null && now() >= endOf(breaker)) breaker.probeAt = now();
      }
    },
    answered(symbol, isEntry, outcome) {
      const kind = classOf(outcome);
      for (const breaker of [...breakers.values()]) {
        if (breaker.symbol !== null && breaker.symbol !== symbol) continue;
        if (breaker.class !== kind && refutes(breaker.class, isEntry, outcome)) worked(breaker);
      }
      if (kind === null) return;
      if (isEntryOnly(kind) && !isEntry) return;
      failed(breakerFor(kind, symbol), codeOf(outcome));
    },
  };
}

function endOf({ openedAt, openMs }: Breaker): number {
  return (openedAt ?? 0) + openMs;
}

function troubleOf(breaker: Breaker): Trouble {
  return {
    class: breaker.class,
    symbol: breaker.symbol,
    code: breaker.code,
    failures: breaker.failedAt.length,
    until: endOf(breaker),
  };
}

/** What an entry is refused for says nothing of a stop, nor the other way round. */
function isEntryOnly(kind: TroubleClass): boolean {
  return kind === 'margin' || kind === 'filters';
}

function classOf(outcome: Outcome<unknown>): TroubleClass | null {
  switch (outcome.kind) {
    case 'confirmed':
      return null;
    case 'unknown':
      return 'server';
    case 'throttled':
      // We hold it back, or our clock is off: it says nothing of the exchange.
      if (outcome.code === HELD_BACK || outcome.code === TOO_LATE) return null;
      // Code 0: it never left this machine.
      if (outcome.code === 0) return 'server';
      return outcome.code === LOAD ? 'load' : 'rate';
    case 'rejected':
      // Spot's codes stand for nearly everything.
      if (outcome.cause) return CLASS_OF_CAUSE[outcome.cause] ?? null;
      if (MARGIN.has(outcome.code)) return 'margin';
      return FILTERS.has(outcome.code) ? 'filters' : null;
  }
}

/** A definite answer, yes or no, shows that the exchange is there; only an order that is taken, that it takes orders. */
function refutes(kind: TroubleClass, isEntry: boolean, outcome: Outcome<unknown>): boolean {
  switch (kind) {
    case 'server':
    case 'rate':
      return outcome.kind === 'confirmed' || outcome.kind === 'rejected';
    case 'load':
    case 'margin':
    case 'filters':
      return isEntry && outcome.kind === 'confirmed';
  }
}

function codeOf(outcome: Outcome<unknown>): string {
  return outcome.kind === 'rejected' || outcome.kind === 'throttled' ? String(outcome.code) : '';
}

/** For an alert: `seconds` until one entry is tried. */
export function troubleNumbers(trouble: Trouble, now: number): Record<string, string> {
  return {
    trouble: trouble.class,
    ...(trouble.symbol === null ? {} : { symbol: trouble.symbol }),
    ...(trouble.code === '' ? {} : { code: trouble.code }),
    failures: String(trouble.failures),
    seconds: String(Math.max(0, Math.round((trouble.until - now) / 1_000))),
  };
}
