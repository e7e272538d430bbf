import { expect, it } from 'vitest';
import { shownAgain } from '../../src/bot/shown-again.ts';

const NOW = Date.UTC(2026, 0, 1);
const rows = (times: readonly (number | null)[]) =>
  times.map((decidedAt, index) => [`k${index}`, { decidedAt }] as const);

it.each([
  { given: 'what is open', times: [null], keys: [] },
  { given: 'what was decided a minute ago', times: [NOW - 60_000], keys: ['k0'] },
  {
    given: 'the last one, though the clock says that was hours ago',
    times: [NOW - 36_000_000],
    keys: ['k0'],
  },
  { given: 'what is in the future since the clock was set back', times: [NOW + 36_000_000], keys: ['k0'] },
])('of $given: $keys', ({ times, keys }) => {
  expect([...shownAgain(rows(times), NOW)]).toEqual(keys);
});

it('leaves what is old alone where others were decided after it', () => {
  const old = Array.from({ length: 50 }, (_, index) => NOW - 36_000_000 + index);
  expect([...shownAgain(rows(old), NOW)].sort()).toEqual(
    Array.from({ length: 20 }, (_, index) => `k${index + 30}`).sort(),
  );
});
