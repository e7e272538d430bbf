import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { adjustAnswer, adjustForm } from '../../src/bot/adjust-form.ts';
import { adjust, type Fields, fieldsOf, problemOf } from '../../src/bot/adjustment.ts';
import { catalogues } from '../../src/bot/locales/index.ts';
import { createRead } from '../../src/bot/reader.ts';
import type { Proposal } from '../../src/bot/records.ts';
import { Form } from '../../src/sim/discord/form.ts';
import { readModal } from '../../src/sim/discord/limits/modal.ts';
import type { Instrument } from '../../src/trading/exchange.ts';
import type { Signal } from '../../src/trading/model.ts';
import { parseMessage } from '../../src/trading/signals/parse.ts';
import { aPlan, aSignal, aSource, d } from './fakes.ts';
import { asDiscordReads } from './limits.ts';

const { en } = catalogues;
/** The real parser, to which these coins are known. */
const read = createRead(
  () =>
    new Map(
      ['BTC', 'ETH'].map((base) => [
        `${base}USDT`,
        { symbol: `${base}USDT`, base, quote: 'USDT' } as Instrument,
      ]),
    ),
  () => parseMessage,
);

function aProposal(signal: Partial<Signal> = {}, over: Partial<Proposal> = {}): Proposal {
  return {
    id: 'x-0',
    source: aSource(),
    signal: aSignal(signal),
    plan: aPlan(),
    state: 'open',
    createdAt: 0,
    expiresAt: 1,
    decidedAt: null,
    by: null,
    denial: null,
    detail: null,
    sourceDeleted: false,
    checks: [],
    ...over,
  };
}

function adjusted(fields: Partial<Fields>, proposal = aProposal(), maxRiskPct = 1) {
  return adjust(proposal, { ...fieldsOf(proposal), ...fields }, { read, maxRiskPct: d(maxRiskPct), t: en });
}

