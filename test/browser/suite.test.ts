import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.doUnmock('./chromium.ts');
  vi.unstubAllEnvs();
  vi.resetModules();
});

test.each([
  { ci: 'true', outcome: 'an error' },
  { ci: '', outcome: 'a warning' },
])('GIVEN no browser and CI=$ci THEN it is $outcome', async ({ ci, outcome }) => {
  vi.doMock('./chromium.ts', () => ({ chromiumPath: null }));
  vi.stubEnv('CI', ci);
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const suite = import('./suite.ts');
  if (outcome === 'an error') await expect(suite).rejects.toThrow('no chromium on this machine');
  else {
    await suite;
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('apt-get install chromium'));
  }
});
