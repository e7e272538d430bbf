import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openLedger } from '../../src/trading/ledger.ts';
import { StoreNotDurable } from '../../src/trading/store/errors.ts';
import { examineServer } from '../../src/trading/store/examine.ts';
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

test('a server whose disk is not waited for any more: nothing is opened from then on, and what protects goes on', async () => {
  const other = await startPostgres();
  try {
    const ledger = await openLedger(other.urlOf(freshSpace()));
    const set = (value: string) =>
      asPostgresAdmin(other, async (admin) => {
        await admin.query(`ALTER SYSTEM SET fsync = ${value}`);
        await admin.query('SELECT pg_reload_conf()');
      });
    await set('off');
    await vi.waitFor(() => expect(ledger.canBeWritten()).rejects.toThrow(StoreNotDurable), 20_000);
    expect(ledger.hold?.doubt(false)).toMatch(/fsync is off/);
    expect(ledger.hold?.doubt(true)).toBeNull();
    await set('on');
    await vi.waitFor(() => ledger.canBeWritten(), 20_000);
    expect(ledger.hold?.doubt(false)).toBeNull();
    await ledger.close();
  } finally {
    await other.close();
  }
});

test('a schema may be called anything, and only that one is made', async () => {
  const schema = `Alpha ${freshSpace()}`;
  const ledger = await openLedger(server.urlOf(encodeURIComponent(schema)));
  await ledger.collection('notes', z.object({ text: z.string() })).set('a', { text: '1' });
  await ledger.close();
  const { rows } = await asPostgresAdmin(server, (admin) =>
    admin.query('SELECT nspname FROM pg_namespace WHERE lower(nspname) = lower($1)', [schema]),
  );
  expect(rows).toEqual([{ nspname: schema }]);
});

test('a role that was given a schema and may make none is enough', async () => {
  const schema = freshSpace();
  await asPostgresAdmin(server, (admin) =>
    admin.query(
      `CREATE ROLE "${schema}" LOGIN PASSWORD 'own'; CREATE SCHEMA "${schema}" AUTHORIZATION "${schema}"`,
    ),
  );
  const given = new URL(server.urlOf(schema));
  Object.assign(given, { username: schema, password: 'own' });
  const ledger = await openHere(given.href);
  await ledger.collection('notes', z.object({ text: z.string() })).set('a', { text: '1' });
  const elsewhere = new URL(given);
  elsewhere.searchParams.set('schema', freshSpace());
  await expect(examineServer(elsewhere.href)).rejects.toThrow(/may not make the schema/);
});

test('a table whose making hangs keeps no row of another one waiting', async () => {
  const space = freshSpace();
  const ledger = await openHere(server.urlOf(space));
  const notes = ledger.collection('notes', z.object({ text: z.string() }));
  await notes.set('a', { text: '1' });
  await asPostgresAdmin(server, async (admin) => {
    // Somebody makes the same table and does not come to an end.
    await admin.query(`BEGIN; CREATE TABLE "${space}".closed_203001 (key text)`);
    const late = ledger.collection('closed_203001', z.object({ text: z.string() }));
    const hanging = late.set('a', { text: '1' });
    const refused = expect(hanging).rejects.toThrow(/no answer/);
    const began = performance.now();
    await notes.set('b', { text: '2' });
    expect(performance.now() - began).toBeLessThan(900);
    await refused;
    await admin.query('ROLLBACK');
    await vi.waitFor(() => late.set('a', { text: '1' }), 20_000);
  });
});
