import type { RecentSignal } from '../../risk/book.ts';
import type { ClosedTrade, Trade } from '../model.ts';
import type { WardenStore } from './warden.ts';

/** What the desk keeps over a restart. Every write is durable when its promise resolves. */
export interface DeskStore extends WardenStore {
  openTrades(): Promise<Trade[]>;
  saveTrade(trade: Trade): Promise<void>;
  dropTrade(tradeId: string): Promise<void>;
  archive(trade: Trade): Promise<void>;
  /** The way back: what was archived is open again. */
  reopen(trade: Trade): Promise<void>;
  findClosed(tradeId: string): Promise<Trade | null>;
  closedBetween(fromMs: number, toMs: number): Promise<Trade[]>;
  /** Those on these symbols; the others are not read whole. */
  closedOn(symbols: ReadonlySet<string>, fromMs: number, toMs: number): Promise<Trade[]>;
  /** Of all that closed since then what a start needs of them. */
  closedSince(fromMs: number): Promise<ClosedTrade[]>;
  /** Reads whole what a start has read in part. Rejects with `UnreadableRecord`, and then the next start does. */
  checkClosed(fromMs: number): Promise<void>;
  /** What `take` makes of each of those, read in pieces. */
  takeClosed<T>(fromMs: number, toMs: number, take: (closed: Trade) => T | null): Promise<T[]>;
  recentSignals(sinceMs: number): Promise<Map<string, RecentSignal>>;
  saveSignal(fingerprint: string, seen: RecentSignal): Promise<void>;
  dropSignal(fingerprint: string): Promise<void>;
  /** It is on a server that is not there. */
  isAway?(): boolean;
}
