import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { Level, Reading, Signal, Update } from '../../../src/trading/model.ts';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { CORPUS_FILES, readCorpus } from './compare.ts';

/** Every test run makes a share; `npm run fuzz:parser` makes 100,000 of each kind. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 1_000);
const MAX_LENGTH = 100_000;
const MAX_MS = 50;

const messages = CORPUS_FILES.flatMap((file) => readCorpus(file)).map(({ content }) => content);
const counts: Record<Reading['kind'], number> = { signal: 0, update: 0, invalid: 0, none: 0 };
let slowestMs = 0;

/** What a price is not: zero, negative, endless, or of more digits than anything costs. */
function expectAmount(amount: Decimal): void {
  expect(amount.isFinite()).toBe(true);
  expect(amount.gt(0)).toBe(true);
  expect(amount.lt('1e16')).toBe(true);
}

function expectLevel(level: Level): void {
  if ('price' in level) expectAmount(level.price);
  else {
    expectAmount(level.percent);
    expect(level.percent.lt(100)).toBe(true);
  }
}

function expectSignal(signal: Signal): void {
  expect(signal.symbol).toMatch(/^[\p{Lu}\p{Lo}\d]+$/u);
  const prices =
    signal.entry.type === 'limit'
      ? signal.entry.prices
      : signal.entry.type === 'zone'
        ? [signal.entry.low, signal.entry.high]
        : [];
  const sign = signal.side === 'long' ? 1 : -1;
  for (const price of prices) expectAmount(price);
  if (signal.entry.type === 'zone') expect(signal.entry.low.lt(signal.entry.high)).toBe(true);
  if (signal.stopLoss !== null) {
    expectLevel(signal.stopLoss);
    if ('price' in signal.stopLoss)
      for (const price of prices) expect(signal.stopLoss.price.cmp(price)).toBe(-sign);
  }
  for (const target of signal.takeProfits) {
    if (!('price' in target)) expectAmount(target.percent);
    else {
      expectAmount(target.price);
      for (const price of prices) expect(target.price.cmp(price)).toBe(sign);
    }
  }
  const shares = signal.takeProfits.reduce((sum, { share }) => sum.plus(share ?? 0), new Decimal(0));
  expect(shares.lte(100)).toBe(true);
  if (signal.leverage !== null) {
    expect(Number.isInteger(signal.leverage)).toBe(true);
    expect(signal.leverage).toBeGreaterThanOrEqual(1);
    expect(signal.leverage).toBeLessThanOrEqual(125);
  }
}

function expectUpdate(update: Update): void {
  if (update.fraction !== undefined) {
    expect(update.fraction.gt(0)).toBe(true);
    expect(update.fraction.lte(1)).toBe(true);
  }
  if (update.price !== undefined) expectAmount(update.price);
  for (const price of update.takeProfits ?? []) expectAmount(price);
}

function expectSane(content: string): void {
  const { reading } = parseMessage({ content });
  counts[reading.kind]++;
  if (reading.kind === 'signal') for (const signal of reading.signals) expectSignal(signal);
  if (reading.kind === 'update') for (const update of reading.updates) expectUpdate(update);
}

/** What mistypes, malice and programs put into a message. */
const SHRAPNEL = [
  'NaN',
  'Infinity',
  '1e309',
  '-1',
  '0',
  '0.0',
  '1e-40',
  '00000000000000000000001',
  '99999999999999999999999999',
  '1,2,3,4',
  '1.2.3.4',
  '٣٤',
  '１２３',
  '½',
  '150%',
  '-5%',
  '0%',
  '0x',
  '999x',
  'SL',
  'TP',
  'Entry:',
  'LONG',
  'SHORT',
  '多',
  '空',
  '止损',
  '平仓',
  'close all',
  '#',
  '$',
  '@everyone',
  '|',
  '\n',
  '\u0000',
  '\u202e',
  '\u200b',
  '\ud800',
  '{{close}}',
  "'; DROP TABLE trades;--",
  '<script>',
  '🟢',
  '✅',
];

interface Mutation {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 12 }),
  insert: fc.oneof(fc.constantFrom('', ...SHRAPNEL), fc.string({ unit: 'grapheme', maxLength: 4 })),
});

const mutated: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...messages), fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([message, mutations]) =>
    mutations.reduce((text, { at, remove, insert }) => {
      const index = Math.floor(at * text.length);
      return text.slice(0, index) + insert + text.slice(index + remove);
    }, message),
  );

const spliced: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...messages),
    fc.constantFrom(...messages),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([a, b, at]) => a.slice(0, Math.floor(at * a.length)) + b.slice(Math.floor(at * b.length)));

const shrapnel: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...SHRAPNEL, 'BTC', 'ETH/USDT', '98000', '3,150', ' ', ': ', ' - '), {
    maxLength: 50,
  })
  .map((pieces) => pieces.join(''));

test.each([
  ['messages with characters lost, doubled and put in', mutated],
  ['halves of two messages', spliced],
  ['pieces of calls and of attacks', shrapnel],
  ['any characters', fc.string({ unit: 'binary', maxLength: 400 })],
] as const)(
  '%s: no error, and no signal or order with impossible numbers',
  { timeout: 600_000 },
  (_, text) => {
    fc.assert(fc.property(text, expectSane), { numRuns: RUNS });
  },
);

test('100 kB of any of them is read within 50 ms', { timeout: 600_000 }, () => {
  const pieces = fc.oneof(mutated, spliced, shrapnel);
  fc.assert(
    fc.property(pieces, (piece) => {
      fc.pre(piece !== '');
      const content = piece.repeat(Math.ceil(MAX_LENGTH / piece.length)).slice(0, MAX_LENGTH);
      const bestMs = Math.min(...[1, 2, 3].map(() => cpuMs(content)));
      slowestMs = Math.max(slowestMs, bestMs);
      expect(bestMs).toBeLessThan(MAX_MS);
    }),
    { numRuns: Math.max(25, RUNS / 50) },
  );
});

/** Time of the processor, which a busy machine does not stretch. */
function cpuMs(content: string): number {
  const start = process.threadCpuUsage().user;
  parseMessage({ content });
  return (process.threadCpuUsage().user - start) / 1_000;
}

afterAll(() => {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  console.log(
    `${total} fuzzed messages read without an error: ${kinds.join(', ')}; slowest 100 kB ${slowestMs.toFixed(1)} ms`,
  );
});
