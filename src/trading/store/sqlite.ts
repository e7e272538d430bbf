import { storePath } from './address.ts';
import { holdStore, translated } from './connection.ts';
import { type Engine, namesSchema, type Row, rowsSchema } from './engine.ts';
import type { OnWritten } from './groups.ts';
import { type Lasting, openLasting } from './lasting.ts';
import { migrate } from './migrate.ts';
import { createWriter } from './writer.ts';

/**
 * One SQLite file, held until `close` or the end of the process. One of an earlier format is brought to this one; a
 * copy of it stays beside it.
 */
export async function openSqlite(storeUrl: string, onWritten: OnWritten): Promise<Engine> {
  const { path, release } = await holdStore(storePath(storeUrl));
  try {
    const lasting = await openLasting(path, async (connection) => {
      await migrate(path, connection);
    });
    return engineOn(path, lasting, release, onWritten);
  } catch (error) {
    await release();
    throw translated(path, error);
  }
}

function engineOn(
  path: string,
  lasting: Lasting,
  release: () => Promise<void>,
  onWritten: OnWritten,
): Engine {
  const { write, alone, idle } = createWriter(lasting.writer, onWritten);
  const rows = async (table: string, rest: string, ...parameters: unknown[]): Promise<Row[]> =>
    rowsSchema.parse(await lasting.read(`SELECT key, value FROM ${table} ${rest}`, parameters));
  return {
    name: path,
    path,
    hold: null,
    write,
    idle,
    create: (table) =>
      alone(`CREATE TABLE IF NOT EXISTS ${table} (key VARCHAR(255) PRIMARY KEY, value TEXT)`),
    get: async (table, key) => (await rows(table, 'WHERE key = ?', key))[0]?.value,
    all: (table) => rows(table, 'ORDER BY rowid'),
    between: (table, from, to, most) =>
      rows(table, 'WHERE key >= ? AND key < ? ORDER BY key LIMIT ?', from, to, most),
    last: async (table, count) => (await rows(table, 'ORDER BY key DESC LIMIT ?', count)).reverse(),
    async prune(table, field, below) {
      const deleted = await alone(`DELETE FROM ${table} WHERE json_extract(value, ?) < ? RETURNING key`, [
        `$.value.${field}`,
        below,
      ]);
      return deleted.length;
    },
    names: async () =>
      namesSchema
        .parse(await lasting.read("SELECT name FROM sqlite_master WHERE type = 'table'"))
        .map(({ name }) => name),
    canBeWritten: lasting.canBeWritten,
    renew: lasting.renew,
    close: () => idle().then(lasting.close).finally(release),
  };
}
