import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { openLedger } from '../../../src/trading/ledger.ts';
import { backUp, restore } from '../../../src/trading/store/backup.ts';
import { BackupUnusable, StoreInUse } from '../../../src/trading/store/errors.ts';
import { FORMAT } from '../../../src/trading/store/migrations.ts';
import { temporaryFolder, temporaryLedger } from './temporary-store.ts';

const note = z.object({ text: z.string() });
const NOW = new Date('2026-11-26T12:00:00Z');

const READS_ON = `
  const { DatabaseSync } = require('node:sqlite');
  const store = new DatabaseSync(process.argv[1]);
  store.exec('BEGIN');
  store.prepare('SELECT * FROM notes').all();
  console.log('reading');
  setInterval(() => undefined, 60_000);
`;

async function notesIn(path: string): Promise<string[]> {
  const ledger = await openLedger(`sqlite://${path}`);
  const rows = await ledger.collection('notes', note).all();
  await ledger.close();
  return rows.map(([key]) => key);
}

describe('a backup', () => {
  test('is made while the store is written to, and holds every write that had resolved before', async () => {
    const { ledger } = await temporaryLedger();
    await ledger.bind('testnet', '1001');
    const notes = ledger.collection('notes', note);
    for (let index = 0; index < 40; index += 1)
      await notes.set(`before ${index}`, { text: 'x'.repeat(2_000) });
    let isOver = false;
    const meanwhile = (async () => {
      for (let index = 0; !isOver; index += 1) await notes.set(`meanwhile ${index}`, { text: 'y' });
    })();
    const file = join(temporaryFolder(), 'deep', 'copy.sqlite');
    const found = await backUp(ledger.path, file);
    isOver = true;
    await meanwhile;
    expect(found).toEqual({
      format: FORMAT,
      binding: { environment: 'testnet', uid: '1001' },
      openTrades: 0,
      closedTrades: 0,
    });
    const kept = await notesIn(file);
    expect(kept.slice(0, 40)).toEqual(Array.from({ length: 40 }, (_, index) => `before ${index}`));
    // What came meanwhile is there from its beginning, without a gap.
    expect(kept.slice(40)).toEqual(kept.slice(40).map((_, index) => `meanwhile ${index}`));
  });

  test('is for its owner alone, and leaves nothing beside it', async () => {
    const { ledger } = await temporaryLedger();
    const folder = temporaryFolder();
    await backUp(ledger.path, join(folder, 'copy.sqlite'));
    expect(readdirSync(folder)).toEqual(['copy.sqlite']);
    expect(statSync(join(folder, 'copy.sqlite')).mode & 0o777).toBe(0o600);
  });

  test('never takes the place of a file that exists, and needs a store', async () => {
    const { ledger } = await temporaryLedger();
    const file = join(temporaryFolder(), 'copy.sqlite');
    writeFileSync(file, 'precious');
    await expect(backUp(ledger.path, file)).rejects.toThrow(/exists already/);
    expect(readFileSync(file, 'utf8')).toBe('precious');
    await expect(backUp(join(temporaryFolder(), 'none.sqlite'), `${file}.2`)).rejects.toThrow(/no store/);
  });
});

