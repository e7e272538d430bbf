import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { LONG_BTC, type Rig, startRig } from './rig.ts';

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
