import { parseArgs } from 'node:util';
import { generate } from './generate.ts';
import { play } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

const from = Number(values.from);
const count = Number(values.seeds);
const startedAt = performance.now();
let steps = 0;
let opened = 0;
let executions = 0;
const failures: { seed: number; text: string }[] = [];
for (let seed = from; seed < from + count; seed += 1) {
  const script = generate(seed);
  const outcome = await play(script, { trace: values.trace });
  steps += outcome.steps;
  opened += outcome.opened;
  executions += outcome.executions;
  if (values.trace) console.log(outcome.trace.join('\n'));
  if (outcome.violation) {
    const { invariant, message, atMs } = outcome.violation;
    failures.push({ seed, text: invariant });
    console.log(`seed ${seed}: ${invariant} at ${atMs} ms: ${message}`);
    if (!values.keep) break;
  }
}
const seconds = (performance.now() - startedAt) / 1000;
const by = Map.groupBy(failures, ({ text }) => text);
for (const [text, list] of by)
  console.log(
    `${list.length} × ${text}: ${list
      .slice(0, 8)
      .map(({ seed }) => seed)
      .join(' ')}`,
  );
console.log(
  `${count} seeds in ${seconds.toFixed(1)} s (${(count / seconds).toFixed(1)} a second), ${steps} steps, ${opened} trades, ${executions} executions, ${failures.length} failures`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
