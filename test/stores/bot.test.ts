import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Exit, type Rig, type RigOptions, SECRETS, startRig } from '../e2e/rig.ts';
import { AT_MARKET } from '../faults/signals.ts';
import { type Admin, postgresAdmin, redisAdmin } from './admin.ts';
import { freshSpace } from './places.ts';
import { PASSWORD, type StoreServer, startPostgres, startRedis } from './servers.ts';

/** The bot as a process whose store is on a server: what must hold on SQLite holds there, and what only servers do to it. */

const SHORT_ETH = '#ETH/USDT SHORT market\nTP1: 2950\nSL: 3050';
const LIMIT_BTC = '#BTC/USDT LONG\nEntry: 60000\nTP1: 61000\nTP2: 62000\nSL: 59500';

const ENGINES = [
  ['PostgreSQL', startPostgres, postgresAdmin],
  ['Redis', startRedis, redisAdmin],
] as const;

describe.each(ENGINES)('a bot on %s', (_, startServer, adminOf) => {
  let server: StoreServer;
  let admin: Admin;
  let rig: Rig;
  let space: string;
  const others: ChildProcess[] = [];
  beforeAll(async () => {
    server = await startServer();
    admin = adminOf(server);
  });
  afterAll(() => server.close());
  afterEach(async () => {
    for (const other of others.splice(0)) other.kill('SIGKILL');
    await rig.close();
    // Neither as it is in the address nor as it is.
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), SECRETS.apiSecret])
      expect(rig.output()).not.toContain(secret);
  });

  async function given(options: RigOptions = {}): Promise<void> {
    space = freshSpace();
    rig = await startRig({ ...options, env: { ...options.env, STORE_URL: server.urlOf(space) } });
  }

  async function opened(): Promise<void> {
    rig.post(AT_MARKET);
    await rig.says('Filled BTCUSDT LONG entry');
    await covered('BTCUSDT');
    await rig.eventually('both targets', () => rig.resting('BTCUSDT').length === 2);
  }

  const covered = (symbol: string) =>
    rig.eventually('one stop covers the position', () => {
      const [stop, ...more] = rig.stops(symbol);
      return more.length === 0 && Number(stop?.quantity) === Math.abs(rig.position(symbol));
    });

  const told = (...words: string[]) =>
    rig.eventually(`the operator is told: ${words.join(' + ')}`, () =>
      rig.dms().some((line) => words.every((word) => line.includes(word))),
    );

  const works = async (): Promise<void> => {
    rig.post(SHORT_ETH);
    await rig.says('Filled ETHUSDT SHORT entry');
    await covered('ETHUSDT');
  };

  /** Another bot, on another machine as far as the server can tell. */
  async function second(): Promise<Exit & { stderr: string }> {
    const main = new URL('../../src/main.ts', import.meta.url).pathname;
    const cwd = await mkdtemp(join(tmpdir(), 'signalbox-second-'));
    const child = spawn(process.execPath, [main, 'run'], {
      cwd,
      env: { ...rig.env, CONFIG: join(rig.folder, 'config.yaml') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    others.push(child);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const [code, signal] = await once(child, 'close');
    return { code, signal, stderr };
  }

  test('killed with -9 and started again, it doubles nothing and protects what is held', async () => {
    await given();
    await opened();
    await rig.end('SIGKILL');
    rig.price('BTCUSDT', 61_010);
    await rig.start();
    await rig.says('Filled BTCUSDT LONG target 1');
    await covered('BTCUSDT');
    expect(rig.entries('BTCUSDT')).toBe(1);
    await rig.command('close', { symbol: 'BTCUSDT' });
    await rig.says('Closed BTCUSDT LONG');
    await rig.eventually(
      'nothing is left',
      () => rig.stops('BTCUSDT').length + rig.resting('BTCUSDT').length === 0,
    );
    expect(await rig.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await rig.start();
    expect(rig.position('BTCUSDT')).toBe(0);
  });

  test('a second one elsewhere refuses with one line that names the store, and the first goes on', async () => {
    await given();
    const { code, stderr } = await second();
    expect(stderr).toMatch(/^STORE_URL: \S+ is in use by another running instance: .*\n$/);
    expect(stderr).toContain(space);
    expect(code).toBe(1);
    await works();
  });

  test('the server is restarted: signals meanwhile are denied, the operator is told, and it heals by itself', async () => {
    await given();
    await opened();
    await server.stop('kill -9');
    try {
      await told('store');
      rig.post(SHORT_ETH);
      await rig.eventually(
        'the signal is answered',
        () => rig.count('not_ready') + rig.count('nothing was sent') > 0,
      );
      expect(rig.entries('ETHUSDT')).toBe(0);
      // What protects goes on.
      rig.price('BTCUSDT', 61_010);
      await covered('BTCUSDT');
    } finally {
      await server.start();
    }
    await told('Over after');
    rig.post('#SOL/USDT LONG market\nTP1: 160\nSL: 140');
    await rig.says('Filled SOLUSDT LONG entry');
    await rig.end('SIGKILL');
    await rig.start();
    await covered('BTCUSDT');
    expect([rig.entries('BTCUSDT'), rig.entries('ETHUSDT'), rig.entries('SOLUSDT')]).toEqual([1, 0, 1]);
  });

  test('the server stays away: what rests is withdrawn while a fill could still be protected, what is held keeps its stop', async () => {
    await given();
    rig.post(SHORT_ETH);
    await rig.says('Filled ETHUSDT SHORT entry');
    await covered('ETHUSDT');
    rig.post(LIMIT_BTC);
    await rig.eventually('the entry rests', () => rig.entries('BTCUSDT') === 1);
    await server.stop('kill -9');
    try {
      await rig.eventually(
        'nothing rests that could open a position',
        () => rig.resting('BTCUSDT').length === 0,
      );
      await told('BTCUSDT', 'entries are cancelled');
      rig.price('BTCUSDT', 59_990);
      await covered('ETHUSDT');
      rig.post('#SOL/USDT LONG market\nTP1: 160\nSL: 140');
      await rig.says('SOLUSDT', 'not_ready');
      await rig.end('SIGKILL');
    } finally {
      await server.start();
    }
    // Its row knows nothing of that: the exchange does.
    await rig.start();
    await rig.eventually('the trade is over', () => rig.count('BTCUSDT', 'entries cancelled') > 0);
    expect([rig.position('BTCUSDT'), rig.entries('BTCUSDT')]).toEqual([0, 1]);
    await covered('ETHUSDT');
    // What was told as denied stays so, although nothing but Discord knows of it.
    rig.post(AT_MARKET);
    await rig.says('Filled BTCUSDT LONG entry');
    expect(rig.entries('SOLUSDT')).toBe(0);
  });

  test('its connections are cut: they and the lock come back, and it trades', async () => {
    await given();
    await opened();
    await admin.cut();
    await works();
    expect(rig.entries('BTCUSDT')).toBe(1);
  });

  test('paused, and the store taken by another one meanwhile: it wakes, sends nothing and ends', async () => {
    await given();
    await opened();
    process.kill(rig.pid() ?? 0, 'SIGSTOP');
    const sent = rig.binance.requests.filter(({ method }) => method !== 'GET').length;
    await admin.takeOver(space);
    // Would make it replace the stop.
    rig.price('BTCUSDT', 61_010);
    rig.post(SHORT_ETH);
    process.kill(rig.pid() ?? 0, 'SIGCONT');
    expect((await rig.exited()).code).toBe(75);
    const later = rig.binance.requests.filter(({ method }) => method !== 'GET').slice(sent);
    expect(later.filter(({ path }) => /order/i.test(path))).toEqual([]);
    expect(rig.entries('ETHUSDT')).toBe(0);
  });

  test('the lock is somebody else’s for a while: no entry leaves, what protects does until the lease ends', async () => {
    if (!admin.holdLock) return;
    await given();
    rig.post(LIMIT_BTC);
    await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
    const release = await admin.holdLock(space);
    await told('store');
    rig.post(SHORT_ETH);
    rig.price('BTCUSDT', 59_990);
    await covered('BTCUSDT');
    expect(rig.position('BTCUSDT')).toBeGreaterThan(0);
    expect(rig.entries('ETHUSDT')).toBe(0);
    await release();
    await told('Over after');
    rig.post('#SOL/USDT LONG market\nTP1: 160\nSL: 140');
    await rig.says('Filled SOLUSDT LONG entry');
  });
});
