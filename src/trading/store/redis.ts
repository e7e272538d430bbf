import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { clientUrl, storeName, storePath, storeSpace } from './address.ts';
import type { Engine, Row } from './engine.ts';
import { StoreInUse, StoreLost, StoreNotDurable, StoreUnreachable } from './errors.ts';
import { bringAlong } from './formats.ts';
import { createGroups, type OnWritten, type RowWrite } from './groups.ts';
import { createHold, type KeptHold, LEASE_MS, type Moment, moment } from './hold.ts';
import { type Place, takePlace } from './place.ts';
import { prunedBy } from './prune.ts';
import { connectRedis, type Server } from './redis-client.ts';
import { CLAIM, RELEASE, RENEW, WRITE } from './redis-scripts.ts';
import { again, isAway, patienceMs, WRITE_WITHIN_MS, within } from './within.ts';

const LOOK_EVERY_MS = 250;
const MOST_ROWS = 1_000;
const META = 'meta';

const texts = z.array(z.string());
const claimed = z.tuple([z.number(), z.number(), z.number()]);

/** Keys of a Redis that keeps what it confirms, held against other programs until `close`. Rows of an earlier format are brought along. */
export async function openRedis(
  storeUrl: string,
  onWritten: OnWritten,
  rows: 'brought along' | 'as it is' = 'brought along',
): Promise<Engine> {
  const name = storeName(storeUrl);
  const path = storePath(storeUrl);
  const space = storeSpace(storeUrl);
  const place = await takePlace(path, name);
  let hold: KeptHold | null = null;
  let server: Server | null = null;
  try {
    server = await connectRedis(clientUrl(storeUrl), {
      dropped: (reason) => hold?.dropped(reason),
      ready: () => void hold?.renewNow().catch(() => undefined),
    });
    const { send, run, end } = server;
    await refuseForgetful(server, name);
    const { token, written, leasedAt } = await claim(server, space, place, name);
    const writes = createWrites(server, { space, token, written }, () => hold);
    const renew = async (): Promise<void> => {
      await within(WRITE_WITHIN_MS, refuseForgetful({ send }, name));
      const confirmed = writes.confirmed();
      const known = Number(await within(WRITE_WITHIN_MS, run(RENEW, space, place.id, LEASE_MS, token)));
      if (known < 0) throw new StoreLost('another program has taken the store');
      if (known < confirmed) throw new StoreLost('the server does not know what it had confirmed');
    };
    hold = createHold({ renew, leasedAt });
    const engine = engineOn({ name, path, space, server, hold, commit: writes.commit, onWritten });
    const close = async (): Promise<void> => {
      await engine.idle();
      hold?.close();
      await within(WRITE_WITHIN_MS, run(RELEASE, space, token)).catch(() => undefined);
      end();
      await place.release();
    };
    await engine.create(META);
    if (rows === 'brought along') await bringAlong(engine, (format) => keepCopy(engine, send, space, format));
    return { ...engine, close };
  } catch (error) {
    hold?.close();
    server?.end();
    await place.release();
    throw error instanceof Error && 'exitCode' in error ? error : new StoreUnreachable(name, error);
  }
}

/** A lease of another place is waited for, unless it is renewed meanwhile: then somebody lives there. */
async function claim(
  { run }: Server,
  space: string,
  { id }: Place,
  name: string,
): Promise<{ token: number; written: number; leasedAt: Moment }> {
  let renewedBefore: number | null = null;
  for (;;) {
    const leasedAt = moment();
    const [isOurs, first, second] = claimed.parse(await run(CLAIM, space, id, LEASE_MS));
    if (isOurs === 1) return { token: first, written: second, leasedAt };
    renewedBefore ??= second;
    if (second !== renewedBefore) throw new StoreInUse(name);
    await delay(LOOK_EVERY_MS);
  }
}

interface Writes {
  commit(rows: readonly RowWrite[]): Promise<void>;
  /** The last one that is confirmed: whoever is asked from now on knows it. */
  confirmed(): number;
}

/** Every write is numbered: one that a broken connection still carries cannot come after what is newer. */
function createWrites(
  { run }: Server,
  { space, token, written }: { space: string; token: number; written: number },
  hold: () => KeptHold | null,
): Writes {
  let latest = written;
  let confirmed = written;
  async function send(rows: readonly RowWrite[]): Promise<void> {
    latest += 1;
    const number = latest;
    const changes = rows.flatMap(({ table, key, value }) =>
      value === null ? [table, key, 'gone', ''] : [table, key, 'set', value],
    );
    const made = run(WRITE, space, token, number, confirmed, ...changes);
    if ((await within(patienceMs(rows, hold()), made)) === 1) {
      confirmed = number;
      return;
    }
    const reason = 'another program has taken the store, or it has forgotten what it had confirmed';
    hold()?.forfeit(reason);
    throw new StoreLost(reason);
  }

  return {
    commit: (rows) =>
      again(
        () => send(rows),
        (error) => isAway(hold()) || error instanceof StoreLost,
      ),
    confirmed: () => confirmed,
  };
}

