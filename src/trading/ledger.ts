import { setTimeout as delay } from 'node:timers/promises';
import { Keyv } from 'keyv';
import { z } from 'zod';
import { storeKind } from './store/address.ts';
import { type Engine, META, type Row, TABLE_NAME } from './store/engine.ts';
import { StoreMismatch, UnreadableRecord } from './store/errors.ts';
import type { OnWritten } from './store/groups.ts';
import type { Hold } from './store/hold.ts';

/**
 * Durable, typed key-value tables in a store. A write resolves when it is on the disk and rejects when it
 * could not be made; a row that does not fit its schema is an `UnreadableRecord`, never a guess.
 */
export interface Collection<T> {
  get(key: string): Promise<T | undefined>;
  /** One atomic upsert. */
  set(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
  /** What `set` and, without a value, `delete` would do: for `Ledger.together`. */
  change(key: string, value?: T): Change;
  /** In the order in which the keys were first set. */
  all(): Promise<[key: string, value: T][]>;
  /**
   * What `take` makes of the rows with keys from `from` up to but not including `to`, in the order of the keys (bytes of
   * UTF-8), without what is null. They are read in pieces: many of them neither keep the program from its work nor fill
   * its memory. Those whose stored value is not `wanted` are passed over, whether they fit the schema or not.
   */
  taken<U>(
    from: string,
    to: string,
    take: (key: string, value: T) => U | null,
    wanted?: (stored: unknown) => boolean,
  ): Promise<U[]>;
  /** The greatest keys, smallest first. */
  last(count: number): Promise<[key: string, value: T][]>;
  /** Deletes rows whose time in this field (milliseconds) is before `beforeMs`; answers with their number. */
  prune(field: keyof T & string, beforeMs: number): Promise<number>;
}

/** A change of one row that has not been made yet; undefined deletes it. */
export interface Change {
  readonly table: string;
  readonly key: string;
  readonly value: unknown;
}

/** One typed value. */
export interface Document<T> {
  get(): Promise<T | undefined>;
  set(value: T): Promise<void>;
}

export interface Ledger {
  readonly path: string;
  /** Creates the table where it is missing. `name` is letters, digits and underscores. */
  collection<T>(name: string, schema: z.ZodType<T>): Collection<T>;
  document<T>(name: string, schema: z.ZodType<T>): Document<T>;
  /** Makes all of these changes, in one transaction, or when it rejects none. */
  together(changes: readonly Change[]): Promise<void>;
  /** Names of existing collections that begin so, sorted. */
  names(prefix: string): Promise<string[]>;
  /**
   * Binds a new store to an environment and account, and throws `StoreMismatch` when it is bound to another one.
   * Answers whether the binding is new.
   */
  bind(environment: string, uid: string): Promise<'new' | 'known'>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/** A ledger whose connections can be renewed while it is in use. */
export interface OpenLedger extends Ledger {
  /** The right to be the only program on the store; null where it cannot be lost. */
  readonly hold: Hold | null;
  /** Rejects where nobody could write to the store now, by whichever connection. */
  canBeWritten(): Promise<void>;
  /** New connections in place of those that fail. Rejects where they would fail too, or something is under way. */
  reopen(): Promise<void>;
}

const IDLE_WITHIN_MS = 1_000;

/** Whose the store is. */
export const binding = z.object({ environment: z.string(), uid: z.string() });

/**
 * Opens the store and holds it until `close` or the end of the process. One of an earlier format is brought to this
 * one; a copy of it is kept.
 * `onWritten` hears how long each transaction took. Throws `StoreInUse`, `StoreCorrupt`, `StoreTooNew`,
 * `StoreUnusable` or `StorePackageMissing`.
 */
export async function openLedger(storeUrl: string, onWritten?: OnWritten): Promise<OpenLedger> {
  return buildLedger(await openEngine(storeUrl, onWritten));
}

/** Only the one that is used is loaded. */
async function openEngine(storeUrl: string, onWritten: OnWritten): Promise<Engine> {
  switch (storeKind(storeUrl)) {
    case 'sqlite':
      return (await import('./store/sqlite.ts')).openSqlite(storeUrl, onWritten);
    case 'postgres':
      return (await import('./store/postgres.ts')).openPostgres(storeUrl, onWritten);
    case 'redis':
      return (await import('./store/redis.ts')).openRedis(storeUrl, onWritten);
  }
}

function buildLedger(engine: Engine): OpenLedger {
  const { name: store } = engine;
  let closing: Promise<void> | null = null;
  const tables = new Map<string, Table>();
  const tableOf = (name: string): Table => {
    const table = tables.get(name) ?? createTable(engine, name);
    tables.set(name, table);
    return table;
  };
  const meta = collectionOf(engine, tableOf(META), z.unknown());
  const owner = documentOf(meta, META, 'binding', binding);
  return {
    path: engine.path,
    hold: engine.hold,
    collection: (name, schema) => collectionOf(engine, tableOf(name), schema),
    document: (name, schema) => documentOf(meta, META, name, schema),
    together: async (changes) => {
      const rows = changes.map(({ table, key, value }) => ({ table, key, value: textOf(value) }));
      const turn = Promise.all(rows.map(({ table, key }) => tableOf(table).ready(key))).then(() =>
        engine.write(rows),
      );
      await Promise.all(rows.map(({ table, key }) => tableOf(table).hold(key, turn)));
    },
    names: async (prefix) => (await engine.names()).filter((name) => name.startsWith(prefix)).sort(),
    bind: async (environment, uid) => {
      const bound = await owner.get();
      if (!bound) {
        await owner.set({ environment, uid });
        return 'new';
      }
      if (bound.environment === environment && bound.uid === uid) return 'known';
      throw mismatch(store, bound, { environment, uid });
    },
    canBeWritten: engine.canBeWritten,
    async reopen() {
      // What hangs in the old connection might still be carried out, after what is newer.
      if (!(await Promise.race([engine.idle().then(() => true), delay(IDLE_WITHIN_MS, false)])))
        throw new Error('a write has had no answer yet');
      await engine.renew();
    },
    close: () => {
      closing ??= engine.close();
      return closing;
    },
  };
}

function mismatch(name: string, bound: z.infer<typeof binding>, now: z.infer<typeof binding>): StoreMismatch {
  return new StoreMismatch(
    bound.environment !== now.environment
      ? { code: 'other_environment', name, bound: bound.environment, now: now.environment }
      : { code: 'other_account', name, bound: bound.uid, now: now.uid },
  );
}

/** A table, and the order of the writes to each of its rows: Keyv takes longer over a set than over a delete after it. */
interface Table {
  name: string;
  /** Tried again where it could not be made. */
  created(): Promise<unknown>;
  /** Once the earlier writes to the row have ended; null where there is nothing to wait for. */
  ready(key: string): Promise<unknown> | null;
  /** Later writes to the row wait for this one. */
  hold(key: string, turn: Promise<void>): Promise<void>;
}

function createTable(engine: Engine, name: string): Table {
  if (!TABLE_NAME.test(name)) throw new Error(`not a table name: ${name}`);
  let making: Promise<unknown> | null = null;
  let isMade = false;
  const created = (): Promise<unknown> => {
    making ??= engine.create(name).then(
      () => {
        isMade = true;
      },
      (error: unknown) => {
        making = null;
        throw error;
      },
    );
    return making;
  };
  // Whoever uses the table meets the error; until then nobody has to.
  created().catch(() => undefined);
  const latest = new Map<string, Promise<void>>();
  return {
    name,
    created,
    ready(key) {
      const before = latest.get(key);
      return isMade && !before ? null : Promise.allSettled([created(), before]).then(created);
    },
    async hold(key, turn) {
      latest.set(key, turn);
      try {
        await turn;
      } finally {
        if (latest.get(key) === turn) latest.delete(key);
      }
    },
  };
}

/** Rows that are read at once: some milliseconds of work. */
const PIECE = 25;
/** What every text that goes on after another begins with at the least: PostgreSQL takes no zero. */
const LEAST = '\u0001';

function collectionOf<T>(engine: Engine, table: Table, schema: z.ZodType<T>): Collection<T> {
  const { name, created } = table;
  const read = async (rows: () => Promise<Row[]>): Promise<[string, T][]> => {
    await created();
    return (await rows()).map(({ key, value }) => [key, valid(schema, name, key, unwrap(value))]);
  };
  // Not a turn later than need be: an order may wait for the row.
  const inOrder = (key: string, write: () => Promise<unknown>): Promise<void> => {
    const begun = table.ready(key)?.then(write) ?? write();
    return table.hold(
      key,
      begun.then(() => undefined),
    );
  };
  const keyv = new Keyv<T>({
    store: adapter(engine, name),
    useKeyPrefix: false,
    throwOnErrors: true,
    serialize: JSON.stringify,
    deserialize: JSON.parse,
  });
  return {
    get: async (key) => {
      await created();
      const value: unknown = await keyv.get(key);
      return value === undefined ? undefined : valid(schema, name, key, value);
    },
    set: (key, value) => inOrder(key, () => keyv.set(key, value)),
    delete: (key) => inOrder(key, () => keyv.delete(key)),
    change: (key, value) => ({ table: name, key, value }),
    all: () => read(() => engine.all(name)),
    async taken<U>(
      from: string,
      to: string,
      take: (key: string, value: T) => U | null,
      wanted: (stored: unknown) => boolean = () => true,
    ) {
      await created();
      const kept: U[] = [];
      for (let next = from; ; ) {
        const rows = await engine.between(name, next, to, PIECE);
        for (const { key, value } of rows) {
          const stored = unwrap(value);
          const one = wanted(stored) ? take(key, valid(schema, name, key, stored)) : null;
          if (one !== null) kept.push(one);
        }
        const last = rows.at(-1);
        if (last === undefined || rows.length < PIECE) return kept;
        next = `${last.key}${LEAST}`;
      }
    },
    last: (count) => read(() => engine.last(name, count)),
    prune: async (field, beforeMs) => {
      await created();
      return engine.prune(name, field, beforeMs);
    },
  };
}

/** Keyv's store adapter for one table of the shared connections; Keyv's own open some for each table. */
function adapter(engine: Engine, table: string) {
  return {
    opts: { table },
    get: (key: string) => engine.get(table, key),
    set: (key: string, value: string) => engine.write([{ table, key, value }]),
    delete: async (key: string) => {
      await engine.write([{ table, key, value: null }]);
      return true;
    },
    clear: async () => {
      throw new Error('a table is never cleared');
    },
  };
}

function documentOf<T>(
  meta: Collection<unknown>,
  table: string,
  name: string,
  schema: z.ZodType<T>,
): Document<T> {
  return {
    get: async () => {
      const value = await meta.get(name);
      return value === undefined ? undefined : valid(schema, table, name, value);
    },
    set: (value) => meta.set(name, value),
  };
}

/** As Keyv stores a value; null, which removes a row, for none. */
function textOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify({ value });
}

/** Keyv stores `{"value": …}`. */
function unwrap(text: string): unknown {
  const wrapped: unknown = JSON.parse(text);
  return typeof wrapped === 'object' && wrapped !== null && 'value' in wrapped ? wrapped.value : undefined;
}

function valid<T>(schema: z.ZodType<T>, collection: string, key: string, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UnreadableRecord(
    collection,
    key,
    z.prettifyError(parsed.error).replaceAll('\n', ' ').slice(0, 300),
  );
}
