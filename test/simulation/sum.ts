/** What several runs have printed, each a log of its own, added up. */

const TOTAL =
  /^(\d+) \S+ in ([\d.]+) minutes, .*: (\d+) steps, (\d+) requests and writes, (\d+) trades, (\d+) executions/;
const KIND = /^ +(\d+) (\D.*)$/;
const BROKEN = /^seed \d+: /;

/**
 * The jobs of one run have shared its time; runs followed one another. A log without its end counts with what it says.
 */
export function sumUp(logs: readonly string[]): string {
  const kinds = new Map<string, number>();
  const broken: string[] = [];
  const totals = [0, 0, 0, 0, 0];
  let minutes = 0;
  for (const log of logs) {
    let longest = 0;
    for (const line of log.split('\n')) {
      if (BROKEN.test(line)) broken.push(line);
      const [, times, kind] = KIND.exec(line) ?? [];
      if (kind !== undefined) kinds.set(kind, (kinds.get(kind) ?? 0) + Number(times));
      const [, runs, took, ...rest] = TOTAL.exec(line) ?? [];
      if (runs === undefined) continue;
      longest = Math.max(longest, Number(took));
      for (const [index, value] of [runs, ...rest].entries())
        totals[index] = (totals[index] ?? 0) + Number(value);
    }
    minutes += longest;
  }
  const [runs, steps, sendings, opened, executions] = totals;
  const sorted = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...sorted.map(([kind, times]) => `${String(times).padStart(10)} ${kind}`),
    ...broken,
    `${runs} seeds in ${minutes.toFixed(1)} minutes: ${steps} steps, ${sendings} requests and writes, ${opened} trades, ${executions} executions, ${broken.length} seeds broke an invariant`,
  ].join('\n');
}
