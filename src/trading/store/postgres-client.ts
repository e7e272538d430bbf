import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { onDemand } from './on-demand.ts';

/** What is used of `@keyv/postgres` and of `pg` beneath it; https://node-postgres.com/apis/client */

export interface KeyvPostgres {
  /** Hands its parameters to the pool as they are: https://node-postgres.com/apis/client#clientquery */
  query(
    query: { text: string; query_timeout: number },
    values: readonly unknown[] | undefined,
  ): Promise<unknown[]>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface Pool {
  on(event: 'error', listener: (error: Error) => void): unknown;
  end(): Promise<void>;
}

export interface Client {
  /** The backend's, as whoever answers says: a pooler gives a number of its own. */
  readonly processID?: number;
  connect(): Promise<unknown>;
  query(sql: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  end(): Promise<void>;
  on(event: 'error' | 'end', listener: (error?: Error) => void): unknown;
}

export interface Drivers {
  KeyvPostgres: new (options: Readonly<Record<string, unknown>>) => KeyvPostgres;
  Client: new (options: Readonly<Record<string, unknown>>) => Client;
}

/** Whose a store is stands in a table of its own, which the ledger does not see. */
export const HOLD_TABLE = '_hold';

/** Throws `StorePackageMissing`. */
export async function loadDrivers(): Promise<Drivers> {
  const { KeyvPostgres } = await onDemand<Pick<Drivers, 'KeyvPostgres'>>('@keyv/postgres');
  // Its own `pg`, wherever npm has put it.
  const { Client } = createRequire(import.meta.resolve('@keyv/postgres'))('pg') as Pick<Drivers, 'Client'>;
  return { KeyvPostgres, Client };
}

/** A connection that is not answered in this time has none. */
export const CONNECT_WITHIN_MS = 3_000;
const READ_WITHIN_MS = 30_000;
const MOST_CONNECTIONS = 3;

/**
 * A firewall that has forgotten a connection says so to nobody. The kernel asks the other end from 10 s of silence on,
 * every second, and ends the connection after ten questions; one that has been idle for longer is not used again.
 * A row is written every few seconds (the run's sign of life), so that one that is warm is always there.
 */
export const KEPT_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };
const IDLE_MS = 60_000;

export interface Pooled {
  /** Rejects after `withinMs`; the connection is then given up with whatever is under way on it. */
  query(sql: string, values?: readonly unknown[], withinMs?: number): Promise<unknown[]>;
  /** Others in place of those that there are. */
  replace(): void;
  end(): Promise<void>;
}

/** The adapter's connections to a schema that has been made. */
export function openPool(drivers: Drivers, storeUrl: string, schema: string): Pooled {
  let current = openOnce(drivers, storeUrl, schema);
  return {
    query: (sql, values, withinMs) => current.query(sql, values, withinMs),
    replace() {
      // What is under way there comes to its end.
      current.end().catch(() => undefined);
      current = openOnce(drivers, storeUrl, schema);
    },
    end: () => current.end(),
  };
}

function openOnce({ KeyvPostgres }: Drivers, storeUrl: string, schema: string): Omit<Pooled, 'replace'> {
  let pool: Pool | null = null;
  // It has one pool for each address, and goes on using it after its end: each opening has an address of its own.
  const url = new URL(storeUrl);
  url.searchParams.set('application_name', `signalbox ${randomUUID()}`);
  const keyv = new KeyvPostgres({
    uri: url.href,
    // It makes its own table where there is none of that name: this one is there.
    schema: `"${schema}"`,
    table: HOLD_TABLE,
    max: MOST_CONNECTIONS,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    ...KEPT_ALIVE,
    // The adapter keeps its pool to itself, and a pool whose idle connection is lost ends the program unless somebody
    // hears it. `log` is called by the pool before it connects: https://github.com/brianc/node-postgres/blob/master/packages/pg-pool/index.js
    log(this: Pool) {
      if (pool === this) return;
      pool = this;
      pool.on('error', () => undefined);
    },
  });
  // Its own statement; whatever it met the next one meets, too.
  keyv.on('error', () => undefined);
  return {
    query: (text, values, withinMs = READ_WITHIN_MS) =>
      keyv.query({ text, query_timeout: Math.ceil(withinMs) }, values),
    end: async () => pool?.end(),
  };
}
