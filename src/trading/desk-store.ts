import { z } from 'zod';
import type { DeskStore } from './desk.ts';
import type { Collection, Ledger } from './ledger.ts';
import { type Trade, trade } from './model.ts';
import { dayMarkRecord, guardRecord, pauseRecord, recentSignalRecord } from './records.ts';

const CLOSED = 'closed_';

/**
 * The desk's part of the store. Open trades are one table, read at start; closed ones go to a table for each month
 * (UTC), keyed by the time of closing, so that neither start nor memory grows with history.
 */
export function createDeskStore(ledger: Ledger): DeskStore {
  const open = ledger.collection('trades', trade);
  /** Trade id → its key in the month's table. */
  const closedKeys = ledger.collection('closed_keys', z.string());
  const recent = ledger.collection('recent_signals', recentSignalRecord);
  const pauses = ledger.document('pauses', z.array(pauseRecord));
  const dayMark = ledger.document('dayMark', dayMarkRecord);
  const guard = ledger.document('guard', guardRecord);
  const months = new Map<string, Collection<Trade>>();

  function month(name: string): Collection<Trade> {
    const known = months.get(name);
    if (known) return known;
    const created = ledger.collection(name, trade);
    months.set(name, created);
    return created;
  }

  async function findClosed(tradeId: string): Promise<Trade | null> {
    const key = await closedKeys.get(tradeId);
    if (key === undefined) return null;
    return (await month(monthOf(timeOf(key))).get(key)) ?? null;
  }

  return {
    async openTrades() {
      const trades: Trade[] = [];
      for (const [id, candidate] of await open.all()) {
        // A crash between archiving and deleting leaves both: the archive wins.
        if (await findClosed(id)) await open.delete(id);
        else trades.push(candidate);
      }
      return trades;
    },
    saveTrade: (changed) => open.set(changed.id, changed),
    dropTrade: (tradeId) => open.delete(tradeId),
    async archive(closed) {
      if (closed.closedAt === null) throw new Error(`trade ${closed.id} is not closed`);
      const key = `${timeKey(closed.closedAt)}-${closed.id}`;
      const before = await closedKeys.get(closed.id);
      if (before !== undefined && before !== key) await month(monthOf(timeOf(before))).delete(before);
      await Promise.all([month(monthOf(closed.closedAt)).set(key, closed), closedKeys.set(closed.id, key)]);
      await open.delete(closed.id);
    },
    async reopen(trade) {
      await open.set(trade.id, trade);
      const key = await closedKeys.get(trade.id);
      if (key === undefined) return;
      // Without its row the key names nothing; without its key the row would be found for ever.
      await month(monthOf(timeOf(key))).delete(key);
      await closedKeys.delete(trade.id);
    },
    findClosed,
    async closedBetween(fromMs, toMs) {
      const trades: Trade[] = [];
      for (const name of await ledger.names(CLOSED)) {
        if (!/^closed_\d{6}$/.test(name) || name < monthOf(fromMs) || name > monthOf(toMs)) continue;
        for (const [, closed] of await month(name).between(timeKey(fromMs), timeKey(toMs)))
          trades.push(closed);
      }
      return trades;
    },
    async recentSignals(sinceMs) {
      await recent.prune('at', sinceMs);
      return new Map(await recent.all());
    },
    saveSignal: (fingerprint, seen) => recent.set(fingerprint, seen),
    dropSignal: (fingerprint) => recent.delete(fingerprint),
    pauses: async () => (await pauses.get()) ?? [],
    savePauses: (now) => pauses.set([...now]),
    dayMark: async () => (await dayMark.get()) ?? null,
    saveDayMark: (mark) => dayMark.set(mark),
    guardState: async () => (await guard.get()) ?? null,
    saveGuardState: (state) => guard.set(state),
  };
}

/** Sorts as text like the number; clamped to what four-digit years can hold. */
function timeKey(ms: number): string {
  const clamped = Math.min(Math.max(Math.floor(ms), 0), 9_999_999_999_999);
  return String(clamped).padStart(13, '0');
}

function timeOf(key: string): number {
  return Number(key.slice(0, 13));
}

function monthOf(ms: number): string {
  const date = new Date(Number(timeKey(ms)));
  return `${CLOSED}${date.getUTCFullYear()}${String(date.getUTCMonth() + 1).padStart(2, '0')}`;
}
