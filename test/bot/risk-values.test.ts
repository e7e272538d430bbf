import { describe, expect, it } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import { boundsText, parseValue, refusalText, showValue, unknownKeyText } from '../../src/bot/risk-values.ts';
import { type RiskKey, riskDefaults, riskKeys, riskOverrides } from '../../src/risk/settings.ts';

const t = catalogues.en;
const keys = Object.keys(riskKeys) as RiskKey[];

describe('what a user types', () => {
  it.each<{ key: RiskKey; text: string; value: unknown }>([
    { key: 'riskPerTradePct', text: '0.5 %', value: '0.5' },
    { key: 'maxLeverage', text: '20x', value: 20 },
    { key: 'maxLeverage', text: '2.5', value: '2.5' },
    { key: 'minRewardRisk', text: '1.5R', value: '1.5' },
    { key: 'cooldown', text: '4H', value: '4h' },
    { key: 'requireStopLoss', text: 'Off', value: false },
    { key: 'allowCross', text: '是', value: true },
    { key: 'allowCross', text: 'maybe', value: 'maybe' },
    { key: 'defaultStopPct', text: 'none', value: null },
    { key: 'denySymbols', text: 'LUNAUSDT, FTTUSDT', value: ['LUNAUSDT', 'FTTUSDT'] },
    { key: 'allowSymbols', text: 'none', value: [] },
  ])('$text for $key is read as $value', ({ key, text, value }) => {
    expect(parseValue(key, text)).toEqual(value);
  });

  it.each(keys)('what is shown of %s can be typed again', (key) => {
    const shown = showValue(key, riskDefaults[key], t);
    const parsed = riskOverrides.parse({ [key]: parseValue(key, shown) });
    expect(showValue(key, parsed[key] ?? null, t)).toBe(shown);
  });
});

describe('a refusal', () => {
  it.each<{ key: RiskKey; text: string; says: string }>([
    { key: 'maxLeverage', text: 'banana', says: '“banana”. It takes a whole number, 1 to 150x.' },
    { key: 'riskPerTradePct', text: '500', says: '“500”. It takes a percentage, 0.001 to 100%.' },
    { key: 'cooldown', text: 'soon', says: '“soon”. It takes a time, 0s to 365d, as 90s, 5m, 4h or 1d.' },
    { key: 'allowCross', text: 'maybe', says: '“maybe”. It takes true / false.' },
  ])('of $text for $key says what it takes', ({ key, text, says }) => {
    expect(riskOverrides.safeParse({ [key]: parseValue(key, text) }).success).toBe(false);
    expect(refusalText(key, text, 'value', t)).toBe(`${key} cannot be ${says}`);
  });

  it('of switching the stop off names what has to come first', () => {
    expect(refusalText('requireStopLoss', 'false', 'no_stop', t)).toContain('defaultStopPct');
  });
});

describe('a setting that is not there', () => {
  it.each([
    { text: 'maxleverage', says: 'There is no risk setting maxleverage. Did you mean maxLeverage' },
    { text: 'riskPerTrade', says: 'Did you mean riskPerTradePct' },
    { text: 'max_daily_los', says: 'Did you mean maxDailyLossPct' },
    { text: 'colldown', says: 'Did you mean cooldown?' },
    { text: 'stop', says: 'StopLoss' },
    { text: '@here', says: 'There is no risk setting \\@here. /risk show lists them.' },
    { text: '', says: '/risk show lists them' },
  ])('$text', ({ text, says }) => {
    expect(unknownKeyText(text, t)).toContain(says);
  });
});

describe('what is shown', () => {
  it.each<{ key: RiskKey; shown: string; bounds: string }>([
    { key: 'maxLeverage', shown: '10x', bounds: '1 to 150x' },
    { key: 'riskPerTradePct', shown: '1%', bounds: '0.001 to 100%' },
    { key: 'maxConsecutiveLosses', shown: 'off', bounds: '0 to 1000' },
    { key: 'cooldown', shown: '0s', bounds: '0s to 365d' },
    { key: 'requireStopLoss', shown: 'true', bounds: 'true / false' },
    { key: 'maxOrdersPerMinute', shown: '60/min', bounds: '1 to 10000/min' },
    { key: 'allowSymbols', shown: 'all', bounds: '' },
    { key: 'denySymbols', shown: 'none', bounds: '' },
  ])('of $key is $shown, within $bounds', ({ key, shown, bounds }) => {
    expect(showValue(key, riskDefaults[key], t)).toBe(shown);
    expect(boundsText(key, t)).toBe(bounds);
  });
});
