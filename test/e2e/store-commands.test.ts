import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { openLedger } from '../../src/trading/ledger.ts';

/** The commands around the store, as a shell sees them. What they do with a bot's trades is in test/faults/state. */

const folder = mkdtempSync(join(tmpdir(), 'store-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  return runIn('C', ...args);
}

async function runIn(LANG: string, ...args: string[]) {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', STORE_URL: 'sqlite://data/s.sqlite', LANG },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString();
  });
  const [code] = await once(child, 'close');
  return { code, ...said };
}

test.each(['C', 'zh_CN.UTF-8'])('--help names every command in %s', async (language) => {
  const help = await runIn(language, '--help');
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const command of ['run', 'sandbox', 'parse', 'doctor', 'backup', 'restore', 'rebuild'])
    expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
});

test.each([
  ['C', 'unknown command "bakcup"', 'Usage: '],
  ['zh_CN.UTF-8', '没有 "bakcup" 这个命令', '用法：'],
])(
  'a word that is no command is answered with all of them and exit code 2 (%s)',
  async (language, ...says) => {
    const unknown = await runIn(language, 'bakcup');
    expect(unknown.code).toBe(2);
    for (const words of says) expect(unknown.stderr).toContain(words);
  },
);

test.each([
  [['backup', 'a', 'b'], 2, 'backup takes one FILE', 'backup 需要一个文件名'],
  [['restore'], 2, 'restore takes one FILE', 'restore 需要一个文件名'],
  [['rebuild', 'now'], 2, 'rebuild takes no arguments', 'rebuild 不带参数'],
  [['run', 'now'], 2, 'run takes no arguments', 'run 不带参数'],
  [['backup'], 1, 'there is no store at', '处没有存储'],
  [['restore', 'missing.sqlite'], 1, 'there is no file', '没有文件'],
])(
  '%j ends with code %i and says why in one line, in either language',
  async (args, code, says, inChinese) => {
    for (const [language, words] of [
      ['C', says],
      ['zh_CN.UTF-8', inChinese],
    ] as const) {
      const { stderr, ...ended } = await runIn(language, ...args);
      expect(ended).toEqual({ code, stdout: '' });
      expect(stderr).toContain(words);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  },
);

test('backups go beside the store unless told otherwise, and one is restored', async () => {
  await (await openLedger(`sqlite://${join(folder, 'data', 's.sqlite')}`)).close();
  expect(await run('backup')).toMatchObject({ code: 0, stderr: '' });
  const [file = '', ...others] = readdirSync(join(folder, 'data', 'backups'));
  expect(file).toMatch(/^signalbox-\d{8}T\d{6}Z\.sqlite$/);
  expect(others).toEqual([]);
  const restored = await run('restore', `data/backups/${file}`);
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  expect(restored.stdout).toContain('kept as');
  writeFileSync(join(folder, 'text.sqlite'), 'no database');
  expect(await run('restore', 'text.sqlite')).toMatchObject({ code: 1, stdout: '' });
});

test('what a terminal that is set to Chinese reads is Chinese', async () => {
  await (await openLedger(`sqlite://${join(folder, 'data', 's.sqlite')}`)).close();
  const copied = await runIn('zh_CN.UTF-8', 'backup', 'copy.sqlite');
  expect(copied).toMatchObject({ code: 0, stderr: '' });
  expect(copied.stdout).toMatch(
    /尚未绑定账户，0 笔未平仓.*\n要回到这份备份：npm start -- restore copy\.sqlite\n$/,
  );
  const restored = await runIn('zh_CN.UTF-8', 'restore', 'copy.sqlite');
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  expect(restored.stdout).toMatch(/原来的存储保留为 .*\n下次启动时会与交易所核对/);
  const again = await runIn('zh_CN.UTF-8', 'backup', 'copy.sqlite');
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/copy\.sqlite 已存在：请换一个文件名\n$/),
  });
  // A folder cannot be made where a file is.
  const misplaced = await runIn('zh_CN.UTF-8', 'backup', 'copy.sqlite/deeper');
  expect(misplaced).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^无法写入 .*copy\.sqlite\/deeper（ENOTDIR: not a directory）：请换一个/),
  });
});

test('a store that cannot be used, with nothing set up, is a line and no stack', async () => {
  const store = join(folder, 'data', 's.sqlite');
  await (await openLedger(`sqlite://${store}`)).close();
  writeFileSync(store, 'x'.repeat(5_000));
  expect(await run('run')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^STORE_URL: .* is damaged .*\n$/),
  });
});
