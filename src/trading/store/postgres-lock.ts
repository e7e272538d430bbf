import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { StoreInUse, StoreNotDurable, StorePooled } from './errors.ts';
import type { Forgetful } from './faults.ts';
import { LEASE_MS, moment } from './hold.ts';
import type { Claim, Renewed } from './on-server.ts';
import { type Client, CONNECT_WITHIN_MS, type Drivers, HOLD_TABLE, KEPT_ALIVE } from './postgres-client.ts';
import { refusePooler } from './postgres-pooler.ts';
import type { Ask } from './postgres-reads.ts';

export interface LockOptions {
  drivers: Drivers;
  url: string;
  name: string;
  schema: string;
  /** Whoever had the store under this name before has certainly ended. */
  place: string;
  /** The connection that has the lock has ended by itself. */
  onDropped(reason: string): void;
  /** The lock is had again, over another connection. */
  onAgain(): void;
}

/** A lock of a session of its own, and the one row that says whose the store is and until when. */
export interface Lock {
  claim(): Promise<Claim>;
  renew(token: number): Promise<Renewed | null>;
  release(token: number): Promise<void>;
  end(): Promise<void>;
}

/** "SBOX": the first half of every lock of ours, https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS */
const LOCK_CLASS = 0x53_42_4f_58;
const ANSWER_WITHIN_MS = 2_000;
/** The server ends the session of one that has just been killed as soon as it sees the end of its connection. */
const FREED_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 50;
const LEASE_LOOK_EVERY_MS = 500;

/**
 * A machine that is gone from the network is noticed by the server after 25 s, not two hours
 * (https://www.postgresql.org/docs/15/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS); a session is not
 * ended for being idle; and what the server confirms is on its disk.
 */
const SETTINGS = `SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
  SET idle_session_timeout = 0; SET synchronous_commit = on`;

/** Without these what was committed may be lost: https://www.postgresql.org/docs/15/runtime-config-wal.html#GUC-FSYNC */
const FORGETS = `concat_ws(' and ', CASE current_setting('fsync') WHEN 'off' THEN 'fsync' END,
  CASE current_setting('full_page_writes') WHEN 'off' THEN 'full_page_writes' END) AS forgets`;

const lockedRow = z.object({ locked: z.boolean(), pid: z.number() });
const off = z
  .string()
  .transform((settings): Forgetful | null => (settings === '' ? null : { code: 'off', settings }));
const claimRow = z.object({ token: z.coerce.number(), written: z.coerce.number() });
const renewedRow = z.object({ written: z.coerce.number(), forgets: off, pid: z.number() });
const leaseRow = z.object({ holder: z.string().nullable(), leftMs: z.coerce.number(), until: z.string() });

const LEASE = `holder, leased_until::text AS until,
  ceil(extract(epoch FROM leased_until - clock_timestamp()) * 1000) AS "leftMs"`;

/** The second half of the lock on a schema. */
function lockKey(schema: string): number {
  return createHash('sha256').update(schema).digest().readInt32BE(0);
}

