import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { preset } from '../../src/sim/binance/faults.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import type { RigOptions } from '../e2e/rig.ts';
import { lineTo } from './proxy.ts';
import { quick } from './quick.ts';
import { row, type Scene } from './row.ts';
import { AT_MARKET, SHORT_ETH } from './signals.ts';
import {
  alerted,
  buys,
  isFlat,
  isProtected,
  nextSignal,
  openAtMarket,
  passes,
  protectedWithTargets,
  restingEntry,
  struck,
} from './steps.ts';

/** Rows 64 to 74: what machines, networks and operators of exchanges do beside what the list of faults foresees. */

const PRELOAD = `--import=${new URL('./mishaps.ts', import.meta.url).href}`;

/** Rig options under which the bot meets this mishap; its time may run faster beside that. */
function mishap(what: string, more: { node?: string; env?: RigOptions['env'] | undefined } = {}) {
  const { env = {}, node = '' } = more;
  const NODE_OPTIONS = [env.NODE_OPTIONS, PRELOAD, node].filter(Boolean).join(' ');
  return { env: { ...env, NODE_OPTIONS, MISHAP: what } };
}

function signalBot(scene: Scene, signal: NodeJS.Signals): void {
  const pid = scene.pid();
  if (pid === undefined) throw new Error('the bot does not run');
  process.kill(pid, signal);
}

row(
  {
    id: '64',
    fault: 'the process is frozen for a minute (a laptop asleep, a stopped container) while target 1 trades',
    does: 'wakes, finds its connections dead or late, compares; the stop follows',
    sees: 'the fill, late',
    rig: quick(10),
    rate: 10,
  },
  async (scene) => {
    await openAtMarket(scene);
    signalBot(scene, 'SIGSTOP');
    scene.price('BTCUSDT', 61_010);
    await passes(scene, 60_000);
    signalBot(scene, 'SIGCONT');
    scene.strike();
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
    scene.recovered();
    expect(scene.count('Filled BTCUSDT LONG target 1')).toBe(1);
  },
);

row(
  {
    id: '64b',
    fault: 'the process is frozen for a minute, the stop is hit, and a signal has grown old meanwhile',
    does: 'takes the close in; does not trade the old signal',
    sees: 'the close; “Expired” for the signal',
    rig: { ...quick(10), maxAge: '30s' },
    rate: 10,
  },
  async (scene) => {
    await openAtMarket(scene);
    signalBot(scene, 'SIGSTOP');
    scene.price('BTCUSDT', 59_400);
    scene.post('#SOL/USDT LONG\nEntry: 150\nTP1: 160\nSL: 140');
    await passes(scene, 60_000);
    signalBot(scene, 'SIGCONT');
    scene.strike();
    await scene.says('Closed BTCUSDT LONG', 'stopped out');
    await isFlat(scene);
    scene.recovered();
    await scene.says('Expired');
    expect(scene.entries('SOLUSDT')).toBe(0);
  },
);

