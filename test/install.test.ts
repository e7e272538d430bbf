import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** deploy/install.sh under another root, with an npm that writes down how it is called and installs a stand-in for Node. */
const INSTALL = join(import.meta.dirname, '..', 'deploy', 'install.sh');
let root: string;

function tool(name: string, body: string): void {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(root, 'bin', name), 0o755);
}

/** `works`: whether the trial signal comes to its end. */
function given({ npm = '11.19.1', works = true }: { npm?: string; works?: boolean } = {}): void {
  const installs = `d=$PWD; while [ $# -gt 0 ]; do [ "$1" = --prefix ] && d=$2; shift; done
mkdir -p "$d/node_modules/.bin" && printf '#!/bin/sh\\nmkdir -p "\${0%%/*}/../.cache/bot/v24-0"\\nexit ${works ? 0 : 1}\\n' >"$d/node_modules/.bin/node" && chmod +x "$d/node_modules/.bin/node"`;
  const called = (name: string): string => `echo "$PWD: ${name} $*" >>"${root}/calls"`;
  tool('npm', `[ "$1" = --version ] && { echo ${npm}; exit; }\n${called('npm')}\n${installs}`);
  tool('npx', `${called('npx')}\n${installs}`);
  tool('id', '[ "$2" = signalbox ] && echo 998 || echo 0');
  // Releases are named by the second.
  tool(
    'date',
    `n=$(cat "${root}/n" 2>/dev/null || echo 0); echo $((n + 1)) >"${root}/n"; echo "2026112600000$n"`,
  );
}

function install(...args: string[]): Promise<{ code: number; said: string }> {
  const env = { PATH: `${join(root, 'bin')}:${process.env.PATH}`, ROOT: root };
  return new Promise((done) => {
    execFile('sh', [INSTALL, ...args], { env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    );
  });
}

const opt = (...path: string[]): string => join(root, 'opt/signalbox', ...path);
const link = (name: string): string => readlinkSync(opt(name));
const release = (number: number): string => `releases/2026112600000${number}`;
const store = (): string => join(root, 'var/lib/signalbox/data/signalbox.sqlite');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-'));
  mkdirSync(join(root, 'bin'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('an upgrade and the way back change the release and nothing of yours', async () => {
  given();
  expect((await install()).said).toMatch(/current is 20261126000000\nnext: .* setup/);
  expect(link('current')).toBe(release(0));
  mkdirSync(join(store(), '..'));
  writeFileSync(store(), 'trades');
  await install();
  expect([link('current'), link('previous')]).toEqual([release(1), release(0)]);
  expect((await install('--rollback')).said).toBe(
    'current is 20261126000000; the one left is 20261126000001\n',
  );
  expect([link('current'), link('previous')]).toEqual([release(0), release(1)]);
  expect(readFileSync(store(), 'utf8')).toBe('trades');
  expect(readdirSync(join(root, 'etc/systemd/system')).sort()).toEqual([
    'signalbox-backup.service',
    'signalbox-backup.timer',
    'signalbox.service',
  ]);
});

test('what the trial has compiled is there for the user who runs the release', async () => {
  given();
  await install();
  expect(readlinkSync(opt('current/node_modules/.cache/bot/v24-998'))).toBe('v24-0');
});

test('a release that cannot trade is never current', async () => {
  given();
  await install();
  given({ works: false });
  expect(await install()).toEqual({
    code: 1,
    said: expect.stringContaining('this release does not work here'),
  });
  expect([link('current'), readdirSync(opt('releases'))]).toEqual([release(0), ['20261126000000']]);
});

test('the newest releases are kept, and those that are current and previous', async () => {
  given();
  for (let count = 0; count < 3; count += 1) await install();
  await install('--rollback');
  for (let count = 0; count < 2; count += 1) await install();
  const kept = [2, 3, 4].map((number) => release(number).replace('releases/', ''));
  expect(readdirSync(opt('releases')).sort()).toEqual(kept);
});

test.each([
  [
    '9.2.0',
    (target: string) =>
      `/: npx --yes npm@11 ci --omit=dev --no-audit --no-fund --loglevel=error --prefix ${target}`,
  ],
  ['10.9.9', (target: string) => `${target}: npm ci --omit=dev --no-audit --no-fund --loglevel=error`],
])('npm %s', async (npm, call) => {
  given({ npm });
  expect((await install()).code).toBe(0);
  expect(readFileSync(join(root, 'calls'), 'utf8').trim()).toBe(call(opt(release(0))));
});

test('without a release before it there is no way back', async () => {
  given();
  await install();
  expect(await install('--rollback')).toEqual({ code: 1, said: 'there is no release before this one\n' });
});
