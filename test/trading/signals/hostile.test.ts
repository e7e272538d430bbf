import { expect, test } from 'vitest';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { HOSTILE, hostileText } from './hostile.ts';

const SMALL = 10_000;
const LARGE = 100_000;
/** Ten times the text may take ten times as long; the rest is room for a busy machine. */
const MAX_RATIO = 40;
/** Times below this are noise. */
const FLOOR_MS = 4;

/** Time of the processor, which a busy machine does not stretch. */
const cpuMs = (): number => process.threadCpuUsage().user / 1_000;

function bestMs(content: string): number {
  const times = [1, 2, 3].map(() => {
    const start = cpuMs();
    parseMessage({ content });
    return cpuMs() - start;
  });
  return Math.min(...times);
}

test.each(Object.entries(HOSTILE))(
  '%s without end are read in linear time',
  { timeout: 30_000 },
  (_, piece) => {
    const small = Math.max(bestMs(hostileText(piece, SMALL)), FLOOR_MS);
    expect(bestMs(hostileText(piece, LARGE)) / small).toBeLessThan(MAX_RATIO);
  },
);

test('a call behind a long text is not read from it', () => {
  const content = `${'word '.repeat(20_000)}\nLONG BTC\nEntry 98000\nSL 97000\nTP 99000`;
  const { reading, evidence } = parseMessage({ content });
  expect(reading).toEqual({ kind: 'none' });
  expect(evidence[0]?.code).toBe('too_long');
});
