import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { backUp, restore } from '../../../src/trading/store/backup.ts';
import { StoreRefusal } from '../../../src/trading/store/errors.ts';
import { storeFaultText } from '../../../src/trading/store/fault-words.ts';
import { temporaryFolder, temporaryLedger } from './temporary-store.ts';

/** By convention: nobody. */
const NOBODY = 65_534;
const NOW = new Date('2026-11-26T12:00:00Z');

/** Root may read and write everything, whatever stands in the way of others. */
async function asSomebody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  return work().finally(() => process.seteuid?.(0));
}

/** A store and a backup of it that all may read, one that nobody may, a folder, and one that nobody may enter. */
async function stage() {
  const { ledger } = await temporaryLedger();
  await ledger.bind('testnet', '1');
  await ledger.close();
  const store = ledger.path;
  const folder = temporaryFolder();
  const backup = join(folder, 'backup.sqlite');
  await backUp(store, backup);
  const shut = join(folder, 'shut.sqlite');
  await backUp(store, shut);
  const locked = join(folder, 'locked');
  mkdirSync(locked);
  await backUp(store, join(locked, 'inside.sqlite'));
  chmodSync(locked, 0o000);
  onTestFinished(() => chmodSync(locked, 0o700));
  mkdirSync(join(folder, 'folder'));
  for (const [path, mode] of [
    [dirname(store), 0o777],
    [folder, 0o777],
    [store, 0o666],
    [backup, 0o644],
    [shut, 0o000],
  ] as const)
    chmodSync(path, mode);
  const seen = () => [readdirSync(dirname(store)).sort(), readdirSync(folder).sort(), readFileSync(store)];
  return { store, folder, backup, shut, locked, seen };
}

type Stage = Awaited<ReturnType<typeof stage>>;

const cases: [string, (at: Stage) => Promise<unknown>, en: RegExp, zh: RegExp][] = [
  [
    'a store that is a folder, to be backed up',
    ({ folder }) => backUp(join(folder, 'folder'), join(folder, 'copy')),
    /folder is a folder: name a file for the store/,
    /是一个文件夹：请填写存储文件/,
  ],
  [
    'a store in a folder that may not be entered, to be backed up',
    ({ folder, locked }) => backUp(join(locked, 'inside.sqlite'), join(folder, 'copy')),
    /^STORE_URL: \S+inside.sqlite cannot be opened \(EACCES.*permissions/,
    /^STORE_URL：无法打开 \S+inside.sqlite（EACCES.*权限/,
  ],
  [
    'a store of mode 000, to be backed up',
    ({ shut, folder }) => backUp(shut, join(folder, 'copy')),
    /^STORE_URL: \S+ cannot be opened \(EACCES.*permissions/,
    /^STORE_URL：无法打开 \S+（EACCES.*权限/,
  ],
  [
    'a folder to back up to',
    ({ store, folder }) => backUp(store, join(folder, 'folder')),
    /folder is a folder: name a file, such as \S+folder\/signalbox.sqlite/,
    /是一个文件夹：请填写文件名，例如 \S+folder\/signalbox.sqlite/,
  ],
  [
    'a folder to back up to that may not be written',
    ({ store, locked }) => backUp(store, join(locked, 'copy')),
    /copy cannot be written \(EACCES: permission denied\): name a place .*permission/,
    /无法写入 \S+copy（EACCES: permission denied）：请.*权限/,
  ],
  [
    'a place to back up to below a file',
    ({ store, backup }) => backUp(store, join(backup, 'copy')),
    /copy cannot be written \((ENOTDIR|EEXIST).*\): name a place/,
    /无法写入 \S+copy（(ENOTDIR|EEXIST)/,
  ],
  [
    'a folder to restore from',
    ({ store, folder }) => restore(store, join(folder, 'folder'), NOW),
    /folder is a folder: name a file/,
    /是一个文件夹：请填写文件名/,
  ],
  [
    'a backup of mode 000',
    ({ store, shut }) => restore(store, shut, NOW),
    /shut.sqlite cannot be read \(EACCES: permission denied\): .*owner/,
    /无法读取 \S+shut.sqlite（EACCES: permission denied）：.*所有者/,
  ],
  [
    'a backup in a folder that may not be entered',
    ({ store, locked }) => restore(store, join(locked, 'inside.sqlite'), NOW),
    /inside.sqlite cannot be read \(EACCES: permission denied\)/,
    /无法读取 \S+inside.sqlite（EACCES: permission denied）/,
  ],
];

describe.each(cases)('GIVEN %s', (_, work, en, zh) => {
  test('THEN it says what is wrong and what to do, and leaves everything as it is', async () => {
    const at = await stage();
    const before = at.seen();
    const refused = await asSomebody(() => work(at)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreRefusal);
    const { fault } = refused as StoreRefusal;
    expect(storeFaultText(fault, 'en')).toMatch(en);
    expect(storeFaultText(fault, 'zh-CN')).toMatch(zh);
    expect(at.seen()).toEqual(before);
  });
});
