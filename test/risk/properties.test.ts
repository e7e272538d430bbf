import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess } from '../../src/risk/assess.ts';
import type { Book } from '../../src/risk/book.ts';
import { totalExposure } from '../../src/risk/exposure.ts';
import type { ChannelSettings } from '../../src/risk/settings.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import type { Plan, Signal } from '../../src/trading/model.ts';
import { gain } from '../../src/trading/rounding.ts';
import { book, channel, d, filled, instrument, NOW, signal, source, tradeOf } from './fixtures.ts';

const percent = (min: number, max: number) =>
  fc.integer({ min: min * 100, max: max * 100 }).map((n) => n / 100);

interface Scene {
  signal: Signal;
  channel: ChannelSettings;
  book: Book;
}

/** Signals around a mark price of any size, on instruments of any grid, in accounts of any size. */
const scene: fc.Arbitrary<Scene> = fc
  .record({
    magnitude: fc.integer({ min: -7, max: 5 }),
    digits: fc.integer({ min: 1_000, max: 99_999 }),
    tickDigits: fc.integer({ min: 2, max: 5 }),
    stepExponent: fc.integer({ min: -4, max: 3 }),
    minNotional: fc.constantFrom(5, 20, 100),
    side: fc.constantFrom('long' as const, 'short' as const),
    entryKind: fc.constantFrom('market' as const, 'limit' as const, 'ladder' as const, 'zone' as const),
    trigger: fc.constantFrom('above' as const, 'below' as const, null),
    offsets: fc.array(percent(-3, 3), { minLength: 3, maxLength: 3 }),
    stopPct: percent(0.02, 30),
    targetPcts: fc.array(percent(0.05, 40), { maxLength: 6 }),
    leverage: fc.option(fc.integer({ min: 1, max: 125 })),
    marginMode: fc.constantFrom('cross' as const, 'isolated' as const, null),
    equity: fc.integer({ min: 0, max: 1_000_000 }),
    availablePct: percent(0, 100),
    hedgeMode: fc.boolean(),
    risk: fc.record({
      riskPerTradePct: percent(0.01, 100),
      maxLeverage: fc.integer({ min: 1, max: 125 }),
      maxPositionNotionalPct: percent(1, 1_000),
      maxTotalNotionalPct: percent(1, 1_000),
      maxTotalRiskPct: percent(0.01, 100),
      minLiquidationBufferPct: percent(0, 200),
      allowCross: fc.boolean(),
    }),
  })
  .map((raw) => {
    const mark = d(raw.digits).times(d(10).pow(raw.magnitude - 4));
    const tick = d(10).pow(raw.magnitude - raw.tickDigits + 1);
    const at = (pct: number) => mark.times(1 + pct / 100);
    const off = (pct: number) => (raw.side === 'long' ? at(pct) : at(-pct));
    const [first = 0, second = 0, third = 0] = raw.offsets;
    const entries = { market: [0], limit: [first], ladder: [first, second, third], zone: [first, second] };
    const worst = Math.min(...entries[raw.entryKind]);
    const levels = entries[raw.entryKind].map(off);
    const entry: Signal['entry'] =
      raw.entryKind === 'market'
        ? { type: 'market' }
        : raw.entryKind === 'zone'
          ? { type: 'zone', low: Decimal.min(...levels), high: Decimal.max(...levels) }
          : { type: 'limit', prices: levels };
    const listed = instrument('BTCUSDT', {
      tickSize: tick,
      stepSize: d(10).pow(raw.stepExponent),
      minQuantity: d(10).pow(raw.stepExponent),
      marketStepSize: d(10).pow(raw.stepExponent),
      marketMinQuantity: d(10).pow(raw.stepExponent),
      minNotional: d(raw.minNotional),
      maxQuantity: d(10).pow(raw.stepExponent + 6),
      marketMaxQuantity: d(10).pow(raw.stepExponent + 5),
    });
    return {
      signal: signal({
        side: raw.side,
        entry,
        trigger: raw.entryKind === 'market' ? null : raw.trigger,
        stopLoss: { price: off(worst - raw.stopPct) },
        takeProfits: raw.targetPcts.map((pct) => ({ price: off(Math.max(...raw.offsets, 0) + pct) })),
        leverage: raw.leverage,
        marginMode: raw.marginMode,
      }),
      channel: channel({
        ...raw.risk,
        maxStopDistancePct: 100,
        maxEntryDeviationPct: 100,
        maxTradesPerSymbol: 50,
        maxOpenTrades: 50,
      }),
      book: book({
        equity: d(raw.equity),
        available: d(raw.equity).times(raw.availablePct).div(100),
        hedgeMode: raw.hedgeMode,
        instruments: new Map([['BTCUSDT', listed]]),
        prices: new Map([['BTCUSDT', { mark, last: mark }]]),
      }),
    };
  });

function judge({ signal: wanted, channel: settings, book: state }: Scene) {
  return assess(wanted, source(), settings, state, NOW);
}

function share(of: Decimal, pct: Decimal): Decimal {
  return of.times(pct).div(100);
}

/** Every text in a value that looks like a number, as it would be stored or sent. */
function written(value: unknown): string[] {
  const texts: string[] = [];
  JSON.stringify(value, (_, part) => {
    if (typeof part === 'string' && /^-?[\d.]|NaN|Infinity/.test(part)) texts.push(part);
    return part;
  });
  return texts;
}

