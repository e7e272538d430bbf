import { defineConfig } from 'vitest/config';

// "unit" needs no socket and runs at every check. "system" starts simulators, clients and the bot itself. "faults" is
// the matrix of everything that can go wrong, over real sockets: minutes of it, so it has a command of its own.
const system = ['test/{e2e,sim,simulation}/**/*.test.ts', 'test/trading/{binance,desk}/**/*.test.ts'];
const faults = ['test/faults/**/*.test.ts'];
const patience = { testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 3 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...system, ...faults],
          testTimeout: 20_000,
        },
      },
      { test: { name: 'system', include: system, ...patience } },
      { test: { name: 'faults', include: faults, ...patience } },
    ],
  },
});
