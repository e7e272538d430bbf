import { beforeAll, describe } from 'vitest';
import { chromiumPath } from './chromium.ts';

const MISSING = 'no chromium on this machine: apt-get install chromium fonts-noto-cjk';

/**
 * `describe` for tests that need a browser. Without one they are skipped, and the suite's name says why; where CI is set
 * they fail with what to install, since nobody reads what a server has skipped.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  if (chromiumPath !== null) describe(name, tests);
  else if (process.env.CI) {
    describe(name, () => {
      beforeAll(() => {
        throw new Error(MISSING);
      });
      tests();
    });
  } else describe.skip(`${name} (skipped: ${MISSING})`, tests);
}
