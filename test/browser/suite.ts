import { beforeAll, describe } from 'vitest';
import { chromiumPath, NO_CHROMIUM } from './chromium.ts';

/** `describe` for tests that need a browser: without one they fail at once, with what to install. None is skipped. */
export function describeInBrowser(name: string, tests: () => void): void {
  describe(name, () => {
    beforeAll(() => {
      if (chromiumPath === null) throw new Error(NO_CHROMIUM);
    });
    tests();
  });
}
