import type { Decimal } from '../../src/trading/decimal.ts';
import type { Books, Tag } from './books.ts';

/** A stop, as the exchange has it. */
export interface StopSeen {
  clientId: string;
  symbol: string;
  /** As in the books. */
  key: string;
  trigger: Decimal;
  quantity: Decimal;
  isCancelled: boolean;
}

/** What the checker asks of a market: its books, and what is right there. */
export interface Law {
  market: 'usdm' | 'spot';
  books: Books;
  clientIdOf(orderId: number): string | undefined;
  /** A stop by its client id, whatever has become of it. */
  stopOf(clientId: string): StopSeen | null;
  /** The client ids of stops that stand. */
  stops(): Iterable<string>;
  /** Of an order that could open where it should close. */
  opener(clientId: string, tag: Tag): boolean;
  equity(): Decimal;
  /** What else must not be. */
  breach(): string | null;
  /**
   * A new stop can stand beside the old one, and an order that is too large is cut by the exchange: futures. Coins are
   * bound by one order at a time, and one that is too large would sell the user's own.
   */
  isPosition: boolean;
  /** So little that no order can be placed for it. */
  isTiny(key: string, held: Decimal): boolean;
  /** It takes no orders at all, not even what protects. */
  isClosed(symbol: string): boolean;
  /** Ours cannot be told apart from the user's own any more. */
  isMixed(symbol: string): boolean;
}
