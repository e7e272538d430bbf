import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../../src/sandbox/free-port.ts';
import { connect } from '../../src/trading/store/connection.ts';
import { inspect } from '../../src/trading/store/inspect.ts';
import { IDS, type Rig, startRig } from '../e2e/rig.ts';
import { type Sample, soakPicture, svgOf } from './plot.ts';
import { OPTIONS, startTraffic, type Tally } from './traffic.ts';

/**
 * `npm run soak [-- --minutes 60] [--write]`: one bot for an hour of busy channels, faults and config changes at speed,
 * then `/panic`. Prints what happened and what it cost; with `--write` into docs/reliability.md and docs/soak.svg.
 * Ends with 1 when memory went on growing, when something stands on the exchange at the end, or when the bot has ended.
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, write: { type: 'boolean', default: false } },
});
const MINUTES = Number(values.minutes);
/** After it the compiled code and the caches are there. */
const WARM_SHARE = 0.25;
const MOST_GROWTH = 1.25;
const FLAT_WITHIN_MS = 120_000;
const DOCUMENT = 'docs/reliability.md';
const PLACE = /(<!-- soak -->\n)[\s\S]*?(\n<!-- \/soak -->)/;

const port = await freePort('127.0.0.1', 0);
const rig = await startRig({
  ...OPTIONS,
  start: false,
  env: {
    LOG_LEVEL: 'info',
    WEB_PORT: String(port),
    NODE_OPTIONS: `--import=${new URL('./probe.js', import.meta.url).href}`,
  },
  binance: { balance: '1000000', limits: { weightPerMinute: 1e9, ordersPerMinute: 1e9, ordersPer10s: 1e9 } },
  discord: { keepMessages: 500, keepRequests: 1_000 },
});
/** Not in the rig's folder, which goes with it: a run that fails at its end was an hour, too. */
const folder = mkdtempSync(join(tmpdir(), 'soak-'));
const file = join(folder, 'samples.jsonl');
let failed = false;
try {
  console.log(`samples: ${file}`);
  await rig.start({ SOAK_FILE: file });
  const startedAt = Date.now();
  const traffic = startTraffic(rig, () => readPanel(rig));
  const ended = await Promise.race([rig.exited(), delay(MINUTES * 60_000, null)]);
  if (ended)
    throw new Error(`the bot has ended with ${ended.code ?? ended.signal}\n${rig.output().slice(-2_000)}`);
  await traffic.stop();
  // What was seen until then is worth telling, too.
  const flatMs = await panic(rig).catch((error: Error) => {
    failed = true;
    console.error(error.message);
    return null;
  });
  const tookMin = (Date.now() - startedAt) / 60_000;
  const end = await rig.end('SIGTERM');
  const samples = await readSamples(file);
  const report = reportOf(samples, traffic.tally, tookMin, flatMs, await store(rig), levels(rig.output()));
  console.log(report.text);
  failed ||= report.growth > MOST_GROWTH || end.code !== 0;
  if (values.write) write(samples, report.text, tookMin);
} catch (error) {
  failed = true;
  console.error(error instanceof Error ? error.message : error);
} finally {
  if (failed) {
    writeFileSync(join(folder, 'bot.log'), rig.output());
    writeFileSync(join(folder, 'trades.json'), JSON.stringify(rig.discord.allMessages(IDS.trades)));
    console.error(`the bot's log and what it said in #trades: ${folder}`);
  }
  await rig.close();
}
process.exit(failed ? 1 : 0);

