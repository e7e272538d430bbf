import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { preset } from '../../src/sim/binance/faults.ts';
import { SECRETS } from '../e2e/rig.ts';
import { quick } from './quick.ts';
import { row, type Scene } from './row.ts';
import { AT_LIMIT, AT_MARKET } from './signals.ts';
import { alerted, buys, isFlat, isProtected, nextSignal, openAtMarket, restingEntry } from './steps.ts';

/** Rows 47 to 52, and what was found missing there. */

const storeOf = (scene: Scene) => join(scene.folder, 'data', 'signalbox.sqlite');

row(
  {
    id: '47',
    fault: 'another program holds the store’s write lock',
    does: 'opens nothing; what protects goes on without the journal, which is written when it can be',
    sees: 'an alert that the store cannot be written; “Denied” with not_ready',
  },
  async (scene) => {
    await openAtMarket(scene);
    const other = new DatabaseSync(storeOf(scene), { timeout: 5_000 });
    other.exec('BEGIN IMMEDIATE');
    scene.strike();
    scene.price('BTCUSDT', 61_010);
    await alerted(scene, 'store cannot be written');
    await scene.eventually('the stop follows', () =>
      scene.stops('BTCUSDT').some(({ quantity }) => quantity === '0.05'),
    );
    await nextSignal(scene, 'not_ready');
    other.exec('ROLLBACK');
    other.close();
    await isProtected(scene);
    await scene.eventually('it opens again', async () => {
      scene.post(`#SOL/USDT LONG\nEntry: ${(150 - Math.random()).toFixed(2)}\nTP1: 160\nSL: 140`);
      await new Promise((done) => setTimeout(done, 300));
      return scene.resting('SOLUSDT').length === 1;
    });
    scene.recovered();
  },
);

row(
  {
    id: '47b',
    fault: 'disk full',
    does: 'opens nothing; the stop stays on the exchange and follows the position',
    sees: 'an alert that the store cannot be written; “Failed”, nothing was sent',
  },
  async (scene) => {
    await openAtMarket(scene);
    // No file of the bot may grow any more: https://man7.org/linux/man-pages/man2/getrlimit.2.html
    const limit = (size: string) =>
      execFileSync('prlimit', ['--pid', String(scene.pid()), `--fsize=${size}`]);
    // The store's log has been made as long as it will be: not even there is room.
    limit('1024:unlimited');
    scene.strike();
    scene.price('BTCUSDT', 61_010);
    await alerted(scene, 'store cannot be written');
    await scene.eventually('the stop follows', () =>
      scene.stops('BTCUSDT').some(({ quantity }) => quantity === '0.05'),
    );
    await nextSignal(scene, 'not_ready');
    limit('unlimited:unlimited');
    await isProtected(scene);
    scene.recovered();
  },
);

row(
  {
    id: '47k',
    fault:
      'another program holds the store’s write lock while /panic, /pause and /resume are given, then the bot is killed',
    does: 'closes everything all the same; writes the pause as soon as it can, so that it stands after the crash; lifts none before that is on the disk',
    sees: 'that the pause holds and is not saved yet, that entries stay paused, that the store can be written again, and in the same answers that the pause is saved now',
  },
  async (scene) => {
    await openAtMarket(scene);
    const { message: question } = await scene.command('panic');
    if (question === null) throw new Error('nothing was asked');
    const other = new DatabaseSync(storeOf(scene), { timeout: 5_000 });
    other.exec('BEGIN IMMEDIATE');
    scene.strike();
    void scene.press(question, 'Confirm').catch(() => {});
    await isFlat(scene);
    scene.recovered();
    const answer = async (name: string) => (await scene.command(name)).message?.content ?? '';
    expect(await answer('pause')).toContain('not saved yet');
    expect(await answer('resume')).toContain('Entries stay paused');
    other.exec('ROLLBACK');
    other.close();
    await scene.becomes(question, 'closing 1 trade', 'now it is');
    await scene.says('Entries paused everywhere', 'now it is');
    await alerted(scene, 'The store is written again');
    await scene.end('SIGKILL');
    await scene.start();
    await nextSignal(scene, 'paused');
  },
);

