import { clientUrl } from '../../src/trading/store/address.ts';
import { type Client, loadDrivers } from '../../src/trading/store/postgres-client.ts';
import { connectRedis, type RedisConnection } from '../../src/trading/store/redis-client.ts';
import type { StoreServer } from './servers.ts';

/** What somebody with a client of their own can do to a store on a server. */
export interface Admin {
  /** As another program does when it takes the store. */
  takeOver(space: string): Promise<void>;
  /** Ends the connections of programs, as a network does. */
  cut(): Promise<void>;
  /** As a server is that has gone back to an older state. */
  forget(space: string): Promise<void>;
  /** Nothing is answered until the work is done. */
  whileSilent(space: string, work: () => Promise<void>): Promise<void>;
  /** Whether somebody is waiting for the end of a lease. */
  waiting(): Promise<boolean>;
  /** The tables that there are for the space, and what lies beside them. */
  lying(space: string): Promise<string[]>;
  /** How many rows the copy of a format has in this table. */
  copied(space: string, format: number, table: string): Promise<number>;
  /** Has the lock in the holder's place until it is given back; where the server has such locks. */
  holdLock?(space: string): Promise<() => Promise<void>>;
}

export async function asPostgresAdmin<Value>(
  server: StoreServer,
  work: (client: Client) => Promise<Value>,
): Promise<Value> {
  const client = await postgresClient(server);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function postgresClient(server: StoreServer): Promise<Client> {
  const { Client } = await loadDrivers();
  const client = new Client({ connectionString: clientUrl(server.urlOf('none')), application_name: 'admin' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const LOCK_HOLDERS = `SELECT l.classid, l.objid, pg_backend_pid() FROM pg_locks l
  JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted`;

export function postgresAdmin(server: StoreServer): Admin {
  const does = (sql: string) => asPostgresAdmin(server, async (admin) => void (await admin.query(sql)));
  return {
    takeOver: (space) => does(`UPDATE "${space}"._hold SET token = token + 1`),
    cut: () =>
      does(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'signalbox %'",
      ),
    forget: (space) => does(`UPDATE "${space}"._hold SET written = written - 1`),
    whileSilent: (space, work) =>
      asPostgresAdmin(server, async (admin) => {
        await admin.query(`BEGIN; LOCK TABLE "${space}".notes IN ACCESS EXCLUSIVE MODE`);
        await work();
        await admin.query('COMMIT');
      }),
    copied: (space, format, table) =>
      asPostgresAdmin(server, async (admin) => {
        const copy = `"${space}_format_${format}"."${table}"`;
        const { rows } = await admin.query(`SELECT count(*)::int AS n FROM ${copy}`);
        return Number(rows[0]?.n);
      }),
    waiting: () =>
      asPostgresAdmin(server, async (admin) => {
        const { rows } = await admin.query(
          "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'signalbox %@%' AND query ~ 'leased_until'",
        );
        return rows.length > 0;
      }),
    lying: (space) =>
      asPostgresAdmin(server, async (admin) => {
        const { rows } = await admin.query(
          "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname = $1 ORDER BY 1",
          [space],
        );
        return rows.map(({ relname }) => String(relname));
      }),
    async holdLock() {
      const rival = await postgresClient(server);
      const { rows } = await rival.query(LOCK_HOLDERS);
      const [{ classid, objid } = {}] = rows;
      // In the queue for it before its holder is ended: nobody is quicker.
      const had = rival.query('SELECT pg_advisory_lock($1, $2)', [Number(classid), Number(objid) | 0]);
      await asPostgresAdmin(server, async (admin) => {
        const waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
        while ((await admin.query(waiting)).rows.length === 0);
        await admin.query(
          "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted",
        );
      });
      await had;
      return () => rival.end();
    },
  };
}

export async function asRedisAdmin<Value>(
  server: StoreServer,
  work: (admin: RedisConnection) => Promise<Value>,
): Promise<Value> {
  const nothing = () => undefined;
  const admin = await connectRedis(clientUrl(server.urlOf('none')), { dropped: nothing, ready: nothing });
  try {
    return await work(admin);
  } finally {
    admin.end();
  }
}

export function redisAdmin(server: StoreServer): Admin {
  const does = (...command: readonly string[]) =>
    asRedisAdmin(server, async ({ send }) => void (await send(...command)));
  return {
    takeOver: (space) => does('HINCRBY', `${space}:hold`, 'token', '1'),
    cut: () => does('CLIENT', 'KILL', 'SKIPME', 'yes'),
    forget: (space) => does('HINCRBY', `${space}:hold`, 'written', '-1'),
    async whileSilent(_, work) {
      process.kill(server.pid(), 'SIGSTOP');
      await work().finally(() => process.kill(server.pid(), 'SIGCONT'));
    },
    waiting: () =>
      asRedisAdmin(server, async ({ send }) => /cmd=eval /.test(String(await send('CLIENT', 'LIST')))),
    lying: (space) =>
      asRedisAdmin(server, async ({ send }) => {
        const keys = (await send('KEYS', `${space}:*`)) as string[];
        const own = keys.map((key) => key.slice(space.length + 1));
        const tables = own.filter((key) => !/^(order|keys|tables)/.test(key));
        return tables.map((key) => (key === 'hold' ? '_hold' : key.replace('rows:', ''))).sort();
      }),
    copied: (space, format, table) =>
      asRedisAdmin(server, async ({ send }) =>
        Number(await send('HLEN', `${space}-format-${format}:rows:${table}`)),
      ),
  };
}
