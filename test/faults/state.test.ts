import { copyFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { FORMAT } from '../../src/trading/store/migrations.ts';
import { BUY_BTC, coins, selling, targets } from '../e2e/spot-steps.ts';
import { commandLine } from './command-line.ts';
import { row, type Scene } from './row.ts';
import { byHand, isFlat, isProtected, openAtMarket } from './steps.ts';

/** Row 47, the store: what a damaged, lost or old one is put right with. */

const storeOf = (scene: Scene) => join(scene.folder, 'data', 'signalbox.sqlite');
const SHORT_NOW = '#ETH/USDT SHORT market\nTP1: 2950\nTP2: 2900\nSL: 3050';

async function damage(scene: Scene): Promise<void> {
  await writeFile(storeOf(scene), Buffer.alloc(8_192, 'x'));
  for (const part of ['-wal', '-shm']) await rm(`${storeOf(scene)}${part}`, { force: true });
}

/** A start on what a command has made, and a look at whether the trade is still the bot's to manage. */
async function goesOn(scene: Scene): Promise<void> {
  scene.strike();
  await scene.start();
  await isProtected(scene);
  scene.recovered();
  scene.price('BTCUSDT', 61_010);
  await scene.says('Filled BTCUSDT LONG target 1');
  await isProtected(scene);
  await scene.command('close', { symbol: 'BTCUSDT' });
  await scene.says('Closed BTCUSDT LONG');
  await isFlat(scene);
}

row(
  {
    id: '47c',
    fault: 'the store is damaged',
    does: 'refuses to start with exit code 1; stops stay on the exchange; starts on a backup that was made while it ran',
    sees: 'one line that says what to do; `restore` says what it has put back and where the old one is kept',
  },
  async (scene) => {
    await openAtMarket(scene);
    const made = await commandLine(scene, 'backup', 'data/backup.sqlite');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain('1 open and 0 closed trades');
    expect((await stat(join(scene.folder, 'data', 'backup.sqlite'))).mode & 0o777).toBe(0o600);
    await scene.end('SIGTERM');
    await damage(scene);
    const { code, stderr } = await scene.refused();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^STORE_URL: .* is damaged .*restore FILE.*rebuild.*\n$/);
    expect(scene.stops('BTCUSDT')).toHaveLength(1);
    const restored = await commandLine(scene, 'restore', 'data/backup.sqlite');
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(restored.stdout).toContain('kept as');
    await goesOn(scene);
  },
);

row(
  {
    id: '47j',
    fault: 'the store is to go back to a backup while the bot runs',
    does: 'ends its parts, puts the backup in the store’s place, starts anew and finds what has filled since; refuses one that is damaged or of another account, and runs on',
    sees: '`restore` says what was put back and where the old store is kept',
  },
  async (scene) => {
    await openAtMarket(scene);
    expect((await commandLine(scene, 'backup', 'data/backup.sqlite')).code).toBe(0);
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);

    await writeFile(join(scene.folder, 'data', 'damaged.sqlite'), Buffer.alloc(8_192, 'x'));
    const refused = await commandLine(scene, 'restore', 'data/damaged.sqlite');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('is damaged or no backup');
    await copyFile(join(scene.folder, 'data', 'backup.sqlite'), join(scene.folder, 'data', 'other.sqlite'));
    const other = new DatabaseSync(join(scene.folder, 'data', 'other.sqlite'));
    other.exec(`UPDATE meta SET value = json_set(value, '$.value.uid', '4711') WHERE key = 'binding'`);
    other.close();
    const foreign = await commandLine(scene, 'restore', 'data/other.sqlite');
    expect(foreign).toMatchObject({ code: 1, stdout: '' });
    expect(foreign.stderr).toContain('belongs to the paper account 4711');

    scene.strike();
    const from = scene.output().length;
    const restored = await commandLine(scene, 'restore', 'data/backup.sqlite');
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(restored.stdout).toContain('1 open and 0 closed trades');
    expect(restored.stdout).toContain('kept as');
    await scene.eventually('the bot has started anew', () =>
      scene.output().slice(from).includes('"msg":"ready"'),
    );
    await isProtected(scene);
    scene.recovered();
    const files = await readdir(join(scene.folder, 'data'));
    expect(files.filter((name) => /restore|checked/.test(name))).toEqual([]);
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.says('Closed BTCUSDT LONG');
    await isFlat(scene);
  },
);

