import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { BESIDE_OTHER } from './apart.ts';
import { runSimulation } from './command.ts';
import { generate, LISTS_FROM } from './generate.ts';
import { REGRESSIONS } from './regressions.ts';
import { STORIES } from './stories.ts';
import { hashOf, play } from './world.ts';

const SEEDS = 1_000;
const OTHER_SEEDS = [
  { markets: 'spot', from: 1, seeds: 300 },
  { markets: 'mixed', from: 5_001, seeds: 300 },
  { markets: 'talk', from: 1, seeds: 110 },
  { markets: 'talk', from: LISTS_FROM, seeds: 90 },
  { markets: 'clocks', from: 1, seeds: 70 },
  { markets: 'twins', from: 1, seeds: 70 },
];

describe('the desk in a simulated world', () => {
  it(`keeps every invariant over ${SEEDS} seeds`, { timeout: 900_000 }, async () => {
    const jobs = Math.min(availableParallelism(), 4);
    const { code, output } = await runSimulation(['--seeds', String(SEEDS), '--jobs', String(jobs)]);
    expect(code, output.slice(0, 20_000)).toBe(0);
  });

  it.each(OTHER_SEEDS)(
    'keeps every invariant over $seeds $markets seeds from $from on',
    { timeout: 900_000 },
    async ({ markets, from, seeds }) => {
      const jobs = Math.min(availableParallelism(), 4);
      const { code, output } = await runSimulation([
        ...['--markets', markets],
        ...['--from', String(from), '--seeds', String(seeds), '--jobs', String(jobs)],
      ]);
      expect(code, output.slice(0, 20_000)).toBe(0);
    },
  );

  it('survives a crash at every moment of each life of trades', { timeout: 900_000 }, async () => {
    const jobs = Math.min(availableParallelism(), 4);
    const { code, output } = await runSimulation(['--everywhere', '--jobs', String(jobs)]);
    expect(code, output.slice(0, 20_000)).toBe(0);
  });

  it.each(REGRESSIONS)('seed $seed: no more "$bug"', async ({ seed, markets }) => {
    expect((await play(generate(seed, markets))).violation).toBeNull();
  });

  it.each(STORIES)('story: $name', async ({ script }) => {
    expect((await play(script)).violation).toBeNull();
  });

  it.each([
    { seed: 7, markets: 'usdm' },
    { seed: 2204, markets: 'usdm' },
    { seed: 3, markets: 'talk' },
  ] as const)(
    'repeats seed $seed of $markets exactly, to the last line of what happens in it',
    async (one) => {
      const { seed, markets } = one;
      const first = await play(generate(seed, markets), { trace: true });
      const second = await play(generate(seed, markets), { trace: true });
      expect(first.trace.length).toBeGreaterThan(200);
      expect(second.trace).toEqual(first.trace);
      const { output } = await runSimulation([
        ...['--markets', markets, '--seeds', '1', '--from', String(seed), '--trace'],
      ]);
      const elsewhere = output.split('\n').slice(0, first.trace.length);
      expect(hashOf({ trace: elsewhere })).toBe(hashOf(first));
    },
  );

  it.each(['usdm', 'spot'] as const)(
    'trades in most runs, so that silence is not taken for success: %s',
    async (markets) => {
      const runs = 120;
      let opened = 0;
      let executions = 0;
      let trading = 0;
      for (let seed = 1; seed <= runs; seed += 1) {
        const outcome = await play(generate(seed, markets));
        opened += outcome.opened;
        executions += outcome.executions;
        if (outcome.executions > 0) trading += 1;
      }
      expect(opened).toBeGreaterThan(runs);
      expect(executions).toBeGreaterThan(2 * runs);
      expect(trading).toBeGreaterThan(runs / 2);
    },
  );

  it('holds trades of both markets on one name in most runs of twins', async () => {
    const runs = 40;
    let beside = 0;
    for (let seed = 1; seed <= runs; seed += 1) {
      const { tally } = await play(generate(seed, 'twins'));
      if ((tally.get(BESIDE_OTHER) ?? 0) > 0) beside += 1;
    }
    expect(beside).toBeGreaterThan(runs / 2);
  });
});
