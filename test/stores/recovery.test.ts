import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Rig, startRig } from '../e2e/rig.ts';
import { AT_MARKET } from '../faults/signals.ts';
import { asPostgresAdmin, asRedisAdmin } from './admin.ts';
import { freshSpace } from './places.ts';
import { PASSWORD, type StoreServer, startPostgres, startRedis } from './servers.ts';

/** What docs/stores.md says of backups, of going back to one, and of a store that is gone. */

/** As an administrator does it, with the bot stopped, and the position in the channels removed. */
interface Tools {
  backUp(space: string): void;
  goBack(space: string): Promise<void>;
}

function postgresTools(server: StoreServer): Tools {
  const file = join(server.folder, 'signalbox.dump');
  const { hostname, port, username } = new URL(server.urlOf('any'));
  const run = (tool: string, ...args: string[]) =>
    execFileSync(tool, [...args, '--host', hostname, '--port', port, '--username', username], {
      env: { ...process.env, PGPASSWORD: PASSWORD },
    });
  return {
    backUp: (space) => run('pg_dump', `--schema=${space}`, '--format=custom', `--file=${file}`, 'postgres'),
    async goBack(space) {
      run('pg_restore', '--clean', '--if-exists', '--dbname=postgres', file);
      await asPostgresAdmin(server, (admin) => admin.query(`DROP TABLE "${space}".cursors`));
    },
  };
}

function redisTools(server: StoreServer): Tools {
  const [log, copy] = ['appendonlydir', 'copy-of-appendonlydir'].map((name) => join(server.folder, name)) as [
    string,
    string,
  ];
  return {
    backUp: () => cpSync(log, copy, { recursive: true }),
    async goBack(space) {
      await server.stop();
      rmSync(log, { recursive: true });
      cpSync(copy, log, { recursive: true });
      await server.start();
      const keys = ['rows', 'order', 'keys'].map((part) => `${space}:${part}:cursors`);
      await asRedisAdmin(server, ({ send }) => send('DEL', ...keys));
    },
  };
}

const ENGINES = [
  ['PostgreSQL', startPostgres, postgresTools],
  ['Redis', startRedis, redisTools],
] as const;

describe.each(ENGINES)('with the store on %s', (_, startServer, toolsOf) => {
  let server: StoreServer;
  let tools: Tools;
  let rig: Rig;
  let space: string;
  beforeAll(async () => {
    server = await startServer();
    tools = toolsOf(server);
  });
  afterAll(() => server.close());
  afterEach(() => rig.close());

  async function given(): Promise<void> {
    space = freshSpace();
    rig = await startRig({ env: { STORE_URL: server.urlOf(space) } });
  }

  async function opened(signal: string, symbol: string): Promise<void> {
    rig.post(signal);
    await rig.eventually(`${symbol} is open`, () => rig.position(symbol) !== 0);
    await covered(symbol);
  }

  const covered = (symbol: string) =>
    rig.eventually('one stop covers the position', () => {
      const [stop, ...more] = rig.stops(symbol);
      return more.length === 0 && Number(stop?.quantity) === Math.abs(rig.position(symbol));
    });

  async function rebuild(env: Readonly<Record<string, string>> = {}) {
    const main = new URL('../../src/main.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [main, 'rebuild'], {
      cwd: rig.folder,
      env: { ...rig.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = [text(child.stdout), text(child.stderr)];
    const [code] = await once(child, 'close');
    const [stdout = '', stderr = ''] = await Promise.all(said);
    return { code, stdout, stderr };
  }

  test('a backup made while the bot runs is gone back to: nothing is doubled, and a rebuild takes over what came later', async () => {
    await given();
    await opened(AT_MARKET, 'BTCUSDT');
    await rig.says('Filled BTCUSDT LONG entry');
    tools.backUp(space);
    await opened('#ETH/USDT SHORT market\nTP1: 2950\nSL: 3050', 'ETHUSDT');
    expect(await rig.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await tools.goBack(space);
    expect(await rebuild()).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/knows: 1\. Made from the exchange: 1\.\n\+ ETHUSDT SHORT/),
    });
    await rig.start();
    for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
      await covered(symbol);
      expect(rig.entries(symbol)).toBe(1);
    }
    rig.price('BTCUSDT', 61_010);
    await rig.says('Filled BTCUSDT LONG target 1');
    await rig.command('close', { symbol: 'ETHUSDT' });
    await rig.says('Closed ETHUSDT SHORT');
    expect([rig.position('ETHUSDT'), rig.stops('ETHUSDT')]).toEqual([0, []]);
  });

  test('a store that is gone is made anew from the exchange, and not while a bot runs on it', async () => {
    await given();
    await opened(AT_MARKET, 'BTCUSDT');
    expect(await rebuild()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('is in use'),
    });
    await rig.end('SIGTERM');
    const env = { STORE_URL: server.urlOf(freshSpace()) };
    expect(await rebuild(env)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/knows: 0\. Made from the exchange: 1\.\n\+ BTCUSDT LONG/),
    });
    await rig.start(env);
    await covered('BTCUSDT');
    expect(rig.entries('BTCUSDT')).toBe(1);
  });
});
