import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { wasStuck } from '../src/loop-guard.ts';
import { temporaryFolder } from './trading/store/temporary-store.ts';

const MODULES = join(import.meta.dirname, '..', 'src');

/** A program with a guard of two seconds, which says its own id and lives until its input ends, or as it is told. */
function program(
  mark: string,
  { does = '', env = process.env } = {},
): ChildProcessByStdio<Writable, Readable, null> {
  const code = `
    import { startLoopGuard } from '${MODULES}/loop-guard.ts';
    import { createLog } from '${MODULES}/log.ts';
    const stop = startLoopGuard({ mark: ${JSON.stringify(mark)}, log: createLog('warn'), limitMs: 2_000 });
    console.log(process.pid);
    process.stdin.resume();
    ${does}
  `;
  return spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
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

/** Resolves with its id once it is watched. */
async function guarded(child: ReturnType<typeof program>): Promise<string> {
  const [told] = await once(child.stdout, 'data');
  const pid = String(told).trim();
  await expect.poll(() => guardsOf(pid), { timeout: 10_000 }).toBeGreaterThan(0);
  return pid;
}

test('a program whose event loop stands still is killed, and the next start knows why', async () => {
  const mark = join(temporaryFolder(), 'stuck');
  const child = program(mark, { does: 'setTimeout(() => { for (;;); }, 50);' });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  expect(wasStuck(mark)).toBe(true);
  expect(wasStuck(mark)).toBe(false);
}, 30_000);

test('one that wants to run and is not let gets four times as long', async () => {
  const folder = temporaryFolder();
  for (const name of ['sh', 'timeout', 'head']) symlinkSync(`/usr/bin/${name}`, join(folder, name));
  // What would look whether it wants to run: here it does, each time.
  const asked = join(folder, 'asked');
  writeFileSync(join(folder, 'grep'), `#!/bin/sh\necho "$@" >> ${asked}\n`, { mode: 0o755 });
  const mark = join(folder, 'stuck');
  const child = program(mark, { env: { ...process.env, PATH: folder } });
  await guarded(child);
  const exited = once(child, 'exit');
  child.kill('SIGSTOP');
  expect(await exited).toEqual([null, 'SIGKILL']);
  expect(wasStuck(mark)).toBe(true);
  const looks = readFileSync(asked, 'utf8').trim().split('\n');
  expect(looks).toHaveLength(3);
  expect(looks[0]).toContain(`/proc/${child.pid}/task/`);
}, 30_000);

test('one that lives is left alone, and its guard goes with it', async () => {
  const mark = join(temporaryFolder(), 'stuck');
  const child = program(mark, { does: "process.stdin.once('end', () => setTimeout(stop, 3_000));" });
  const exited = once(child, 'exit');
  const pid = await guarded(child);
  child.stdin.end();
  expect(await exited).toEqual([0, null]);
  expect(wasStuck(mark)).toBe(false);
  await expect.poll(() => guardsOf(pid), { timeout: 10_000 }).toBe(0);
}, 30_000);

test('one that is killed leaves no guard behind', async () => {
  const mark = join(temporaryFolder(), 'stuck');
  const child = program(mark);
  const pid = await guarded(child);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  await expect.poll(() => guardsOf(pid), { timeout: 10_000 }).toBe(0);
  expect(wasStuck(mark)).toBe(false);
}, 30_000);

test('one on a machine without timeout goes on unwatched, and says so', async () => {
  const folder = temporaryFolder();
  symlinkSync('/bin/sh', join(folder, 'sh'));
  const mark = join(folder, 'stuck');
  const child = program(mark, { env: { ...process.env, PATH: folder } });
  const exited = once(child, 'exit');
  let told = '';
  child.stdout.on('data', (chunk) => {
    told += chunk;
  });
  await expect.poll(() => told, { timeout: 10_000 }).toContain('no guard of the event loop');
  child.stdin.end();
  expect(await exited).toEqual([0, null]);
  expect(wasStuck(mark)).toBe(false);
}, 30_000);
