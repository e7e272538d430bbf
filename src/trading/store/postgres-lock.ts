import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { StoreInUse, StoreLost, StoreNotDurable } from './errors.ts';
import { LEASE_MS, type Moment, moment } from './hold.ts';
import { type Client, CONNECT_WITHIN_MS, type Drivers } from './postgres-client.ts';

export interface LockOptions {
  drivers: Drivers;
  url: string;
  name: string;
  schema: string;
  /** Whoever had the store under this name before has certainly ended. */
  place: string;
  /** The connection that has the lock has ended by itself. */
  onDropped(reason: string): void;
}

/** A lock of a session of its own, and the one row that says whose the store is and until when. */
export interface Lock {
  readonly token: number;
  /** The number of the last write that the store knows. */
  readonly written: number;
  readonly leasedAt: Moment;
  /** Takes the lock again where its session is lost. Throws `StoreLost`, also where a write up to this one is not known. */
  renew(confirmed: number): Promise<void>;
  /** Leaves the store to whoever comes next. */
  release(): Promise<void>;
}

/** "SBOX": the first half of every lock of ours, https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS */
const LOCK_CLASS = 0x53_42_4f_58;
const ANSWER_WITHIN_MS = 2_000;
/** The server ends the session of one that has just been killed as soon as it sees the end of its connection. */
const FREED_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 50;

/**
 * A machine that is gone from the network is noticed by the server after 25 s, not two hours
 * (https://www.postgresql.org/docs/15/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS); a session is not
 * ended for being idle; and what the server confirms is on its disk.
 */
const SETTINGS = `SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
  SET idle_session_timeout = 0; SET synchronous_commit = on`;

const lockedRow = z.object({ locked: z.boolean(), pid: z.number() });
const holdRow = z.object({ token: z.coerce.number(), written: z.coerce.number(), pid: z.number() });
const leaseRow = z.object({ holder: z.string().nullable(), leftMs: z.coerce.number() });
const setting = z.object({ name: z.string(), setting: z.string() });

/** Throws `StoreInUse` and `StoreNotDurable`, and what the driver throws. */
export async function takeLock(options: LockOptions): Promise<Lock> {
  const { schema, place, name } = options;
  const hold = `"${schema}"._hold`;
  const key = createHash('sha256').update(schema).digest().readInt32BE(0);
  let session: { client: Client; pid: number } | null = null;

  /** A session that has the lock; null where another one has it. */
  async function connect(): Promise<{ client: Client; pid: number } | null> {
    const client = new options.drivers.Client({
      connectionString: options.url,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
      application_name: `signalbox ${place}`,
    });
    const ended = (error?: Error): void => {
      if (session?.client !== client) return;
      session = null;
      options.onDropped(error?.message ?? 'the connection has ended');
    };
    client.on('error', ended);
    client.on('end', ended);
    try {
      await client.connect();
      await client.query(SETTINGS);
      const pid = await locked(client);
      if (pid !== null) return { client, pid };
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    await client.end();
    return null;
  }

  async function locked(client: Client): Promise<number | null> {
    const until = performance.now() + FREED_WITHIN_MS;
    for (;;) {
      const { rows } = await client.query(
        'SELECT pg_try_advisory_lock($1, $2) AS locked, pg_backend_pid() AS pid',
        [LOCK_CLASS, key],
      );
      const { locked: isLocked, pid } = lockedRow.parse(rows[0]);
      if (isLocked) return pid;
      // A session of ours that has lost its other end, from before or of a run before, may stand for long.
      const { rows: ours } = await client.query(
        `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1 AND l.objid = $2::int8::oid AND l.objsubid = 2
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND a.application_name = $3 AND a.usename = current_user`,
        [LOCK_CLASS, key >>> 0, `signalbox ${place}`],
      );
      if (ours.length === 0 || performance.now() > until) return null;
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Waits for the end of a lease that another place may still act on. */
  async function outwait(client: Client): Promise<void> {
    for (;;) {
      const { rows } = await client.query(
        `SELECT holder, ceil(extract(epoch FROM leased_until - clock_timestamp()) * 1000) AS "leftMs" FROM ${hold}`,
      );
      const lease = leaseRow.safeParse(rows[0]);
      if (!lease.success || lease.data.holder === null || lease.data.holder === place) return;
      if (lease.data.leftMs <= 0) return;
      await delay(Math.min(lease.data.leftMs, LOOK_EVERY_MS * 10));
    }
  }

  async function claim(client: Client): Promise<z.infer<typeof holdRow>> {
    const { rows } = await client.query(
      `INSERT INTO ${hold} AS h (token, written, holder, leased_until)
       VALUES (1, 0, $1, clock_timestamp() + $2 * interval '1 ms')
       ON CONFLICT (only_one) DO UPDATE
         SET token = h.token + 1, holder = excluded.holder, leased_until = excluded.leased_until
       RETURNING token, written, pg_backend_pid() AS pid`,
      [place, LEASE_MS],
    );
    return holdRow.parse(rows[0]);
  }

  session = await connect();
  if (session === null) throw new StoreInUse(name);
  const { client: first } = session;
  try {
    await refuseForgetful(first, name);
    await first.query(
      `CREATE SCHEMA IF NOT EXISTS "${schema}"; CREATE TABLE IF NOT EXISTS ${hold} (
         only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
         token bigint NOT NULL, written bigint NOT NULL, holder text, leased_until timestamptz NOT NULL)`,
    );
    await outwait(first);
    const leasedAt = moment();
    const { token, written } = await claim(first);
    return {
      token,
      written,
      leasedAt,
      renew: (confirmed) => renew(token, confirmed),
      release: () => release(token),
    };
  } catch (error) {
    session = null;
    await first.end().catch(() => undefined);
    throw error;
  }

  async function renew(token: number, confirmed: number): Promise<void> {
    session ??= await connect();
    // Whose it is the row tells, below: one that was beaten to the lock is beaten to the store after the lease.
    if (session === null) throw new Error('another program has the lock on the store');
    const { client, pid } = session;
    let rows: Record<string, unknown>[];
    try {
      ({ rows } = await client.query(
        `UPDATE ${hold} SET leased_until = clock_timestamp() + $2 * interval '1 ms' WHERE token = $1
         RETURNING token, written, pg_backend_pid() AS pid`,
        [token, LEASE_MS],
      ));
    } catch (error) {
      // What has not answered may never do so; the lock goes with it, and is taken again.
      session = null;
      client.end().catch(() => undefined);
      throw error;
    }
    if (rows.length === 0) throw new StoreLost('another program has taken the store');
    const found = holdRow.parse(rows[0]);
    if (found.pid !== pid)
      throw new Error('a pooler gives the lock’s connection to others: connect directly');
    if (found.written < confirmed) throw new StoreLost('the server does not know what it had confirmed');
  }

  async function release(token: number): Promise<void> {
    const last = session;
    session = null;
    if (last === null) return;
    await last.client
      .query(`UPDATE ${hold} SET holder = NULL WHERE token = $1`, [token])
      .catch(() => undefined);
    await last.client.end();
  }
}

/** https://www.postgresql.org/docs/15/runtime-config-wal.html#GUC-FSYNC */
async function refuseForgetful(client: Client, name: string): Promise<void> {
  const { rows } = await client.query(
    "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes')",
  );
  const off = z
    .array(setting)
    .parse(rows)
    .filter((found) => found.setting === 'off');
  if (off.length > 0) {
    throw new StoreNotDurable(
      name,
      `the server runs with ${off.map((found) => found.name).join(' and ')} off`,
    );
  }
}
