import { z } from 'zod';
import type { DeskStore } from './desk/store.ts';
import type { Change, Collection, Ledger } from './ledger.ts';
import { type ClosedTrade, closedTrade, type Trade, trade } from './model.ts';
import {
  archiveInDoubtRecord,
  dayMarkRecord,
  guardRecord,
  pauseRecord,
  recentSignalRecord,
} from './records.ts';
import { UnreadableRecord } from './store/errors.ts';
import type { Hold } from './store/hold.ts';
import { isAway } from './store/within.ts';

const CLOSED = 'closed_';
/** Of a stored trade the symbol that it is on. */
const onSymbol = z.object({ plan: z.object({ symbol: z.string() }) });

/**
 * The desk's part of the store. Open trades are one table, read at start; closed ones go to a table for each month
 * (UTC), keyed by the time of closing, so that neither start nor memory grows with history.
 */
export function createDeskStore(
  ledger: Ledger & { hold?: Hold | null },
): DeskStore & { holdsTrades(): Promise<boolean> } {
  const hold = ledger.hold ?? null;
  const open = ledger.collection('trades', trade);
  /** Trade id → its key in the month's table. */
  const closedKeys = ledger.collection('closed_keys', z.string());
  const recent = ledger.collection('recent_signals', recentSignalRecord);
  const pauses = ledger.document('pauses', z.array(pauseRecord));
  const dayMark = ledger.document('dayMark', dayMarkRecord);
  const guard = ledger.document('guard', guardRecord);
  const doubt = ledger.document('archiveInDoubt', archiveInDoubtRecord);
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

  /** What takes the trade out of the archive, where it is there under another key than this. */
  async function leaving(tradeId: string, unless: string | null): Promise<Change[]> {
    const key = await closedKeys.get(tradeId);
    return key === undefined || key === unless ? [] : [month(monthOf(timeOf(key))).change(key)];
  }

  /** Earlier versions could leave a trade under two keys: the index names the one that counts. */
  async function named<T extends { id: string; key: string }>(rows: readonly T[]): Promise<T[]> {
    const doubled = [...Map.groupBy(rows, ({ id }) => id)].filter(([, same]) => same.length > 1);
    const keys = new Map<string, string | undefined>();
    for (const [id] of doubled) keys.set(id, await closedKeys.get(id));
    return rows.filter(({ id, key }) => !keys.has(id) || key === keys.get(id));
  }

  /** A trade is open or in the archive, never both and never neither, whatever becomes of the program meanwhile. */
  async function reopen(trade: Trade): Promise<void> {
    await ledger.together([
      open.change(trade.id, trade),
      closedKeys.change(trade.id),
      ...(await leaving(trade.id, null)),
    ]);
  }

  async function takeFrom<One extends { id: string }, T>(
    months: (name: string) => Collection<One>,
    fromMs: number,
    toMs: number,
    take: (closed: One) => T | null,
    wanted?: (stored: unknown) => boolean,
  ): Promise<T[]> {
    const found: { id: string; key: string; taken: T }[][] = [];
    for (const name of await ledger.names(CLOSED)) {
      if (!/^closed_\d{6}$/.test(name) || name < monthOf(fromMs) || name > monthOf(toMs)) continue;
      const keep = (key: string, closed: One) => {
        const taken = take(closed);
        return taken === null ? null : { id: closed.id, key, taken };
      };
      found.push(await months(name).taken(timeKey(fromMs), timeKey(toMs), keep, wanted));
    }
    return (await named(found.flat())).map(({ taken }) => taken);
  }

  function takeClosed<T>(fromMs: number, toMs: number, take: (closed: Trade) => T | null): Promise<T[]> {
    return takeFrom(month, fromMs, toMs, take);
  }

  async function readWhole(fromMs: number): Promise<void> {
    await takeClosed(fromMs, Number.MAX_SAFE_INTEGER, () => null);
  }

  return {
    async openTrades() {
      const trades: Trade[] = [];
      for (const [id, candidate] of await open.all()) {
        const closed = await findClosed(id);
        // The very end that is archived, written once more: the archive may know of fees that came later.
        if (closed && candidate.closedAt === closed.closedAt) await open.delete(id);
        else {
          // Its archiving was not known to have been made, and it went on.
          if (closed) await reopen(candidate);
          trades.push(candidate);
        }
      }
      return trades;
    },
    saveTrade: (changed) => open.set(changed.id, changed),
    dropTrade: (tradeId) => open.delete(tradeId),
    async archive(closed) {
      const key = keyOf(closed);
      await ledger.together([
        month(monthOf(timeOf(key))).change(key, closed),
        closedKeys.change(closed.id, key),
        open.change(closed.id),
        ...(await leaving(closed.id, key)),
      ]);
    },
    reopen,
    findClosed,
    holdsTrades: async () => (await open.last(1)).length > 0 || (await closedKeys.last(1)).length > 0,
    closedBetween: (fromMs, toMs) => takeClosed(fromMs, toMs, (closed) => closed),
    takeClosed,
    closedOn(symbols, fromMs, toMs) {
      const mayBe = (stored: unknown): boolean => {
        const { data } = onSymbol.safeParse(stored);
        return data === undefined || symbols.has(data.plan.symbol);
      };
      return takeFrom(month, fromMs, toMs, (closed) => closed, mayBe);
    },
    async closedSince(fromMs) {
      if (await doubt.get()) {
        await readWhole(fromMs);
        await doubt.set(false);
      }
      const part = (name: string): Collection<ClosedTrade> => ledger.collection(name, closedTrade);
      return takeFrom(part, fromMs, Number.MAX_SAFE_INTEGER, (closed) => closed);
    },
    async checkClosed(fromMs) {
      try {
        await readWhole(fromMs);
      } catch (error) {
        // Also where that cannot be written it is the row that is to be told of.
        if (error instanceof UnreadableRecord) await doubt.set(true).catch(() => undefined);
        throw error;
      }
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
    isAway: () => isAway(hold) || (hold?.weakness() ?? null) !== null,
  };
}

function keyOf({ id, closedAt }: Trade): string {
  if (closedAt === null) throw new Error(`trade ${id} is not closed`);
  return `${timeKey(closedAt)}-${id}`;
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