describe('every plan', () => {
  test('stays within risk, notional, leverage and balance, on the grid of the exchange', () => {
    let plans = 0;
    fc.assert(
      fc.property(scene, (given) => {
        const assessment = judge(given);
        if (assessment.kind === 'denied') return;
        plans += 1;
        const { plan } = assessment;
        const { risk } = given.channel;
        const { equity, available } = given.book;
        expect(plan.riskAmount.lte(share(equity, risk.riskPerTradePct))).toBe(true);
        expect(plan.riskAmount.lte(share(equity, risk.maxTotalRiskPct))).toBe(true);
        expect(plan.notional.lte(share(equity, risk.maxPositionNotionalPct))).toBe(true);
        expect(plan.notional.lte(share(equity, risk.maxTotalNotionalPct))).toBe(true);
        expect(plan.margin.lte(available)).toBe(true);
        expect(plan.leverage).toBeLessThanOrEqual(Math.min(risk.maxLeverage, given.signal.leverage ?? 5));
        if (!risk.allowCross) expect(plan.marginMode).toBe('isolated');
        onGrid(plan, given);
        if (plan.liquidationPrice) {
          const distance = gain(plan.side, plan.stopPrice, plan.entryPrice);
          const room = gain(plan.side, plan.liquidationPrice, plan.stopPrice);
          const tick = given.book.instruments.get('BTCUSDT')?.tickSize ?? d(0);
          expect(room.plus(tick).gte(share(distance, risk.minLiquidationBufferPct))).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
    expect(plans).toBeGreaterThan(50);
  });

  function onGrid(plan: Plan, given: Scene): void {
    const listed = given.book.instruments.get('BTCUSDT');
    if (!listed) throw new Error('not listed');
    const total = plan.entries.reduce((sum, entry) => sum.plus(entry.quantity), d(0));
    expect(`${total}`).toBe(`${plan.quantity}`);
    for (const entry of plan.entries) {
      expect(entry.quantity.mod(listed.stepSize).isZero()).toBe(true);
      expect(entry.quantity.gte(listed.minQuantity)).toBe(true);
      expect(entry.quantity.times(entry.price ?? plan.markPrice).gte(listed.minNotional)).toBe(true);
      expect(entry.quantity.lte(entry.type === 'limit' ? listed.maxQuantity : listed.marketMaxQuantity)).toBe(
        true,
      );
      if (entry.price) expect(entry.price.mod(listed.tickSize).isZero()).toBe(true);
      expect(gain(plan.side, plan.stopPrice, entry.price ?? plan.markPrice).gt(0)).toBe(true);
    }
    expect(plan.stopPrice.mod(listed.tickSize).isZero()).toBe(true);
    expect(plan.stopPrice.gt(0)).toBe(true);
    const shares = plan.targets.reduce((sum, target) => sum.plus(target.sharePct), d(0));
    expect(shares.lte('100.000000000001')).toBe(true);
    for (const target of plan.targets) {
      expect(target.price.mod(listed.tickSize).isZero()).toBe(true);
      expect(gain(plan.side, plan.entryPrice, target.price).gt(0)).toBe(true);
      expect(target.sharePct.gt(0)).toBe(true);
    }
  }

  test('and every denial are written in plain, finite decimals', () => {
    fc.assert(
      fc.property(scene, (given) => {
        for (const text of written(judge(given))) expect(text).toMatch(/^-?\d+(\.\d+)?$/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('one book', () => {
  test('GIVEN signals one after the other THEN together they never pass a limit', () => {
    fc.assert(
      fc.property(scene, fc.integer({ min: 2, max: 8 }), (given, count) => {
        let state: Book = given.book;
        const { risk } = given.channel;
        for (let index = 0; index < count; index += 1) {
          const assessment = judge({ ...given, book: state });
          if (assessment.kind === 'denied') break;
          const trade = tradeOf(assessment.plan, given.signal);
          // Half of them have filled by the time the next one comes.
          state = { ...state, trades: [...state.trades, index % 2 === 0 ? trade : filled(trade)] };
        }
        const total = totalExposure(state.trades);
        expect(total.notional.lte(share(state.equity, risk.maxTotalNotionalPct))).toBe(true);
        expect(total.risk.lte(share(state.equity, risk.maxTotalRiskPct))).toBe(true);
        expect(total.margin.lte(state.equity)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    { limit: 'maxOpenTrades', risk: { maxOpenTrades: 1 }, code: 'too_many_trades' },
    { limit: 'maxTradesPerSymbol', risk: { maxTradesPerSymbol: 1 }, code: 'too_many_on_symbol' },
    { limit: 'maxTotalRiskPct', risk: { maxTotalRiskPct: 1 }, code: 'risk_limit' },
    { limit: 'maxTotalNotionalPct', risk: { maxTotalNotionalPct: 65 }, code: 'notional_limit' },
  ])('GIVEN two signals at the edge of $limit THEN one passes', ({ risk, code }) => {
    const settings = channel({ maxTradesPerSymbol: 9, ...risk });
    const first = assess(signal(), source(), settings, book(), NOW);
    expect(first.kind).toBe('planned');
    const trades = first.kind === 'planned' ? [tradeOf(first.plan)] : [];
    const second = assess(signal(), source({ messageId: '2' }), settings, book({ trades }), NOW);
    expect(second.kind === 'denied' && second.denial.code).toBe(code);
  });
});
