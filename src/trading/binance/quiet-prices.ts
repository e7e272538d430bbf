/** Which of the watched symbols nothing has been heard of for how long. */
export interface QuietPrices {
  /** Watches exactly these. Returns those that were not watched before. */
  watch(symbols: readonly string[]): string[];
  heard(symbol: string): void;
  /** Watched, and not heard of in the last `forMs`. */
  isQuiet(symbol: string, forMs: number): boolean;
  longerThan(forMs: number): string[];
}

export function createQuietPrices(): QuietPrices {
  const heardAt = new Map<string, number>();
  const isQuiet = (symbol: string, forMs: number) => {
    const at = heardAt.get(symbol);
    return at !== undefined && performance.now() - at >= forMs;
  };
  return {
    watch(symbols) {
      const wanted = new Set(symbols);
      for (const symbol of heardAt.keys()) if (!wanted.has(symbol)) heardAt.delete(symbol);
      const added = [...wanted].filter((symbol) => !heardAt.has(symbol));
      for (const symbol of added) heardAt.set(symbol, Number.NEGATIVE_INFINITY);
      return added;
    },
    heard(symbol) {
      if (heardAt.has(symbol)) heardAt.set(symbol, performance.now());
    },
    isQuiet,
    longerThan: (forMs) => [...heardAt.keys()].filter((symbol) => isQuiet(symbol, forMs)),
  };
}
