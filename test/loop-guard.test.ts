import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wasStuck } from '../src/loop-guard.ts';
import { temporaryFolder } from './trading/store/temporary-store.ts';

const MODULES = join(import.meta.dirname, '..', 'src');

/** A program with a guard of a second, which says its own id and then does as it is told. */
function program(mark: string, then: string): ChildProcess {
  const code = `
    import { startLoopGuard } from '${MODULES}/loop-guard.ts';
    import { createLog } from '${MODULES}/log.ts';
    const stop = startLoopGuard({ mark: ${JSON.stringify(mark)}, log: createLog('silent'), limitMs: 1_000 });
    console.log(process.pid);
    ${then}
  `;
  return spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Shells that watch this program. */
function guardsOf(pid: string): number {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').slice(3).join().includes(`,${pid},`);
    } catch {
      return false;
    }
  }).length;
}

test('a program whose event loop stands still is killed, and the next start knows why', async () => {
  const mark = join(temporaryFolder(), 'stuck');
  const child = program(mark, 'setTimeout(() => { for (;;); }, 50);');
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  expect(wasStuck(mark)).toBe(true);
  expect(wasStuck(mark)).toBe(false);
}, 30_000);

test.skipIf(!existsSync('/proc/self/cmdline'))(
  'one that lives is left alone, and its guard goes with it',
  async () => {
    const mark = join(temporaryFolder(), 'stuck');
    const child = program(mark, 'setTimeout(() => { stop(); }, 2_500); setTimeout(() => {}, 2_600);');
    const exited = once(child, 'exit');
    const [told] = child.stdout ? await once(child.stdout, 'data') : [];
    const pid = String(told).trim();
    await expect.poll(() => guardsOf(pid), { timeout: 10_000 }).toBeGreaterThan(0);
    expect(await exited).toEqual([0, null]);
    expect(wasStuck(mark)).toBe(false);
    await expect.poll(() => guardsOf(pid), { timeout: 10_000 }).toBe(0);
  },
  30_000,
);

test.skipIf(!existsSync('/proc/self/cmdline'))(
  'one that is killed leaves no guard behind',
  async () => {
    const mark = join(temporaryFolder(), 'stuck');
    const child = program(mark, 'setTimeout(() => {}, 60_000);');
    const [told] = child.stdout ? await once(child.stdout, 'data') : [];
    const pid = String(told).trim();
    await expect.poll(() => guardsOf(pid), { timeout: 10_000 }).toBeGreaterThan(0);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    await expect.poll(() => guardsOf(pid), { timeout: 10_000 }).toBe(0);
    expect(wasStuck(mark)).toBe(false);
  },
  30_000,
);