/** Throws `StoreInUse`, `StoreNotDurable` and `StorePooled`, and what the driver throws. The schema is there then. */
export async function openLock(options: LockOptions): Promise<Lock> {
  const { schema, place, name } = options;
  const hold = `"${schema}".${HOLD_TABLE}`;
  const key = lockKey(schema);
  let session: { client: Client; pid: number } | null = null;

  /** A session that has the lock; null where another one has it. */
  async function connect(): Promise<{ client: Client; pid: number } | null> {
    const client = newClient(options.drivers, options.url, `signalbox ${place}`);
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
        `SELECT pg_terminate_backend(a.pid) ${LOCK_HOLDER} AND a.application_name = $3 AND a.usename = current_user`,
        [LOCK_CLASS, key >>> 0, `signalbox ${place}`],
      );
      if (ours.length === 0 || performance.now() > until) return null;
      await delay(LOOK_EVERY_MS);
    }
  }

  /**
   * A lease that another place may still act on is waited for, without the lock: whoever has only lost a connection
   * takes that again, renews the lease, and stays.
   */
  async function outwait(client: Client): Promise<void> {
    let before: string | null = null;
    for (;;) {
      const { rows } = await client.query(`SELECT ${LEASE} FROM ${hold}`);
      const lease = leaseRow.safeParse(rows[0]).data;
      const isFree = !lease || lease.holder === null || lease.holder === place || lease.leftMs <= 0;
      if (isFree && before === null) return;
      if (isFree) {
        if ((await locked(client)) === null) throw new StoreInUse(name);
        before = null;
        continue;
      }
      if (before === null) await client.query('SELECT pg_advisory_unlock($1, $2)', [LOCK_CLASS, key]);
      if (before !== null && lease.until !== before) throw new StoreInUse(name);
      before = lease.until;
      await delay(Math.min(lease.leftMs, LEASE_LOOK_EVERY_MS));
    }
  }

  async function claim(): Promise<Claim> {
    if (session === null) throw new Error('the connection has ended');
    const { client } = session;
    await outwait(client);
    const leasedAt = moment();
    const { rows } = await client.query(
      `INSERT INTO ${hold} AS h (token, written, holder, leased_until)
       VALUES (1, 0, $1, clock_timestamp() + $2 * interval '1 ms')
       ON CONFLICT (only_one) DO UPDATE
         SET token = h.token + 1, holder = excluded.holder, leased_until = excluded.leased_until
       RETURNING token, written`,
      [place, LEASE_MS],
    );
    return { ...claimRow.parse(rows[0]), leasedAt };
  }

  async function renew(token: number): Promise<Renewed | null> {
    if (session === null) {
      session = await connect();
      // Whose it is the row tells, below: one that was beaten to the lock is beaten to the store after the lease.
      if (session === null) throw new Error('another program has the lock on the store');
      options.onAgain();
    }
    const { client, pid } = session;
    let rows: Record<string, unknown>[];
    try {
      ({ rows } = await client.query(
        `UPDATE ${hold} SET leased_until = clock_timestamp() + $2 * interval '1 ms' WHERE token = $1
         RETURNING written, pg_backend_pid() AS pid, ${FORGETS}`,
        [token, LEASE_MS],
      ));
    } catch (error) {
      // What has not answered may never do so; the lock goes with it, and is taken again.
      session = null;
      client.end().catch(() => undefined);
      throw error;
    }
    if (rows.length === 0) return null;
    const renewed = renewedRow.parse(rows[0]);
    if (renewed.pid !== pid) throw new StorePooled(name);
    return renewed;
  }

  async function end(): Promise<void> {
    const last = session;
    session = null;
    await last?.client.end();
  }

  session = await connect();
  if (session === null) throw new StoreInUse(name);
  const { client, pid } = session;
  try {
    await refuseForgetful(client, name);
    await refusePooler(client, pid, () => newClient(options.drivers, options.url, 'signalbox'), name);
    await prepare(client, schema, hold);
  } catch (error) {
    await end().catch(() => undefined);
    throw error;
  }
  return {
    claim,
    renew,
    async release(token) {
      await session?.client.query(`UPDATE ${hold} SET holder = NULL WHERE token = $1`, [token]);
    },
    end,
  };
}

/** `$1` and `$2`: the halves of the lock, the second one as it is shown there, without its sign. */
const LOCK_HOLDER = `FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1 AND l.objid = $2::int8::oid AND l.objsubid = 2
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Whether somebody has the lock, or the lease of somebody who has lost it has not ended. */
export async function isHeld(ask: Ask, schema: string): Promise<boolean> {
  const locked = await ask(`SELECT 1 ${LOCK_HOLDER}`, [LOCK_CLASS, lockKey(schema) >>> 0]);
  const [lease] = z.array(leaseRow).parse(await ask(`SELECT ${LEASE} FROM "${schema}".${HOLD_TABLE}`));
  return locked.length > 0 || (lease !== undefined && lease.holder !== null && lease.leftMs > 0);
}

export function newClient({ Client }: Drivers, url: string, applicationName: string): Client {
  return new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
    ...KEPT_ALIVE,
    application_name: applicationName,
  });
}

/** Who may not make a schema may have been given one. */
async function prepare(client: Client, schema: string, hold: string): Promise<void> {
  const { rows } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rows.length === 0) await client.query(`CREATE SCHEMA "${schema}"`);
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${hold} (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
       token bigint NOT NULL, written bigint NOT NULL, holder text, leased_until timestamptz NOT NULL)`,
  );
}

export async function refuseForgetful(client: Client, name: string): Promise<void> {
  const { rows } = await client.query(`SELECT ${FORGETS}`);
  const { forgets } = z.object({ forgets: off }).parse(rows[0]);
  if (forgets !== null) throw new StoreNotDurable(name, forgets);
}