row(
  {
    id: '48',
    fault: 'a second instance on the same store',
    does: 'refuses to start with exit code 1; the first one goes on',
    sees: 'one line that names the store',
  },
  async (scene) => {
    const main = new URL('../../src/main.ts', import.meta.url).pathname;
    const second = spawn(process.execPath, [main, 'run'], {
      cwd: scene.folder,
      env: scene.env,
      stdio: 'pipe',
    });
    let said = '';
    second.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = await once(second, 'close');
    expect(code).toBe(1);
    expect(said).toMatch(/^STORE_URL: .* is in use by another running instance.*\n$/);
    await openAtMarket(scene);
    expect(scene.entries('BTCUSDT')).toBe(1);
  },
);

row(
  {
    id: '50',
    fault: 'an unhandled rejection whose message holds every secret',
    does: 'ends with exit code 70; the position keeps its stop; a start goes on',
    sees: 'one redacted line in the log',
    rig: { env: { NODE_OPTIONS: `--import=${new URL('./trouble.ts', import.meta.url).href}` } },
  },
  async (scene) => {
    await openAtMarket(scene);
    expect(await scene.end('SIGUSR2')).toEqual({ code: 70, signal: null });
    expect(scene.output()).toContain('unexpected error');
    for (const secret of [SECRETS.apiKey, SECRETS.apiSecret, scene.discord.token])
      expect(scene.output()).not.toContain(secret);
    scene.strike();
    await scene.start();
    scene.recovered();
    await isProtected(scene);
  },
);

row(
  {
    id: '51',
    fault: 'hostile text: a file of 100 kB, 1e309, zero-width signs, a stop on the wrong side',
    does: 'reads each in linear time and trades none',
    sees: '“Invalid” where it is a signal that contradicts itself; the next real signal at once',
  },
  async (scene) => {
    const { discord } = scene;
    const post = (content: string) => scene.post(content);
    for (const part of [
      'BTC/USDT LONG ',
      '1e309 ',
      'TP1: ',
      '#'.repeat(7),
      '\u200b\u200d',
      '((((',
      '-1,1.1,1',
    ])
      discord.post({
        channel: '500000000000000001',
        author: '600000000000000001',
        content: '',
        attachments: [
          { filename: 'message.txt', contentType: 'text/plain', content: part.repeat(100_000 / part.length) },
        ],
      });
    post('#BTC/USDT LONG\nEntry: 1e309\nTP1: 1e400\nSL: 1e308');
    post('#BTC/USDT LONG\nEntry: 60000\nTP1: 61000\nSL: 61500');
    post(`#BTC/USDT LONG\nEntry: ${'9'.repeat(1_500)}\nTP1: 61000\nSL: 59000`);
    post('\u200b'.repeat(1_900));
    post('#ETH/USDT LONG\nEntry: NaN\nTP1: Infinity\nSL: -5');
    scene.strike();
    scene.post(AT_MARKET);
    await scene.says('Filled BTCUSDT LONG entry');
    scene.recovered();
    await isProtected(scene);
    await scene.says('Invalid', 'sl_wrong_side');
    expect(buys(scene)).toBe(1);
    expect(scene.orders().every(({ params }) => params.symbol === 'BTCUSDT')).toBe(true);
  },
);

row(
  {
    id: '52',
    fault: 'the exchange cannot be reached for ten minutes, and a target trades meanwhile',
    does: 'the position keeps its stop there; entries are denied; compared when it answers again',
    sees: 'one message at the start of it, edited at its end; “Denied” with exchange_unreachable; the fill afterwards',
    rig: quick(20),
    rate: 20,
  },
  async (scene) => {
    await openAtMarket(scene);
    const { binance } = scene;
    binance.faults.add({ apply: false, answer: { kind: 'drop' }, count: 0 });
    binance.streams.refuse(1_000_000);
    binance.streams.drop();
    const until = binance.usdm.now() + 600_000;
    await alerted(scene, 'The exchange does not answer');
    scene.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await scene.says('Denied', 'exchange_unreachable');
    scene.price('BTCUSDT', 61_010);
    await scene.eventually('five minutes', () => binance.usdm.now() > until - 300_000);
    await scene.eventually('ten minutes', () => binance.usdm.now() > until);
    expect(scene.stops('BTCUSDT')).toHaveLength(1);
    binance.faults.clear();
    binance.streams.refuse(0);
    scene.strike();
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
    scene.recovered();
    await alerted(scene, 'answers again');
  },
);

