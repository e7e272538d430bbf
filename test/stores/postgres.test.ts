import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openLedger } from '../../src/trading/ledger.ts';
import { StoreNotDurable } from '../../src/trading/store/errors.ts';
import { ledgerContract } from '../trading/store/contract.ts';
import { temporaryLedger } from '../trading/store/temporary-store.ts';
import { asPostgresAdmin, postgresAdmin } from './admin.ts';
import { serverContract } from './contract.ts';
import { freshSpace, goElsewhere, openHere } from './places.ts';
import { type StoreServer, startPostgres } from './servers.ts';

let server: StoreServer;
beforeAll(async () => {
  goElsewhere();
  server = await startPostgres();
});
afterAll(() => server.close());

ledgerContract(() => temporaryLedger(server.urlOf(freshSpace())));
serverContract(
  () => server,
  () => postgresAdmin(server),
);

test('a server that does not wait for its disk is refused', async () => {
  const forgetful = await startPostgres(['fsync=off']);
  try {
    await expect(openLedger(forgetful.urlOf(freshSpace()))).rejects.toThrow(StoreNotDurable);
  } finally {
    await forgetful.close();
  }
});

test('the lock alone, cut off from its server, is had again by the same program', async () => {
  const space = freshSpace();
  const { hold } = await openHere(server.urlOf(space));
  const told: boolean[] = [];
  hold?.onChange((held) => told.push(held));
  await asPostgresAdmin(server, (admin) =>
    admin.query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"),
  );
  await expect.poll(() => told, { timeout: 20_000 }).toEqual([false, true]);
});

test('rows may hold what PostgreSQL itself refuses in JSON, and are pruned nevertheless', async () => {
  const ledger = await openHere(server.urlOf(freshSpace()));
  const notes = ledger.collection('notes', z.object({ text: z.string(), at: z.number() }));
  await notes.set('old', { text: 'a\u0000b', at: 1 });
  await notes.set('new', { text: 'a\u0000b', at: 3 });
  expect(await notes.prune('at', 2)).toBe(1);
  expect((await notes.all()).map(([key]) => key)).toEqual(['new']);
});