row(
  {
    id: '47d',
    fault: 'the store is damaged beyond reading, and there is no backup',
    does: 'makes the open trades anew from the exchange (`rebuild`), and goes on managing them',
    sees: 'what was made, with stop and targets, and what is not known of it',
  },
  async (scene) => {
    await openAtMarket(scene);
    await scene.end('SIGTERM');
    await damage(scene);
    expect((await scene.refused()).code).toBe(1);
    const rebuilt = await commandLine(scene, 'rebuild');
    expect(rebuilt).toMatchObject({ code: 0, stderr: '' });
    expect(rebuilt.stdout).toContain('+ BTCUSDT LONG 0.1 at');
    expect(rebuilt.stdout).toContain('stop 59500, targets 61000 62000');
    const files = await readdir(join(scene.folder, 'data'));
    expect(files.filter((name) => name.startsWith('signalbox.sqlite.replaced-'))).toHaveLength(1);
    await goesOn(scene);
    expect(scene.entries('BTCUSDT')).toBe(1);
  },
);

row(
  {
    id: '47e',
    fault:
      'the store is lost, with two trades open (one after its first target) and a position of the user’s own',
    does: 'makes both trades anew (`rebuild`); leaves the user’s position alone',
    sees: 'both trades, and the position that is not the bot’s',
    check: { foreign: { SOLUSDT: '7' } },
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    scene.post(SHORT_NOW);
    await scene.says('Filled ETHUSDT SHORT entry');
    await isProtected(scene, 'ETHUSDT');
    await isProtected(scene);
    await byHand(scene, { symbol: 'SOLUSDT', side: 'BUY', type: 'MARKET', quantity: '7' });
    await scene.end('SIGKILL');
    for (const part of ['', '-wal', '-shm']) await rm(`${storeOf(scene)}${part}`, { force: true });
    const rebuilt = await commandLine(scene, 'rebuild');
    expect(rebuilt).toMatchObject({ code: 0, stderr: '' });
    expect(rebuilt.stdout).toContain('+ BTCUSDT LONG 0.05');
    expect(rebuilt.stdout).toContain('+ ETHUSDT SHORT');
    expect(rebuilt.stdout).toContain("SOLUSDT 7: not the bot's");
    const sent = scene.orders().length;
    scene.strike();
    await scene.start();
    await isProtected(scene);
    await isProtected(scene, 'ETHUSDT');
    scene.recovered();
    expect(scene.orders()).toHaveLength(sent);
    scene.price('BTCUSDT', 62_010);
    await scene.says('Closed BTCUSDT LONG');
    scene.price('ETHUSDT', 3_051);
    await scene.says('Closed ETHUSDT SHORT');
    await isFlat(scene, 'ETHUSDT');
  },
);

row(
  {
    id: '47es',
    market: 'both',
    fault: 'the store is lost, with a trade on spot, one on futures, and coins of the user’s own',
    does: 'makes both anew (`rebuild`), on spot as far as its lists bind the coins; sells none of the user’s',
    sees: 'both trades',
    rig: { channels: { coins: ['market: spot'] }, start: false },
    check: { spot: { coins: { BTC: '0.7' } } },
  },
  async (scene) => {
    scene.binance.spot.exchange.setPrice('BTCUSDT', new Decimal(60_500));
    await scene.start();
    scene.binance.spot.exchange.deposit('BTC', new Decimal('0.7'));
    await openAtMarket(scene);
    scene.post(BUY_BTC, { channel: 'coins' });
    await scene.says('Filled BTCUSDT LONG spot entry');
    await scene.eventually('a list for each target', () => targets(scene).length === 2);
    await isProtected(scene);
    await scene.end('SIGKILL');
    for (const part of ['', '-wal', '-shm']) await rm(`${storeOf(scene)}${part}`, { force: true });
    const made = await commandLine(scene, 'rebuild');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain('Made from the exchange: 2.');
    const sent = [scene.orders().length, selling(scene)];
    scene.strike();
    await scene.start();
    scene.recovered();
    expect([scene.orders().length, selling(scene)]).toEqual(sent);
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.eventually('no coins but the user’s', () => Math.abs(coins(scene) - 0.7) < 0.0001);
    await isFlat(scene);
  },
);

