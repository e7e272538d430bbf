import { defineConfig } from 'vitest/config';

// "unit" needs no process and no socket and runs at every check; "system" starts simulators, clients and the bot itself.
const system = ['test/{e2e,faults,sim}/**/*.test.ts', 'test/trading/{binance,desk}/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: system } },
      { test: { name: 'system', include: system, testTimeout: 30_000, hookTimeout: 30_000, maxWorkers: 2 } },
    ],
  },
});
