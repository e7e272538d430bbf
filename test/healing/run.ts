import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Rig, startRig } from '../e2e/rig.ts';
import { AT_MARKET } from '../faults/signals.ts';
import { type Injected, injected } from './faults.ts';

/**
 * `npm run healing [-- WORDS]`: breaks a running bot in every way of the list (or those that hold the words), and
 * writes into docs/reliability.md how long each took to be noticed, and from then to be healed without a human. What
 * was not run this time goes by its last run.
 */

interface Measured {
  detectedMs: number;
  healedMs: number;
  by: string;
}

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'reliability.md');
const BEGIN = '<!-- healing -->';
const END = '<!-- /healing -->';
/** Of every fault its last run; not part of the repository. */
const RECORDS = join(import.meta.dirname, '..', '..', 'data', 'healing.json');
const PATIENCE_MS = 120_000;

const wanted = process.argv.slice(2).join(' ');
const records: Record<string, Measured | null> = JSON.parse(
  await readFile(RECORDS, 'utf8').catch(() => '{}'),
);
const chosen = injected.filter(({ fault, part }) => `${part} ${fault}`.includes(wanted));
for (const one of chosen) {
  try {
    const made = await measure(one);
    records[one.fault] = made;
    console.log(
      `healed   ${one.fault}: noticed ${made.detectedMs} ms, healed ${made.healedMs} ms, ${made.by}`,
    );
  } catch (error) {
    records[one.fault] = null;
    console.error(`NOT HEALED ${one.fault}: ${error instanceof Error ? error.message : String(error)}`);
  }
  await mkdir(dirname(RECORDS), { recursive: true });
  await writeFile(RECORDS, JSON.stringify(records));
}
const unknown = injected.filter(({ fault }) => records[fault] === undefined);
if (unknown.length > 0) console.log(`never run: ${unknown.map(({ fault }) => fault).join('; ')}`);
else await rewrite();
process.exit(chosen.every(({ fault }) => records[fault]) ? 0 : 1);

async function measure(one: Injected): Promise<Measured> {
  const rig = await startRig({ ...one.rig, start: false });
  const prepared = await one.prepare?.(rig);
  try {
    await rig.start(prepared?.env);
    if (!one.atStart && !one.onPaper) await opened(rig);
    const struckAt = Date.now();
    const from = one.atStart ? 0 : rig.output().length;
    await one.strike(rig);
    const times = one.endsProgram
      ? await untilStarted(rig, prepared?.env)
      : one.signs
        ? await untilSigns(rig, one.signs)
        : await untilHealed(rig, one, from);
    if (one.atStart) await opened(rig);
    if (one.onPaper) await rig.end('SIGTERM');
    else await isProtected(rig).then(() => tradesOn(rig));
    const detectedMs = Math.max(0, times.noticedAt - struckAt);
    return { detectedMs, healedMs: times.healedAt - times.noticedAt, by: times.by };
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

/** As it shows from outside. */
async function untilSigns(rig: Rig, signs: NonNullable<Injected['signs']>): Promise<Times> {
  await until('it is noticed', () => signs.noticed(rig));
  const noticedAt = Date.now();
  await until('it is healed', () => signs.healed(rig));
  return { noticedAt, healedAt: Date.now(), by: 'itself' };
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
  const times = injected.flatMap(({ fault }) => records[fault]?.healedMs ?? []);
  const share = (100 * times.length) / injected.length;
  return `${times.length} of ${injected.length} (${share.toFixed(share === 100 ? 0 : 1)} %) healed without a human; from being noticed to healed: median ${seconds(median(times))}, longest ${seconds(Math.max(...times))}.`;
}

async function rewrite(): Promise<void> {
  const rows = injected.map(({ part, fault, noticed, lastsMs }) => {
    const name = part === 'paper_exchange' ? 'built-in exchange' : part;
    const lasts = lastsMs === undefined ? '' : seconds(lastsMs);
    const made = records[fault];
    if (!made) return `| ${name} | ${fault} | ${noticed} | | ${lasts} | **not healed** | |`;
    const { detectedMs, healedMs, by } = made;
    return `| ${name} | ${fault} | ${noticed} | ${seconds(detectedMs)} | ${lasts} | ${seconds(healedMs)} | ${by} |`;
  });
  const table = [
    summary(),
    '',
    '| part | fault | noticed, at most | noticed after | lasts | healed after | by |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  const [before, rest = ''] = (await readFile(PAGE, 'utf8')).split(BEGIN);
  const [, after = ''] = rest.split(END);
  await writeFile(PAGE, `${before}${BEGIN}\n${table}\n${END}${after}`);
  console.log(summary());
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
