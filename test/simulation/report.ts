import type { Violation } from './checker.ts';
import type { Script } from './script.ts';
import { shrink } from './shrink.ts';
import { type Outcome, play } from './world.ts';

export interface Report {
  add(seed: number, outcome: Outcome): void;
  failed(): boolean;
  summary(): string;
}

/** Adds up runs. */
export function report(): Report {
  const startedAt = performance.now();
  const failures = new Map<string, number[]>();
  let runs = 0;
  let steps = 0;
  let opened = 0;
  let executions = 0;
  return {
    add(seed, outcome) {
      runs += 1;
      steps += outcome.steps;
      opened += outcome.opened;
      executions += outcome.executions;
      if (!outcome.violation) return;
      const { invariant } = outcome.violation;
      failures.set(invariant, [...(failures.get(invariant) ?? []), seed]);
    },
    failed: () => failures.size > 0,
    summary() {
      const seconds = (performance.now() - startedAt) / 1000;
      const lines = [...failures].map(
        ([invariant, seeds]) => `${seeds.length} × ${invariant}: ${seeds.slice(0, 10).join(' ')}`,
      );
      const pace = `${seconds.toFixed(1)} s, ${(runs / seconds).toFixed(1)} a second`;
      const content = `${steps} steps, ${opened} trades, ${executions} executions`;
      return [...lines, `${runs} seeds in ${pace}: ${content}, ${failures.size} invariants broken`].join(
        '\n',
      );
    },
  };
}

/** Shortens a failing script, and shows it with everything that happens in it. */
export async function reportFailure(script: Script, violation: Violation): Promise<void> {
  const again = await play(script);
  if (again.violation?.message !== violation.message) {
    console.log(
      `played again it says: ${again.violation?.message ?? 'nothing'}. The run is not deterministic.`,
    );
  }
  const shrunk = await shrink(script, violation);
  const { items } = shrunk.script;
  console.log(`\nshortened from ${script.items.length} to ${items.length} items in ${shrunk.runs} runs:`);
  console.log(JSON.stringify(shrunk.script));
  const { trace } = await play(shrunk.script, { trace: true });
  console.log(`\n${trace.join('\n')}`);
  const { invariant, message, atMs } = shrunk.violation;
  console.log(`\n${invariant} at ${atMs} ms: ${message}`);
}
