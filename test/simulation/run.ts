import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { applyMutation } from './mutate.ts';
import { MUTATIONS } from './mutations.ts';
import { sumUp } from './sum.ts';

const USAGE = `npm run sim -- [options]
  --seeds N        how many seeds (100)
  --from S         the first one (1)
  --markets M      usdm (what is taken without it), spot, mixed: both in one account, talk: the same, and signals
                   are said in a Discord server, clocks: the same, and the clock is set between two starts, or
                   twins: both hold trades on the same symbol's name at the same time
  --story NAME     instead of seeds: one of the stories; "all" plays them all
  --everywhere     instead of seeds: lives of trades, interrupted at every moment
  --jobs N         processes to share them (1)
  --all            go on after a failure, and do not shorten it
  --trace          tell everything that happens, of every seed
  --mutation NAME  with a deliberately broken build; "list" names them
  --sum LOG...     adds up what runs of seeds have printed, each into a file of its own`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    markets: { type: 'string', default: 'usdm' },
    story: { type: 'string' },
    everywhere: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '1' },
    /** Which of the jobs this one is. */
    job: { type: 'string' },
    all: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    mutation: { type: 'string' },
    sum: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const from = Number(values.from);
const count = Number(values.seeds);
const jobs = Number(values.jobs);

if (values.help || (positionals.length > 0 && !values.sum)) console.log(USAGE);
else if (values.sum) console.log(sumUp(positionals.map((path) => readFileSync(path, 'utf8'))));
else if (values.mutation === 'list') for (const { name } of MUTATIONS) console.log(name);
else if (jobs > 1 && values.job === undefined) process.exitCode = await share();
else process.exitCode = await work();

/** One job's part; 1 where something fails. */
async function work(): Promise<number> {
  if (values.mutation !== undefined) {
    const mutation = MUTATIONS.find(({ name }) => name === values.mutation);
    if (!mutation) throw new Error(`no mutation "${values.mutation}"`);
    applyMutation(mutation);
  }
  // Only now: the program is loaded with the mutation in it.
  const { playScenes, playSeeds, playStories } = await import('./plays.ts');
  const job = Number(values.job ?? 0);
  const isShown = !values.all && values.mutation === undefined;
  if (values.story !== undefined) return await playStories(values.story, isShown);
  if (values.everywhere) return await playScenes({ job, jobs, isShown });
  const { MARKETS } = await import('./generate.ts');
  const markets = MARKETS.find((name) => name === values.markets);
  if (markets === undefined) throw new Error(`--markets is ${MARKETS.join(', ')}, not "${values.markets}"`);
  const part = Math.ceil(count / jobs);
  const seeds = Math.min(part, count - job * part);
  return await playSeeds({
    from: from + job * part,
    seeds,
    markets,
    goesOn: values.all,
    isTraced: values.trace,
    isShown,
  });
}

/** Gives each process its part; fails if one of them does. */
async function share(): Promise<number> {
  const codes = await Promise.all(
    Array.from({ length: jobs }, (_, job) => {
      const child = spawn(
        process.execPath,
        [import.meta.filename, ...process.argv.slice(2), '--job', String(job)],
        { stdio: 'inherit' },
      );
      return new Promise<number>((done) => child.once('exit', (code) => done(code ?? 1)));
    }),
  );
  return Math.max(...codes);
}
