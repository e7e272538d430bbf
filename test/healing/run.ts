import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Rig, startRig } from '../e2e/rig.ts';
import { AT_MARKET } from '../faults/signals.ts';
import { type Injected, injected } from './faults.ts';

/**
 * `npm run healing [-- WORDS]`: breaks a running bot in every way of the list (or those that hold the words), and
 * writes into docs/reliability.md how long each took to be noticed, and from then to be healed without a human.
 */

interface Measured extends Injected {
  detectedMs: number;
  healedMs: number;
  by: string;
}

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'reliability.md');
const BEGIN = '<!-- healing -->';
const END = '<!-- /healing -->';
const PATIENCE_MS = 120_000;

const wanted = process.argv.slice(2).join(' ');
const chosen = injected.filter(({ fault, part }) => `${part} ${fault}`.includes(wanted));
const measured: Measured[] = [];
const failed: string[] = [];
for (const one of chosen) {
  try {
    const made = await measure(one);
    measured.push(made);
    console.log(
      `healed   ${one.fault}: noticed ${made.detectedMs} ms, healed ${made.healedMs} ms, ${made.by}`,
    );
  } catch (error) {
    failed.push(one.fault);
    console.error(`NOT HEALED ${one.fault}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
console.log(summary());
if (chosen.length === injected.length) await rewrite();
process.exit(failed.length === 0 ? 0 : 1);

async function measure(one: Injected): Promise<Measured> {
  const rig = await startRig({ ...one.rig, start: false });
  const prepared = await one.prepare?.(rig);
  try {
    await rig.start(prepared?.env);
    if (!one.atStart) await opened(rig);
    const struckAt = Date.now();
    const from = one.atStart ? 0 : rig.output().length;
    await one.strike(rig);
    const times = one.endsProgram
      ? await untilStarted(rig, prepared?.env)
      : await untilHealed(rig, one, from);
    if (one.atStart) await opened(rig);
    await isProtected(rig);
    await tradesOn(rig);
    const detectedMs = Math.max(0, times.noticedAt - struckAt);
    return { ...one, detectedMs, healedMs: times.healedAt - times.noticedAt, by: times.by };
  } finally {
    await rig.close();
    await prepared?.end();
  }
}

interface Times {
  noticedAt: number;
  healedAt: number;
  by: string;
}

/** As the bot's own register has it. */
async function untilHealed(rig: Rig, { part }: Injected, from: number): Promise<Times> {
  const healed = await until(`${part} healed`, () =>
    rig
      .output()
      .slice(from)
      .split('\n')
      .find((line) => line.includes('"msg":"incident: healed"') && line.includes(`"part":"${part}"`)),
  );
  const { since, tookMs, healedBy }: { since: number; tookMs: number; healedBy: string } = JSON.parse(healed);
  return {
    noticedAt: since,
    healedAt: since + tookMs,
    by: healedBy === 'restart' ? 'the part restarted' : 'itself',
  };
}

/** A service manager notices the end at once, and starts again at once. */
async function untilStarted(rig: Rig, env?: Record<string, string>): Promise<Times> {
  const { code, signal } = await rig.exited();
  const noticedAt = Date.now();
  await rig.start(env);
  return { noticedAt, healedAt: Date.now(), by: `a new start (it ended with ${signal ?? code})` };
}

async function opened(rig: Rig): Promise<void> {
  rig.post(AT_MARKET);
  await rig.says('Filled BTCUSDT LONG entry');
  await isProtected(rig);
}

async function isProtected(rig: Rig): Promise<void> {
  await until('one stop covers the position', () => {
    const [stop, ...more] = rig.stops('BTCUSDT').filter(({ ours }) => ours);
    return more.length === 0 && Number(stop?.quantity) === Math.abs(rig.position('BTCUSDT'));
  });
}

/** A signal is read and traded: everything between Discord and the exchange works. */
async function tradesOn(rig: Rig): Promise<void> {
  let price = 3_020;
  await until('a signal is traded', async () => {
    // The same one twice would be a duplicate.
    price += 1;
    rig.post(`#ETH/USDT SHORT\nEntry: ${price}\nTP1: 2900\nSL: 3200`);
    await new Promise((done) => setTimeout(done, 500));
    return rig.resting('ETHUSDT').length > 0;
  });
}

async function until<T>(what: string, look: () => T | undefined | false | Promise<T | false>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`did not happen: ${what}`);
}

function summary(): string {
  const share = (100 * measured.length) / chosen.length;
  return `${measured.length} of ${chosen.length} (${share.toFixed(share === 100 ? 0 : 1)} %) healed without a human; from being noticed to healed: median ${seconds(median(measured.map(({ healedMs }) => healedMs)))}, longest ${seconds(Math.max(...measured.map(({ healedMs }) => healedMs)))}.`;
}

async function rewrite(): Promise<void> {
  const table = [
    summary(),
    '',
    '| part | fault | noticed, at most | noticed after | lasts | healed after | by |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...measured.map(
      ({ part, fault, noticed, detectedMs, lastsMs, healedMs, by }) =>
        `| ${part.replace('_', ' ')} | ${fault} | ${noticed} | ${seconds(detectedMs)} | ${lastsMs === undefined ? '' : seconds(lastsMs)} | ${seconds(healedMs)} | ${by} |`,
    ),
    ...failed.map((fault) => `| | ${fault} | | | | **not healed** | |`),
  ].join('\n');
  const [before, rest = ''] = (await readFile(PAGE, 'utf8')).split(BEGIN);
  const [, after = ''] = rest.split(END);
  await writeFile(PAGE, `${before}${BEGIN}\n${table}\n${END}${after}`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
