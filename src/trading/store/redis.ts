import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { clientUrl, storeName, storeSpace } from './address.ts';
import type { Engine } from './engine.ts';
import { StoreInUse } from './errors.ts';
import type { OnWritten } from './groups.ts';
import { LEASE_MS, moment } from './hold.ts';
import { type Claim, type NumberedWrite, openOnServer, type Renewed } from './on-server.ts';
import { connectRedis, type RedisConnection } from './redis-client.ts';
import { forgetsWhy, refuseForgetful } from './redis-durable.ts';
import { readsOn } from './redis-reads.ts';
import { CLAIM, RELEASE, RENEW, WRITE } from './redis-scripts.ts';
import { NoAnswer, WRITE_WITHIN_MS, within } from './within.ts';

const LOOK_EVERY_MS = 250;

const claimed = z.tuple([z.number(), z.number(), z.number()]);

/** Keys of a Redis that keeps what it confirms. */
export function openRedis(storeUrl: string, onWritten: OnWritten): Promise<Engine> {
  const name = storeName(storeUrl);
  const space = storeSpace(storeUrl);
  return openOnServer(storeUrl, onWritten, async ({ place, dropped, ready }) => {
    const connection = await connectRedis(clientUrl(storeUrl), { dropped, ready });
    const { send, run } = connection;
    const reads = readsOn(connection, space);
    const end = async (): Promise<void> => connection.end();
    try {
      await refuseForgetful(connection, name);
    } catch (error) {
      await end();
      throw error;
    }
    return {
      reads,
      claim: () => claim(connection, space, place, name),
      renew: (token) => renew(connection, space, place, token),
      release: (token) => run(RELEASE, space, token),
      create: (table) => send('SADD', `${space}:tables`, table),
      write: async ({ token, number, confirmed, rows }) =>
        (await run(WRITE, space, token, number, confirmed, ...changesOf(rows))) === 1,
      // A write meets a server that answers or one that does not; nothing in a row is refused.
      concernsAll: () => true,
      copyTo: async (copy) => copyKeys(send, await reads.names(), space, copy),
      end,
    };
  });
}

/** A lease of another place is waited for, unless it is renewed meanwhile: then somebody lives there. */
async function claim({ run }: RedisConnection, space: string, place: string, name: string): Promise<Claim> {
  let renewedBefore: number | null = null;
  for (;;) {
    const leasedAt = moment();
    const [isOurs, first, second] = claimed.parse(await run(CLAIM, space, place, LEASE_MS));
    if (isOurs === 1) return { token: first, written: second, leasedAt };
    renewedBefore ??= second;
    if (second !== renewedBefore) throw new StoreInUse(name);
    await delay(LOOK_EVERY_MS);
  }
}

/** The lease comes first: what protects may go on also where the server has been made forgetful. */
async function renew(
  connection: RedisConnection,
  space: string,
  place: string,
  token: number,
): Promise<Renewed | null> {
  let written: number;
  try {
    written = Number(await within(WRITE_WITHIN_MS, connection.run(RENEW, space, place, LEASE_MS, token)));
  } catch (error) {
    if (error instanceof NoAnswer) connection.replace();
    throw error;
  }
  if (written < 0) return null;
  return { written, forgets: await within(WRITE_WITHIN_MS, forgetsWhy(connection)) };
}

function changesOf(rows: NumberedWrite['rows']): string[] {
  return rows.flatMap(({ table, key, value }) =>
    value === null ? [table, key, 'gone', ''] : [table, key, 'set', value],
  );
}

/** The tables as they are, under keys that begin otherwise. */
async function copyKeys(
  send: RedisConnection['send'],
  tables: readonly string[],
  space: string,
  copy: string,
): Promise<void> {
  const keys = tables.flatMap((table) => ['rows', 'order', 'keys'].map((part) => `${part}:${table}`));
  for (const key of ['tables', ...keys]) await send('COPY', `${space}:${key}`, `${copy}:${key}`, 'REPLACE');
}
