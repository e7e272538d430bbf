import { expect, test } from 'vitest';
import type { Outcome } from '../../src/bot/records.ts';
import { whatIf } from '../../src/commands/what-if.ts';
import { riskDefaults } from '../../src/risk/settings.ts';
import type { DenialCode } from '../../src/trading/model.ts';

const check = (code: DenialCode, passed: boolean, numbers: Record<string, string>) => ({
  code,
  setting: null,
  numbers,
  passed,
  closeness: null,
});

function outcome(result: Outcome['result'], ...checks: Outcome['checks']): Outcome {
  const failed = checks.find(({ passed }) => !passed);
  const denial = failed ? { code: failed.code, setting: null, numbers: failed.numbers } : null;
  return { index: 0, result, symbol: 'BTCUSDT', side: 'long', tradeId: null, detail: null, denial, checks };
}

const far = (pct: string, passed: boolean, scope = '') =>
  check('stop_too_far', passed, { distancePct: pct, ...(scope ? { scope } : {}) });

const past = [
  outcome('opened', far('5', true)),
  outcome('proposed', far('20', true)),
  outcome('denied', far('30', false)),
  outcome('denied', far('30', false), check('cooldown', false, {})),
  outcome('denied', far('20', true), check('cooldown', false, {})),
  outcome('opened'),
];

test.each([
  ['tighter', 10, { asked: 5, denied: 1, allowed: 0 }],
  ['as it was', 25, { asked: 5, denied: 0, allowed: 0 }],
  ['looser', 40, { asked: 5, denied: 0, allowed: 1 }],
] as const)('%s', (_, maxStopDistancePct, expected) => {
  expect(whatIf(past, 'maxStopDistancePct', given({ maxStopDistancePct }))).toEqual(expected);
});

test('what a channel decided by itself stays', () => {
  const own = [
    outcome('denied', check('too_many_trades', false, { open: '3', limit: '3', scope: 'channel' })),
  ];
  expect(whatIf(own, 'maxOpenTrades', given({ maxOpenTrades: 9 }))).toEqual({
    asked: 0,
    denied: 0,
    allowed: 0,
  });
});

test('a limit on open trades is reached by as many', () => {
  const taken = [outcome('opened', check('too_many_trades', true, { open: '2', limit: '5' }))];
  expect(whatIf(taken, 'maxOpenTrades', given({ maxOpenTrades: 2 }))?.denied).toBe(1);
  expect(whatIf(taken, 'maxOpenTrades', given({ maxOpenTrades: 3 }))?.denied).toBe(0);
});

test('nothing is told of what only cuts sizes', () => {
  expect(whatIf(past, 'maxLeverage', given({ maxLeverage: 2 }))).toBeNull();
});

function given(over: object) {
  return { ...riskDefaults, ...over };
}
