import type { Market } from '../trading/model.ts';

/** When a price of each followed symbol last came. */
export class PriceAges {
  readonly #now: () => number;
  readonly #heardAt = new Map<string, number>();

  /** Milliseconds from an arbitrary start. */
  constructor(steadyMs: () => number) {
    this.#now = steadyMs;
  }

  heard(market: Market, symbol: string): void {
    this.#heardAt.set(`${market} ${symbol}`, this.#now());
  }

  /** Null where none has come since the start. */
  ageMs(market: Market, symbol: string): number | null {
    const at = this.#heardAt.get(`${market} ${symbol}`);
    return at === undefined ? null : this.#now() - at;
  }
}
