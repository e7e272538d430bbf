import { describe } from 'vitest';
import { chromiumPath } from './chromium.ts';

if (chromiumPath === null) {
  const line = 'no chromium on this machine: the pages are not tested (apt-get install chromium)';
  // Nobody reads what a server has skipped.
  if (process.env.CI) throw new Error(line);
  console.warn(line);
}

/** `describe` for tests that need a browser. */
export const describeInBrowser = describe.skipIf(chromiumPath === null);
