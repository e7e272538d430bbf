import { describe, expect, test } from 'vitest';
import {
  clientUrl,
  storeKind,
  storeName,
  storePath,
  storeSpace,
} from '../../../src/trading/store/address.ts';

const URLS = [
  ['sqlite://data/x.sqlite', 'sqlite', `${process.cwd()}/data/x.sqlite`],
  ['sqlite:///var/x.sqlite', 'sqlite', '/var/x.sqlite'],
  ['postgres://u:p4ss@db.example:5433/bots', 'postgres', 'postgres://db.example:5433/bots#signalbox'],
  ['postgresql://u:p4ss@db/bots?schema=alpha&sslmode=require', 'postgres', 'postgres://db/bots#alpha'],
  [
    'postgres:///bots?host=/run/postgresql&user=u&password=p4ss',
    'postgres',
    'postgres:///run/postgresql/bots#signalbox',
  ],
  ['redis://:p4ss@cache:6380/2?prefix=alpha', 'redis', 'redis://cache:6380/2#alpha'],
  ['rediss://u:p4ss@cache', 'redis', 'redis://cache#signalbox'],
] as const;

describe('the address of a store', () => {
  test.each(URLS)('GIVEN %s THEN it is a %s, shown as %s', (url, kind, name) => {
    expect(storeKind(url)).toBe(kind);
    expect(storeName(url)).toBe(name);
    expect(storeName(url)).not.toContain('p4ss');
    expect(storePath(url)).not.toContain('p4ss');
  });

  test('two stores on one server have files of their own beside them, and one has the same by another password', () => {
    const [a, b] = ['alpha', 'beta'].map((schema) => storePath(`postgres://u:p4ss@h/db?schema=${schema}`));
    expect(a).not.toBe(b);
    expect(storePath('postgresql://v:other@h/db?schema=alpha')).toBe(a);
    expect(a).toMatch(/\/data\/postgres-[\da-f]{8}$/);
  });

  test('what is meant for us the client is not given, and all else it is', () => {
    const url = 'postgres://u:p%40ss@h/db?schema=alpha&sslmode=verify-full&sslrootcert=/ca.pem';
    expect(storeSpace(url)).toBe('alpha');
    expect(clientUrl(url)).toBe('postgres://u:p%40ss@h/db?sslmode=verify-full&sslrootcert=%2Fca.pem');
    expect(clientUrl('redis://h/1?prefix=a')).toBe('redis://h/1');
  });
});
