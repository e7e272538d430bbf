import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { createDeskStore } from '../../src/trading/desk-store.ts';
import { openLedger } from '../../src/trading/ledger.ts';
import { StoreNotDurable } from '../../src/trading/store/errors.ts';
import { LEASE_MS } from '../../src/trading/store/hold.ts';
import { ledgerContract } from '../trading/store/contract.ts';
import { temporaryLedger } from '../trading/store/temporary-store.ts';
import { asRedisAdmin, redisAdmin } from './admin.ts';
import { serverContract } from './contract.ts';
import { freshSpace, goElsewhere, openHere } from './places.ts';
import { type StoreServer, startRedis } from './servers.ts';

let server: StoreServer;
beforeAll(async () => {
  goElsewhere();
  server = await startRedis();
});
afterAll(() => server.close());

ledgerContract(() => temporaryLedger(server.urlOf(freshSpace())));
serverContract(
  () => server,
  () => redisAdmin(server),
);

const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];

test.each([
  ['keeps no log', ['--appendonly', 'no'], /appendonly is no/],
  [
    'writes its log once a second',
    ['--appendonly', 'yes', '--appendfsync', 'everysec'],
    /appendfsync is everysec/,
  ],
  [
    'does not wait for the disk while it rewrites its log',
    [...DURABLE, '--no-appendfsync-on-rewrite', 'yes'],
    /no-appendfsync-on-rewrite is yes/,
  ],
  ['makes room', [...DURABLE, '--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'], /noeviction/],
  ['does not say', [...DURABLE, '--rename-command', 'CONFIG', ''], /does not say/],
])('a server that %s is refused', async (_, settings, why) => {
  const forgetful = await startRedis(settings);
  try {
    const opening = openLedger(forgetful.urlOf(freshSpace()));
    await expect(opening).rejects.toThrow(StoreNotDurable);
    await expect(opening).rejects.toThrow(why);
  } finally {
    await forgetful.close();
  }
});

test('one that is made forgetful while it runs: nothing is opened from then on, and what protects goes on beyond the lease', async () => {
  const ledger = await openHere(server.urlOf(freshSpace()));
  const notes = ledger.collection('notes', z.object({ text: z.string() }));
  const told: [boolean, string][] = [];
  ledger.hold?.onChange((held, reason) => told.push([held, reason]));
  await asRedisAdmin(server, ({ send }) => send('CONFIG', 'SET', 'appendfsync', 'everysec'));
  try {
    await expect(ledger.canBeWritten()).rejects.toThrow(StoreNotDurable);
    expect(createDeskStore(ledger).isAway?.()).toBe(true);
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() + LEASE_MS });
    onTestFinished(() => void vi.useRealTimers());
    expect(ledger.hold?.doubt(true)).not.toBeNull();
    // The lease was renewed by that, too.
    await expect(ledger.canBeWritten()).rejects.toThrow(StoreNotDurable);
    expect(ledger.hold?.doubt(true)).toBeNull();
    expect(ledger.hold?.doubt(false)).toMatch(/appendfsync/);
    await notes.set('a', { text: 'what happened to a stop' });
    expect(told).toEqual([[false, expect.stringMatching(/appendfsync is everysec/)]]);
  } finally {
    await asRedisAdmin(server, ({ send }) => send('CONFIG', 'SET', 'appendfsync', 'always'));
  }
  await ledger.canBeWritten();
  expect(ledger.hold?.doubt(false)).toBeNull();
  expect(createDeskStore(ledger).isAway?.()).toBe(false);
  expect(told.at(-1)).toEqual([true, '']);
});
