import { describe, expect, it } from 'vitest';
import { catalogueFor, catalogues } from '../../src/bot/locales/index.ts';
import { denials } from '../../src/risk/denials.ts';
import type { RecoveryLine } from '../../src/trading/desk-types.ts';
import { type DenialCode, type InvalidReason, invalidReason } from '../../src/trading/model.ts';

const codes = Object.keys(denials) as DenialCode[];
const SCOPES = new Set([
  'scope',
  'of',
  'counted',
  'passed',
  'reason',
  'until',
  'side',
  'detail',
  'defaultStopPct',
]);

const INVALID: readonly (readonly [InvalidReason, Readonly<Record<string, string>>])[] = [
  ['sl_wrong_side', { stop: '99000', entry: '98000', side: 'long' }],
  ['tp_wrong_side', { target: '97000', entry: '98000', side: 'long' }],
  ['tp_not_in_order', { targets: '100000 / 99000' }],
  ['sl_equals_entry', { stop: '98000', side: 'short' }],
  ['price_magnitude', { price: '1000000', other: '98000' }],
  ['number_unreadable', { text: 'SL: 1e309' }],
  ['leverage_out_of_range', { leverage: '500', max: '125' }],
  ['tp_shares_exceed_100', { total: '120' }],
  ['part_out_of_range', { part: '150' }],
];

describe.each(Object.keys(catalogues) as (keyof typeof catalogues)[])('%s', (language) => {
  it.each(codes)('says every number of %s', (code) => {
    const names = denials[code].numbers;
    const numbers = Object.fromEntries(names.map((name, index) => [name, `${1_000 + index}`]));
    const text = catalogues[language].denials[code]({ ...numbers, until: '2026-11-22T18:00:00.000Z' });
    for (const name of names.filter((one) => !SCOPES.has(one))) expect(text, name).toContain(numbers[name]);
    expect(text).not.toMatch(/undefined|NaN/);
  });

  it.each(['reference', 'average', 'last'])(
    'says which stop the exchange would take, by its %s price',
    (by) => {
      const numbers = { symbol: 'BTCUSDT', of: 'stop', price: '48000', lowest: '51200', by, basis: '64000' };
      const text = catalogues[language].denials.price_out_of_range(numbers);
      for (const number of ['BTCUSDT', '48000', '51200', '64000']) expect(text).toContain(number);
      expect(text).not.toMatch(/undefined/);
    },
  );

  it.each(codes)('says %s without its numbers too', (code) => {
    expect(catalogues[language].denials[code]({})).not.toMatch(/undefined|NaN/);
  });

  it.each(Object.keys(catalogues.en.recoveries) as RecoveryLine['code'][])(
    'says what was found and done of %s, in its own words',
    (code) => {
      const numbers = {
        quantity: '1',
        price: '2',
        amount: '3',
        clientId: '4',
        expected: '5',
        actual: '6',
        target: '7',
      };
      const text = catalogues[language].recoveries[code]({ ...numbers, role: 'stop', reason: 'panic' });
      expect(text).toMatch(/ → .+/);
      expect(text).not.toMatch(/undefined|NaN|\?/);
      expect(catalogues[language].recoveries[code]({})).not.toMatch(/undefined|NaN/);
    },
  );

  it('says of entries that go on that their pause is what was, not what is', () => {
    const { alertLines, pauses } = catalogues[language];
    expect(alertLines.resumed(pauses.user)).toMatch(/until now: paused by an operator|此前：由操作员暂停/);
  });

  it.each(INVALID)('says the numbers of %s', (reason, numbers) => {
    const text = catalogues[language].invalids[reason](numbers);
    for (const [name, value] of Object.entries(numbers)) if (name !== 'side') expect(text).toContain(value);
    expect(text).not.toMatch(/undefined|NaN|\?/);
  });

  it.each(invalidReason.options)('says %s without numbers too', (reason) => {
    expect(catalogues[language].invalids[reason]({})).not.toMatch(/undefined|NaN|\?| {2}/);
  });

  it('keeps button labels within what Discord takes', () => {
    const { button } = catalogues[language];
    for (const label of Object.values(button)) {
      expect((typeof label === 'string' ? label : label(100)).length).toBeLessThanOrEqual(80);
    }
  });
});

describe('the language of an answer', () => {
  it.each([
    { locale: 'zh-CN', configured: 'en' as const, expected: '确认' },
    { locale: 'en-US', configured: 'zh-CN' as const, expected: 'Confirm' },
    { locale: 'en-GB', configured: 'zh-CN' as const, expected: 'Confirm' },
    { locale: 'de', configured: 'zh-CN' as const, expected: '确认' },
    { locale: 'zh-TW', configured: 'en' as const, expected: 'Confirm' },
  ])('for $locale where $configured is configured says $expected', ({ locale, configured, expected }) => {
    expect(catalogueFor(locale, configured).button.confirm).toBe(expected);
  });
});

it('a stop on the wrong side of the price is told as that, and where it would have to be', () => {
  const said = (language: 'en' | 'zh-CN', side: string) =>
    catalogues[language].denials.target_passed({ passed: 'stop', side, price: '59000', mark: '60500' });
  expect(said('en', 'short')).toBe(
    'The stop 59000 is on the wrong side of the price: the mark price is 60500, and the stop of a short at market must be above it, not below (it has been reached, or is mistyped).',
  );
  expect(said('en', 'long')).toContain('must be below it, not above');
  expect(said('zh-CN', 'short')).toContain('市价做空的止损必须高于现价');
  expect(said('zh-CN', 'long')).toContain('市价做多的止损必须低于现价');
});
