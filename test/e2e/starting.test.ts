import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { Json } from '../../src/sim/discord/json.ts';
import { IDS, LONG_BTC, type Rig, startRig } from './rig.ts';

let rig: Rig;

afterEach(() => rig.close());

const ROOT = join(import.meta.dirname, '../..');

test('in the first moment that it is ready, commands, presses and signals are taken, each once', async () => {
  rig = await startRig();
  rig.post(LONG_BTC);
  const card = await rig.says('BTCUSDT LONG', 'Cancel entries');
  await rig.end('SIGKILL');

  await rig.start();
  const asked = rig.command('positions');
  const pressed = rig.press(card, 'Details');
  rig.post('#SOL/USDT LONG\nEntry: 148\nTP1: 170\nSL: 140', { channel: 'beta' });
  expect((await asked).message?.content).toContain('BTCUSDT');
  expect((await pressed).message?.content).toContain('BTCUSDT');
  await rig.eventually('it is traded', () => rig.entries('SOLUSDT') === 1);
  expect(rig.entries('BTCUSDT')).toBe(1);
});

test('the accounts of all markets are asked at once, and Discord while the exchange is compared', async () => {
  rig = await startRig({ start: false, channels: { coins: ['market: spot'] } });
  const hang = { apply: true, count: 0, answer: { kind: 'hang' } } as const;
  rig.binance.faults.add({ ...hang, path: '/fapi/v3/account' });
  let starting = rig.start().catch(() => undefined);
  const asked = (path: string) => rig.binance.requests.filter((request) => request.path === path).length;
  // Whose the account is, futures ask there, too.
  await rig.eventually(
    'both are asked',
    () => asked('/fapi/v3/account') > 0 && asked('/api/v3/account') === 2,
  );
  await rig.end('SIGKILL');
  await starting;

  rig.binance.faults.clear();
  rig.binance.faults.add({ ...hang, path: '/fapi/v3/positionRisk' });
  starting = rig.start().catch(() => undefined);
  await rig.eventually('Discord is asked', () =>
    rig.discord.requests.some(({ path }) => path === '/applications/@me'),
  );
  expect(rig.output()).not.toContain('the desk is ready');
  await rig.end('SIGKILL');
  await starting;
});

test('behind a gateway that serves only what has to be there it starts, and has its commands', async () => {
  rig = await startRig({ start: false });
  for (const route of [
    'GET /applications/@me',
    'GET /applications/:application/guilds/:guild/commands',
    'GET /guilds/:guild/threads/active',
  ])
    rig.discord.faults.add({ kind: 'status', status: 404, route, times: 0 });
  for (const path of ['/fapi/v1/income', '/fapi/v1/commissionRate', '/fapi/v1/symbolConfig'])
    rig.binance.faults.add({
      path,
      apply: false,
      count: 0,
      answer: { kind: 'raw', status: 404, contentType: 'text/html', body: '<html>' },
    });
  await rig.start();
  rig.post('#BTC/USDT LONG market\nTP1: 62000\nTP2: 63000\nSL: 59500');
  await rig.eventually('the stop stands', () => rig.stops('BTCUSDT').length === 1);
  await rig.eventually(
    'commands are there',
    async () => (await rig.command('positions').catch(() => null)) !== null,
  );
});

test('behind a gateway that says no more than what is asked for, signals, presses and commands count', async () => {
  rig = await startRig({ start: false, mode: 'confirm' });
  const { gateway, faults } = rig.discord;
  faults.add({ kind: 'status', status: 200, route: 'GET /applications/@me', times: 0, body: { id: '3' } });
  await rig.start();
  let id = BigInt(rig.post('good morning').id);
  const tell = (event: string, data: Json): void =>
    gateway.dispatch({ event, intent: 0, data: () => ({ id: `${++id}`, ...(data as object) }) });
  const act = (type: number, data: Json, more: object = {}): void =>
    tell('INTERACTION_CREATE', {
      ...{ type, token: 'token', application_id: '3', guild_id: IDS.guild, channel_id: IDS.trades },
      ...{ member: { user: { id: IDS.operator } }, data, ...more },
    });
  tell('MESSAGE_CREATE', {
    ...{ channel_id: IDS.alpha, author: { id: IDS.analyst } },
    content: '#BTC/USDT LONG market\nTP1: 62000\nSL: 59500',
  });
  const { id: question, components } = await rig.says('BTCUSDT LONG', 'Confirm');
  const customId = /"custom_id":"([^"]+:confirm)"/.exec(JSON.stringify(components))?.[1] ?? '';
  const message = { id: question, channel_id: IDS.trades };
  act(3, { component_type: 2, custom_id: customId }, { message });
  await rig.eventually('the stop stands', () => rig.stops('BTCUSDT').length === 1);
  const held = rig.position('BTCUSDT');

  // Types that these options do not have (any more).
  const options = [
    { name: 'symbol', type: 3, value: 'BTCUSDT' },
    { name: 'percent', type: 4, value: 50 },
  ];
  act(2, { id: '1', type: 1, name: 'close', options });
  await rig.eventually('half is closed', () => rig.position('BTCUSDT') === held / 2);
  act(2, { id: '1', type: 1, name: 'pause', options: [{ name: 'channel', type: 7, value: IDS.beta }] });
  await rig.says('Entries paused in beta');
});

