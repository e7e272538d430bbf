import { describe, expect, it } from 'vitest';
import { runSimulation } from './command.ts';
import { MUTATIONS } from './mutations.ts';

describe('deliberately broken builds', () => {
  // A seed that misses its mutation has to be replaced: `npm run sim -- --seeds 5000 --markets M --mutation NAME` finds another.
  it.each(MUTATIONS)('are noticed when they $name', { timeout: 60_000 }, async ({ name, by, markets }) => {
    const seed = ['--markets', markets ?? 'usdm', '--seeds', '1', '--from', String(by)];
    const played = typeof by === 'number' ? seed : ['--story', by];
    const { code, output } = await runSimulation([...played, '--mutation', name]);
    expect(output).toContain(typeof by === 'number' ? `seed ${by}: ` : `${by}: `);
    expect(code).toBe(1);
  });
});
