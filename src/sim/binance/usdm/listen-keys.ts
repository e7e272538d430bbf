import { apiError } from '../errors.ts';
import type { Random } from '../random.ts';

const VALID_MS = 60 * 60 * 1000;

/**
 * The listen key of the account: one at a time, 60 minutes from its last POST or PUT.
 * Source: https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams
 */
export class ListenKeys {
  readonly #random: Random;
  #current: { key: string; until: number } | null = null;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The active key, extended, or a new one. */
  open(nowMs: number): string {
    if (!this.valid(this.#current?.key ?? '', nowMs)) this.#current = null;
    this.#current = { key: this.#current?.key ?? this.#random.text(64), until: nowMs + VALID_MS };
    return this.#current.key;
  }

  /** -1125 without an active key. */
  extend(nowMs: number): string {
    if (this.#current === null || !this.valid(this.#current.key, nowMs)) throw apiError(-1125);
    this.#current.until = nowMs + VALID_MS;
    return this.#current.key;
  }

  close(): void {
    this.#current = null;
  }

  valid(key: string, nowMs: number): boolean {
    return this.#current !== null && this.#current.key === key && nowMs < this.#current.until;
  }

  /** Takes the key out of force once its time is over, or at once with `force`; returns it then. */
  expire(nowMs: number, force = false): string | null {
    if (this.#current === null || (!force && nowMs < this.#current.until)) return null;
    const { key } = this.#current;
    this.#current = null;
    return key;
  }
}