test.each([
  ['the commands', 'commands/pnl.ts'],
  ['what watches over the bot', 'watchdog.ts'],
])(
  'a file of %s that is missing ends the program with code 70, says which, and leaves the stops',
  async (_, file) => {
    rig = await startRig();
    rig.post('#BTC/USDT LONG market\nTP1: 62000\nTP2: 63000\nSL: 59500');
    await rig.eventually('the stop stands', () => rig.stops('BTCUSDT').length === 1);
    await rig.end('SIGTERM');

    await cp(join(ROOT, 'src'), join(rig.folder, 'src'), { recursive: true });
    await cp(join(ROOT, 'package.json'), join(rig.folder, 'package.json'));
    await symlink(join(ROOT, 'node_modules'), join(rig.folder, 'node_modules'));
    await rm(join(rig.folder, 'src', file));
    // What is compiled of a copy is of no use to anybody.
    const env = { ...rig.env, NODE_DISABLE_COMPILE_CACHE: '1' };
    const bot = spawn(process.execPath, [join(rig.folder, 'src/start.js'), 'run'], { cwd: rig.folder, env });
    const [[code], said] = await Promise.all([once(bot, 'exit'), text(bot.stdout)]);
    const fatal = said.split('\n').filter((line) => line.includes('"level":"fatal"'));
    expect(fatal).toHaveLength(1);
    expect(fatal[0]).toContain(file);
    expect(said).toContain('"msg":"ended"');
    expect(code).toBe(70);
    expect(rig.stops('BTCUSDT')).toHaveLength(1);
  },
);

test('a closed trade of which a start reads the rest alone is looked at whole right after it, and holds up the next start where it cannot be read', async () => {
  rig = await startRig();
  rig.post('#BTC/USDT LONG market\nTP1: 62000\nSL: 59500');
  await rig.eventually('the stop stands', () => rig.stops('BTCUSDT').length === 1);
  rig.price('BTCUSDT', 59_400);
  await rig.says('BTCUSDT LONG', 'Closed');
  const path = join(rig.folder, 'data/signalbox.sqlite');
  await rig.eventually('it is in the archive', () => {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    const rows = database.prepare('SELECT key FROM closed_keys').all();
    database.close();
    return rows.length === 1;
  });
  /** Not of the last ten minutes: those are read whole. */
  const write = (phase: string): void => {
    const database = new DatabaseSync(path);
    const months = database.prepare("SELECT name FROM sqlite_master WHERE name GLOB 'closed_2*'").all();
    for (const { name } of months)
      database
        .prepare(`UPDATE ${name} SET value = json_set(value, '$.value.createdAt', 1, '$.value.phase', ?)`)
        .run(phase);
    database.close();
  };
  await rig.end('SIGTERM');

  write('odd');
  const unreadable = /record closed_\d{6}\/\S+ is not readable: .*phase.*rebuild/;
  await rig.start();
  expect(await rig.exited()).toEqual({ code: 1, signal: null });
  expect(
    rig
      .output()
      .split('\n')
      .filter((line) => line.includes('"level":"fatal"')),
  ).toEqual([expect.stringMatching(unreadable)]);
  const { code, stderr } = await rig.refused();
  expect([code, stderr]).toEqual([1, expect.stringMatching(unreadable)]);

  write('closed');
  await rig.start();
  expect((await rig.command('pnl')).message?.content).toContain('1');
});
