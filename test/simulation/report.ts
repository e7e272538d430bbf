import type { Script } from './script.ts';
import { shrink } from './shrink.ts';
import { addUp, type Tally } from './tally.ts';
import type { Violation } from './verdict.ts';
import { hashOf, type Outcome, play } from './world.ts';

export interface Report {
  add(name: string, outcome: Outcome): void;
  failed(): boolean;
  summary(): string;
}

/** Adds up runs. */
/** @param what is played, in the plural */
export function report(what: string): Report {
  const startedAt = performance.now();
  const failures = new Map<string, string[]>();
  const tally: Tally = new Map();
  let runs = 0;
  let steps = 0;
  let opened = 0;
  let executions = 0;
  let sendings = 0;
  return {
    add(name, outcome) {
      runs += 1;
      steps += outcome.steps;
      opened += outcome.opened;
      executions += outcome.executions;
      sendings += outcome.sendings;
      addUp(tally, outcome.tally);
      if (!outcome.violation) return;
      const { invariant } = outcome.violation;
      failures.set(invariant, [...(failures.get(invariant) ?? []), name]);
    },
    failed: () => failures.size > 0,
    summary() {
      const seconds = (performance.now() - startedAt) / 1000;
      const lines = [...failures].map(
        ([invariant, names]) => `${names.length} × ${invariant}: ${names.slice(0, 10).join(', ')}`,
      );
      const pace = `${(seconds / 60).toFixed(1)} minutes, ${(runs / seconds).toFixed(1)} a second`;
      const content = `${steps} steps, ${sendings} requests and writes, ${opened} trades, ${executions} executions`;
      const kinds = [...tally].sort(([a], [b]) => (a < b ? -1 : 1));
      return [
        ...kinds.map(([kind, times]) => `${String(times).padStart(10)} ${kind}`),
        ...lines,
        `${runs} ${what} in ${pace}: ${content}, ${failures.size} invariants broken`,
      ].join('\n');
    },
  };
}

/** Shortens a failing script, and shows it with everything that happens in it. */
export async function reportFailure(script: Script, violation: Violation): Promise<void> {
  const shrunk = await shrink(script, violation);
  const { items } = shrunk.script;
  console.log(`\nshortened from ${script.items.length} to ${items.length} items in ${shrunk.runs} runs:`);
  console.log(JSON.stringify(shrunk.script));
  const shown = await play(shrunk.script, { trace: true });
  const again = await play(shrunk.script, { trace: true });
  console.log(`\n${shown.trace.join('\n')}`);
  const { invariant, message, atMs } = shrunk.violation;
  console.log(`\n${invariant} at ${atMs} ms: ${message}`);
  const isSame = hashOf(again) === hashOf(shown);
  console.log(`trace ${hashOf(shown)}${isSame ? ', the same twice' : ': played again it is another one'}`);
}
