import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openLedger } from '../../src/trading/ledger.ts';
import { StoreUnreachable } from '../../src/trading/store/errors.ts';
import { examineServer } from '../../src/trading/store/examine.ts';
import { asPostgresAdmin } from './admin.ts';
import { type Certificate, certificateFor } from './certificates.ts';
import { freshSpace, goElsewhere, openHere } from './places.ts';
import { type StoreServer, startPostgres, startRedis } from './servers.ts';

/** Over a network the rows and the password are read by nobody else, and go to nobody else. */

const postgresWith = ({ certificate, key }: Certificate) =>
  startPostgres(['ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`]);

const redisWith = ({ certificate, key }: Certificate) =>
  startRedis([
    ...['--appendonly', 'yes', '--appendfsync', 'always', '--tls-auth-clients', 'no'],
    ...['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate],
  ]);

const ENGINES = [
  ['PostgreSQL', postgresWith, 'verify-full'],
  ['Redis', redisWith, null],
] as const;

describe.each(ENGINES)('%s with TLS', (_, startWith, mode) => {
  const own = certificateFor('IP:127.0.0.1');
  const strange = certificateFor('DNS:somebody-else.example');
  let server: StoreServer;
  beforeAll(async () => {
    goElsewhere();
    server = await startWith(own);
  });
  afterAll(() => server.close());

  const addressOf = (at: StoreServer, authority: string | null): string => {
    const url = new URL(at.urlOf(freshSpace()));
    if (mode) url.searchParams.set('sslmode', mode);
    if (authority) url.searchParams.set('sslrootcert', authority);
    return url.href;
  };

  test('is spoken to where its certificate is vouched for', async () => {
    const url = addressOf(server, own.certificate);
    const ledger = await openHere(url);
    await ledger.collection('notes', z.object({ text: z.string() })).set('a', { text: '1' });
    await ledger.canBeWritten();
  });

  test.each([
    ['whose certificate nobody vouches for', () => addressOf(server, null)],
    ['whose certificate somebody else vouches for', () => addressOf(server, strange.certificate)],
  ])('one %s is refused, with why', async (_what, address) => {
    for (const open of [openLedger, examineServer]) {
      const refused: unknown = await open(address()).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(StoreUnreachable);
      expect(refused).toHaveProperty(
        'message',
        expect.stringMatching(/^STORE_URL: \S+ cannot be used: .*certificate.*sslrootcert=/),
      );
    }
  });

  test('one that is called otherwise than its certificate says is refused, with why', async () => {
    const other = await startWith(strange);
    try {
      const opening = openLedger(addressOf(other, strange.certificate));
      await expect(opening).rejects.toThrow(/^STORE_URL: .*127\.0\.0\.1.*altnames/i);
    } finally {
      await other.close();
    }
  });
});

test('every connection to PostgreSQL is encrypted, also where less was asked for than can be had', async () => {
  const own = certificateFor('IP:127.0.0.1');
  const server = await postgresWith(own);
  try {
    for (const mode of ['require', 'verify-ca', 'verify-full']) {
      const url = new URL(server.urlOf(freshSpace()));
      url.searchParams.set('sslmode', mode);
      await expect(openLedger(url.href)).rejects.toThrow(/certificate/);
      url.searchParams.set('sslrootcert', own.certificate);
      const ledger = await openLedger(url.href);
      await ledger.collection('notes', z.object({ text: z.string() })).all();
      const { rows } = await asPostgresAdmin(server, (admin) =>
        admin.query(
          "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'signalbox %'",
        ),
      );
      await ledger.close();
      expect(rows).toEqual([{ ssl: true }]);
    }
  } finally {
    await server.close();
  }
});

test('a server without TLS that is asked for it is refused, with why', async () => {
  const [postgres, redis] = [await startPostgres(), await startRedis()];
  try {
    const url = `${postgres.urlOf(freshSpace())}&sslmode=verify-full`;
    await expect(openLedger(url)).rejects.toThrow(/^STORE_URL: .*does not support SSL/);
    const opening = openLedger(redis.urlOf(freshSpace()).replace('redis://', 'rediss://'));
    await expect(opening).rejects.toThrow(/^STORE_URL: /);
    await expect(opening).rejects.toThrow(StoreUnreachable);
  } finally {
    await Promise.all([postgres.close(), redis.close()]);
  }
});
