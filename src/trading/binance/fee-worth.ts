import type { Decimal } from '../decimal.ts';
import type { Instrument } from '../exchange.ts';
import type { Fill } from '../model.ts';

/** What a commission in a third asset (BNB) is worth in the quote asset. */
export interface FeeWorth {
  /** The fill with its `commissionValue`, where the asset's price is known; where it is not it is asked for. */
  of(fill: Fill): Fill;
  /** The same once the prices have been asked for, as far as they are answered. */
  ofAll(fills: readonly Fill[]): Promise<Fill[]>;
  /** Fees in that asset are to be expected. */
  expect(asset: string, quote: string): void;
  /** Asks for the prices of what fees have come in, or are expected in. Never throws. */
  refresh(): Promise<void>;
}

export interface FeeWorthOptions {
  instruments(): ReadonlyMap<string, Instrument>;
  lastPrice(symbol: string): Promise<Decimal>;
  onTrouble(message: string): void;
}

export function createFeeWorth({ instruments, lastPrice, onTrouble }: FeeWorthOptions): FeeWorth {
  const prices = new Map<string, Decimal>();
  const wanted = new Set<string>();

  async function ask(symbol: string): Promise<void> {
    try {
      prices.set(symbol, await lastPrice(symbol));
    } catch (error) {
      onTrouble((error as Error).message);
    }
  }

  /** The symbol by whose price the fee is to be valued; null where the fee is in one of the traded assets. */
  function symbolOf({ symbol, commission, commissionAsset }: Fill): string | null {
    const instrument = instruments().get(symbol);
    if (instrument === undefined || commission.isZero()) return null;
    if (commissionAsset === instrument.base || commissionAsset === instrument.quote) return null;
    const price = `${commissionAsset}${instrument.quote}`;
    return instruments().has(price) ? price : null;
  }

  function valued(fill: Fill, symbol: string | null): Fill {
    const price = symbol === null ? undefined : prices.get(symbol);
    return price === undefined ? fill : { ...fill, commissionValue: fill.commission.times(price) };
  }

  function want(symbol: string): void {
    if (!wanted.has(symbol)) void ask(symbol);
    wanted.add(symbol);
  }

  return {
    of(fill) {
      const symbol = symbolOf(fill);
      if (symbol !== null) want(symbol);
      return valued(fill, symbol);
    },
    async ofAll(fills) {
      const symbols = new Set(fills.map(symbolOf).filter((symbol) => symbol !== null));
      const unknown = [...symbols].filter((symbol) => !prices.has(symbol));
      for (const symbol of symbols) wanted.add(symbol);
      await Promise.all(unknown.map(ask));
      return fills.map((fill) => valued(fill, symbolOf(fill)));
    },
    expect(asset, quote) {
      if (instruments().has(`${asset}${quote}`)) want(`${asset}${quote}`);
    },
    refresh: async () => void (await Promise.all([...wanted].map(ask))),
  };
}
