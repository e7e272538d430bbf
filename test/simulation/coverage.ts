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
/** From the start on: a close that was on its way is waited for until the exchange would not take it any more. */
const AFTER_START_MS = 8_000;

export interface Troubles {
  /** Until then requests of that symbol went wrong. */
  asked(symbol: string): number;
  /** Until then the program need not know what events of that symbol were to tell. */
  untold(symbol: string): number;
  upSince(): number;
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
  /** What has been naked for too long. */
  overdue(): Naked | null;
}

interface Watch {
  since: number;
  held: Decimal;
  /** The position grew; otherwise a stop went. */
  grown: boolean;
}

export function createCoverage(
  books: Books,
  told: Told,
  troubles: Troubles,
  now: () => number,
  isExempt: (symbol: string) => boolean,
): Coverage {
  const known = createWatches();
  const whole = createWatches();

  function createWatches() {
    const naked = new Map<string, Watch>();
    const last = new Map<string, Decimal>();
    return {
      naked,
      note(key: string, held: Decimal): void {
        const before = last.get(key) ?? ZERO;
        last.set(key, held);
        if (held.isZero() || books.coverage(key).gte(held) || isExempt(symbolOf(key))) {
          naked.delete(key);
          return;
        }
        const grown = held.gt(before);
        if (!naked.has(key) || grown) naked.set(key, { since: now(), held, grown });
      },
    };
  }

  /** What of the position the program has been told of. */
  function toldHeld(key: string): Decimal {
    let sum = ZERO;
    for (const trade of books.trades()) {
      if (trade.key !== key) continue;
      const entered = Decimal.min(trade.entered, told.entered(trade.tradeId));
      sum = sum.plus(heldBy({ ...trade, entered }));
    }
    return Decimal.min(sum, books.ours(key));
  }

  function deadline(key: string, { since, grown }: Watch, isTold: boolean): number {
    const symbol = symbolOf(key);
    const asked = troubles.asked(symbol);
    const untold = troubles.untold(symbol);
    let at = since + (grown && isTold ? COVER_MS : RESTORE_MS);
    at = Math.max(at, troubles.upSince() + AFTER_START_MS);
    if (asked > since - AFTER_TROUBLE_MS) at = Math.max(at, Math.max(since, asked) + AFTER_TROUBLE_MS);
    // The position may be smaller than the program knows: what it sends is refused until it has compared.
    if (untold > since) at = Math.max(at, since + AFTER_TROUBLE_MS);
    // Told of the position it has to protect it; that a stop has gone it may not have been told.
    const mayNotKnow = !isTold || !grown;
    if (mayNotKnow && untold > since) at = Math.max(at, untold);
    return at;
  }

  return {
    note() {
      const keys = new Set([...books.trades()].map((trade) => trade.key));
      for (const key of keys) {
        whole.note(key, books.ours(key));
        known.note(key, toldHeld(key));
      }
    },
    overdue() {
      for (const [watches, isTold] of [
        [known, true],
        [whole, false],
      ] as const) {
        for (const [key, watch] of watches.naked) {
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
