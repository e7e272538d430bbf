import type { Instrument } from '../exchange.ts';

const RENEW_EVERY_MS = 3_600_000;
/** Refusals come in bursts; the answer is large. */
const RENEW_PAUSE_MS = 2_000;

export interface Listings {
  instruments(): ReadonlyMap<string, Instrument>;
  /** Request weight allowed per minute. */
  maxWeight(): number;
  /**
   * All, or the one that is named where the market can be asked for one.
   * @throws Unreachable
   */
  refresh(symbol?: string): Promise<void>;
  /** Refreshes unless that was done just now; never throws. */
  renew(): Promise<void>;
  /** Listings, halts and filters change on any day, and no event tells. Until `stop`. */
  renewHourly(): void;
  stop(): void;
}

export interface ListingsOptions {
  read(symbol?: string): Promise<{ instruments: ReadonlyMap<string, Instrument>; limit: number | null }>;
  defaultLimit: number;
  onTrouble(message: string): void;
  /** The list has been read anew. */
  onRead(): void;
}

/** What the exchange lists, as it was last read. */
export function createListings({ read, defaultLimit, onTrouble, onRead }: ListingsOptions): Listings {
  let instruments: ReadonlyMap<string, Instrument> = new Map();
  let maxWeight = defaultLimit;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  async function refresh(symbol?: string): Promise<void> {
    const loaded = await read(symbol);
    instruments =
      symbol === undefined ? loaded.instruments : new Map([...instruments, ...loaded.instruments]);
    maxWeight = loaded.limit ?? defaultLimit;
    onRead();
  }

  async function renew(): Promise<void> {
    if (performance.now() - renewedAt < RENEW_PAUSE_MS) return;
    renewedAt = performance.now();
    try {
      await refresh();
    } catch (error) {
      onTrouble((error as Error).message);
    }
  }

  return {
    instruments: () => instruments,
    maxWeight: () => maxWeight,
    refresh,
    renew,
    renewHourly() {
      clearInterval(timer);
      timer = setInterval(() => void renew(), RENEW_EVERY_MS);
    },
    stop: () => clearInterval(timer),
  };
}
