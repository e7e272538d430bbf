import type { BaseLogger } from 'pino';
import type { Exchange } from '../exchange.ts';
import type { Venue } from './venue.ts';

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

export interface PriceQuestionsOptions extends Pick<Exchange, 'prices'> {
  /** Of which nothing has been heard for so long is asked for. */
  quietMs: number;
  log: Pick<BaseLogger, 'debug'>;
}

/** Asks for the prices that no stream brings: of what is not traded, or where it is silent or away. */
export interface PriceQuestions extends Pick<QuietPrices, 'watch' | 'heard'> {
  ask(symbol: string): Promise<void>;
  /** All that are quiet. */
  askQuiet(): void;
}

export function createPriceQuestions(
  { emit, serverNow, redactor }: Pick<Venue, 'emit' | 'serverNow' | 'redactor'>,
  { prices: read, quietMs, log }: PriceQuestionsOptions,
): PriceQuestions {
  const quiet = createQuietPrices();

  async function ask(symbol: string): Promise<void> {
    const askedAt = performance.now();
    try {
      const prices = await read(symbol);
      // What came meanwhile is newer.
      const isQuiet = quiet.isQuiet(symbol, performance.now() - askedAt);
      if (isQuiet) emit({ type: 'prices', symbol, prices, at: serverNow() });
    } catch (error) {
      log.debug({ symbol, reason: redactor.clean((error as Error).message) }, 'price not read');
    }
  }

  return {
    watch: quiet.watch,
    heard: quiet.heard,
    ask,
    askQuiet() {
      for (const symbol of quiet.longerThan(quietMs)) void ask(symbol);
    },
  };
}
