import { defineConfig } from 'vitest/config';

// "unit" needs no socket and runs at every check. "system" starts simulators, clients and the bot itself. "faults" is
// the matrix of everything that can go wrong, over real sockets: minutes of it, so it has a command of its own.
// "stores" runs on servers that it starts (PostgreSQL, Redis).
// "browser" drives the pages in a real one: it has a command of its own, and fails without chromium.
const system = ['test/{e2e,sim,simulation}/**/*.test.ts', 'test/trading/{binance,desk}/**/*.test.ts'];
const browser = ['test/browser/**/*.test.ts'];
const faults = ['test/faults/**/*.test.ts'];
const stores = ['test/stores/**/*.test.ts'];
const patience = { testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 3 };

// A browser takes its time, most of all beside other work: it comes after the others.
const slowly = {
  testTimeout: 240_000,
  maxWorkers: 1,
  expect: { poll: { timeout: 60_000 } },
  sequence: { groupOrder: 1 },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...system, ...faults, ...browser, ...stores],
          testTimeout: 20_000,
        },
      },
      { test: { name: 'system', include: system, ...patience } },
      { test: { name: 'browser', include: browser, ...patience, ...slowly } },
      { test: { name: 'faults', include: faults, ...patience } },
      { test: { name: 'stores', include: stores, ...patience } },
    ],
  },
});
