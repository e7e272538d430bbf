import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { quick } from './quick.ts';
import { row } from './row.ts';
import { alerted, isProtected, nextSignal, openAtMarket } from './steps.ts';

/** Rows 75 to 77: what does not heal by itself, and what may take as long as it will. */

const fast = quick(40);

row(
  {
    id: '75',
    fault: 'Discord takes every connection and never begins the session, though it answers otherwise',
    does: 'new clients with growing pauses; after a quarter of an hour ends with exit code 75, the position protected; the start heals it',
    sees: 'that the connection was lost, and after the start that it stands, in one message',
    rig: fast,
    rate: 40,
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.discord.dropGateway({ deafNext: 10_000 });
    expect(await scene.exited()).toEqual({ code: 75, signal: null });
    expect(scene.output()).toContain('restarts of a part do not help');
    expect(scene.stops('BTCUSDT')).toHaveLength(1);
    scene.discord.dropGateway();
    scene.strike();
    await scene.start();
    await isProtected(scene);
    scene.recovered();
    await alerted(scene, 'connection to Discord is lost', 'by a new start of the bot');
    expect(scene.dms().filter((line) => line.includes('connection to Discord'))).toHaveLength(1);
  },
);

row(
  {
    id: '76',
    fault: 'the event loop stands still',
    does: 'is killed after 30 s by the shell beside it; the start is the same path as ever',
    sees: 'after the start, that the run before ended unexpectedly, and when it was last alive',
    rig: {
      env: {
        MISHAP: 'loop',
        NODE_OPTIONS: `--import=${new URL('./mishaps.ts', import.meta.url).href}`,
      },
    },
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.strike();
    expect(await scene.end('SIGUSR2')).toEqual({ code: null, signal: 'SIGKILL' });
    await scene.start();
    await isProtected(scene);
    scene.recovered();
    await alerted(scene, 'ended unexpectedly');
    expect(scene.output()).toContain('its event loop stood still');
  },
);

row(
  {
    id: '77',
    fault: 'the disk is full for ten minutes, and a target trades meanwhile',
    does: 'manages the position on, restarts nothing and does not end; writes what it owes when it can',
    sees: 'one message that the store cannot be written, edited at the end; “Denied” with not_ready',
    rig: quick(20),
    rate: 20,
  },
  async (scene) => {
    await openAtMarket(scene);
    const limit = (size: string) =>
      execFileSync('prlimit', ['--pid', String(scene.pid()), `--fsize=${size}`]);
    // The store's log has been made as long as it will be: not even there is room.
    limit('1024:unlimited');
    scene.price('BTCUSDT', 61_010);
    await alerted(scene, 'store cannot be written');
    await scene.eventually('the stop follows', () =>
      scene.stops('BTCUSDT').some(({ quantity }) => quantity === '0.05'),
    );
    await nextSignal(scene, 'not_ready');
    const until = performance.now() + 600_000 / 20;
    await expect.poll(() => performance.now() > until, { timeout: 60_000, interval: 500 }).toBe(true);
    expect(scene.output()).not.toContain('part restarted');
    limit('unlimited:unlimited');
    scene.strike();
    await alerted(scene, 'store cannot be written', 'The store is written again');
    await isProtected(scene);
    scene.recovered();
    expect(scene.dms().filter((line) => line.includes('store'))).toHaveLength(1);
  },
);
