import { fingerprint } from '../../risk/assess.ts';
import type { RecentSignal } from '../../risk/book.ts';
import type { ClosedTrade, Trade } from '../model.ts';
import type { DeskStore } from './store.ts';

/** What earlier runs have left. */
export interface Stored {
  /** Some are closed already, and stay until that has been told. */
  unarchived: Trade[];
  /** What closed lately, those included. */
  closed: ClosedTrade[];
  /** What was planned or traded lately, by fingerprint. */
  signals: (readonly [print: string, seen: RecentSignal])[];
}

/** @throws UnreadableRecord */
export async function readStored(
  store: Pick<DeskStore, 'openTrades' | 'recentSignals' | 'closedSince' | 'closedBetween'>,
  closedSinceMs: number,
  signalsSinceMs: number,
): Promise<Stored> {
  const [unarchived, recent, archived] = await Promise.all([
    store.openTrades(),
    store.recentSignals(signalsSinceMs),
    // One may have been closed in what is the future now: a clock has been set back.
    store.closedSince(closedSinceMs),
  ]);
  const made = [...(await madeSince(store, signalsSinceMs, archived)), ...unarchived];
  return {
    unarchived,
    closed: [...archived, ...unarchived.filter(({ phase }) => phase === 'closed')],
    // A trade's own row is all that is written for its signal.
    signals: [...recent, ...made.filter(({ createdAt }) => createdAt >= signalsSinceMs).map(signalOf)],
  };
}

/** Those that were made since then, and perhaps others: their signals are not in what is read of closed trades. */
async function madeSince(
  store: Pick<DeskStore, 'closedBetween'>,
  sinceMs: number,
  archived: readonly ClosedTrade[],
): Promise<Trade[]> {
  const times = archived.filter(({ createdAt }) => createdAt >= sinceMs).map(({ closedAt }) => closedAt ?? 0);
  return times.length === 0 ? [] : store.closedBetween(Math.min(...times), Number.MAX_SAFE_INTEGER);
}

function signalOf({ createdAt, plan, signal, source }: Trade): readonly [string, RecentSignal] {
  const { messageId, index, authorId } = source;
  return [fingerprint(signal, authorId, plan.market), { at: createdAt, messageId, index }];
}
