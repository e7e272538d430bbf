import { z } from 'zod';
import type { Reads, Row } from './engine.ts';
import type { RedisConnection } from './redis-client.ts';

const MOST_ROWS = 1_000;
const texts = z.array(z.string());
const values = z.array(z.string().nullable());

/** The tables of a space as they are; how they lie there is told in `redis-scripts.ts`. */
export function readsOn({ send }: Pick<RedisConnection, 'send'>, space: string): Reads {
  async function valuesOf(table: string, keys: readonly string[]): Promise<Row[]> {
    const rows: Row[] = [];
    for (let from = 0; from < keys.length; from += MOST_ROWS) {
      const some = keys.slice(from, from + MOST_ROWS);
      const found = values.parse(await send('HMGET', `${space}:rows:${table}`, ...some));
      // One that was deleted meanwhile has none.
      for (const [index, key] of some.entries()) rows.push(...rowOf(key, found[index]));
    }
    return rows;
  }
  const keysOf = async (...command: readonly string[]): Promise<string[]> =>
    texts.parse(await send(...command));
  return {
    async get(table, key) {
      const value = await send('HGET', `${space}:rows:${table}`, key);
      return typeof value === 'string' ? value : undefined;
    },
    all: async (table) => valuesOf(table, await keysOf('ZRANGE', `${space}:order:${table}`, '0', '-1')),
    between: async (table, from, to, most) => {
      const range = [`[${from}`, `(${to}`, 'LIMIT', '0', String(most)];
      return valuesOf(table, await keysOf('ZRANGEBYLEX', `${space}:keys:${table}`, ...range));
    },
    last: async (table, count) =>
      count > 0 ? valuesOf(table, await keysOf('ZRANGE', `${space}:keys:${table}`, `-${count}`, '-1')) : [],
    names: () => keysOf('SMEMBERS', `${space}:tables`),
  };
}

function rowOf(key: string, value: string | null | undefined): Row[] {
  return typeof value === 'string' ? [{ key, value }] : [];
}
