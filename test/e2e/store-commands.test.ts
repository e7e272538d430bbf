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

async function run(...args: string[]) {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', STORE_URL: 'sqlite://data/s.sqlite' },
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

test('--help names every command; a word that is none is answered with it and exit code 2', async () => {
  const help = await run('--help');
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const command of ['run', 'sandbox', 'parse', 'doctor', 'backup', 'restore', 'rebuild'])
    expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  const unknown = await run('bakcup');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('unknown command "bakcup"');
});

test.each([
  [['backup', 'a', 'b'], 2, 'backup takes one FILE'],
  [['restore'], 2, 'restore takes one FILE'],
  [['rebuild', 'now'], 2, 'rebuild takes no arguments'],
  [['backup'], 1, 'there is no store at'],
  [['restore', 'missing.sqlite'], 1, 'there is no file'],
])('%j ends with code %i and says why in one line', async (args, code, says) => {
  const { stderr, ...ended } = await run(...args);
  expect(ended).toEqual({ code, stdout: '' });
  expect(stderr).toContain(says);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

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