row(
  {
    id: '65',
    fault: 'the bot runs out of memory',
    does: 'dies at once; the start is the same path as ever',
    sees: 'after the start, that the run before ended unexpectedly, and when it was last alive',
    rig: mishap('memory', { node: '--max-old-space-size=160' }),
  },
  async (scene) => {
    await openAtMarket(scene);
    expect(await scene.end('SIGUSR2')).toEqual({ code: null, signal: 'SIGABRT' });
    scene.price('BTCUSDT', 61_010);
    scene.strike();
    await scene.start();
    await isProtected(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG target 1');
    await alerted(scene, 'ended unexpectedly', '0.05 of the target had filled → recorded');
  },
);

const fast = quick(5);

row(
  {
    id: '66',
    fault: 'names can no longer be resolved, and every connection ends',
    does: 'keeps trying; the position keeps its stop there; compares when a name resolves again',
    sees: 'a message each that stream and exchange are away, and in it that they are back; “Denied” with exchange_unreachable; the fill',
    rig: { ...fast, ...mishap('names', { env: fast.env }), start: false, maxAge: '5s' },
    rate: 5,
  },
  async (scene) => {
    const line = await lineTo(scene.binance.url);
    scene.atEnd(line.close);
    await scene.start({ BINANCE_URL: line.url.replace('127.0.0.1', 'localhost') });
    await openAtMarket(scene);
    signalBot(scene, 'SIGUSR2');
    line.cut();
    await alerted(scene, 'event stream');
    await alerted(scene, 'The exchange does not answer');
    scene.price('BTCUSDT', 61_010);
    scene.post('#SOL/USDT LONG\nEntry: 150\nTP1: 160\nSL: 140');
    await scene.says('Denied', 'exchange_unreachable');
    expect(scene.stops('BTCUSDT')).toHaveLength(1);
    signalBot(scene, 'SIGUSR2');
    scene.strike();
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
    scene.recovered();
    await alerted(scene, 'answers again');
  },
);

row(
  {
    id: '67',
    fault: 'a proxy ends every connection at once, three times, around an entry and its stop',
    does: 'opens new ones; what was on its way is asked for by client id',
    sees: 'the fill and the close',
    rig: { start: false },
  },
  async (scene) => {
    const line = await lineTo(scene.binance.url);
    scene.atEnd(line.close);
    await scene.start({ BINANCE_URL: line.url });
    scene.strike();
    line.cut();
    scene.post('#BTC/USDT LONG market\nTP1: 61000\nTP2: 62000\nSL: 59500');
    await scene.eventually('the entry is there', () => scene.position('BTCUSDT') > 0);
    line.cut();
    await protectedWithTargets(scene);
    scene.recovered();
    line.cut();
    await scene.says('Filled BTCUSDT LONG entry');
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.says('Closed BTCUSDT LONG');
    await isFlat(scene);
    expect(scene.entries('BTCUSDT')).toBe(1);
  },
);

row(
  {
    id: '68',
    fault:
      'a partition in one direction: the bot’s requests arrive, nothing comes back, while the stop is moved',
    does: 'asks again and again; never two entries, the position never without a stop; compares afterwards',
    sees: 'one message that the exchange does not answer, and in it that it does again',
    rig: { ...quick(5), start: false },
    rate: 5,
  },
  async (scene) => {
    const line = await lineTo(scene.binance.url);
    scene.atEnd(line.close);
    await scene.start({ BINANCE_URL: line.url });
    await openAtMarket(scene);
    line.loseAnswers(true);
    scene.price('BTCUSDT', 61_010);
    await alerted(scene, 'The exchange does not answer');
    expect(scene.stops('BTCUSDT').length).toBeGreaterThan(0);
    line.loseAnswers(false);
    line.cut();
    scene.strike();
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
    scene.recovered();
    expect([buys(scene), scene.entries('BTCUSDT')]).toEqual([1, 1]);
  },
);

row(
  {
    id: '69',
    fault:
      'maintenance: for five minutes every request answers 503, the streams are closed, and the stop is hit at the end',
    does: 'keeps asking at a distance; entries are denied; compares when it is over',
    sees: 'one message at the start of it, edited at its end; the close',
    rig: quick(20),
    rate: 20,
  },
  async (scene) => {
    await openAtMarket(scene);
    const { binance } = scene;
    binance.faults.add({ ...preset('unavailable503'), count: 0 });
    binance.streams.refuse(1_000_000);
    binance.streams.drop();
    await alerted(scene, 'The exchange does not answer');
    await passes(scene, 60_000);
    await nextSignal(scene, 'exchange_unreachable');
    const before = binance.requests.length;
    const began = binance.usdm.now();
    await passes(scene, 240_000);
    // Not a storm: a few requests a second.
    const seconds = (binance.usdm.now() - began) / 1_000;
    expect((binance.requests.length - before) / seconds).toBeLessThan(8);
    scene.price('BTCUSDT', 59_400);
    binance.faults.clear();
    binance.streams.refuse(0);
    scene.strike();
    await scene.says('Closed BTCUSDT LONG', 'stopped out');
    await isFlat(scene);
    scene.recovered();
    await alerted(scene, 'answers again');
  },
);

row(
  {
    id: '70',
    fault: 'serverShutdown while the entry fills in parts',
    does: 'a new connection before the old one ends; each part is protected and counted once',
    sees: 'one message for the fill',
  },
  async (scene) => {
    await restingEntry(scene);
    scene.binance.usdm.setPartialFill('BTCUSDT', { fraction: new Decimal('0.3') });
    scene.price('BTCUSDT', 59_990);
    scene.strike();
    scene.binance.streams.announceShutdown();
    scene.price('BTCUSDT', 60_100);
    scene.price('BTCUSDT', 59_990);
    await scene.eventually('the stop covers it all', () => scene.stops('BTCUSDT')[0]?.quantity === '0.1');
    scene.recovered();
    await protectedWithTargets(scene);
    await scene.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
    expect(scene.count('Filled BTCUSDT LONG entry')).toBe(1);
  },
);

row(
  {
    id: '71',
    fault: 'the store’s log has grown to 64 MB because another program reads it, then kill -9',
    does: 'starts on it as on any other',
    sees: 'a start as ever',
  },
  async (scene) => {
    await openAtMarket(scene);
    const store = join(scene.folder, 'data', 'signalbox.sqlite');
    const reader = new DatabaseSync(store);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM trades').get();
    const other = new DatabaseSync(store, { timeout: 5_000 });
    other.exec('CREATE TABLE ballast (key VARCHAR(255) PRIMARY KEY, value TEXT)');
    const insert = other.prepare('INSERT INTO ballast VALUES (?, ?)');
    for (let row = 0; row < 64; row += 1)
      insert.run(`${row}`, JSON.stringify({ value: 'x'.repeat(1_048_576) }));
    other.close();
    expect((await stat(`${store}-wal`)).size).toBeGreaterThan(64 * 1_048_576);
    scene.price('BTCUSDT', 61_010);
    await isProtected(scene);
    await scene.end('SIGKILL');
    reader.close();
    scene.strike();
    await scene.start();
    await isProtected(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG target 1');
  },
);

row(
  {
    id: '72',
    fault: 'the machine’s clock is set an hour ahead, and later back again, with a position open',
    does: 'asks the exchange for its time; trades and closes as ever',
    sees: 'the fill and the close',
    rig: mishap('clock'),
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.strike();
    signalBot(scene, 'SIGUSR2');
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
    scene.recovered();
    signalBot(scene, 'SIGUSR2');
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.says('Closed BTCUSDT LONG');
    await isFlat(scene);
    expect(scene.entries('BTCUSDT')).toBe(1);
  },
);

row(
  {
    id: '72b',
    fault: 'the machine’s clock is set back by an hour while an entry and messages wait to be sent once more',
    does: 'sends both when it would have; no question is open for longer than it was to be',
    sees: 'what was to be told, the fill, and that the question has expired',
    rig: { ...mishap('clock back'), maxAge: '2h', mode: 'confirm', confirmTimeout: '10s' },
  },
  async (scene) => {
    const { binance, discord } = scene;
    scene.post(AT_MARKET);
    const question = await scene.says('trade this?');
    binance.faults.add({
      method: 'POST',
      path: '/fapi/v1/order',
      ...preset('throttled'),
      unless: { reduceOnly: 'true' },
      count: 2,
    });
    await scene.press(question, 'Confirm');
    await struck(scene);
    discord.faults.add({ kind: 'status', status: 500, route: 'POST /channels/:channel/messages', times: 1 });
    const posts = () =>
      discord.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/messages'));
    const before = posts().length;
    scene.post(SHORT_ETH);
    await scene.eventually('a message was refused', () => posts().length > before);
    scene.strike();
    signalBot(scene, 'SIGUSR2');
    await scene.says('Filled BTCUSDT LONG entry');
    scene.recovered();
    await protectedWithTargets(scene);
    await scene.says('trade this?', 'ETHUSDT');
    await scene.says('Expired', 'ETHUSDT');
    expect(buys(scene)).toBe(3);
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.says('Closed BTCUSDT LONG');
    await isFlat(scene);
  },
);

row(
  {
    id: '73',
    fault:
      'Discord is gone for a quarter of an hour while an entry, a target and the stop of two trades fill',
    does: 'trading goes on; everything is told afterwards, once and in order',
    sees: 'each fill and the close, late',
    rig: quick(40),
    rate: 40,
  },
  async (scene) => {
    await openAtMarket(scene);
    await restingEthShort(scene);
    const { discord } = scene;
    discord.faults.add({ kind: 'dropBefore', times: 0 });
    discord.stallGateway('silent');
    scene.price('BTCUSDT', 61_010);
    await isProtected(scene);
    scene.price('ETHUSDT', 3_051);
    await isProtected(scene, 'ETHUSDT');
    await passes(scene, 800_000);
    scene.price('BTCUSDT', 60_000);
    await isFlat(scene);
    await passes(scene, 100_000);
    discord.faults.clear();
    discord.dropGateway({ resumable: false });
    scene.strike();
    await scene.says('Closed BTCUSDT LONG');
    await scene.says('Filled ETHUSDT SHORT entry');
    scene.recovered();
    for (const said of [
      'Filled BTCUSDT LONG target 1',
      'Filled BTCUSDT LONG stop',
      'Filled ETHUSDT SHORT entry',
    ])
      await scene.eventually(said, () => scene.count(said) === 1);
  },
);

async function restingEthShort(scene: Scene): Promise<void> {
  scene.post('#ETH/USDT SHORT\nEntry: 3050\nTP1: 2950\nTP2: 2900\nSL: 3150');
  await scene.eventually('the other entry rests', () => scene.resting('ETHUSDT').length === 1);
}