describe('restoring', () => {
  async function stage() {
    const { ledger } = await temporaryLedger();
    const notes = ledger.collection('notes', note);
    await notes.set('old', { text: 'a' });
    await ledger.collection('cursors', note).set('channel', { text: 'place' });
    const file = join(temporaryFolder(), 'copy.sqlite');
    await backUp(ledger.path, file);
    await notes.set('new', { text: 'b' });
    return { ledger, store: ledger.path, file };
  }

  test('puts the backup in the place, and keeps what was there with its last writes', async () => {
    const { ledger, store, file } = await stage();
    await ledger.close();
    const { kept } = await restore(store, file, NOW);
    expect(await notesIn(store)).toEqual(['old']);
    expect(kept).toBe(`${store}.replaced-20261126T120000000Z`);
    expect(await notesIn(kept ?? '')).toEqual(['old', 'new']);
    expect(statSync(store).mode & 0o777).toBe(0o600);
  });

  test('forgets how far Discord had been read, so that nothing old is read again', async () => {
    const { ledger, store, file } = await stage();
    await ledger.close();
    await restore(store, file, NOW);
    const again = await openLedger(`sqlite://${store}`);
    expect(await again.collection('cursors', note).all()).toEqual([]);
    await again.close();
  });

  test('forgets the run in which it was made: that did not crash for going on afterwards', async () => {
    const { ledger, store, file } = await stage();
    await ledger.close();
    const made = await openLedger(`sqlite://${file}`);
    await made.document('run', note).set({ text: 'not ended' });
    await made.close();
    await restore(store, file, NOW);
    const again = await openLedger(`sqlite://${store}`);
    expect(await again.document('run', note).get()).toBeUndefined();
    await again.close();
  });

  test('refuses while another program reads the store, and changes nothing', async () => {
    const { ledger, store, file } = await stage();
    await ledger.close();
    const wal = new DatabaseSync(store);
    wal.exec('PRAGMA journal_mode = WAL');
    wal.close();
    // Another process: the locks of this one are its own.
    const reader = spawn(process.execPath, ['-e', READS_ON, store], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void reader.kill('SIGKILL'));
    await once(reader.stdout, 'data');
    await expect(restore(store, file, NOW)).rejects.toThrow(/locked/);
    const exited = once(reader, 'exit');
    reader.kill('SIGKILL');
    await exited;
    expect(await notesIn(store)).toEqual(['old', 'new']);
    expect(readdirSync(join(store, '..')).filter((name) => /restoring|replaced/.test(name))).toEqual([]);
  });

  test('keeps a store that is too damaged to bring its log in, with the log', async () => {
    const { ledger, store, file } = await stage();
    await ledger.close();
    for (const part of ['', '-wal']) writeFileSync(`${store}${part}`, `damaged${part}`.repeat(1_000));
    const { kept } = await restore(store, file, NOW);
    for (const part of ['', '-wal'])
      expect(readFileSync(`${kept}${part}`, 'utf8')).toBe(`damaged${part}`.repeat(1_000));
    expect(await notesIn(store)).toEqual(['old']);
  });

  test('refuses while the store is in use, and changes nothing', async () => {
    const { ledger, store, file } = await stage();
    await expect(restore(store, file, NOW)).rejects.toThrow(StoreInUse);
    expect((await ledger.collection('notes', note).all()).map(([key]) => key)).toEqual(['old', 'new']);
  });

  test('takes the files of a running bot as somebody copied them, log and all', async () => {
    const { ledger, store } = await stage();
    const raw = join(temporaryFolder(), 'raw.sqlite');
    for (const part of ['', '-wal']) copyFileSync(`${store}${part}`, `${raw}${part}`);
    await ledger.close();
    await restore(store, raw, NOW);
    expect(await notesIn(store)).toEqual(['old', 'new']);
  });

  test('works where there is no store yet', async () => {
    const { ledger, file } = await stage();
    await ledger.close();
    const store = join(temporaryFolder(), 'new', 'store.sqlite');
    expect((await restore(store, file, NOW)).kept).toBeNull();
    expect(await notesIn(store)).toEqual(['old']);
  });

  test.each([
    ['is missing', () => undefined, /there is no file/],
    ['is no database', (file: string) => writeFileSync(file, 'x'.repeat(5_000)), /damaged or no backup/],
    [
      'is a database of something else',
      (file: string) => {
        const other = new DatabaseSync(file);
        other.exec('CREATE TABLE a (b)');
        other.close();
      },
      /no format/,
    ],
    [
      'holds a trade that is no JSON',
      (file: string) => {
        const other = new DatabaseSync(file);
        for (const table of ['meta', 'trades'])
          other.exec(`CREATE TABLE ${table} (key VARCHAR(255) PRIMARY KEY, value TEXT)`);
        other.exec(`INSERT INTO meta VALUES ('format', '{"value":${FORMAT}}')`);
        other.exec("INSERT INTO trades VALUES ('1-0', '{\"value\":')");
        other.close();
      },
      /^\S+ is damaged or no backup of Signalbox \(.*malformed JSON\)$/,
    ],
    [
      'is of a newer version',
      (file: string) => {
        const newer = new DatabaseSync(file);
        newer.exec('CREATE TABLE meta (key VARCHAR(255) PRIMARY KEY, value TEXT)');
        newer.exec(`INSERT INTO meta VALUES ('format', '{"value":${FORMAT + 1}}')`);
        newer.close();
      },
      /newer Signalbox.*update first/,
    ],
  ] as const)('refuses a file that %s, and the store stays', async (_, make, says) => {
    const { ledger, store } = await stage();
    await ledger.close();
    const bad = join(temporaryFolder(), 'bad.sqlite');
    make(bad);
    const restoring = restore(store, bad, NOW);
    await expect(restoring).rejects.toThrow(BackupUnusable);
    await expect(restoring).rejects.toThrow(says);
    expect(await notesIn(store)).toEqual(['old', 'new']);
    const elsewhere = join(temporaryFolder(), 'none.sqlite');
    await expect(restore(elsewhere, bad, NOW)).rejects.toThrow();
    expect(existsSync(elsewhere)).toBe(false);
  });

  test('refuses the store itself', async () => {
    const { ledger, store } = await stage();
    await ledger.close();
    await expect(restore(store, store, NOW)).rejects.toThrow(/the store itself/);
  });
});
