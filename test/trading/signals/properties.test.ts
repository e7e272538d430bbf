import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { Reading } from '../../../src/trading/model.ts';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { readingToJson } from '../../../src/trading/signals/reading-json.ts';
import { CORPUS_FILES, readCorpus } from './compare.ts';
import { type Idea, ideaOf, LAYOUTS, type Layout } from './layouts.ts';

const cases = CORPUS_FILES.flatMap((file) => readCorpus(file));
const json = (content: string): string =>
  JSON.stringify(readingToJson(undefined, parseMessage({ content }).reading));

/** Pieces that make messages of trading vocabulary, numbers, markup and rubbish. */
const PIECES = [
  'BTC',
  '#ETH',
  '$SOL',
  'ADA/USDT',
  '1000PEPE',
  'LONG',
  'short',
  'buy',
  'sell',
  '做多',
  '空',
  '多',
  'entry',
  'Entry zone:',
  'TP1',
  'tp',
  'targets',
  'SL',
  'stop loss',
  '止损',
  '止盈',
  '入场',
  '现价',
  'market',
  'cmp',
  '100',
  '98,500',
  '0.0₅12',
  '1.5k',
  '6.5w',
  '10x',
  '50%',
  '1)',
  '①',
  '1️⃣',
  '-',
  '–',
  '/',
  ',',
  '，',
  '、',
  ':',
  '：',
  '@',
  '|',
  '(',
  ')',
  '[',
  ']',
  '"',
  '?',
  '!',
  '.',
  '\n',
  '\n\n',
  '**',
  '`',
  '~~',
  '||',
  '> ',
  '✅',
  '🎯',
  '🛑',
  '📈',
  'https://example.invalid/x',
  '<@123456789012345678>',
  '<:a:123456789012345678>',
  '\u200b',
  '\u202e',
  '１２３',
  'ＢＴＣ',
  'e\u0301',
  '\ud800',
  '65 000',
  '2025-01-01',
  '12:30',
  'x',
  '25l0',
  'xxxx',
  'if',
  'close',
  'half',
  'cancel',
  'entrada',
  'вход',
  'giriş',
];

const soup = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 60 })
  .chain((pieces) => fc.constantFrom('', ' ').map((glue) => pieces.join(glue)));

test('any text is read without an error, and amounts are positive decimals', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ unit: 'binary', maxLength: 300 })), (content) => {
      const { reading } = parseMessage({
        content,
        embeds: [{ title: content, fields: [{ name: content, value: null }] }],
      });
      for (const amount of amountsOf(reading)) expect(amount.isFinite() && amount.gt(0)).toBe(true);
      expect(JSON.stringify(readingToJson('1', reading))).not.toMatch(/\de[+-]\d/);
    }),
    { numRuns: 500 },
  );
});

function amountsOf(reading: Reading): readonly Decimal[] {
  if (reading.kind !== 'signal') return [];
  return reading.signals.flatMap((signal) => [
    ...(signal.entry.type === 'limit'
      ? signal.entry.prices
      : signal.entry.type === 'zone'
        ? [signal.entry.low, signal.entry.high]
        : []),
    ...(signal.stopLoss === null
      ? []
      : ['price' in signal.stopLoss ? signal.stopLoss.price : signal.stopLoss.percent]),
    ...signal.takeProfits.map((target) => ('price' in target ? target.price : target.percent)),
  ]);
}

