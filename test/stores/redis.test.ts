import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLedger } from '../../src/trading/ledger.ts';
import { StoreNotDurable } from '../../src/trading/store/errors.ts';
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

test('one that is made forgetful while it runs is not trusted from then on', async () => {
  const ledger = await openHere(server.urlOf(freshSpace()));
  await asRedisAdmin(server, ({ send }) => send('CONFIG', 'SET', 'appendfsync', 'everysec'));
  try {
    await expect(ledger.canBeWritten()).rejects.toThrow(StoreNotDurable);
    expect(ledger.hold?.doubt(false)).not.toBeNull();
  } finally {
    await asRedisAdmin(server, ({ send }) => send('CONFIG', 'SET', 'appendfsync', 'always'));
  }
  await ledger.canBeWritten();
  expect(ledger.hold?.doubt(false)).toBeNull();
});
