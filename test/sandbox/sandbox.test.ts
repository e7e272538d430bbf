import { expect, test } from 'vitest';
import type { Market } from '../../src/sandbox/market.ts';
import { browserCommand } from '../../src/sandbox/open-browser.ts';
import { SAMPLES, type Sample, samplePost } from '../../src/sandbox/samples.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { parseMessage } from '../../src/trading/signals/parse.ts';

const desktop = { platform: 'linux' as const, env: { DISPLAY: ':0' }, terminal: true };

test.each([
  ['a Linux desktop', desktop, ['xdg-open']],
  ['Wayland', { ...desktop, env: { WAYLAND_DISPLAY: 'w' } }, ['xdg-open']],
  ['a server', { ...desktop, env: {} }, null],
  ['a machine far away', { ...desktop, env: { DISPLAY: ':0', SSH_CONNECTION: 'x' } }, null],
  ['a build', { ...desktop, env: { DISPLAY: ':0', CI: 'true' } }, null],
  ['one who wants none', { ...desktop, env: { DISPLAY: ':0', BROWSER: 'none' } }, null],
  ['a pipe', { ...desktop, terminal: false }, null],
  ['macOS', { ...desktop, platform: 'darwin' as const, env: {} }, ['open']],
  ['Windows', { ...desktop, platform: 'win32' as const, env: {} }, ['cmd', '/c', 'start', '']],
])('GIVEN %s THEN the browser is opened by %j', (_, surroundings, then) => {
  expect(browserCommand(surroundings)).toEqual(then);
});

const KINDS: Record<Sample, string> = {
  long: 'signal',
  short: 'signal',
  chinese: 'signal',
  webhook: 'signal',
  spot: 'signal',
  'no-stop': 'signal',
  contradiction: 'invalid',
  talk: 'none',
  half: 'update',
  'break-even': 'update',
  close: 'update',
};

test.each(SAMPLES)('the sample %s is read as what it is meant to be', async (sample) => {
  const price = () => Promise.resolve(new Decimal('1234.5'));
  const { content = '', embeds = [] } = await samplePost(sample, { price } as unknown as Market);
  expect(parseMessage({ content, embeds: embeds as never[] }).reading.kind).toBe(KINDS[sample]);
});
