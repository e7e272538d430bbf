import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createBotStore } from '../../../src/bot/store.ts';
import { createDeskStore } from '../../../src/trading/desk-store.ts';
import { type Ledger, openLedger } from '../../../src/trading/ledger.ts';
import { type Connection, connect } from '../../../src/trading/store/connection.ts';
import { StoreTooNew, UnreadableRecord } from '../../../src/trading/store/errors.ts';
import { copyBefore, formatOf, migrate } from '../../../src/trading/store/migrate.ts';
import { FORMAT, MIGRATIONS, type Migration } from '../../../src/trading/store/migrations.ts';
import { temporaryFolder } from './temporary-store.ts';

/** A store as JSON: table → key → value. `formats/N.json` is what a bot of format N has left after some trades. */
type Rows = Record<string, Record<string, unknown>>;

const FORMATS = join(import.meta.dirname, 'formats');

function storeOf(format: number): Rows {
  return JSON.parse(readFileSync(join(FORMATS, `${format}.json`), 'utf8'));
}

function write(rows: Rows): string {
  const path = join(temporaryFolder(), 'ledger.sqlite');
  const database = new DatabaseSync(path);
  database.exec('BEGIN');
  for (const [table, entries] of Object.entries(rows)) {
    database.exec(`CREATE TABLE ${table} (key VARCHAR(255) PRIMARY KEY, value TEXT)`);
    const insert = database.prepare(`INSERT INTO ${table} VALUES (?, ?)`);
    for (const [key, value] of Object.entries(entries)) insert.run(key, JSON.stringify({ value }));
  }
  database.exec('COMMIT');
  database.close();
  return path;
}

