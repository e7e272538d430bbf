import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import { type Books, heldBy } from './books.ts';
import type { Told } from './told.ts';

/** How long a position may be without a stop that covers it, by what the program could know. */

/** Within a second of the fill being known, and what it takes to answer. */
const COVER_MS = 1_300;
/** A stop that disappears is back, or the position flat, within 5 s of the event. */
const RESTORE_MS = 5_300;
/** After a request that went wrong: time-outs, questions, another attempt. */
const AFTER_TROUBLE_MS = 15_000;
/** Once a symbol takes orders again: it is asked whether it does every five seconds. */
export const AFTER_CLOSED_MS = RESTORE_MS + COVER_MS;
/** From the start on: a close that was on its way is waited for until the exchange would not take it any more. */
export const AFTER_START_MS = 8_000;

export interface Troubles {
  /** Until then requests of that symbol went wrong. */
  asked(symbol: string): number;
  /** Until then the program need not know what events of that symbol were to tell. */
  untold(symbol: string): number;
  upSince(): number;
  /** It takes no orders at all. */
  isClosed(symbol: string): boolean;
}

export interface Naked {
  key: string;
  held: Decimal;
  covered: Decimal;
  forMs: number;
  /** The program has been told of what is naked. */
  isTold: boolean;
}

export interface Coverage {
  /** The books have changed, or what the program knows of them. */
  note(): void;
  /** Somebody else is about to act on the symbol. */
  beforeManual(symbol: string): void;
  /** What has been naked for too long. */
  overdue(): Naked | null;
}

interface Watch {
  /** Since when it has not been covered. */
  since: number;
  held: Decimal;
  /** Trades that grew, and have not had a stop of their own for it since; where there are none, a stop went. */
  growing: Map<string, number>;
}

export function createCoverage(
  books: Books,
  told: Told,
  troubles: Troubles,
  now: () => number,
  isExempt: (key: string, held: Decimal) => boolean,
): Coverage {
  /** By symbol: when it last took no orders while something was naked there. */
  const closedAt = new Map<string, number>();
  /** By trade: what covered it before somebody else acts. */
  const before = new Map<string, Decimal>();
  /** By trade: what others have taken of its stops since it grew. That they are gone the program may not know. */
  const taken = new Map<string, Decimal>();
  const known = createWatches(true);
  const whole = createWatches(false);

  /** `isTold`: of what the program knows of. It may be told that a trade grew after a stop for just that was taken. */
  function createWatches(isTold: boolean) {
    const naked = new Map<string, Watch>();
    /** By trade: what it held at the last look. */
    const last = new Map<string, Decimal>();
    return {
      naked,
      /** `parts`: what of it each trade holds. */
      note(key: string, held: Decimal, parts: ReadonlyMap<string, Decimal>): void {
        const grown = [...parts].filter(([id, part]) => part.gt(last.get(id) ?? ZERO)).map(([id]) => id);
        for (const [id, part] of parts) last.set(id, part);
        if (held.isZero() || books.coverage(key).gte(held) || isExempt(key, held)) {
          naked.delete(key);
          return;
        }
        const watch = naked.get(key) ?? { since: now(), held, growing: new Map<string, number>() };
        for (const id of grown) {
          watch.growing.set(id, now());
          if (!isTold) taken.delete(id);
        }
        for (const id of watch.growing.keys()) {
          const had = books.coverageOf(id).plus(taken.get(id) ?? ZERO);
          if (had.gte(parts.get(id) ?? ZERO)) watch.growing.delete(id);
        }
        naked.set(key, { ...watch, held });
      },
    };
  }

  /** What each trade holds of the position, and what of that the program has been told of. */
  function partsOf(key: string, isTold: boolean): Map<string, Decimal> {
    const parts = new Map<string, Decimal>();
    for (const trade of books.trades()) {
      if (trade.key !== key) continue;
      const { tradeId, entered } = trade;
      const known = isTold ? Decimal.min(entered, told.entered(tradeId)) : entered;
      parts.set(tradeId, heldBy({ ...trade, entered: known }));
    }
    return parts;
  }

  function deadline(key: string, watch: Watch, isTold: boolean): number {
    const grown = watch.growing.size > 0;
    const since = grown ? Math.max(...watch.growing.values()) : watch.since;
    const symbol = symbolOf(key);
    const asked = troubles.asked(symbol);
    const untold = troubles.untold(symbol);
    let at = since + (grown && isTold ? COVER_MS : RESTORE_MS);
    at = Math.max(at, troubles.upSince() + AFTER_START_MS);
    at = Math.max(at, (closedAt.get(symbol) ?? 0) + AFTER_CLOSED_MS);
    if (asked > since - AFTER_TROUBLE_MS) at = Math.max(at, Math.max(since, asked) + AFTER_TROUBLE_MS);
    // The position may be smaller than the program knows: what it sends is refused until it has compared.
    if (untold > since) at = Math.max(at, since + AFTER_TROUBLE_MS);
    // Told of the position it has to protect it; that a stop has gone it may not have been told.
    const mayNotKnow = !isTold || !grown;
    if (mayNotKnow && untold > since) at = Math.max(at, untold);
    return at;
  }

  function noteTaken(): void {
    for (const [id, covered] of before) {
      const gone = Decimal.max(covered.minus(books.coverageOf(id)), ZERO);
      taken.set(id, gone.plus(taken.get(id) ?? ZERO));
    }
    before.clear();
  }

  return {
    beforeManual(symbol) {
      for (const { key, tradeId } of books.trades())
        if (symbolOf(key) === symbol) before.set(tradeId, books.coverageOf(tradeId));
    },
    note() {
      noteTaken();
      const keys = new Set([...books.trades()].map((trade) => trade.key));
      for (const key of keys) {
        const ours = books.ours(key);
        whole.note(key, ours, partsOf(key, false));
        const told = partsOf(key, true);
        const sum = [...told.values()].reduce((all, part) => all.plus(part), ZERO);
        known.note(key, Decimal.min(sum, ours), told);
      }
    },
    overdue() {
      for (const [watches, isTold] of [
        [known, true],
        [whole, false],
      ] as const) {
        for (const [key, watch] of watches.naked) {
          if (troubles.isClosed(symbolOf(key))) closedAt.set(symbolOf(key), now());
          if (now() <= deadline(key, watch, isTold)) continue;
          const forMs = now() - watch.since;
          return { key, held: watch.held, covered: books.coverage(key), forMs, isTold };
        }
      }
      return null;
    },
  };
}

export function symbolOf(key: string): string {
  return key.split(':')[0] ?? '';
}
