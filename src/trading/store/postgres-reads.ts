import { namesSchema, type Reads, type Row, rowsSchema, TABLE_NAME } from './engine.ts';

/** One statement and its rows. */
export type Ask = (sql: string, values?: readonly unknown[], withinMs?: number) => Promise<unknown[]>;

/** One row that does not come in this time is asked for once more, over another connection: a signal may wait for it. */
const ONE_ROW_WITHIN_MS = 1_000;

/** The tables of a schema as they are. */
export function readsOn(ask: Ask, schema: string): Reads {
  const select = (table: string, rest: string): string =>
    `SELECT key, value FROM "${schema}"."${table}" ${rest}`;
  const rows = async (table: string, rest: string, ...values: unknown[]): Promise<Row[]> =>
    rowsSchema.parse(await ask(select(table, rest), values));
  return {
    async get(table, key) {
      const sql = select(table, 'WHERE key = $1');
      const found = await ask(sql, [key], ONE_ROW_WITHIN_MS).catch(() => ask(sql, [key]));
      return rowsSchema.parse(found)[0]?.value;
    },
    all: (table) => rows(table, 'ORDER BY place'),
    between: (table, from, to, most) =>
      rows(table, 'WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3', from, to, most),
    last: async (table, count) => (await rows(table, 'ORDER BY key DESC LIMIT $1', count)).reverse(),
    names: async () => (await tablesIn(ask, schema)).filter((table) => TABLE_NAME.test(table)),
  };
}

/** Also those that are not the ledger's. */
export async function tablesIn(ask: Ask, schema: string): Promise<string[]> {
  const found = await ask('SELECT tablename AS name FROM pg_tables WHERE schemaname = $1', [schema]);
  return namesSchema.parse(found).map(({ name }) => name);
}