row(
  {
    id: '56',
    fault: 'every answer of the exchange takes 1.5 s',
    does: 'trades as always; nothing is sent twice',
    sees: 'the fill, late',
    rig: { binance: { latencyMs: 1_500 } },
  },
  async (scene) => {
    scene.strike();
    await openAtMarket(scene);
    scene.recovered();
    expect([buys(scene), scene.binance.usdm.algos.size]).toEqual([1, 1]);
  },
);

row(
  {
    id: '57',
    fault: 'position mode and multi-asset mode are changed in the app while the bot runs',
    does: 'pauses entries within 60 s; open positions stay protected',
    sees: 'an alert; “Denied” with paused',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.strike();
    scene.binance.usdm.changeAccount({ multiAssets: true });
    await alerted(scene, 'settings were changed in the app');
    scene.recovered();
    await nextSignal(scene, 'paused');
    scene.price('BTCUSDT', 61_010);
    await isProtected(scene);
  },
);

row(
  {
    id: '58',
    fault: 'funding is settled while the bot is down',
    does: 'books it at the start',
    sees: 'it in the result of the trade',
  },
  async (scene) => {
    await openAtMarket(scene);
    await scene.end('SIGTERM');
    scene.binance.usdm.fund('BTCUSDT');
    scene.strike();
    await scene.start();
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.says('Closed BTCUSDT LONG', 'Funding');
    await isFlat(scene);
    scene.recovered();
  },
);

row(
  {
    id: '59',
    fault: 'the config file is broken while a position is open',
    does: 'changes nothing and goes on with the old one',
    sees: 'an alert that begins with “Config” and names the line',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.strike();
    await scene.writeConfig('guild: [\n');
    await alerted(scene, 'Config');
    scene.recovered();
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
  },
);

row(
  {
    id: '60',
    fault: 'Discord is gone for a minute: no gateway, no REST, while a target trades',
    does: 'trading goes on; what was to be told is told afterwards, once',
    sees: 'the fill, late',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    await openAtMarket(scene);
    const { discord } = scene;
    discord.faults.add({ kind: 'dropBefore', times: 0 });
    discord.stallGateway('silent');
    scene.price('BTCUSDT', 61_010);
    await isProtected(scene);
    const until = scene.binance.usdm.now() + 60_000;
    await scene.eventually('a minute', () => scene.binance.usdm.now() > until);
    discord.faults.clear();
    discord.dropGateway({ resumable: true });
    scene.strike();
    await scene.says('Filled BTCUSDT LONG target 1');
    scene.recovered();
    expect(scene.count('Filled BTCUSDT LONG target 1')).toBe(1);
    scene.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await scene.eventually('signals are heard', () => scene.resting('ETHUSDT').length === 1);
  },
);

row(
  {
    id: '61',
    fault: 'entry, its stop and one target trade in a single move of the price',
    does: 'ends flat with nothing left over',
    sees: 'the fills and the close',
  },
  async (scene) => {
    await restingEntry(scene);
    scene.strike();
    scene.price('BTCUSDT', 58_000);
    await scene.says('Closed BTCUSDT LONG');
    await isFlat(scene);
    scene.recovered();
  },
);

row(
  {
    id: '62',
    fault: 'every third request to the exchange loses its answer, all through the life of a trade',
    does: 'asks, repeats what may be repeated, ends with both books clean',
    sees: 'the fills and the close, each once',
  },
  async (scene) => {
    for (let nth = 3; nth <= 90; nth += 3)
      scene.binance.faults.add({ ...preset('drop'), path: '/fapi/v1/*', nth });
    scene.post(AT_LIMIT);
    await scene.eventually(
      'the entry rests',
      () => scene.resting('BTCUSDT').length === 1 || scene.count('Denied') + scene.count('Failed') > 0,
    );
    scene.price('BTCUSDT', 59_990);
    await scene.says('Filled BTCUSDT LONG entry');
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    scene.price('BTCUSDT', 62_010);
    await scene.says('Closed BTCUSDT LONG');
    await isFlat(scene);
    expect(scene.entries('BTCUSDT')).toBe(1);
    expect(scene.count('Filled')).toBe(3);
  },
);
