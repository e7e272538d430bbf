import { describe, expect, it } from 'vitest';
import { catalogueFor, catalogues } from '../../src/bot/locales/index.ts';
import { denials } from '../../src/risk/denials.ts';
import type { RecoveryLine } from '../../src/trading/desk-types.ts';
import type { DenialCode } from '../../src/trading/model.ts';

const codes = Object.keys(denials) as DenialCode[];
const SCOPES = new Set(['scope', 'passed', 'reason', 'until', 'side', 'detail', 'defaultStopPct']);

describe.each(Object.keys(catalogues) as (keyof typeof catalogues)[])('%s', (language) => {
  it.each(codes)('says every number of %s', (code) => {
    const names = denials[code].numbers;
    const numbers = Object.fromEntries(names.map((name, index) => [name, `${1_000 + index}`]));
    const text = catalogues[language].denials[code]({ ...numbers, until: '2026-11-22T18:00:00.000Z' });
    for (const name of names.filter((one) => !SCOPES.has(one))) expect(text, name).toContain(numbers[name]);
    expect(text).not.toMatch(/undefined|NaN/);
  });

  it.each(codes)('says %s without its numbers too', (code) => {
    expect(catalogues[language].denials[code]({})).not.toMatch(/undefined|NaN/);
  });

  it.each(Object.keys(catalogues.en.recoveries) as RecoveryLine['code'][])(
    'says what was found and done of %s, in its own words',
    (code) => {
      const numbers = { quantity: '1', price: '2', amount: '3', clientId: '4', expected: '5', actual: '6' };
      const text = catalogues[language].recoveries[code]({ ...numbers, role: 'stop', reason: 'panic' });
      expect(text).toMatch(/ → .+/);
      expect(text).not.toMatch(/undefined|NaN|\?/);
      expect(catalogues[language].recoveries[code]({})).not.toMatch(/undefined|NaN/);
    },
  );

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
