import type { Decimal } from '../../src/trading/decimal.ts';
import type { Books } from './books.ts';
import { AFTER_START_MS, symbolOf } from './coverage.ts';
import type { Verdict } from './verdict.ts';

/**
 * What a panic finds is closed within this, whatever ails the disk, where nothing else goes wrong; if it outlived a crash,
 * within what a start may take: a close that was on its way then, and may be carried out, must not be sent twice.
 */
const CLOSED_WITHIN_MS = 5_000;

/** Somebody has told the program to close everything. */
export interface Panics {
  begin(): void;
  /** It is on the disk: the next program goes on with it. */
  onStored(): void;
  /** Somebody lifts the pause. */
  onLifting(): void;
  onCrash(): void;
  /** Once a step is over, while the program is up. */
  look(upSince: number): void;
}

export interface PanicsOptions {
  books: Books;
  now(): number;
  fail: Verdict['fail'];
  isExempt(key: string, held: Decimal): boolean;
  /** Something went wrong there since, or goes wrong. */
  isTroubled(symbol: string, since: number): boolean;
}

export function createPanics({ books, now, fail, isExempt, isTroubled }: PanicsOptions): Panics {
  /** By key: what was held then, and is still. */
  const pending = new Map<string, { at: number; isStored: boolean }>();

  return {
    begin() {
      books.update();
      for (const { key } of books.trades()) {
        if (!pending.has(key) && books.ours(key).gt(0)) pending.set(key, { at: now(), isStored: false });
      }
    },
    onStored() {
      for (const panic of pending.values()) panic.isStored = true;
    },
    onLifting: () => pending.clear(),
    onCrash() {
      for (const [key, { isStored }] of pending) if (!isStored) pending.delete(key);
    },
    look(upSince) {
      for (const [key, { at }] of pending) {
        const held = books.ours(key);
        const isOver = held.isZero() || isExempt(key, held) || isTroubled(symbolOf(key), at);
        if (isOver) pending.delete(key);
        else if (now() > Math.max(at + CLOSED_WITHIN_MS, upSince > at ? upSince + AFTER_START_MS : 0)) {
          pending.delete(key);
          fail('not closed in a panic', `${key}: ${held} left`);
        }
      }
    },
  };
}
