import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../src/log.ts';
import { joinServiceManager } from '../src/service-manager.ts';

/** In place of systemd's tool, one that writes down what it was given. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'service-manager-'));
  const tool = join(folder, 'systemd-notify');
  writeFileSync(
    tool,
    `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> "${folder}/heard"\nenv | sort >> "${folder}/env"\n`,
  );
  chmodSync(tool, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

const heard = (): string[] => readFileSync(join(folder, 'heard'), 'utf8').trim().split('\n');

test('a manager that listens hears of the start, then signs of life, then the end, and gets nothing of the environment', async () => {
  const lines: string[] = [];
  const log = createLog('warn', { write: (line) => void lines.push(line) });
  const vars = {
    PATH: `${folder}:${process.env.PATH}`,
    NOTIFY_SOCKET: '@manager',
    WATCHDOG_USEC: '20000',
    DISCORD_TOKEN: 'not.for.others',
  };
  const manager = joinServiceManager(vars, log);
  manager.ready();
  await expect
    .poll(() => heard().filter((line) => line === '@manager WATCHDOG=1').length, { timeout: 20_000 })
    .toBeGreaterThan(2);
  expect(heard()[0]).toBe('@manager READY=1 STATUS=trading');
  manager.stopping();
  await expect.poll(heard, { timeout: 20_000 }).toContain('@manager STOPPING=1 STATUS=stopping');
  expect(readFileSync(join(folder, 'env'), 'utf8')).not.toContain('not.for.others');
  expect(lines).toEqual([]);
});

test('a tool that is missing is told once, and the bot goes on', async () => {
  const lines: string[] = [];
  const log = createLog('warn', { write: (line) => void lines.push(line) });
  const manager = joinServiceManager(
    { PATH: '/nowhere', NOTIFY_SOCKET: '@manager', WATCHDOG_USEC: '2000' },
    log,
  );
  manager.ready();
  await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(1);
  manager.stopping();
  expect(lines[0]).toContain('the service manager could not be told');
});

test('without a manager nothing is run', () => {
  const manager = joinServiceManager({ PATH: '/nowhere' }, createLog('silent'));
  manager.ready();
  manager.stopping();
});
