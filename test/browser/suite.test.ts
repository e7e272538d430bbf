import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** Within the project: vitest is found from there. */
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(import.meta.dirname, '.suite-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A run of its own, in which there is no browser. */
function ran(): { status: number | null; said: string } {
  writeFileSync(
    join(folder, 'pages.test.ts'),
    `import { afterEach, test, vi } from 'vitest';
     vi.mock('../chromium.ts', async (original) => ({ ...(await original()), chromiumPath: null }));
     const { describeInBrowser } = await import('../suite.ts');
     let page;
     afterEach(() => page.close());
     describeInBrowser('the pages', () => test('open', () => { page = {}; }));`,
  );
  writeFileSync(join(folder, 'vitest.config.ts'), 'export default {};');
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', '--root', folder, '--reporter', 'verbose'],
    { env: { PATH: process.env.PATH, NO_COLOR: '1' }, encoding: 'utf8' },
  );
  return { status, said: `${stdout}${stderr}` };
}

test('GIVEN no browser THEN the tests fail, and say what to install', () => {
  const { status, said } = ran();
  expect(status).toBe(1);
  expect(said).toContain('no chromium on this machine: apt-get install chromium');
  expect(said).not.toContain('undefined');
});
