import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { LEAN_ALLOCATOR } from '../../src/allocator.js';
import { preset } from '../../src/sim/binance/faults.ts';
import { connect } from '../../src/trading/store/connection.ts';
import { configOf, IDS, LONG_BTC, type Rig, type RigOptions, startRig } from './rig.ts';

let rig: Rig;

async function given(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
}

afterEach(() => rig.close());

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describe('a start that cannot be', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['a missing token', { DISCORD_TOKEN: '' }, /^DISCORD_TOKEN is missing/],
    [
      'an unknown environment',
      { BINANCE_ENV: 'real' },
      /^BINANCE_ENV must be one of paper, testnet, demo, live/,
    ],
    ['a key without its secret', { BINANCE_API_SECRET: '' }, /^BINANCE_API_SECRET is missing/],
    [
      'live without a key',
      { BINANCE_ENV: 'live', BINANCE_API_KEY: '', BINANCE_API_SECRET: '' },
      /^BINANCE_API_KEY/,
    ],
    ['an address with a path', { BINANCE_URL: 'http://127.0.0.1:1/fapi' }, /^BINANCE_URL must be one origin/],
    ['a config file that is not there', { CONFIG: 'nowhere.yaml' }, /^CONFIG: nowhere\.yaml does not exist/],
    ['a store that is no address', { STORE_URL: 'data/signalbox' }, /^STORE_URL must look like sqlite/],
  ])('%s ends with code 2 and one line', async (_what, env, line) => {
    await given({ start: false });
    const { code, stderr } = await rig.refused(env);
    expect(lines(stderr)).toEqual([expect.stringMatching(line)]);
    expect(code).toBe(2);
  });

  test('a config that does not validate ends with code 2 and names key and line', async () => {
    await given({ start: false });
    await rig.writeConfig((await rig.config()).replace('mode: auto', 'mode: automatic'));
    const { code, stderr } = await rig.refused();
    expect(lines(stderr)).toEqual([expect.stringMatching(/^config\.yaml line \d+: signals\[0\]\.mode/)]);
    expect(code).toBe(2);
  });

  test('a store of another account or environment ends with code 2', async () => {
    await given();
    await rig.end('SIGTERM');
    rig.binance.usdm.account.uid = 4_711;
    rig.binance.spot.exchange.account.uid = 4_711;
    const otherAccount = await rig.refused();
    expect(otherAccount.code).toBe(2);
    expect(lines(otherAccount.stderr)).toHaveLength(1);
    expect(otherAccount.stderr).toMatch(/account/);
    const otherEnv = await rig.refused({ BINANCE_ENV: 'testnet' });
    expect(otherEnv.code).toBe(2);
    expect(otherEnv.stderr).toMatch(/testnet/);
  });

  test('a second instance on the same store is refused and the first one goes on', async () => {
    await given();
    const second = await startSecond();
    expect(lines(second.stderr)).toHaveLength(1);
    expect(second.code).not.toBe(0);
    rig.post(LONG_BTC);
    await rig.eventually('the first trades', () => rig.resting('BTCUSDT').length === 1);
  });

  test('without the message content intent it ends with code 1 and one line', async () => {
    await given({ start: false, discord: { messageContentIntent: false } });
    const { code, stderr } = await rig.refused();
    expect(lines(stderr)).toEqual([expect.stringMatching(/message content intent is off/)]);
    expect(code).toBe(1);
  });

  test('a token that Discord does not know ends with code 1 and one line without the token', async () => {
    await given({ start: false });
    const { code, stderr } = await rig.refused({ DISCORD_TOKEN: 'wrong.secret.token' });
    expect(lines(stderr)).toEqual([expect.stringMatching(/DISCORD_TOKEN/)]);
    expect(rig.output()).not.toContain('wrong.secret.token');
    expect(code).toBe(1);
  });

  test.each([
    ['enableWithdrawals', { enableWithdrawals: true }, /withdraw/],
    ['enableInternalTransfer', { enableInternalTransfer: true }, /transfer/],
    ['permitsUniversalTransfer', { permitsUniversalTransfer: true }, /transfer/],
    ['no enableFutures', { enableFutures: false }, /may not trade futures/],
  ])('live with a key that has %s ends with code 1 and one line', async (_what, rights, line) => {
    await given({ start: false, env: { BINANCE_ENV: 'live' } });
    Object.assign(rig.binance.usdm.keys.rights, rights);
    const { code, stderr } = await rig.refused();
    expect(lines(stderr)).toEqual([expect.stringMatching(line)]);
    expect(code).toBe(1);
  });

  test('live with a key that may only trade starts', async () => {
    await given({ env: { BINANCE_ENV: 'live' } });
    rig.post(LONG_BTC);
    await rig.eventually('it trades', () => rig.resting('BTCUSDT').length === 1);
  });

  test('live with a key that works from any address starts and says so', async () => {
    await given({ start: false, env: { BINANCE_ENV: 'live' } });
    rig.binance.usdm.keys.rights.ipRestrict = false;
    await rig.start();
    await rig.eventually('it is told', () => rig.dms().some((line) => /any IP address/.test(line)));
    expect(rig.dms().join()).not.toMatch(/paused/);
  });

  test('an exchange that does not answer ends with code 1 and one line', async () => {
    await given({ start: false });
    const { code, stderr } = await rig.refused({ BINANCE_URL: 'http://127.0.0.1:9' });
    expect(lines(stderr)).toHaveLength(1);
    expect(code).toBe(1);
  });

  test('an exchange that has too many requests to be compared with ends with code 1 and one line', async () => {
    await given({ start: false });
    rig.binance.faults.add({ path: '/fapi/v1/openOrders', count: 0, ...preset('limited', { seconds: 60 }) });
    const { code, stderr } = await rig.refused();
    expect(stderr).toMatch(/^Binance: ledger and exchange could not be compared: the log says why.*\n$/);
    expect(code).toBe(1);
  });

  test.each<[string, () => Record<string, string>, RegExp]>([
    ['a token that is refused', () => ({ DISCORD_TOKEN: 'wrong.token' }), /^Discord 不接受 DISCORD_TOKEN：/],
    [
      'the message content intent off',
      () => {
        rig.discord.world.application.privileged.messageContent = 'off';
        return {};
      },
      /^消息内容意图未打开/,
    ],
    [
      'a key that is refused',
      () => {
        rig.binance.usdm.keys.revoked = true;
        return {};
      },
      /^币安：.* -2015 .*：请检查 BINANCE_API_KEY 是否正确、是否属于 BINANCE_ENV=demo/,
    ],
    [
      'an exchange that does not answer',
      () => ({ BINANCE_URL: 'http://127.0.0.1:9' }),
      /^币安：.*：请检查网络/,
    ],
    [
      'a key that may withdraw',
      () => {
        rig.binance.usdm.keys.rights.enableWithdrawals = true;
        return { BINANCE_ENV: 'live' };
      },
      /^BINANCE_API_KEY 有提现权限/,
    ],
  ])('with a Chinese config %s is said in Chinese', async (_what, spoil, line) => {
    await given({ start: false, language: 'zh-CN', env: { BINANCE_ENV: 'demo' } });
    const { code, stderr } = await rig.refused(spoil());
    expect(lines(stderr)).toEqual([expect.stringMatching(line)]);
    expect(code).toBe(1);
  });
});