row(
  {
    id: '47f',
    fault: 'an older backup is put back, and a trade was opened since',
    does: 'takes the newer trade over from the exchange (`rebuild`); reads no message a second time',
    sees: 'what was put back, and what was made anew',
  },
  async (scene) => {
    await openAtMarket(scene);
    expect((await commandLine(scene, 'backup', 'data/old.sqlite')).code).toBe(0);
    scene.post(SHORT_NOW);
    await scene.says('Filled ETHUSDT SHORT entry');
    await isProtected(scene, 'ETHUSDT');
    await scene.end('SIGKILL');
    expect((await commandLine(scene, 'restore', 'data/old.sqlite')).code).toBe(0);
    const rebuilt = await commandLine(scene, 'rebuild');
    expect(rebuilt.stdout).toContain('Open trades that the store knows: 1. Made from the exchange: 1.');
    scene.strike();
    await scene.start();
    await isProtected(scene);
    await isProtected(scene, 'ETHUSDT');
    scene.recovered();
    expect([scene.entries('BTCUSDT'), scene.entries('ETHUSDT')]).toEqual([1, 1]);
  },
);

row(
  {
    id: '47g',
    fault: 'the store is lost, and the stop of the open position with it',
    does: 'makes the trade anew (`rebuild`) and places a stop as far away as the settings allow',
    sees: 'that the stop is an assumed one',
    rig: { risk: '  defaultStopPct: 4' },
  },
  async (scene) => {
    await openAtMarket(scene);
    await scene.end('SIGKILL');
    await rm(storeOf(scene));
    const { usdm } = scene.binance;
    for (const { algoId } of [...usdm.openAlgos.values()])
      usdm.cancelAlgo(new Map([['algoId', String(algoId)]]));
    const rebuilt = await commandLine(scene, 'rebuild');
    expect(rebuilt.stdout).toContain('no stop of it stands');
    scene.strike();
    await scene.start();
    await isProtected(scene);
    scene.recovered();
    expect(Number(scene.stops('BTCUSDT')[0]?.trigger)).toBeCloseTo(60_500 * 0.96, -2);
  },
);

row(
  {
    id: '47h',
    fault: 'one row of the store is not readable',
    does: 'refuses to start; `rebuild` leaves it out, keeps everything else and makes the trade anew',
    sees: 'the row by its name, and what to do',
  },
  async (scene) => {
    await openAtMarket(scene);
    await scene.end('SIGTERM');
    const database = new DatabaseSync(storeOf(scene));
    database.exec(`UPDATE trades SET value = json_set(value, '$.value.phase', 'odd')`);
    database.close();
    const { code, stderr } = await scene.refused();
    expect(code).toBe(1);
    expect(stderr).toMatch(/record trades\/\S+ is not readable.*rebuild/);
    const rebuilt = await commandLine(scene, 'rebuild');
    expect(rebuilt.stdout).toMatch(/Left out, not readable: trades\//);
    expect(rebuilt.stdout).toContain('Made from the exchange: 1.');
    await goesOn(scene);
  },
);

row(
  {
    id: '47i',
    fault: 'an update: the store is of an earlier format, and a trade is open',
    does: 'brings the store along, keeps a copy of it as it was, and goes on',
    sees: 'nothing',
  },
  async (scene) => {
    await openAtMarket(scene);
    await scene.end('SIGTERM');
    const database = new DatabaseSync(storeOf(scene));
    database.exec(`UPDATE trades SET value = json_remove(value, '$.value.closingAnnounced')`);
    database.exec(`UPDATE meta SET value = '{"value":1}' WHERE key = 'format'`);
    database.close();
    await goesOn(scene);
    const copy = new DatabaseSync(`${storeOf(scene)}.format-1`, { readOnly: true });
    expect(copy.prepare("SELECT value FROM meta WHERE key = 'format'").get()).toEqual({
      value: '{"value":1}',
    });
    copy.close();
    expect(FORMAT).toBeGreaterThan(1);
  },
);
