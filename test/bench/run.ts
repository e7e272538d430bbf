import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureBurst } from './burst.ts';
import { measureBusy } from './busy.ts';
import { COMMITTED, never, type Ratios, ratiosOf, worse } from './check.ts';
import { CONTESTANTS, type Contestant, startFirst } from './contestants.ts';
import { collect, type Figure, type Measured, type Sample } from './figures.ts';
import { measureFollowUps } from './follow-ups.ts';
import { GROWTH, type Grown, type GrowthPoint, measureGrowth } from './growth.ts';
import { measureInteractions } from './interactions.ts';
import { type Results, writeReport } from './report.ts';
import { measureSignals } from './signals.ts';
import { measureStarts } from './starts.ts';
import { fullTable, growthTables } from './tables.ts';

const PARTS = ['signals', 'follow-ups', 'interactions', 'starts', 'burst', 'busy', 'growth'] as const;
type Part = (typeof PARTS)[number];

const HELP = `npm run bench -- [options]
  --rounds N     rounds, in each of which every contestant has its turn (3)
  --signals N    signals of all rounds together (1000); an eighth as many presses and fills
  --chats N      chat messages, once; the others read a fifth of them (100000)
  --only LIST    of: ${PARTS.join(', ')} (all)
  --bot-only     without the programs beside it, for profiles
  --quick        one round of 60 signals, half a minute: what --check takes in CI
  --json FILE    write every figure there
  --report FILE  measure nothing: write the figures of FILE into README, docs, plots and ratios.json
  --check        compare the ratios with test/bench/ratios.json; the exit code is 1 where one has become worse,
                 or where a signal was lost
  --commit       write the ratios of this run there, and nothing else
  --profile DIR  write a CPU profile of each round of signals of the bot there

Everything runs in turn on this machine, in this run, against the same simulators: read ratios, not milliseconds.`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    signals: { type: 'string' },
    chats: { type: 'string', default: '100000' },
    only: { type: 'string' },
    'bot-only': { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    report: { type: 'string' },
    commit: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const { quick } = values;
const rounds = Number(values.rounds ?? (quick ? 1 : 3));
/** In a round. */
const signals = Math.ceil(Number(values.signals ?? (quick ? 60 : 1_000)) / rounds);
const chats = Number(values.chats);
const parts = (values.only ?? (quick ? 'signals' : PARTS.join(','))).split(',');
const contestants = values['bot-only'] ? (['bot'] as const) : (Object.keys(CONTESTANTS) as Contestant[]);

const startedAt = Date.now();
const measured: Measured[] = [];
const growth: Partial<Record<Grown, readonly GrowthPoint[]>> = {};

/** What is measured in each round, by part. */
const inRounds: Partial<Record<Part, () => Promise<Measured[]>>> = {
  signals: () => measureSignals(contestants, signals, values.profile),
  'follow-ups': () => measureFollowUps(contestants, Math.ceil(signals / 8)),
  interactions: () => measureInteractions(5, values.only === 'interactions'),
  starts: () => each(contestants, (contestant) => measureStarts(contestant, 2)),
  burst: () => each(contestants, measureBurst),
};

process.setMaxListeners(50);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
if (values.help) console.log(HELP);
else if (values.report !== undefined) writeReport(JSON.parse(readFileSync(values.report, 'utf8')) as Results);
else await bench();
process.exit();

async function bench(): Promise<void> {
  const unknown = parts.filter((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown.length > 0)
    throw new Error(`--only: there is no ${unknown.join(', ')}, but ${PARTS.join(', ')}`);
  await startFirst();
  for (let round = 1; round <= rounds; round += 1) {
    for (const [part, measure] of Object.entries(inRounds)) {
      if (!parts.includes(part)) continue;
      tell(`${part}, round ${round} of ${rounds}`);
      measured.push(...(await measure()));
      save();
    }
  }
  if (parts.includes('busy')) await busy();
  if (parts.includes('growth')) await grow();
  save();
  const results = resultsSoFar();
  const ratios = ratiosOf(results.figures);
  console.log(
    `${results.machine}\n${results.sizes}\n\n${fullTable(results.figures)}\n\n${growthTables(growth)}`,
  );
  if (values.commit) writeFileSync(COMMITTED, `${JSON.stringify(ratios, null, 2)}\n`);
  if (values.check) check(ratios, results.figures);
}

async function busy(): Promise<void> {
  tell('busy');
  // A chat is the same to either floor, and what the others cost does not change once their caches are full.
  const reading = contestants.filter((contestant) => contestant !== 'floor with a row');
  const all = (contestant: Contestant): number => (contestant === 'bot' ? chats : chats / 5);
  measured.push(...(await each(reading, (contestant) => measureBusy(contestant, all(contestant)))));
  save();
}

async function grow(): Promise<void> {
  for (const [grown, counts] of Object.entries(GROWTH) as [Grown, readonly number[]][]) {
    const points: GrowthPoint[] = [];
    for (const count of counts) {
      tell(`growth, ${count} ${grown}`);
      points.push(await measureGrowth(grown, count));
    }
    growth[grown] = points;
    save();
  }
}

async function each(
  which: readonly Contestant[],
  measure: (contestant: Contestant) => Promise<Sample[]>,
): Promise<Measured[]> {
  const found: Measured[] = [];
  for (const contestant of which) found.push({ contestant, samples: await measure(contestant) });
  return found;
}

function check(ratios: Ratios, figures: readonly Figure[]): void {
  const lines = [...worse(ratios, JSON.parse(readFileSync(COMMITTED, 'utf8'))), ...never(figures)];
  console.log(lines.length === 0 ? 'no ratio is worse than noise explains' : lines.join('\n'));
  if (lines.length > 0) process.exitCode = 1;
}

/** What has been measured is kept, should the rest fail. */
function save(): void {
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(resultsSoFar(), null, 2)}\n`);
}

function resultsSoFar(): Results {
  const [cpu] = cpus();
  return {
    machine: `${cpus().length} cores (${cpu?.model}), Node ${process.version}, load average ${loadavg()[0]?.toFixed(1)} at the end`,
    version: `${commit()}, ${new Date(startedAt).toISOString().slice(0, 10)}`,
    sizes: `${rounds} rounds, ${signals * rounds} signals and ${chats} chats in all, ${seconds()} s`,
    figures: collect(measured),
    growth,
  };
}

function commit(): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'a copy without its history';
}

function tell(what: string): void {
  process.stderr.write(`${seconds()} s: ${what}\n`);
}

function seconds(): number {
  return Math.round((Date.now() - startedAt) / 1_000);
}