/** Texts instead of decimals, to compare. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what was written', () => {
  test.each<[string, Partial<Fields>, object]>([
    ['nothing', {}, aSignal()],
    ['a stop', { stop: '58500' }, aSignal({ stopLoss: { price: d(58_500) } })],
    ['a stop with blanks and separators', { stop: ' 58,500 ' }, aSignal({ stopLoss: { price: d(58_500) } })],
    ['a stop in percent', { stop: '3%' }, aSignal({ stopLoss: { percent: d(3) } })],
    [
      'a target more',
      { targets: '62000\n64000\n66000' },
      aSignal({ takeProfits: [62_000, 64_000, 66_000].map((at) => ({ price: d(at) })) }),
    ],
    [
      'targets in one line',
      { targets: '62000 / 63000' },
      aSignal({ takeProfits: [{ price: d(62_000) }, { price: d(63_000) }] }),
    ],
    [
      'targets with shares',
      { targets: '62000 (70%)\n64000 (30%)' },
      aSignal({
        takeProfits: [
          { price: d(62_000), share: d(70) },
          { price: d(64_000), share: d(30) },
        ],
      }),
    ],
    ['no target', { targets: '' }, aSignal({ takeProfits: [] })],
  ])('GIVEN %s THEN it is read as a signal would be', (_, fields, signal) => {
    expect(plain(adjusted(fields))).toEqual(plain({ kind: 'adjusted', signal, riskPct: null }));
  });

  test.each([
    ['a market entry', aProposal({ entry: { type: 'market' } })],
    ['a zone', aProposal({ entry: { type: 'zone', low: d(59_500), high: d(60_000) } })],
    ['a ladder', aProposal({ entry: { type: 'limit', prices: [d(60_000), d(59_500)] } })],
    [
      'a short',
      aProposal({ side: 'short', stopLoss: { price: d(62_000) }, takeProfits: [{ price: d(58_000) }] }),
    ],
  ])('GIVEN %s THEN stop and targets can be changed', (_, proposal) => {
    const short = proposal.signal.side === 'short';
    const result = adjusted(
      { stop: short ? '62500' : '57500', targets: short ? '57000' : '65000' },
      proposal,
    );
    expect(plain(result)).toMatchObject({
      kind: 'adjusted',
      signal: {
        entry: plain(proposal.signal.entry) as object,
        stopLoss: { price: short ? '62500' : '57500' },
        takeProfits: [{ price: short ? '57000' : '65000' }],
      },
    });
  });
});

describe('a size', () => {
  // 0.05 BTC × 2000 = 100 USDT = 1% of 10000.
  test.each([
    ['0.02', '0.4'],
    ['0.02 BTC', '0.4'],
    ['50%', '0.5'],
    ['５０％', '0.5'],
  ])('%s becomes %s% of risk', (size, riskPct) => {
    expect(plain(adjusted({ size }))).toMatchObject({ kind: 'adjusted', riskPct });
  });

  it('is measured against the stop that goes with it', () => {
    expect(plain(adjusted({ stop: '59000', size: '0.04' }))).toMatchObject({ riskPct: '0.4' });
  });

  it('becomes the same quantity again, whatever the numbers', () => {
    const decimal = (max: number) => fc.integer({ min: 1, max }).map((whole) => d(whole).div(1_000));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        decimal(50_000_000),
        decimal(9_000_000),
        (steps, entry, equity) => {
          const [quantity, stop] = [d(steps).div(1_000), entry.times('0.973').toDecimalPlaces(4)];
          const distance = entry.minus(stop);
          fc.pre(distance.gt(0));
          const plan = aPlan({ entryPrice: entry, stopPrice: stop, equity, quantity: d(999) });
          const proposal = aProposal({ stopLoss: { price: stop } }, { plan });
          const result = adjusted({ size: quantity.toFixed() }, proposal, 1e9);
          const riskPct = result.kind === 'adjusted' && result.riskPct ? result.riskPct : d(0);
          // As planning sizes it: src/trading/planning/sizing.ts.
          const planned = equity.times(riskPct).div(distance.times(100));
          expect(planned.div('0.001').floor().div(1_000).toFixed()).toBe(quantity.toFixed());
        },
      ),
    );
  });

  it('is of what is listed by the thousand, whose stop the author wrote for the single coin', () => {
    const scaled = { from: 'PEPEUSDT', to: '1000PEPEUSDT', factor: '1000' };
    const plan = aPlan({
      symbol: '1000PEPEUSDT',
      entryPrice: d('0.012'),
      stopPrice: d('0.0114'),
      quantity: d(160_000),
      notes: [{ code: 'symbol_scaled', numbers: scaled }],
    });
    const proposal = aProposal({ symbol: 'PEPEUSDT', stopLoss: { price: d('0.0000114') } }, { plan });
    // 10000 × 0.0006 = 6 USDT of 10000.
    expect(plain(adjusted({ size: '10000' }, proposal))).toMatchObject({ riskPct: '0.06' });
  });

  test.each([
    ['0,02', '0.4'],
    ['0,025 BTC', '0.5'],
    ['12,5%', '0.125'],
  ])('%s has a decimal comma', (size, riskPct) => {
    expect(plain(adjusted({ size }))).toMatchObject({ kind: 'adjusted', riskPct });
  });

  it('with separators of thousands is read whole', () => {
    const plan = aPlan({ entryPrice: d('0.2'), stopPrice: d('0.19'), quantity: d(10_000) });
    const proposal = aProposal({ stopLoss: { price: d('0.19') } }, { plan });
    expect(plain(adjusted({ size: '1,500' }, proposal))).toMatchObject({ riskPct: '0.15' });
    expect(plain(adjusted({ size: '1,500.5' }, proposal))).toMatchObject({ riskPct: '0.15005' });
  });

  it('that is left as it was leaves the size to the risk', () => {
    expect(adjusted({ stop: '59000' })).toMatchObject({ riskPct: null });
    expect(plain(adjusted({}, aProposal({}, { riskPct: d('0.5') })))).toMatchObject({ riskPct: '0.5' });
  });
});

describe('what is wrong', () => {
  test.each<[Partial<Fields>, string, string]>([
    [{ stop: '61000' }, 'stop', 'sl_wrong_side'],
    [{ stop: 'soon' }, 'stop', 'no price can be read for certain from “soon”'],
    [{ stop: '' }, 'stop', 'is missing. A price, or a distance from the entry: 58000 or 3%'],
    [{ stop: 'close all' }, 'stop', '“close all” cannot be read. A price'],
    [{ targets: '59000' }, 'targets', 'tp_wrong_side'],
    [{ targets: '62000\nmoon' }, 'targets', '“moon” cannot be read. The nearest first, a line each'],
    [{ targets: '62000 (80%)\n64000 (80%)' }, 'targets', 'tp_shares_exceed_100'],
    [{ size: 'all in' }, 'size', '“all in” cannot be read'],
    [{ size: '-1' }, 'size', 'cannot be read'],
    [{ size: '0' }, 'size', 'cannot be read'],
    [{ size: '' }, 'size', 'is missing. In BTC, or a part: 50%.'],
    [
      { size: '0.1' },
      'size',
      'would lose 2% of equity at the stop; riskPerTradePct allows 1%, which is 0.05 BTC',
    ],
    [{ size: '200%' }, 'size', 'riskPerTradePct'],
  ])('GIVEN %j THEN it says that %s is, and why', (fields, field, why) => {
    const result = adjusted(fields);
    expect(result.kind).toBe('wrong');
    const [problem] = result.kind === 'wrong' ? result.problems : [];
    expect(problem).toMatchObject({ field, why: expect.stringContaining(why) });
  });

  test.each<[Partial<Fields>, [string, string][]]>([
    [
      { stop: 'soon', targets: 'moon', size: 'all in' },
      [
        ['stop', 'no price can be read for certain from “soon”'],
        ['targets', 'moon'],
        ['size', '“all in” cannot be read'],
      ],
    ],
    [
      { stop: '61000', targets: '59000' },
      [
        ['stop', 'sl_wrong_side'],
        ['targets', 'tp_wrong_side'],
      ],
    ],
    [
      { stop: '', size: '0.1' },
      [
        ['stop', 'is missing'],
        ['size', 'riskPerTradePct allows 1%'],
      ],
    ],
    [
      { targets: '62000\nmoon', size: '0' },
      [
        ['targets', '“moon” cannot be read'],
        ['size', 'cannot be read'],
      ],
    ],
  ])('GIVEN %j THEN every field that is wrong is named, each with why', (fields, problems) => {
    expect(adjusted(fields)).toEqual({
      kind: 'wrong',
      problems: problems.map(([field, why]) => ({ field, why: expect.stringContaining(why) })),
    });
  });

  it('is told a field a line, in either language', () => {
    const wrong = adjust(
      aProposal(),
      { stop: '', targets: '59000', size: 'all in' },
      { read, maxRiskPct: d(1), t: catalogues['zh-CN'] },
    );
    const problems = wrong.kind === 'wrong' ? wrong.problems : [];
    expect(adjustAnswer('x-0', problems, catalogues['zh-CN']).content.split('\n')).toEqual([
      '没有任何改动：',
      '**止损**：没有填写。价格，或与入场价的距离：58000 或 3%',
      expect.stringMatching(/^\*\*止盈\*\*：tp_wrong_side/),
      '**数量**：无法识别“all in”。以 BTC 计，或写比例：50%。不改则照常由风险决定',
      '你填写的内容已保留，可再次修改。',
    ]);
  });

  it('by a rule names the field that it is about', () => {
    const of = (code: Parameters<typeof problemOf>[0]['code'], numbers = {}) =>
      problemOf({ code, setting: null, numbers }, en).field;
    expect([of('stop_too_far'), of('reward_too_small'), of('risk_limit'), of('paused')]).toEqual([
      'stop',
      'targets',
      'size',
      null,
    ]);
    expect(of('target_passed', { passed: 'stop' })).toBe('stop');
  });
});

describe.each(Object.values(catalogues))('the form in $language', (t) => {
  it('keeps within Discord’s limits with the longest names and texts', async () => {
    const plan = aPlan({ symbol: `${'币安人生'.repeat(20)}USDT` });
    const long = '1'.repeat(5_000);
    for (const fields of [fieldsOf(aProposal()), { stop: long, targets: long, size: long }]) {
      const form = new Form();
      readModal(form, [], JSON.parse(JSON.stringify(adjustForm(aProposal({}, { plan }), fields, t))));
      form.assert();
    }
    const problems = [{ field: 'stop' as const, why: 'x'.repeat(3_000) }];
    await asDiscordReads(adjustAnswer('x-0', problems, t));
  });
});
