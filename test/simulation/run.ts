import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { applyMutation } from './mutate.ts';
import { MUTATIONS } from './mutations.ts';

const USAGE = `npm run sim -- [options]
  --seeds N        how many seeds (100)
  --from S         the first one (1)
  --jobs N         processes to share them (1)
  --all            go on after a failure, and do not shorten it
  --trace          tell everything that happens, of every seed
  --mutation NAME  with a deliberately broken build; "list" names them`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    all: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    mutation: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const from = Number(values.from);
const count = Number(values.seeds);
const jobs = Number(values.jobs);

if (values.help) console.log(USAGE);
else if (values.mutation === 'list') for (const { name } of MUTATIONS) console.log(name);
else if (jobs > 1) process.exitCode = await share();
else process.exitCode = await playAll();

/** Plays the seeds here; 1 where one of them fails. */
async function playAll(): Promise<number> {
  if (values.mutation !== undefined) {
    const mutation = MUTATIONS.find(({ name }) => name === values.mutation);
    if (!mutation) throw new Error(`no mutation "${values.mutation}"`);
    applyMutation(mutation);
  }
  // Only now: the program is loaded with the mutation in it.
  const { report, reportFailure } = await import('./report.ts');
  const { generate } = await import('./generate.ts');
  const { play } = await import('./world.ts');
  const tally = report();
  for (let seed = from; seed < from + count; seed += 1) {
    const script = generate(seed);
    const outcome = await play(script, { trace: values.trace });
    tally.add(seed, outcome);
    if (values.trace) console.log(outcome.trace.join('\n'));
    if (!outcome.violation) continue;
    const { invariant, message, atMs } = outcome.violation;
    console.log(`seed ${seed}: ${invariant} at ${atMs} ms: ${message}`);
    if (values.all) continue;
    if (values.mutation === undefined) await reportFailure(script, outcome.violation);
    break;
  }
  console.log(tally.summary());
  return tally.failed() ? 1 : 0;
}

/** Gives each process its part of the seeds; fails if one of them does. */
async function share(): Promise<number> {
  const part = Math.ceil(count / jobs);
  const codes = await Promise.all(
    Array.from({ length: jobs }, (_, job) => {
      const seeds = Math.min(part, count - job * part);
      const rest = [
        ...(values.all ? ['--all'] : []),
        ...(values.mutation ? ['--mutation', values.mutation] : []),
      ];
      const child = spawn(
        process.execPath,
        [import.meta.filename, '--from', String(from + job * part), '--seeds', String(seeds), ...rest],
        { stdio: 'inherit' },
      );
      return new Promise<number>((done) => child.once('exit', (code) => done(code ?? 1)));
    }),
  );
  return Math.max(...codes);
}
