import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** What a STORE_URL means, without anything being opened. */

export type StoreKind = 'sqlite' | 'postgres' | 'redis';

const KINDS: Readonly<Record<string, StoreKind>> = {
  'sqlite:': 'sqlite',
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'redis:': 'redis',
  'rediss:': 'redis',
};

export function storeKind(storeUrl: string): StoreKind {
  return KINDS[storeUrl.slice(0, storeUrl.indexOf(':') + 1)] ?? 'sqlite';
}

/**
 * Of an SQLite store its file: `sqlite://data/x.sqlite` is relative to the working directory, `sqlite:///var/x.sqlite`
 * is absolute. Of one on a server where the names begin of what this machine keeps beside it, in `data/`.
 */
export function storePath(storeUrl: string): string {
  const kind = storeKind(storeUrl);
  if (kind === 'sqlite') return resolve(storeUrl.replace(/^sqlite:\/\//, ''));
  const of = createHash('sha256').update(storeName(storeUrl)).digest('hex').slice(0, 8);
  return resolve('data', `${kind}-${of}`);
}

/** As it may be shown: of a server's address neither user nor password, nor how it is connected to. */
export function storeName(storeUrl: string): string {
  const kind = storeKind(storeUrl);
  if (kind === 'sqlite') return storePath(storeUrl);
  const { host, pathname, searchParams } = new URL(storeUrl);
  const where = host || searchParams.get('host') || 'localhost';
  return `${kind}://${where}${pathname}#${storeSpace(storeUrl)}`;
}

/** What names a store inside a server, so that several find room in one: a schema, or how its keys begin. */
const SPACE: Readonly<Record<Exclude<StoreKind, 'sqlite'>, string>> = { postgres: 'schema', redis: 'prefix' };

export function storeSpace(storeUrl: string): string {
  const kind = storeKind(storeUrl);
  return (kind !== 'sqlite' && new URL(storeUrl).searchParams.get(SPACE[kind])) || 'signalbox';
}

/** Of a store on a server what its client is given: all but what is meant for us. */
export function clientUrl(storeUrl: string): string {
  const url = new URL(storeUrl);
  for (const name of Object.values(SPACE)) url.searchParams.delete(name);
  return url.href;
}

/** Whether there is such a file; null for a store on a server, which only it can tell. Nothing is created. */
export function storeExists(storeUrl: string): boolean | null {
  return storeKind(storeUrl) === 'sqlite' ? existsSync(storePath(storeUrl)) : null;
}

/** Where on a server an update keeps the store as it was under this format: another schema, or other beginnings of keys. */
export function copySpace(storeUrl: string, format: number): string {
  const mark = storeKind(storeUrl) === 'postgres' ? '_' : '-';
  return `${storeSpace(storeUrl)}${mark}format${mark}${format}`;
}