function read(path: string): Rows {
  const database = new DatabaseSync(path, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  const rows = Object.fromEntries(
    tables.map(({ name }) => {
      const entries = database.prepare(`SELECT key, value FROM ${name} ORDER BY rowid`).all();
      return [name, Object.fromEntries(entries.map(({ key, value }) => [key, unwrapped(value)]))];
    }),
  );
  database.close();
  return rows;
}

const unwrapped = (text: unknown): unknown => JSON.parse(String(text)).value;

async function opened(path: string): Promise<Ledger> {
  const ledger = await openLedger(`sqlite://${path}`);
  onTestFinished(() => ledger.close());
  return ledger;
}

function connected(path: string): Connection {
  const connection = connect(path);
  onTestFinished(() => connection.close().catch(() => undefined));
  return connection;
}

/** Every row through its schema, as a start and the commands read them. */
async function readAll(ledger: Ledger): Promise<Record<string, number>> {
  const desk = createDeskStore(ledger);
  const bot = createBotStore(ledger);
  const [open, closed, signals, pauses, day, guard, ...tables] = await Promise.all([
    desk.openTrades(),
    desk.closedBetween(0, Number.MAX_SAFE_INTEGER),
    desk.recentSignals(0),
    desk.pauses(),
    desk.dayMark(),
    desk.guardState(),
    ...[bot.receipts, bot.proposals, bot.questions, bot.cards, bot.cursors, bot.outbox].map((table) =>
      table.all(),
    ),
    bot.audit.all(),
    bot.overrides.all(),
  ]);
  const counts = { open, closed, signals: [...signals], pauses, rows: tables.flat() };
  expect(day).not.toBeNull();
  expect(guard).not.toBeNull();
  return Object.fromEntries(Object.entries(counts).map(([name, list]) => [name, list.length]));
}

describe('every format that there has been', () => {
  test('has a store in test/trading/store/formats', () => {
    const numbers = Array.from({ length: FORMAT }, (_, index) => `${index + 1}.json`);
    expect(readdirSync(FORMATS).sort()).toEqual(numbers.sort());
    expect(MIGRATIONS.map(({ to }) => to)).toEqual(numbers.slice(1).map((_, index) => index + 2));
  });

  // This one fails when a record gets a field that rows on users' disks do not have: it needs a migration.
  test.each(Array.from({ length: FORMAT }, (_, index) => index + 1))(
    'a store of format %i is read by this version, every row of it',
    async (format) => {
      const rows = storeOf(format);
      const path = write(rows);
      const counts = await readAll(await opened(path));
      expect(counts).toMatchObject({ open: 1, closed: 1, signals: 2, pauses: 1 });
      expect(await formatOf(connected(path))).toBe(FORMAT);
    },
  );

  test('a migrated store holds what a store of this format holds', async () => {
    const path = write(storeOf(1));
    await migrate(path, connected(path));
    expect(read(path)).toEqual(storeOf(FORMAT));
  });
});

describe('migrating', () => {
  const chain: Migration[] = [
    ...MIGRATIONS,
    {
      to: FORMAT + 1,
      rows: [{ tables: /^notes$/, change: ({ text, ...rest }) => ({ words: text, ...rest }) }],
    },
    { to: FORMAT + 2, rows: [{ tables: /^notes$/, change: (note) => ({ ...note, times: [note.at] }) }] },
  ];
  const notes = (count: number): Rows => ({
    meta: { format: FORMAT },
    notes: Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`n${at}`, { text: `note ${at}`, at }]),
    ),
    others: { a: { text: 'left alone' } },
  });

  test('goes through every step in order, row by row, and leaves other tables alone', async () => {
    const path = write(notes(1_203));
    expect(await migrate(path, connected(path), chain)).toBe(FORMAT);
    const after = read(path);
    expect(after.meta).toEqual({ format: FORMAT + 2 });
    expect(Object.keys(after.notes ?? {})).toHaveLength(1_203);
    expect(after.notes?.n1202).toEqual({ words: 'note 1202', at: 1202, times: [1202] });
    expect(after.others).toEqual({ a: { text: 'left alone' } });
  });

  test('keeps the store as it was, whole and for its owner alone', async () => {
    const path = write(notes(3));
    const before = read(path);
    await migrate(path, connected(path), chain);
    const copy = copyBefore(path, FORMAT);
    expect(read(copy)).toEqual(before);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
  });

  test('makes no copy of a new store, nor of one that is right already', async () => {
    const path = join(temporaryFolder(), 'ledger.sqlite');
    for (const _ of [1, 2]) await (await openLedger(`sqlite://${path}`)).close();
    expect(existsSync(copyBefore(path, FORMAT))).toBe(false);
    expect(await formatOf(connected(path))).toBe(FORMAT);
  });

  test('a crash before any of its statements leaves the old store or the new one, and the next start goes on', async () => {
    const whole = write(notes(3));
    await migrate(whole, connected(whole), chain);
    const after = read(whole);
    let crashes = 0;
    for (let survives = 0; ; survives += 1) {
      const path = write(notes(3));
      const before = read(path);
      const connection = connect(path);
      const dying = dyingAfter(survives, connection);
      const crashed = await migrate(path, dying, chain).then(
        () => false,
        () => true,
      );
      await connection.close();
      const left = read(path);
      expect([before, after]).toContainEqual(left);
      if (!crashed) break;
      crashes += 1;
      await migrate(path, connected(path), chain);
      expect(read(path)).toEqual(after);
    }
    expect(crashes).toBeGreaterThan(10);
  });

  test('a row that is no JSON object stops it, is named, and nothing has changed', async () => {
    const path = write({ ...notes(3), notes: { good: { text: 'a', at: 1 }, odd: 'text' } });
    const before = read(path);
    const migrating = migrate(path, connected(path), chain);
    await expect(migrating).rejects.toThrow(UnreadableRecord);
    await expect(migrating).rejects.toThrow(/notes\/odd/);
    expect(read(path)).toEqual(before);
  });

  test('a store of a later version is refused with what to do, and left as it is', async () => {
    const path = write({ ...notes(1), meta: { format: FORMAT + 1 } });
    const before = read(path);
    const opening = openLedger(`sqlite://${path}`);
    await expect(opening).rejects.toThrow(StoreTooNew);
    await expect(opening).rejects.toThrow(new RegExp(`format ${FORMAT + 1}.*update`));
    expect(read(path)).toEqual(before);
  });
});

/** A connection that carries out so many statements and then none. */
function dyingAfter(statements: number, connection: Connection): Connection {
  let left = statements;
  return {
    ...connection,
    query: async (sql, parameters) => {
      if (left === 0) throw new Error('crashed');
      left -= 1;
      return connection.query(sql, parameters);
    },
  };
}
