import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../src/sandbox/free-port.ts';

const START = new URL('../../src/start.js', import.meta.url).pathname;

let folder: string;
let child: ChildProcess;
let output: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  output = '';
});

afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

function start(args: readonly string[], env: Record<string, string> = {}): Promise<number | null> {
  child = spawn(process.execPath, [START, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return new Promise((done) => child.once('close', (code) => done(code)));
}

/** The first of these that is said. */
async function says(pattern: RegExp): Promise<string> {
  await expect.poll(() => output, { timeout: 30_000 }).toMatch(pattern);
  return pattern.exec(output)?.[0] ?? '';
}

test('a single run plays one signal to its end, leaves nothing behind and ends with 0', async () => {
  const code = await start(['sandbox', '--once', '--fast']);
  expect(code, output).toBe(0);
  expect(output).toMatch(/Closed BTCUSDT LONG: \+[\d.]+ USDT/);
  expect(output).not.toContain('http://');
});

test('in a terminal that is set to Chinese it is told, and the bot speaks, in Chinese', async () => {
  const code = await start(['sandbox', '--once', '--fast'], { LANG: 'zh_CN.UTF-8' });
  expect(code, output).toBe(0);
  for (const told of ['Signalbox 演练场', '你按下“确认”', '给操作者的私信', 'BTCUSDT 做多'])
    expect(output).toContain(told);
  expect(output).not.toMatch(/You press|DM to|LONG:/);
});

test('without anything set up the sandbox opens with its page and its bot’s panel, and ends with its bot', async () => {
  const ended = start([], { BROWSER: 'none', WEB_PORT: String(await freePort('127.0.0.1', 0)) });
  const url = await says(/http:\/\/127\.0\.0\.1:\d+/);
  expect(await (await fetch(url)).text()).toContain('Signalbox playground');
  const stop = new AbortController();
  const response = await fetch(`${url}/api/events`, { signal: stop.signal });
  const seen = await readUntil(response, /event: bot\ndata: .*"ready"|"bot":\{"state":"ready"/);
  expect(seen.startsWith('event: hello\n')).toBe(true);
  expect(seen).toContain('"name":"alpha-signals"');
  const [, panelUrl = '', token] = /"panelUrl":"(.+?)\/#token=(.+?)"/.exec(seen) ?? [];
  const headers = { 'content-type': 'application/json' };
  const signIn = () =>
    fetch(`${panelUrl}/api/login`, { method: 'POST', headers, body: JSON.stringify({ token }) });
  await expect
    .poll(
      () =>
        signIn()
          .then(({ status }) => status)
          .catch(String),
      { timeout: 30_000 },
    )
    .toBe(200);
  stop.abort();
  const pids = [...seen.matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid));
  expect(pids.length).toBeGreaterThan(0);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('the bot does not outlive a sandbox that is killed', async () => {
  const ended = start(['sandbox'], { BROWSER: 'none' });
  const url = await says(/http:\/\/127\.0\.0\.1:\d+/);
  const events = await fetch(`${url}/api/events`);
  const seen = await readUntil(events, /"pid":\d+/);
  const pid = Number(/"pid":(\d+)/.exec(seen)?.[1]);
  expect(alive(pid)).toBe(true);
  const { pid: simulators } = JSON.parse(
    readFileSync(join(folder, 'data', 'sandbox', 'simulators.json'), 'utf8'),
  );
  child.kill('SIGKILL');
  await ended;
  await expect.poll(() => alive(pid), { timeout: 20_000 }).toBe(false);
  process.kill(simulators, 'SIGTERM');
});

/** What a feed says until this has been said. */
async function readUntil(response: Response, wanted: RegExp): Promise<string> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let seen = '';
  while (!wanted.test(seen)) seen += decoder.decode((await reader.read()).value, { stream: true });
  return seen;
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('words that are none are refused', async () => {
  expect(await start(['sandbox', '--slow'])).toBe(2);
  expect(output).toContain('sandbox takes --fast and --once, not --slow');
});
