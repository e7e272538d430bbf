import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { type Opened, openChromium } from '../browser/chromium.ts';

/**
 * A busy sandbox for `minutes` (first argument, 60 by default): a demonstration that never ends, a market at twenty
 * times its speed, a sample signal every few seconds, the page and the bot's panel both open. Prints a line about every
 * minute: memory of both tabs, of the page's server, of the bot (which serves the panel) and of the simulators,
 * messages and signals shown, and how long each page takes to answer a click.
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
const { url, panelUrl } = await addresses(sandbox);
const problems: string[] = [];
// A browser each: a tab that is not in front is slowed down by it.
const browsers = [await openChromium(), await openChromium()] as const;
const page = await open(url, browsers[0]);
await page.getByRole('button', { name: 'Play a demonstration' }).click();
await page.getByRole('button', { name: '20×' }).click();
// The bot opens its panel when it is ready.
while (!(await fetch(panelUrl).catch(() => null))?.ok) await pause(200);
const panel = await open(panelUrl, browsers[1]);
await panel.locator('#trades').waitFor();
const heaps = await Promise.all([page, panel].map((tab) => tab.context().newCDPSession(tab)));

console.log(
  'minute  playground heap  panel heap  server  bot  simulators (MB)  messages  signals  click (ms)  panel click  problems',
);
const until = Date.now() + minutes * 60_000;
const begun = Date.now();
for (let round = 0; Date.now() < until; round += 1) {
  await page.locator(`[data-sample="${SAMPLES[round % SAMPLES.length]}"]`).click();
  await pause(SAMPLE_EVERY_MS);
  const perMinute = 60_000 / SAMPLE_EVERY_MS;
  if (round % perMinute === perMinute - 1) await report(Math.round((Date.now() - begun) / 60_000));
}
for (const problem of new Set(problems)) console.log(problem);
for (const { close } of browsers) await close();
sandbox.kill('SIGTERM');
await new Promise((done) => sandbox.once('close', done));
rmSync(folder, { recursive: true, force: true });

async function open(address: string, { context }: Opened): Promise<Page> {
  const tab = context.pages()[0] ?? (await context.newPage());
  tab.on('pageerror', (error) => problems.push(error.message));
  tab.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
      problems.push(message.text());
  });
  await tab.goto(address);
  return tab;
}

async function report(minute: number): Promise<void> {
  const tabs = [];
  for (const heap of heaps) {
    await heap.send('HeapProfiler.collectGarbage');
    tabs.push((await heap.send('Runtime.getHeapUsage')).usedSize / 2 ** 20);
  }
  const bot = Number(/PID (\d+)/.exec(await page.locator('.bot-life').innerText())?.[1]);
  const simulators = JSON.parse(readFileSync(join(folder, 'data/sandbox/simulators.json'), 'utf8')).pid;
  const click = await timed(async () => {
    await page.locator('.place', { hasText: 'alpha-signals' }).click();
    await page.getByRole('heading', { name: 'alpha-signals', exact: true }).waitFor();
    await page.locator('.place', { hasText: 'trades' }).click();
    await page.getByRole('heading', { name: 'trades', exact: true }).waitFor();
  });
  const panelClick = await timed(async () => {
    await panel.getByRole('button', { name: 'Pause', exact: true }).click();
    await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
    await panel.getByRole('dialog').waitFor({ state: 'detached' });
  });
  const memory = [...tabs, ...[sandbox.pid ?? 0, bot, simulators].map(residentMb)].map(Math.round);
  const shown = [await page.locator('.message').count(), await panel.locator('.signals > li').count()];
  console.log([minute, ...memory, ...shown, click, panelClick, problems.length].join('\t'));
}

/** Milliseconds for each of two clicks. */
async function timed(clicks: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await clicks();
  return Math.round((performance.now() - begun) / 2);
}

function residentMb(pid: number): number {
  const [, kb = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1_024;
}

/** Of the page and of the panel, as they are printed at the start. */
function addresses(child: ChildProcess): Promise<{ url: string; panelUrl: string }> {
  let text = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const [url, panelUrl] = text.match(/http:\/\/127\.0\.0\.1:\d+\S*/g) ?? [];
      if (url && panelUrl?.includes('#token=') && text.includes('it keeps is in')) resolve({ url, panelUrl });
      // What it tells later is read on, and forgotten.
      if (text.length > 10_000) text = '';
    });
    child.once('close', () => reject(new Error(`the sandbox has ended: ${text}`)));
  });
}