/** The rig's own bot stays the one that is watched. */
async function startSecond(): Promise<{ code: number | null; stderr: string }> {
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, 'run'], { cwd: rig.folder, env: rig.env, stdio: 'pipe' });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, stderr };
}

test('a service that is started ahead of its set-up fails at once, and is no sandbox', async () => {
  await given({ start: false });
  await rm(join(rig.folder, 'config.yaml'));
  const env = { PATH: process.env.PATH ?? '', NOTIFY_SOCKET: join(rig.folder, 'nobody') };
  const main = join(import.meta.dirname, '../../src/main.ts');
  const child = spawn(process.execPath, [main], { cwd: rig.folder, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
  const [code] = await once(child, 'close');
  expect([code, said]).toEqual([2, expect.stringMatching(/^DISCORD_TOKEN is missing.*\n$/)]);
});

describe('SIGTERM', () => {
  test('ends with code 0 within 5 s and leaves the position protected', async () => {
    await given();
    rig.post('#BTC/USDT LONG market\nTP1: 61000\nSL: 59500');
    await rig.eventually('the stop is there', () => rig.stops('BTCUSDT').length === 1);
    await rig.says('Filled');
    const startedAt = Date.now();
    expect(await rig.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect(rig.stops('BTCUSDT')).toHaveLength(1);
  });

  test('ends within 5 s while neither Discord nor Binance answer', async () => {
    await given();
    rig.post('#BTC/USDT LONG market\nTP1: 61000\nSL: 59500');
    await rig.eventually('the stop is there', () => rig.stops('BTCUSDT').length === 1);
    rig.discord.faults.add({ kind: 'hang', times: 0 });
    rig.binance.faults.add({ ...preset('hang'), apply: false, count: 0 });
    rig.post('#ETH/USDT LONG market\nTP1: 3100\nSL: 2900');
    await rig.eventually('it waits', () => rig.binance.faults.list().some(({ hits }) => hits > 0));
    const startedAt = Date.now();
    expect(await rig.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect(rig.stops('BTCUSDT')).toHaveLength(1);
  });

  test('ends within 5 s while Discord limits what may be posted', async () => {
    await given({ discord: { rateLimits: { 'message-create': { limit: 1, windowMs: 30_000 } } } });
    for (const symbol of ['AAA', 'BBB', 'CCC']) rig.post(`#${symbol}/USDT LONG\nEntry: 1\nTP1: 1.2\nSL: 0.9`);
    await rig.says('Denied');
    const startedAt = Date.now();
    expect(await rig.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });
});

test.runIf(process.platform === 'linux')(
  'runs under the pid it was given, told how to keep memory',
  async () => {
    await given();
    const environment = (await readFile(`/proc/${rig.pid()}/environ`, 'utf8')).split('\0');
    expect(environment).toEqual(
      expect.arrayContaining(Object.entries(LEAN_ALLOCATOR).map(([name, value]) => `${name}=${value}`)),
    );
    expect(await rig.end('SIGTERM')).toEqual({ code: 0, signal: null });
  },
);

describe('the config file', () => {
  test('is followed when an editor saves by renaming, and a broken one changes nothing', async () => {
    await given({ mode: 'observe' });
    const path = join(rig.folder, 'config.yaml');
    const replace = async (text: string): Promise<void> => {
      await writeFile(`${path}.new`, text);
      await rename(`${path}.new`, path);
    };
    const text = await rig.config();
    await replace(text.replaceAll('mode: observe', 'mode: sometimes'));
    await rig.eventually('an alert about it', () =>
      rig.dms().some((line) => line.startsWith('Config') && /line \d+.*mode/.test(line)),
    );
    rig.post(LONG_BTC);
    await rig.says('Observed', 'BTCUSDT LONG');
    expect(rig.orders()).toEqual([]);

    await replace(text.replaceAll('mode: observe', 'mode: auto'));
    await rig.eventually('it is taken over', () => rig.output().includes('the config has changed'));
    rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await rig.eventually('it trades', () => rig.resting('ETHUSDT').length === 1);
  });

  test('may name a new signal channel while the bot runs', async () => {
    await given({ channels: { gamma: [] }, start: false });
    await rig.writeConfig(configOf({}));
    await rig.start();
    rig.post(LONG_BTC, { channel: 'gamma' });
    // Messages come in order: once this one is traded, that one has been passed over.
    rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await rig.eventually('it trades', () => rig.resting('ETHUSDT').length === 1);
    await rig.writeConfig(configOf({ channels: { gamma: [] } }));
    await rig.eventually('it is taken over', () => rig.output().includes('the config has changed'));
    rig.post('#BTC/USDT LONG\nEntry: 59900\nTP1: 61000\nSL: 59000', { channel: 'gamma' });
    await rig.eventually('it trades', () => rig.resting('BTCUSDT').length > 0);
    expect(rig.resting('BTCUSDT')).toEqual([expect.objectContaining({ price: '59900' })]);
  });
});

test('a 5xx from Discord delays messages and loses none', async () => {
  await given();
  rig.discord.faults.add({
    kind: 'status',
    status: 502,
    route: 'POST /channels/:channel/messages',
    times: 8,
  });
  rig.discord.faults.add({ kind: 'dropAfter', route: 'POST /channels/:channel/messages', times: 1 });
  rig.post('BTC/USDT LONG market\nTP1: 62000\nSL: 60000');
  await rig.eventually('the stop is there', () => rig.stops('BTCUSDT').length === 1);
  rig.price('BTCUSDT', 59_990);
  await rig.says('Filled BTCUSDT LONG entry');
  await rig.says('Filled BTCUSDT LONG stop');
  await rig.says('Closed BTCUSDT LONG', 'Before costs', 'Net');
  await rig.eventually(
    'the operator is told',
    () => rig.dms().filter((line) => line.startsWith('Filled')).length === 2,
  );
  expect(rig.count('Filled')).toBe(2);
});

test('only operators named in the config hear alerts', async () => {
  await given();
  await rig.command('pause');
  await rig.eventually('the alert', () => rig.dms().some((line) => line.startsWith('Entries paused')));
  expect(rig.discord.dms(IDS.deputy)).toEqual([]);
});

test('margin that runs out is told by direct message, and over a restart not again', async () => {
  await given({ start: false });
  const { usdm } = rig.binance;
  rig.price('SOLUSDT', 150);
  usdm.setLeverage(new Map(Object.entries({ symbol: 'SOLUSDT', leverage: '20' })));
  const own = { symbol: 'SOLUSDT', side: 'BUY', type: 'MARKET', quantity: '1000' };
  usdm.placeOrder(new Map(Object.entries(own)));
  rig.price('SOLUSDT', 141.5);
  await rig.start();
  const told = (): number => rig.dms().filter((line) => /margin ratio is \d+%.*liquidates/.test(line)).length;
  await rig.eventually('it is told', () => told() > 0);
  await rig.eventually('it is kept', async () => (await worstMargin()) > 0);
  const before = await worstMargin();
  await rig.end('SIGTERM');
  rig.price('SOLUSDT', 141);
  await rig.start();
  await rig.eventually('it is looked at, and has become worse', async () => (await worstMargin()) > before);
  expect(told()).toBe(1);
});

/** What the store keeps of the margin ratio for the next run; 0 where it keeps nothing. */
async function worstMargin(): Promise<number> {
  const store = connect(join(rig.folder, 'data', 'signalbox.sqlite'));
  const rows = z.array(z.object({ value: z.string() }));
  const found = await store.query("SELECT value FROM meta WHERE key LIKE '%conditions'").finally(store.close);
  const [, worst = 0] = /"margin_ratio".*?"worst":([\d.]+)/.exec(rows.parse(found)[0]?.value ?? '') ?? [];
  return Number(worst);
}
