import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/trading/store/connection.ts';
import { createWriter } from '../../../src/trading/store/writer.ts';
import { temporaryFolder } from './temporary-store.ts';

/** A database that notes its statements, of a whole transaction each of them, and fails those that `refuse` picks. */
function notebook(refuse: (sql: string, parameters: readonly unknown[]) => boolean = () => false) {
  const statements: string[] = [];
  return {
    statements,
    query: async (sql: string, parameters: readonly unknown[] = []) => {
      await Promise.resolve();
      // As SQLite does it: what stands behind the one that fails is not carried out.
      for (const one of sql.split(';\n')) {
        statements.push(one);
        if (refuse(one, parameters)) throw new Error('refused');
      }
      return [];
    },
  };
}

describe('the writer', () => {
  test('a single write is one statement without a transaction', async () => {
    const { statements, query } = notebook();
    await createWriter(() => query).write([{ table: 't', key: 'a', value: '1' }]);
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatch(/^INSERT INTO t/);
  });

  test('writes made together are one transaction with one statement per table', async () => {
    const { statements, query } = notebook();
    const writer = createWriter(() => query);
    await Promise.all([
      writer.write([{ table: 't', key: 'a', value: '1' }]),
      writer.write([{ table: 'u', key: 'a', value: '1' }]),
      writer.write([{ table: 't', key: 'b', value: '2' }]),
      writer.write([{ table: 'u', key: 'b', value: '2' }]),
    ]);
    expect(statements.map((sql) => sql.split(' ').slice(0, 3).join(' '))).toEqual([
      'BEGIN IMMEDIATE',
      'INSERT INTO t',
      'INSERT INTO u',
      'COMMIT',
    ]);
  });

  test('a write that cannot be made fails alone', async () => {
    const { query } = notebook((_, parameters) => parameters.join().includes('bad'));
    const writer = createWriter(() => query);
    const results = await Promise.allSettled([
      writer.write([{ table: 't', key: 'good', value: '1' }]),
      writer.write([{ table: 't', key: 'bad', value: '1' }]),
      writer.write([{ table: 't', key: 'fine', value: '1' }]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('a transaction that fails is rolled back before anything else runs', async () => {
    let refused = false;
    const { statements, query } = notebook((sql) => {
      if (sql !== 'COMMIT' || refused) return false;
      refused = true;
      return true;
    });
    const writer = createWriter(() => query);
    await Promise.all([
      writer.write([{ table: 't', key: 'a', value: '1' }]),
      writer.write([{ table: 'u', key: 'a', value: '1' }]),
    ]);
    expect(statements.slice(3).map((sql) => sql.split(' ')[0])).toEqual([
      'COMMIT',
      'ROLLBACK',
      'INSERT',
      'INSERT',
    ]);
  });

  test('other statements run between transactions, never inside', async () => {
    const { statements, query } = notebook();
    const writer = createWriter(() => query);
    await Promise.all([
      writer.write([{ table: 't', key: 'a', value: '1' }]),
      writer.write([{ table: 'u', key: 'a', value: '1' }]),
      writer.alone('CREATE TABLE v'),
    ]);
    expect(statements.at(-1)).toBe('CREATE TABLE v');
    expect(statements.at(-2)).toBe('COMMIT');
  });

  test('more rows than a statement may hold are split', async () => {
    const { statements, query } = notebook();
    const writer = createWriter(() => query);
    await Promise.all(
      Array.from({ length: 1_201 }, (_, index) => writer.write([{ table: 't', key: `${index}`, value: '' }])),
    );
    expect(statements).toHaveLength(15);
  });

  test('a table has two statements for any number of rows, and two to delete them', async () => {
    const { statements, query } = notebook();
    const writer = createWriter(() => query);
    for (const value of ['', null]) {
      for (let count = 1; count < 40; count += 1) {
        await writer.write(
          Array.from({ length: count }, (_, index) => ({ table: 't', key: `${index}`, value })),
        );
      }
    }
    expect(new Set(statements).size).toBe(4);
  });

  test('many rows at once are what they are one by one, in the same order', async () => {
    const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const value = fc.option(fc.json(), { freq: 4 });
    const { query, close } = connect(join(temporaryFolder(), 'store.sqlite'));
    onTestFinished(close);
    await query('PRAGMA synchronous = OFF');
    for (const table of ['one', 'many']) await query(`CREATE TABLE ${table} (key PRIMARY KEY, value TEXT)`);
    const { write } = createWriter(() => query);
    const rowsOf = (table: string) => query(`SELECT key, value FROM ${table} ORDER BY rowid`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(key, value), { minLength: 2, maxLength: 30 }), async (rows) => {
        for (const [key, value] of rows) await write([{ table: 'one', key, value }]);
        await write(rows.map(([key, value]) => ({ table: 'many', key, value })));
        expect(await rowsOf('many')).toEqual(await rowsOf('one'));
      }),
      { numRuns: 50 },
    );
  });

  test('what is written to several tables at once is what it is one by one, whatever signs are in it', async () => {
    const sign = fc.constantFrom("'", "''", '?', ';', ';\n', '--', '/*', '"', '\\', '\0', '$&', '币', 'x');
    const text = fc.string({ unit: sign, maxLength: 12 });
    const table = fc.constantFrom('a', 'b', 'c');
    const { query, close } = connect(join(temporaryFolder(), 'store.sqlite'));
    onTestFinished(close);
    await query('PRAGMA synchronous = OFF');
    for (const name of ['a', 'b', 'c'])
      for (const way of ['one', 'many'])
        await query(`CREATE TABLE ${way}_${name} (key PRIMARY KEY, value TEXT)`);
    const { write } = createWriter(() => query);
    const rowsOf = (name: string) => query(`SELECT hex(key), hex(value) FROM ${name} ORDER BY rowid`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(table, text, fc.option(text, { freq: 4 })), { minLength: 2, maxLength: 12 }),
        async (rows) => {
          for (const [name, key, value] of rows) await write([{ table: `one_${name}`, key, value }]);
          await write(rows.map(([name, key, value]) => ({ table: `many_${name}`, key, value })));
          for (const name of ['a', 'b', 'c'])
            expect(await rowsOf(`many_${name}`)).toEqual(await rowsOf(`one_${name}`));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('a short transaction is one text, a long one goes statement by statement', async () => {
    const sent: string[] = [];
    const { write } = createWriter(() => async (sql) => {
      sent.push(sql);
      return [];
    });
    const both = (value: string) => ['t', 'u'].map((table) => ({ table, key: 'a', value }));
    await write(both('x'));
    expect(sent).toHaveLength(1);
    await write(both('x'.repeat(40_000)));
    expect(sent.slice(1).map((sql) => sql.split(' ')[0])).toEqual(['BEGIN', 'INSERT', 'INSERT', 'COMMIT']);
  });

  test('of a transaction that fails nothing stays, and the next one is made', async () => {
    const { query, close } = connect(join(temporaryFolder(), 'store.sqlite'));
    onTestFinished(close);
    await query('CREATE TABLE t (key PRIMARY KEY, value TEXT)');
    await query("CREATE TABLE u (key PRIMARY KEY, value TEXT CHECK (value <> 'bad'))");
    const { write } = createWriter(() => query);
    const both = (value: string) => ['t', 'u'].map((table) => ({ table, key: value, value }));
    await expect(write(both('bad'))).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_CHECK' });
    const [bad, good] = await Promise.allSettled([write(both('bad')), write(both('good'))]);
    expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled']);
    for (const table of ['t', 'u'])
      expect(await query(`SELECT key FROM ${table}`)).toEqual([{ key: 'good' }]);
  });

  test('a transaction goes to one connection, whatever takes its place meanwhile', async () => {
    const connections: string[][] = [];
    const writer = createWriter(() => {
      const statements: string[] = [];
      connections.push(statements);
      return async (sql) => {
        statements.push(sql);
        return [];
      };
    });
    await writer.write(['one', 'two'].map((table) => ({ table, key: 'a', value: '1' })));
    expect(connections).toHaveLength(1);
    expect(connections[0]).toHaveLength(1);
  });

  test('idle waits for everything written before', async () => {
    const { query } = notebook();
    const writer = createWriter(() => query);
    let written = false;
    void writer.write([{ table: 't', key: 'a', value: '1' }]).then(() => {
      written = true;
    });
    await writer.idle();
    expect(written).toBe(true);
  });
});
