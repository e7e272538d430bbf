import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { openLedger } from '../../src/trading/ledger.ts';
import { StoreInUse, StorePooled } from '../../src/trading/store/errors.ts';
import { examineServer } from '../../src/trading/store/examine.ts';
import { asPostgresAdmin } from './admin.ts';
import { freshSpace, goElsewhere, openHere } from './places.ts';
import { type StoreServer, startPgBouncer, startPostgres } from './servers.ts';

/** PostgreSQL behind a pooler: where that keeps no sessions, a lock would be whoever's the connection is next. */

let server: StoreServer;
beforeAll(async () => {
  goElsewhere();
  server = await startPostgres();
});
afterAll(() => server.close());

async function pooler(mode: 'session' | 'transaction' | 'statement'): Promise<StoreServer> {
  const made = await startPgBouncer(server, mode);
  onTestFinished(made.close);
  return made;
}

test.each(['transaction', 'statement'] as const)(
  'one that keeps connections for a %s only is refused, with what to do, and nothing is made',
  async (mode) => {
    const pooled = await pooler(mode);
    const space = freshSpace();
    const url = pooled.urlOf(space);
    // Others use it, too, and leave connections there.
    const others = [1, 2, 3].map(() =>
      asPostgresAdmin(pooled, (client) => client.query('SELECT pg_sleep(0.1)')),
    );
    await Promise.all(others);
    await expect(openLedger(url)).rejects.toThrow(StorePooled);
    await expect(openLedger(url)).rejects.toThrow(/pool_mode = session/);
    await expect(examineServer(url)).rejects.toThrow(StorePooled);
    expect(await examineServer(server.urlOf(space))).toBeNull();
  },
);

test('one that keeps sessions is as good as none', async () => {
  const pooled = await pooler('session');
  const url = pooled.urlOf(freshSpace());
  const ledger = await openHere(url);
  await ledger.collection('notes', z.object({ text: z.string() })).set('a', { text: '1' });
  await ledger.canBeWritten();
  goElsewhere();
  await expect(openLedger(url)).rejects.toThrow(StoreInUse);
  expect(ledger.hold?.doubt(false)).toBeNull();
});
