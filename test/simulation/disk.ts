import type { z } from 'zod';
import type { Collection, Document, Ledger } from '../../src/trading/ledger.ts';
import type { InFlight } from './script.ts';

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
  /** Whether writes fail now, and whether what they wrote is there all the same. */
  failure(): { applied: boolean } | null;
  note(line: () => string): void;
  /** A row has become durable. */
  onWritten(table: string, key: string, value: unknown): void;
}

export interface DiskLedger extends Ledger {
  /** The program ends: what was on its way to the disk arrives or does not, in its order. */
  crash(fate: InFlight, chance: () => number): void;
}

interface Write {
  table: string;
  key: string;
  /** Undefined deletes. */
  value: unknown;
  ended: boolean;
}

class StoreFailure extends Error {
  override name = 'StoreFailure';
}

/** The ledger's tables on a simulated disk: a write is durable when its promise resolves, and one after the other. */
export function createDiskLedger(access: DiskAccess): DiskLedger {
  const { disk } = access;
  let freeAt = 0;
  const waiting: Write[] = [];

  function tableOf(name: string): Map<string, unknown> {
    let table = disk.tables.get(name);
    if (!table) {
      table = new Map();
      disk.tables.set(name, table);
    }
    return table;
  }

  function apply(write: Write): void {
    if (write.value === undefined) tableOf(write.table).delete(write.key);
    else tableOf(write.table).set(write.key, write.value);
    access.onWritten(write.table, write.key, write.value);
  }

  function submit(table: string, key: string, value: unknown): Promise<void> {
    const write: Write = { table, key, value, ended: false };
    waiting.push(write);
    freeAt = Math.max(freeAt, access.now() + access.latencyMs());
    return new Promise((done, failed) => {
      access.after(freeAt - access.now(), () => {
        write.ended = true;
        waiting.splice(waiting.indexOf(write), 1);
        const failure = access.failure();
        if (failure === null || failure.applied) apply(write);
        access.note(
          () => `disk ${failure ? `fails (applied: ${failure.applied})` : 'wrote'} ${table} ${key}`,
        );
        if (failure) failed(new StoreFailure('the disk is full'));
        else done();
      });
    });
  }

  /** Every value is what JSON and its schema make of it, as after a restart. */
  function read<T>(schema: z.ZodType<T>, value: unknown): T {
    return schema.parse(JSON.parse(JSON.stringify(value)));
  }

  function collection<T>(name: string, schema: z.ZodType<T>): Collection<T> {
    const rows = (): [string, T][] => [...tableOf(name)].map(([key, value]) => [key, read(schema, value)]);
    const byKey = (): [string, T][] => rows().sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      get: async (key) => {
        const value = tableOf(name).get(key);
        return value === undefined ? undefined : read(schema, value);
      },
      set: (key, value) => submit(name, key, value),
      delete: (key) => submit(name, key, undefined),
      all: async () => rows(),
      between: async (from, to) => byKey().filter(([key]) => key >= from && key < to),
      last: async (count) => byKey().slice(-count),
      prune: async (field, beforeMs) => {
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
    names: async (prefix) => [...disk.tables.keys()].filter((name) => name.startsWith(prefix)).sort(),
    bind: async () => 'known',
    close: async () => undefined,
    crash(fate, chance) {
      for (const write of waiting) {
        if (fate === 'none' || (fate === 'some' && chance() < 0.5)) break;
        apply(write);
      }
      waiting.length = 0;
    },
  };
}
