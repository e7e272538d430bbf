import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../../src/sandbox/free-port.ts';
import { preset } from '../../src/sim/binance/faults.ts';
import { Random } from '../../src/sim/binance/random.ts';
import { ListenKeys } from '../../src/sim/binance/usdm/listen-keys.ts';
import { temporaryFolder } from '../trading/store/temporary-store.ts';
import { type Rig, SECRETS, startRig } from './rig.ts';

const WEB_TOKEN = 'e5f6'.repeat(10);
const METRICS_TOKEN = 'a7b8'.repeat(10);
let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

test('no secret is ever in the log, the store, a message, an answer of the panel, or in files for others to read', async () => {
  const port = await freePort('127.0.0.1', 0);
  const bot = await startRig({ maxAge: '2s', env: { WEB_PORT: String(port), WEB_TOKEN, METRICS_TOKEN } });
  rig = bot;
  const order = (symbol: string) => ({ method: 'POST', path: '/fapi/v1/order', params: { symbol } });
  bot.binance.faults.add({ ...order('ETHUSDT'), ...preset('html502') });
  bot.binance.faults.add({ ...order('SOLUSDT'), ...preset('drop') });
  bot.binance.faults.add({ method: 'POST', path: '/fapi/v1/algoOrder', ...preset('cut') });
  bot.binance.faults.add({ method: 'GET', path: '/fapi/v1/order', ...preset('html502'), count: 2 });
  bot.binance.faults.add({ method: 'PUT', path: '/fapi/v1/listenKey', ...preset('html502'), count: 0 });
  const posting = 'POST /channels/:channel/messages';
  bot.discord.faults.add({ kind: 'status', status: 502, route: posting, times: 3 });
  bot.discord.faults.add({ kind: 'dropAfter', route: posting, times: 1 });
  bot.price('SOLUSDT', 150);
  bot.post('#BTC/USDT LONG market\nTP1: 62000\nSL: 60000');
  bot.post('#ETH/USDT LONG market\nTP1: 3100\nSL: 2900');
  bot.post('#SOL/USDT LONG market\nTP1: 160\nSL: 140');
  await bot.says('Filled BTCUSDT');
  await bot.says('Filled ETHUSDT');
  await bot.says('Filled SOLUSDT');
  bot.post(
    ['#BTC/USDT LONG $', '{process.env.BINANCE_API_SECRET} {{DISCORD_TOKEN}} $DISCORD_TOKEN'].join(''),
  );
  bot.binance.streams.expireListenKey();
  bot.binance.streams.drop();
  bot.binance.usdm.keys.revoked = true;
  await bot.eventually('the operator is told', () => bot.dms().some((line) => /API key/.test(line)));
  const answers = await panelAnswers(`http://127.0.0.1:${port}`);
  const data = join(bot.folder, 'data');
  const whileRunning = await readdir(data);
  expect(whileRunning).toContain('signalbox.sqlite-wal');
  for (const name of whileRunning)
    expect([name, (await stat(join(data, name))).mode & 0o077]).toEqual([name, 0]);
  await bot.end('SIGTERM');

  const names = await readdir(data);
  const stored = await Promise.all(names.map((name) => readFile(join(data, name), 'latin1')));
  const seen = [bot.output(), ...stored, ...answers, JSON.stringify(bot.discord.allMessages())].join('\n');
  const signatures = bot.binance.requests.flatMap(({ params }) => params.signature ?? []);
  expect(signatures.length).toBeGreaterThan(10);
  const secrets = [SECRETS.apiKey, SECRETS.apiSecret, WEB_TOKEN, METRICS_TOKEN, bot.discord.token];
  const all = [...secrets, ...signatures, ...firstListenKeys(3)];
  expect(all.filter((secret) => seen.includes(secret))).toEqual([]);
});

/** What the panel says to a stranger, to a wrong token and to its owner, headers too. */
async function panelAnswers(url: string): Promise<string[]> {
  const answers: string[] = [];
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(30_000) });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    // The feed never ends: what it begins with is everything that it knows.
    let { value, done } = await reader.read();
    let text = '';
    while (!done) {
      text += new TextDecoder().decode(value);
      if (path === '/api/events' && text.includes('event: log')) break;
      ({ value, done } = await reader.read());
    }
    await reader.cancel();
    answers.push(`${response.status} ${JSON.stringify([...response.headers])} ${text}`);
    return response;
  };
  const post = (body: string): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const paths = [
    '/',
    '/api/session',
    '/api/events',
    '/api/signals',
    '/api/results',
    '/api/settings',
    '/none',
  ];
  for (const path of paths) await ask(path);
  await ask('/api/login', post('{"token":"wrong"}'));
  await ask('/api/login', post('{"token":'));
  const signedIn = await ask('/api/login', post(JSON.stringify({ token: WEB_TOKEN })));
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect(cookie).not.toBe('');
  for (const path of paths) await ask(path, { headers: { cookie } });
  const told = await ask('/api/command', {
    ...post('{"name":"nothing"}'),
    headers: { ...post('').headers, cookie },
  });
  expect(told.status).toBeGreaterThanOrEqual(400);
  await ask('/healthz');
  await ask('/metrics');
  const metrics = await ask('/metrics', { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  expect(metrics.status).toBe(200);
  expect(answers.join('\n')).toContain('event: log');
  return answers;
}

/** Those that a simulator with the default seed gives out. */
function firstListenKeys(count: number): string[] {
  const keys = new ListenKeys(new Random(2));
  return Array.from({ length: count }, () => {
    const key = keys.open(0);
    keys.close();
    return key;
  });
}

test('a diagnostic report, as Node writes one for a crash, holds no environment', () => {
  const runtime = fileURLToPath(new URL('../../src/runtime.js', import.meta.url));
  const show = `await import(${JSON.stringify(runtime)}); console.log(process.report.getReport())`;
  const shown = execFileSync(process.execPath, ['--input-type=module', '--eval', show], {
    env: { DISCORD_TOKEN: SECRETS.apiKey },
    encoding: 'utf8',
  });
  expect(shown).toContain('javascriptHeap');
  expect(shown).not.toContain(SECRETS.apiKey);
});

test('a core dump, where one may be written, holds no memory', () => {
  const folder = temporaryFolder();
  const runtime = fileURLToPath(new URL('../../src/runtime.js', import.meta.url));
  const ends = `await import(${JSON.stringify(runtime)});
    console.log((await import('node:fs')).readFileSync('/proc/self/coredump_filter', 'utf8'));
    process.abort();`;
  const shell = 'ulimit -c unlimited; exec "$@"';
  const node = [process.execPath, '--input-type=module', '--eval', ends];
  const { signal, stdout } = spawnSync('sh', ['-c', shell, 'sh', ...node], {
    cwd: folder,
    env: { DISCORD_TOKEN: SECRETS.apiKey },
    encoding: 'utf8',
  });
  expect(signal).toBe('SIGABRT');
  expect(stdout.trim()).toBe('00000000');
  // Where the system puts it elsewhere, or hands it to a program, there is none here.
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name)).includes(SECRETS.apiKey)).toBe(false);
  }
});