test('a signal never contradicts itself, whatever the text', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(soup, (content) => {
      const { reading } = parseMessage({ content });
      if (reading.kind !== 'signal') return;
      for (const signal of reading.signals) {
        const prices =
          signal.entry.type === 'limit'
            ? signal.entry.prices
            : signal.entry.type === 'zone'
              ? [signal.entry.low, signal.entry.high]
              : [];
        const sign = signal.side === 'long' ? 1 : -1;
        for (const price of prices) {
          if (signal.stopLoss !== null && 'price' in signal.stopLoss)
            expect(signal.stopLoss.price.cmp(price)).toBe(-sign);
          for (const target of signal.takeProfits)
            if ('price' in target) expect(target.price.cmp(price)).toBe(sign);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

const SYNTAX = /[A-Za-z0-9]/;

/** Rewritings that change how a message looks and nothing of what it says. */
const REWRITES: readonly (readonly [string, (content: string) => string])[] = [
  ['zero-width characters between all letters', (content) => [...content].join('\u200b')],
  [
    'full-width digits',
    (content) => content.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  ],
  [
    'full-width letters',
    (content) => content.replace(/[A-Za-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  ],
  ['bold lines', (content) => content.replace(/^(?=.*\S)(.*)$/gm, '**$1**')],
  ['a rocket behind every line', (content) => content.replace(/$/gm, ' 🚀')],
  [
    'a custom emoji before every line',
    (content) => content.replace(/^(?=.*\S)/gm, '<:fire:987654321012345678> '),
  ],
  ['a code block', (content) => `\`\`\`\n${content}\n\`\`\``],
  ['bidirectional marks around lines', (content) => content.replace(/^(.*)$/gm, '\u202a$1\u202c')],
  ['Windows line ends', (content) => content.replaceAll('\n', '\r\n')],
];

test.each(REWRITES)('%s leave every generated signal as it is', (_, rewrite) => {
  fc.assert(
    fc.property(
      ideas,
      fc.constantFrom(...LAYOUTS.filter((layout) => layout.name !== 'table')),
      (idea, layout) => {
        const content = layout.write(idea);
        expect(SYNTAX.test(content)).toBe(true);
        expect(json(rewrite(content))).toBe(json(content));
      },
    ),
    { numRuns: 50 },
  );
});

test('zero-width characters and Windows line ends change no reading of the corpus', () => {
  for (const { content } of cases.filter((each) => each.content !== '' && !/[<`:/@~]/.test(each.content))) {
    const plain = json(content);
    expect(json([...content].join('\u2060')), content).toBe(plain);
    expect(json(content.replaceAll('\n', '\r\n')), content).toBe(plain);
  }
});

const BASES: readonly (readonly [string, number, number])[] = [
  ['BTC', 97_000, 1],
  ['ETH', 3_100, 2],
  ['SOL', 151, 2],
  ['LINK', 14.2, 3],
  ['XRP', 2.31, 4],
  ['DOGE', 0.19, 5],
  ['SEI', 0.512, 4],
  ['1000PEPE', 0.0124, 6],
  ['1INCH', 0.392, 4],
  ['SHIB', 0.0000242, 10],
];

const ideas: fc.Arbitrary<Idea> = fc
  .record({
    coin: fc.constantFrom(...BASES),
    side: fc.constantFrom('long' as const, 'short' as const),
    factor: fc.integer({ min: 900, max: 1_100 }),
    steps: fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 2, maxLength: 5 }),
    leverage: fc.integer({ min: 2, max: 75 }),
    margin: fc.constantFrom('cross' as const, 'isolated' as const),
  })
  .map(({ coin: [base, price, decimals], side, factor, steps, leverage, margin }) =>
    ideaOf(base, side, (price * factor) / 1_000, decimals, steps, leverage, margin),
  );

function expected(idea: Idea, layout: Layout): string {
  const entry =
    layout.entry === 'market'
      ? { type: 'market' }
      : layout.entry === 'single'
        ? { type: 'limit', prices: [plain(idea.low)] }
        : { type: 'zone', low: plain(idea.low), high: plain(idea.high) };
  const signal = {
    symbol: `${idea.base}USDT`,
    side: idea.side,
    entry,
    trigger: null,
    stopLoss: { price: plain(idea.stop) },
    takeProfits: idea.targets.map((price) => ({ price: plain(price) })),
    leverage: idea.leverage,
    marginMode: layout.margin ? idea.margin : null,
  };
  return JSON.stringify({ kind: 'signal', signals: [signal] });
}

const plain = (text: string): string => new Decimal(text).toFixed();

test.each(LAYOUTS.map((layout) => [layout.name, layout] as const))(
  'what is written in the layout "%s" is read back exactly',
  (_, layout) => {
    fc.assert(
      fc.property(ideas, (idea) => {
        const content = layout.write(idea);
        expect(json(content), content).toBe(expected(idea, layout));
      }),
      { numRuns: 80 },
    );
  },
);
