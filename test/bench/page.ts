import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openChromium } from '../browser/chromium.ts';

/**
 * A busy sandbox for `minutes` (first argument, 60 by default): a demonstration that never ends, a market at twenty
 * times its speed, a sample signal every few seconds. Prints a line about every minute: memory of the tab, of the page's server,
 * of the bot and of the simulators, messages shown, and how long the page takes to answer a click.
 */
const minutes = Number(process.argv[2] ?? 60);
const SAMPLES = [
  'chinese',
  'short',
  'webhook',
  'talk',
  'half',
  'no-stop',
  'close',
  'break-even',
  'contradiction',
];
const SAMPLE_EVERY_MS = 4_000;

const folder = mkdtempSync(join(tmpdir(), 'busy-'));
const start = new URL('../../src/start.js', import.meta.url).pathname;
const sandbox = spawn(process.execPath, [start, 'sandbox'], {
  cwd: folder,
  env: { PATH: process.env.PATH ?? '', BROWSER: 'none' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await address(sandbox);
const { context, close } = await openChromium();
const page = context.pages()[0] ?? (await context.newPage());
const problems: string[] = [];
page.on('pageerror', (error) => problems.push(error.message));
page.on('console', (message) => {
  if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
    problems.push(message.text());
});
await page.goto(url);
await page.getByRole('button', { name: 'Play a demonstration' }).click();
await page.getByRole('button', { name: '20×' }).click();
const devtools = await context.newCDPSession(page);

console.log('minute  tab heap  server  bot  simulators (MB)  messages  click (ms)  problems');
const until = Date.now() + minutes * 60_000;
const begun = Date.now();
for (let round = 0; Date.now() < until; round += 1) {
  await page.locator(`[data-sample="${SAMPLES[round % SAMPLES.length]}"]`).click();
  await pause(SAMPLE_EVERY_MS);
  const perMinute = 60_000 / SAMPLE_EVERY_MS;
  if (round % perMinute === perMinute - 1) await report(Math.round((Date.now() - begun) / 60_000));
}
await close();
sandbox.kill('SIGTERM');
await new Promise((done) => sandbox.once('close', done));
rmSync(folder, { recursive: true, force: true });

async function report(minute: number): Promise<void> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  const bot = Number(/PID (\d+)/.exec(await page.locator('.bot-life').innerText())?.[1]);
  const simulators = JSON.parse(readFileSync(join(folder, 'data/sandbox/simulators.json'), 'utf8')).pid;
  const begun = performance.now();
  await page.locator('.place', { hasText: 'alpha-signals' }).click();
  await page.getByRole('heading', { name: 'alpha-signals', exact: true }).waitFor();
  await page.locator('.place', { hasText: 'trades' }).click();
  await page.getByRole('heading', { name: 'trades', exact: true }).waitFor();
  const click = Math.round((performance.now() - begun) / 2);
  const memory = [usedSize / 2 ** 20, ...[sandbox.pid ?? 0, bot, simulators].map(residentMb)].map(Math.round);
  const messages = await page.locator('.message').count();
  console.log([minute, ...memory, messages, click, problems.length].join('\t'));
}

function residentMb(pid: number): number {
  const [, kb = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1_024;
}

function address(child: ChildProcess): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found) resolve(found[0]);
    });
    child.once('close', () => reject(new Error(`the sandbox has ended: ${text}`)));
  });
}