/** Half a minute of somebody looking at the panel. */
async function readPanel({ folder }: Rig): Promise<void> {
  const url = `http://127.0.0.1:${port}`;
  const token = (await readFile(join(folder, 'data', 'web-token'), 'utf8')).trim();
  const signedIn = await fetch(`${url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const headers = { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
  for (const path of ['/', '/api/signals?language=en', '/api/results', '/api/settings']) {
    await (await fetch(`${url}${path}`, { headers })).arrayBuffer();
  }
  const feed = await fetch(`${url}/api/events`, { headers, signal: AbortSignal.timeout(30_000) });
  // Ends with the signal.
  for await (const _ of feed.body ?? []);
}

/** `/panic` until nothing is held and nothing of ours stands; how long that took. */
async function panic({ command, press, discord, binance }: Rig): Promise<number> {
  const began = Date.now();
  const standing = (): string[] => [
    ...binance.usdm.account.openPositions().map(({ symbol }) => `position ${symbol}`),
    ...[...binance.usdm.openOrders.values(), ...binance.usdm.openAlgos.values()].map(
      ({ symbol }) => `order ${symbol}`,
    ),
    ...[...binance.spot.exchange.openOrders.values()].map(({ symbol }) => `spot order ${symbol}`),
  ];
  let isAsked = false;
  for (;;) {
    // The connection may have been broken a moment ago.
    if (!isAsked) {
      isAsked = await command('panic').then(
        () => true,
        () => false,
      );
    }
    const question = discord
      .allMessages(IDS.trades)
      .findLast((message) => JSON.stringify(message).includes('"label":"Confirm'));
    if (question) await press(question, 'Confirm').catch(() => undefined);
    if (standing().length === 0) return Date.now() - began;
    if (Date.now() - began > FLAT_WITHIN_MS)
      throw new Error(`/panic did not bring it flat: ${standing().join(', ')}`);
    await delay(1_000);
  }
}

async function readSamples(path: string): Promise<Sample[]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  return lines.map((row) => JSON.parse(row) as Sample);
}

async function store({ folder }: Rig): Promise<{ openTrades: number; closedTrades: number }> {
  const path = join(folder, 'data', 'signalbox.sqlite');
  const connection = connect(path);
  return inspect(path, connection).finally(connection.close);
}

function levels(output: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [, level = ''] of output.matchAll(/^\{"level":"(\w+)"/gm))
    found[level] = (found[level] ?? 0) + 1;
  return found;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function reportOf(
  samples: readonly Sample[],
  tally: Tally,
  tookMin: number,
  flatMs: number | null,
  stored: { openTrades: number; closedTrades: number },
  log: Readonly<Record<string, number>>,
): { text: string; growth: number } {
  const mb = (bytes: number): string => (bytes / 1_048_576).toFixed(0);
  const quarter = Math.floor(samples.length * WARM_SHARE);
  const second = samples.slice(quarter, 2 * quarter);
  const last = samples.slice(-quarter);
  const rssOf = (some: readonly Sample[]): number => median(some.map(({ rss }) => rss));
  const growth = rssOf(last) / rssOf(second);
  const heapOf = (some: readonly Sample[]): string => mb(median(some.map(({ heapUsed }) => heapUsed)));
  const cpu = samples.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / (tookMin * 60_000);
  const late = (key: 'lateP50' | 'lateP99' | 'lateMax'): string =>
    median(samples.map((each) => each[key])).toFixed(1);
  const worst = Math.max(...samples.map(({ lateMax }) => lateMax)).toFixed(0);
  return {
    growth,
    text: `${tookMin.toFixed(1)} minutes on ${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.version}: ${tally.talk} messages that are no signals, ${tally.signals} signals, ${tally.updates} updates, ${tally.clicks} clicks, ${tally.commands} commands, ${tally.moves} price moves, ${tally.faults} faults, ${tally.configs} saves of the config, a fifth of them broken; ${stored.closedTrades} trades closed.

| | |
| --- | --- |
| resident memory, second quarter → last quarter (median) | ${mb(rssOf(second))} → ${mb(rssOf(last))} MB (× ${growth.toFixed(2)}) |
| heap in use, second quarter → last quarter (median) | ${heapOf(second)} → ${heapOf(last)} MB |
| highest resident memory | ${mb(Math.max(...samples.map(({ rss }) => rss)))} MB |
| event loop late by, per 5 s: p50, p99, longest (medians) | ${late('lateP50')}, ${late('lateP99')}, ${late('lateMax')} ms |
| the longest of all | ${worst} ms |
| processor | ${(cpu * 100).toFixed(0)} % of one core |
| log lines: warnings, errors, fatal | ${log.warn ?? 0}, ${log.error ?? 0}, ${log.fatal ?? 0} |
| \`/panic\` at the end: flat after | ${flatMs === null ? `not within ${FLAT_WITHIN_MS / 1_000} s` : `${(flatMs / 1_000).toFixed(1)} s`}, ${stored.openTrades} trades left open |`,
  };
}

function write(samples: readonly Sample[], text: string, tookMin: number): void {
  const title = `${tookMin.toFixed(0)} minutes of busy channels, faults and config changes`;
  writeFileSync('docs/soak.svg', svgOf(soakPicture(samples, title), title));
  const before = readFileSync(DOCUMENT, 'utf8');
  if (!PLACE.test(before)) throw new Error(`${DOCUMENT} has no place for it`);
  writeFileSync(
    DOCUMENT,
    before.replace(PLACE, (_, open, close) => `${open}${text}${close}`),
  );
}