interface Parts {
  name: string;
  path: string;
  space: string;
  server: Server;
  hold: KeptHold;
  commit(rows: readonly RowWrite[]): Promise<void>;
  onWritten: OnWritten;
}

function engineOn({ name, path, space, server, hold, commit, onWritten }: Parts): Omit<Engine, 'close'> {
  const { send } = server;
  // A write meets a server that answers or one that does not; nothing in a row is refused.
  const { write, idle } = createGroups({ commit, concernsAll: () => true, onWritten });

  async function valuesOf(table: string, keys: readonly string[]): Promise<Row[]> {
    const rows: Row[] = [];
    for (let from = 0; from < keys.length; from += MOST_ROWS) {
      const some = keys.slice(from, from + MOST_ROWS);
      const values = z
        .array(z.string().nullable())
        .parse(await send('HMGET', `${space}:rows:${table}`, ...some));
      // One that was deleted meanwhile has none.
      for (const [index, key] of some.entries()) rows.push(...rowOf(key, values[index]));
    }
    return rows;
  }
  const keysOf = async (...command: readonly string[]): Promise<string[]> =>
    texts.parse(await send(...command));
  const all = async (table: string) =>
    valuesOf(table, await keysOf('ZRANGE', `${space}:order:${table}`, '0', '-1'));

  return {
    name,
    path,
    hold,
    write,
    idle,
    create: (table) => send('SADD', `${space}:tables`, table),
    async get(table, key) {
      const value = await send('HGET', `${space}:rows:${table}`, key);
      return typeof value === 'string' ? value : undefined;
    },
    all,
    between: async (table, from, to) =>
      valuesOf(table, await keysOf('ZRANGEBYLEX', `${space}:keys:${table}`, `[${from}`, `(${to}`)),
    last: async (table, count) =>
      count > 0 ? valuesOf(table, await keysOf('ZRANGE', `${space}:keys:${table}`, `-${count}`, '-1')) : [],
    prune: (table, field, below) => prunedBy({ all, write }, table, field, below),
    names: () => keysOf('SMEMBERS', `${space}:tables`),
    canBeWritten: () => hold.renewNow(),
    renew: () => hold.renewNow(),
  };
}

function rowOf(key: string, value: string | null | undefined): Row[] {
  return typeof value === 'string' ? [{ key, value }] : [];
}

/** The tables as they are, under keys that begin otherwise. */
async function keepCopy(
  { names }: Pick<Engine, 'names'>,
  send: Server['send'],
  space: string,
  format: number,
): Promise<void> {
  const tables = await names();
  const keys = tables.flatMap((table) => ['rows', 'order', 'keys'].map((part) => `${part}:${table}`));
  for (const key of ['tables', ...keys])
    await send('COPY', `${space}:${key}`, `${space}-format-${format}:${key}`, 'REPLACE');
}

/** What it has to run with: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ */
const NEEDED: Readonly<Record<string, string>> = {
  appendonly: 'yes',
  appendfsync: 'always',
  'no-appendfsync-on-rewrite': 'no',
};

/**
 * An order must not leave before its row is on the disk: Redis confirms no sooner than that only so. Nor may it make
 * room by dropping rows. Throws `StoreNotDurable`.
 */
async function refuseForgetful({ send }: Pick<Server, 'send'>, name: string): Promise<void> {
  let said: string[];
  try {
    said = texts.parse(await send('CONFIG', 'GET', '*append*'));
    said.push(...texts.parse(await send('CONFIG', 'GET', 'maxmemory*')));
  } catch (error) {
    if (!(error instanceof Error && /NOPERM|unknown command/i.test(error.message))) throw error;
    throw new StoreNotDurable(name, 'it does not say how it keeps rows (CONFIG GET is not allowed)');
  }
  const settings = new Map(
    Array.from({ length: said.length / 2 }, (_, at) => [said[2 * at], said[2 * at + 1]]),
  );
  for (const [setting, needed] of Object.entries(NEEDED)) {
    if (settings.get(setting) === needed) continue;
    const isSo = settings.get(setting) ?? 'not known';
    throw new StoreNotDurable(
      name,
      `its ${setting} is ${isSo}, and must be ${needed} (redis.conf, or CONFIG SET)`,
    );
  }
  if (settings.get('maxmemory') !== '0' && settings.get('maxmemory-policy') !== 'noeviction') {
    throw new StoreNotDurable(name, 'it may drop rows to make room: set maxmemory-policy to noeviction');
  }
}
