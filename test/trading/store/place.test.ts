import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { StoreInUse } from '../../../src/trading/store/errors.ts';
import { takePlace } from '../../../src/trading/store/place.ts';
import { temporaryFolder } from './temporary-store.ts';

const NAME = 'postgres://host/database#signalbox';

async function taken(folder: string) {
  const place = await takePlace(join(folder, 'postgres-1'), NAME);
  onTestFinished(() => place.release().catch(() => undefined));
  return place;
}

test('a folder is the same place at the next start', async () => {
  const folder = temporaryFolder();
  const first = await taken(folder);
  await first.release();
  expect((await taken(folder)).id).toBe(first.id);
  // As an application's name, with what stands before it: https://www.postgresql.org/docs/15/runtime-config-logging.html#GUC-APPLICATION-NAME
  expect(`signalbox ${first.id}`.length).toBeLessThan(64);
});

test('it is held by one program at a time', async () => {
  const folder = temporaryFolder();
  await taken(folder);
  await expect(takePlace(join(folder, 'postgres-1'), NAME)).rejects.toThrow(StoreInUse);
});

test('a copy of a folder on the same machine, under the same name of it, is another place', async () => {
  const folder = temporaryFolder();
  const first = await taken(folder);
  await first.release();
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  const second = await taken(copy);
  expect(second.id.split('@')[0]).toBe(first.id.split('@')[0]);
  expect(second.id).not.toBe(first.id);
});
