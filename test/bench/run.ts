import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureBusy } from './busy.ts';
import { ratiosOf, worse } from './check.ts';
import { CONTESTANTS, type Contestant } from './contestants.ts';
import { collect, type Sample, table } from './figures.ts';
import { GROWTH, type Grown, measureGrowth } from './growth.ts';
import { measureFollowUps, measureSignals } from './signals.ts';
import { measureStarts } from './starts.ts';

const HELP = `npm run bench -- [options]
  --rounds N     rounds, in each of which every contestant has its turn (3)
  --signals N    signals of a round (300)
  --chats N      chat messages of a round (20000)
  --only LIST    of: signals, follow-ups, starts, busy, growth (all but growth)
  --json FILE    write every figure there
  --commit       write the ratios to test/bench/ratios.json
  --check        compare the ratios with that file; the exit code is 1 where one has become worse
  --profile DIR  write a CPU profile of each round of the bot there

Everything runs in turn on this machine, in this run, against the same simulators: read ratios, not milliseconds.`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    signals: { type: 'string', default: '300' },
    chats: { type: 'string', default: '20000' },
    only: { type: 'string', default: 'signals,follow-ups,starts,busy' },
    json: { type: 'string' },
    commit: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const rounds = Number(values.rounds);
const parts = values.only.split(',');
const committed = join(import.meta.dirname, 'ratios.json');

const measures: Record<string, (contestant: Contestant) => Promise<Sample[]>> = {
  signals: (contestant) =>
    measureSignals(contestant, Number(values.signals), contestant === 'bot' ? values.profile : undefined),
  'follow-ups': (contestant) => measureFollowUps(contestant, Math.ceil(Number(values.signals) / 5)),
  starts: (contestant) => measureStarts(contestant, 3),
  busy: (contestant) => measureBusy(contestant, Number(values.chats)),
};

const measured: { contestant: string; samples: Sample[] }[] = [];
for (let round = 0; round < rounds; round += 1) {
  for (const [part, measure] of Object.entries(measures)) {
    if (!parts.includes(part)) continue;
    for (const contestant of Object.keys(CONTESTANTS) as Contestant[]) {
      process.stderr.write(`round ${round + 1}: ${part}, ${contestant}\n`);
      measured.push({ contestant, samples: await measure(contestant) });
    }
  }
}
const figures = collect(measured);
const machine = `${cpus().length} cores (${cpus()[0]?.model}), load average ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`;
console.log(`${machine}; ${rounds} rounds of ${values.signals} signals and ${values.chats} chats\n`);
console.log(table(figures));

const growth: Partial<Record<Grown, unknown>> = {};
if (parts.includes('growth')) {
  for (const [grown, counts] of Object.entries(GROWTH) as [Grown, readonly number[]][]) {
    const points = [];
    for (const count of counts) points.push(await measureGrowth(grown, count));
    growth[grown] = points;
    console.log(
      `\n| ${grown} | start to ready, ms | RSS, MB | signal to order p50, ms |\n| --- | --- | --- | --- |`,
    );
    for (const { count, readyMs, rssMb, p50Ms } of points)
      console.log(`| ${count} | ${readyMs.toFixed(0)} | ${rssMb.toFixed(0)} | ${p50Ms.toFixed(2)} |`);
  }
}
if (values.json !== undefined) {
  const all = [...figures].map(([name, { unit, of }]) => ({ figure: name, unit, ...Object.fromEntries(of) }));
  writeFileSync(values.json, `${JSON.stringify({ machine, rounds, figures: all, growth }, null, 2)}\n`);
}
const ratios = ratiosOf(figures);
if (values.commit) writeFileSync(committed, `${JSON.stringify(ratios, null, 2)}\n`);
const grownWorse = values.check ? worse(ratios, JSON.parse(readFileSync(committed, 'utf8'))) : [];
for (const line of grownWorse) console.error(line);
process.exit(grownWorse.length > 0 ? 1 : 0);
