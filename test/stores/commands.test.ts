import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { ON_DEMAND } from '../../src/trading/store/on-demand.ts';
import { freshSpace, goElsewhere, openHere } from './places.ts';
import { PASSWORD, type StoreServer, startPostgres, startRedis } from './servers.ts';

/** The commands around a store on a server, as a shell sees them. */

const folder = mkdtempSync(join(tmpdir(), 'server-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(storeUrl: string, args: readonly string[], node: readonly string[] = []) {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [...node, main, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', STORE_URL: storeUrl, LANG: 'C', DISCORD_TOKEN: 'not-a-real-token' },
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
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)])
    expect(said.stdout + said.stderr).not.toContain(secret);
  return { code, ...said };
}

const storeLine = (stdout: string) => stdout.split('\n').find((line) => line.includes('store:')) ?? '';

describe.each([
  ['PostgreSQL', startPostgres, /pg_dump/],
  ['Redis', startRedis, /appendonlydir/],
] as const)('on %s', (_, startServer, tools) => {
  let server: StoreServer;
  beforeAll(async () => {
    goElsewhere();
    server = await startServer();
  });
  afterAll(() => server.close());

  test.each([['backup'], ['restore', 'a.sqlite']])(
    '%s says in one line what to use instead',
    async (...args) => {
      const { code, stdout, stderr } = await run(server.urlOf(freshSpace()), args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(tools);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    },
  );

  test('doctor finds the store not made yet, in use while a bot runs on it, whole, and away with its server', async () => {
    const url = server.urlOf(freshSpace());
    const doctor = async () => storeLine((await run(url, ['doctor'])).stdout);
    expect(await doctor()).toMatch(/^ok .* does not exist yet/);
    const ledger = await openHere(url);
    expect(await doctor()).toMatch(/^ok .*in use/);
    await ledger.close();
    expect(await doctor()).toMatch(/^ok .* is whole: 0 open trades/);
    const away = storeLine((await run(url.replace(/:\d+(?=[/?])/, ':1'), ['doctor'])).stdout);
    expect(away).toMatch(/^FAIL|^fail/i);
    expect(away).toContain('ECONNREFUSED');
  });
});

/** As on a machine where nobody has asked for it. */
const HIDES = join(folder, 'hides.mjs');
writeFileSync(
  HIDES,
  `import { registerHooks } from 'node:module';
   registerHooks({ resolve(name, context, next) {
     if (!/^@keyv\\/(postgres|redis)$/.test(name)) return next(name, context);
     throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
   } });`,
);

test.each([
  ['postgres://u:p4ss@127.0.0.1:1/db', '@keyv/postgres'],
  ['rediss://:p4ss@127.0.0.1:1', '@keyv/redis'],
] as const)(
  'without the package for %s a start names the very command that installs it',
  async (url, name) => {
    writeFileSync(join(folder, 'config.yaml'), CONFIG);
    const { code, stderr } = await run(url, ['run'], ['--import', HIDES]);
    expect(stderr).toBe(
      `STORE_URL needs the package ${name}, which is not installed. In the program's folder: ` +
        `npm install --no-save --omit=dev ${name}@${ON_DEMAND[name]}\n`,
    );
    expect(code).toBe(2);
  },
);

test('the tests run with the versions that are named', () => {
  const wanted = Object.entries(ON_DEMAND).map(([name, version]) => `${name}@${version}`);
  expect(manifest.scripts['stores:install'].split(' ').slice(-2)).toEqual(wanted);
});

const CONFIG = `guild: "100000000000000001"
operators: { users: ["200000000000000001"] }
channels: { trades: "400000000000000001" }
alerts: { dm: ["200000000000000001"] }
signals:
  - channel: "500000000000000001"
    name: alpha
    authors: ["600000000000000001"]
    market: usdm
    mode: confirm
`;
