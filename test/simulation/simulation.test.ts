import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runSimulation } from './command.ts';
import { generate } from './generate.ts';
import { REGRESSIONS } from './regressions.ts';
import { hashOf, play } from './world.ts';

const SEEDS = 1_000;

describe('the desk in a simulated world', () => {
  it(`keeps every invariant over ${SEEDS} seeds`, { timeout: 900_000 }, async () => {
    const jobs = Math.min(availableParallelism(), 4);
    const { code, output } = await runSimulation(['--seeds', String(SEEDS), '--jobs', String(jobs)]);
    expect(code, output.slice(0, 20_000)).toBe(0);
  });

  it('survives a crash at every moment of eleven lives of trades', { timeout: 900_000 }, async () => {
    const jobs = Math.min(availableParallelism(), 4);
    const { code, output } = await runSimulation(['--everywhere', '--jobs', String(jobs)]);
    expect(code, output.slice(0, 20_000)).toBe(0);
  });

  it.each(REGRESSIONS)('seed $seed: no more "$bug"', async ({ seed }) => {
    expect((await play(generate(seed))).violation).toBeNull();
  });

  it.each([7, 2204])('repeats seed %i exactly, to the last line of what happens in it', async (seed) => {
    const first = await play(generate(seed), { trace: true });
    const second = await play(generate(seed), { trace: true });
    expect(first.trace.length).toBeGreaterThan(200);
    expect(second.trace).toEqual(first.trace);
    const { output } = await runSimulation(['--seeds', '1', '--from', String(seed), '--trace']);
    const elsewhere = output.split('\n').slice(0, first.trace.length);
    expect(hashOf({ trace: elsewhere })).toBe(hashOf(first));
  });

  it('trades in most runs, so that silence is not taken for success', async () => {
    let opened = 0;
    let executions = 0;
    for (let seed = 1; seed <= 30; seed += 1) {
      const outcome = await play(generate(seed));
      opened += outcome.opened;
      executions += outcome.executions;
    }
    expect(opened).toBeGreaterThan(30);
    expect(executions).toBeGreaterThan(50);
  });
});
