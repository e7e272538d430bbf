import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { beginLean, LEAN_ALLOCATOR } from '../src/allocator.js';

const lean = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };

function begin(over: Partial<Parameters<typeof beginLean>[0]> = {}): unknown[][] {
  const execve = vi.fn<NonNullable<NodeJS.Process['execve']>>();
  const self = {
    env: { PATH: '/bin', DISCORD_TOKEN: 'secret' },
    platform: 'linux' as const,
    execPath: '/node',
    execArgv: ['--disable-sigusr1'],
    argv: ['/node', '/src/start.js', 'run'],
    execve,
    ...over,
  };
  beginLean(self);
  return execve.mock.calls;
}

test('begins anew with the same program, flags, words and environment', () => {
  expect(begin()).toEqual([
    [
      '/node',
      ['/node', '--disable-sigusr1', '/src/start.js', 'run'],
      { PATH: '/bin', DISCORD_TOKEN: 'secret', ...lean },
    ],
  ]);
});

test.each([
  ['what it has begun itself', { env: { ...LEAN_ALLOCATOR } }],
  ['where somebody has set one of them', { env: { MALLOC_ARENA_MAX: '4' } }],
  ['on another system', { platform: 'darwin' as const }],
  ['where a parent talks to it', { channel: {} as NonNullable<NodeJS.Process['channel']> }],
])('not %s', (_, over) => {
  expect(begin(over)).toEqual([]);
});

test('not where Node cannot', () => {
  const old = {
    env: {},
    platform: 'linux' as const,
    execPath: '/node',
    execArgv: [],
    argv: ['/node', '/start.js'],
  };
  expect(() => beginLean(old)).not.toThrow();
});

test.each(['../deploy/signalbox.service', '../Dockerfile'])('%s says the same', (file) => {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  for (const [name, value] of Object.entries(LEAN_ALLOCATOR)) expect(text).toContain(`${name}=${value}`);
});
