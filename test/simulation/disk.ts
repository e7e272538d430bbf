import type { z } from 'zod';
import type { Change, Collection, Document, Ledger } from '../../src/trading/ledger.ts';
import type { InFlight, StoreTrouble } from './script.ts';

/** What outlives a crash: rows by table, in the order in which they were first written. */
export interface Disk {
  tables: Map<string, Map<string, unknown>>;
}

export interface DiskAccess {
  disk: Disk;
  after(ms: number, run: () => void): void;
  now(): number;
  /** How long the next write takes. */
  latencyMs(): number;
  /** What ails it now. */
  trouble(): StoreTrouble | null;
  /** From 0 to 1. */
  chance(): number;
  isAlive(): boolean;
  /** A write is about to leave the program. */
  beforeWrite(): void;
  note(line: () => string): void;
  /** A row has become durable. */
  onWritten(table: string, key: string, value: unknown): void;
}

export interface DiskLedger extends Ledger {
  /** The program ends: what was on its way to the disk arrives or does not, in its order. */
  crash(fate: InFlight, chance: () => number): void;
}

/** Rows that are all written or none. */
type Write = readonly Change[];

function concernsSame(one: Write, other: Write): boolean {
  return one.some((a) => other.some((b) => a.table === b.table && a.key === b.key));
}

class StoreFailure extends Error {
  override name = 'StoreFailure';
}

/** As the store's own: another program's lock is waited for, but not for long. */
const LOCK_PATIENCE_MS = 400;
const LOCK_LOOK_MS = 20;

/** The ledger's tables on a simulated disk: a write is durable when its promise resolves, and one after the other. */
export function createDiskLedger(access: DiskAccess): DiskLedger {
  const { disk } = access;
  let freeAt = 0;
  const waiting: { write: Write; over: Promise<unknown> }[] = [];
  const revived = new WeakMap<z.ZodType, WeakMap<object, unknown>>();

  function tableOf(name: string): Map<string, unknown> {
    let table = disk.tables.get(name);
    if (!table) {
      table = new Map();
      disk.tables.set(name, table);
    }
    return table;
  }

  function apply(write: Write): void {
    for (const { table, key, value } of write) {
      if (value === undefined) tableOf(table).delete(key);
      else tableOf(table).set(key, value);
      access.onWritten(table, key, value);
    }
  }

  function submit(write: Write): Promise<void> {
    if (access.isAlive()) access.beforeWrite();
    // The program may just have ended: nothing more comes of it.
    if (!access.isAlive()) return new Promise(() => undefined);
    const end = Promise.withResolvers<void>();
    // Whatever keeps an earlier write from a row, a later one to it comes after.
    const earlier = waiting.findLast((other) => concernsSame(other.write, write));
    waiting.push({ write, over: end.promise.catch(() => undefined) });
    freeAt = Math.max(freeAt, access.now() + access.latencyMs());
    const begin = (): void => attempt(write, access.now() + LOCK_PATIENCE_MS, end);
    access.after(freeAt - access.now(), () => {
      if (earlier && waiting.includes(earlier)) void earlier.over.then(begin);
      else begin();
    });
    return end.promise;
  }

  function attempt(write: Write, until: number, end: PromiseWithResolvers<void>): void {
    const trouble = access.trouble();
    if (trouble === 'lock' && access.now() < until) {
      access.after(LOCK_LOOK_MS, () => attempt(write, until, end));
      return;
    }
    waiting.splice(
      waiting.findIndex((one) => one.write === write),
      1,
    );
    const isThere = trouble === null || (trouble === 'torn' && access.chance() < 0.5);
    if (isThere) apply(write);
    const what = (): string => write.map(({ table, key }) => `${table} ${key}`).join(', ');
    access.note(() => `disk ${trouble ? `(${trouble}, written: ${isThere})` : 'wrote'} ${what()}`);
    if (trouble) end.reject(new StoreFailure(`the disk: ${trouble}`));
    else end.resolve();
  }

  function readable(): void {
    if (access.trouble() === 'gone') throw new StoreFailure('the disk cannot be read');
  }

  /** Every value is what JSON and its schema make of it, as after a restart. No row is changed in place. */
  function read<T>(schema: z.ZodType<T>, value: unknown): T {
    if (typeof value !== 'object' || value === null) return schema.parse(value);
    // A table may be read in two ways.
    const byValue = revived.get(schema) ?? new WeakMap<object, unknown>();
    revived.set(schema, byValue);
    const known = byValue.get(value);
    if (known !== undefined) return known as T;
    const row = schema.parse(onDisk(value));
    byValue.set(value, row);
    return row;
  }

  function collection<T>(name: string, schema: z.ZodType<T>): Collection<T> {
    const rows = (): [string, T][] => {
      readable();
      return [...tableOf(name)].map(([key, value]) => [key, read(schema, value)]);
    };
    const byKey = (): [string, T][] => rows().sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      get: async (key) => {
        readable();
        const value = tableOf(name).get(key);
        return value === undefined ? undefined : read(schema, value);
      },
      set: (key, value) => submit([{ table: name, key, value }]),
      delete: (key) => submit([{ table: name, key, value: undefined }]),
      change: (key, value) => ({ table: name, key, value }),
      all: async () => rows(),
      taken: async (from, to, take, wanted) => {
        readable();
        return [...tableOf(name)]
          .filter(([key, value]) => key >= from && key < to && (wanted?.(onDisk(value)) ?? true))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .flatMap(([key, value]) => take(key, read(schema, value)) ?? []);
      },
      last: async (count) => byKey().slice(-count),
      prune: async (field, beforeMs) => {
        if (access.trouble() !== null) throw new StoreFailure('the disk cannot be written');
        const old = rows().filter(([, value]) => Number(value[field]) < beforeMs);
        for (const [key] of old) tableOf(name).delete(key);
        return old.length;
      },
    };
  }

  function document<T>(name: string, schema: z.ZodType<T>): Document<T> {
    const meta = collection('meta', schema);
    return { get: () => meta.get(name), set: (value) => meta.set(name, value) };
  }

  return {
    path: 'simulated',
    collection,
    document,
    together: (changes) => submit(changes),
    names: async (prefix) => [...disk.tables.keys()].filter((name) => name.startsWith(prefix)).sort(),
    bind: async () => 'known',
    close: async () => undefined,
    crash(fate, chance) {
      for (const { write } of waiting) {
        if (fate === 'none' || (fate === 'some' && chance() < 0.5)) break;
        apply(write);
      }
      waiting.length = 0;
    },
  };
}

function onDisk(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
