import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { onDemand } from './on-demand.ts';

/** What is used of `@keyv/postgres` and of `pg` beneath it; https://node-postgres.com/apis/client */

export interface KeyvPostgres {
  query(sql: string, values?: readonly unknown[]): Promise<unknown[]>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface Pool {
  on(event: 'error', listener: (error: Error) => void): unknown;
  end(): Promise<void>;
}

export interface Client {
  connect(): Promise<unknown>;
  query(sql: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  end(): Promise<void>;
  on(event: 'error' | 'end', listener: (error?: Error) => void): unknown;
}

export interface Drivers {
  KeyvPostgres: new (options: Readonly<Record<string, unknown>>) => KeyvPostgres;
  Client: new (options: Readonly<Record<string, unknown>>) => Client;
}

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
const MOST_CONNECTIONS = 4;

export interface Pooled {
  query(sql: string, values?: readonly unknown[]): Promise<unknown[]>;
  end(): Promise<void>;
}

/** The adapter's connections. */
export function openPool(
  { KeyvPostgres }: Drivers,
  options: { url: string; schema: string; table: string },
): Pooled {
  let pool: Pool | null = null;
  // It has one pool for each address, and goes on using it after its end: each opening has an address of its own.
  const url = new URL(options.url);
  url.searchParams.set('application_name', `signalbox ${randomUUID()}`);
  const keyv = new KeyvPostgres({
    uri: url.href,
    schema: options.schema,
    table: options.table,
    max: MOST_CONNECTIONS,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: READ_WITHIN_MS,
    keepAlive: true,
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
  return { query: (sql, values) => keyv.query(sql, values), end: async () => pool?.end() };
}
