import { describe, expect, test } from 'vitest';
import type { Signal } from '../../src/trading/model.ts';
import { termsOf } from '../../src/trading/plan.ts';
import { tradingDefaults } from '../../src/trading/settings.ts';
import { book, channel, d, filled, instrument, tradeOf } from '../risk/fixtures.ts';
import { type Given, limit, market, note, orders, plan, short, stop, targets } from './plan-given.ts';

describe('quantity', () => {
  test.each<Given & { given: string; quantity: string; risk: string }>([
    { given: 'one limit price', quantity: '0.1', risk: '100' },
    {
      given: 'a distance that does not divide',
      signal: { stopLoss: stop(64_300) },
      quantity: '0.142',
      risk: '99.4',
    },
    { given: 'half the risk', channel: channel({ riskPerTradePct: 0.5 }), quantity: '0.05', risk: '50' },
    { given: 'a short', signal: short, quantity: '0.1', risk: '100' },
    { given: 'a market entry at the mark price', signal: { entry: market }, quantity: '0.1', risk: '100' },
    {
      given: 'a stop in percent of the planned entry',
      signal: { stopLoss: { percent: d(2) } },
      quantity: '0.076',
      risk: '98.8',
    },
    {
      given: 'a ladder, by its weighted mean',
      signal: { entry: limit(65_000, 64_500), stopLoss: stop(63_750) },
      quantity: '0.1',
      risk: '100',
    },
    {
      given: 'a ladder with shares of its own',
      signal: {
        entry: { type: 'limit', prices: [d(65_000), d(64_500)], shares: [d(60), d(40)] },
        stopLoss: stop(63_800),
      },
      quantity: '0.1',
      risk: '100',
    },
  ])('GIVEN $given THEN equity × riskPerTradePct / distance', ({ quantity, risk, ...given }) => {
    const planned = plan(given);
    expect(`${planned.quantity}`).toBe(quantity);
    expect(`${planned.riskAmount}`).toBe(risk);
    expect(`${planned.riskPct}`).toBe(`${d(risk).div(100)}`);
  });

  test.each<Given & { given: string; quantity: string; cut: Record<string, string> }>([
    {
      given: 'a limit on the position',
      channel: channel({ maxPositionNotionalPct: 50 }),
      quantity: '0.076',
      cut: { code: 'notional_limit', setting: 'maxPositionNotionalPct', from: '0.1', to: '0.076' },
    },
    {
      given: 'a limit on the total risk',
      channel: channel({ maxTotalRiskPct: 0.5 }),
      quantity: '0.05',
      cut: { code: 'risk_limit', setting: 'maxTotalRiskPct', from: '0.1', to: '0.05' },
    },
    {
      given: "the channel's own limit on the total notional",
      channel: channel({}, {}, { own: { maxTotalNotionalPct: 40 } }),
      quantity: '0.061',
      cut: { code: 'notional_limit', setting: 'maxTotalNotionalPct', from: '0.1', to: '0.061' },
    },
    {
      given: 'a small balance, fees included',
      book: { available: d(500) },
      quantity: '0.038',
      cut: { code: 'balance_too_small', from: '0.1', to: '0.038', setting: '' },
    },
    {
      given: 'a largest order',
      signal: { entry: market },
      book: { instruments: new Map([['BTCUSDT', instrument('BTCUSDT', { marketMaxQuantity: d('0.02') })]]) },
      quantity: '0.02',
      cut: { code: 'notional_limit', setting: '', from: '0.1', to: '0.02' },
    },
    {
      given: 'a largest order that a target for all of a ladder would exceed',
      signal: { entry: { type: 'limit', prices: [d(65_100), d(65_000), d(64_900)] } },
      book: { instruments: new Map([['BTCUSDT', instrument('BTCUSDT', { maxQuantity: d('0.06') })]]) },
      quantity: '0.06',
      cut: { code: 'notional_limit', setting: '', from: '0.1', to: '0.06' },
    },
  ])('GIVEN $given THEN the quantity is cut and it is said', ({ quantity, cut, ...given }) => {
    const planned = plan(given);
    expect(`${planned.quantity}`).toBe(quantity);
    expect(note(planned, 'quantity_cut')).toEqual(cut);
  });

  test('GIVEN a coarser lot for market orders THEN a market entry keeps to it', () => {
    const coarse = instrument('BTCUSDT', { marketStepSize: d('0.03'), marketMinQuantity: d('0.03') });
    const state = { instruments: new Map([['BTCUSDT', coarse]]) };
    expect(orders(plan({ signal: { entry: market }, book: state }))).toEqual(['0.09@market']);
    expect(orders(plan({ book: state }))).toEqual(['0.1@65000']);
  });
});

describe('stop', () => {
  test.each<Given & { given: string; expected: string }>([
    {
      given: 'a long off the tick: up, towards the entry',
      signal: { stopLoss: stop('63999.91') },
      expected: '64000',
    },
    {
      given: 'a short off the tick: down',
      signal: { ...short, stopLoss: stop('66000.09') },
      expected: '66000',
    },
    {
      given: 'less than a tick from the entry: away',
      signal: { stopLoss: stop('64999.95') },
      expected: '64999.9',
    },
    {
      given: 'percent of a short',
      signal: { ...short, stopLoss: { percent: d(3) } },
      expected: '66950',
    },
    {
      given: 'none, and a default',
      signal: { stopLoss: null },
      channel: channel({ requireStopLoss: false, defaultStopPct: 4 }),
      expected: '62400',
    },
  ])('GIVEN $given THEN $expected', ({ expected, ...given }) => {
    expect(`${plan(given).stopPrice}`).toBe(expected);
  });

  test('GIVEN the default stop THEN it is said', () => {
    const settings = channel({ requireStopLoss: false, defaultStopPct: 4 });
    expect(note(plan({ signal: { stopLoss: null }, channel: settings }), 'default_stop')).toEqual({
      pct: '4',
      price: '62400',
    });
  });
});

describe('account', () => {
  test('GIVEN hedge mode THEN the order carries its side', () => {
    expect(plan().positionSide).toBe('BOTH');
    expect(plan({ book: { hedgeMode: true } }).positionSide).toBe('LONG');
    expect(plan({ signal: short, book: { hedgeMode: true } }).positionSide).toBe('SHORT');
  });

  test('GIVEN closeOnOpposite THEN the opposite trade does not count', () => {
    const open = filled(tradeOf(plan()));
    const flipped = plan({
      signal: short,
      channel: channel({}, { closeOnOpposite: true }),
      book: { trades: [open] },
    });
    expect(flipped.side).toBe('short');
  });

  test('GIVEN spot THEN no leverage, no liquidation, and the free balance is the limit', () => {
    const planned = plan({
      signal: { leverage: 20, marginMode: 'cross' },
      channel: channel({ maxPositionNotionalPct: 1000 }, {}, { market: 'spot' }),
      book: { market: 'spot', hedgeMode: true, available: d(5_000), brackets: new Map() },
    });
    expect(planned).toMatchObject({
      leverage: 1,
      liquidationPrice: null,
      positionSide: 'BOTH',
      market: 'spot',
    });
    expect(`${planned.quantity}`).toBe('0.076');
    expect(note(planned, 'leverage_cut')).toEqual({ from: '20', to: '1', limit: 'spot' });
    expect(note(planned, 'quantity_cut')).toMatchObject({ code: 'balance_too_small' });
  });

  test('terms carry settings, filters and fees into the trade', () => {
    const fees = { maker: d('0.0002'), taker: d('0.0005') };
    const terms = termsOf({ ...tradingDefaults, stopTrigger: 'last' }, instrument(), fees);
    expect(terms).toMatchObject({
      entryTimeoutMs: 14_400_000,
      breakEvenAfter: 1,
      stopTrigger: 'last',
      trailingStop: null,
      makerFee: fees.maker,
      takerFee: fees.taker,
      tickSize: d('0.1'),
      marketMaxQuantity: d(120),
    });
  });
});

describe('symbols listed by the thousand', () => {
  const coins = (symbol: string) => ({
    instruments: new Map([
      [
        symbol,
        instrument(symbol, {
          tickSize: d('0.0000001'),
          stepSize: d(1),
          minQuantity: d(1),
          minNotional: d(5),
          maxQuantity: d(1e9),
          marketMaxQuantity: d(1e9),
        }),
      ],
    ]),
    prices: new Map([[symbol, { mark: d('0.0123'), last: d('0.0123') }]]),
    brackets: new Map([[symbol, book().brackets.get('BTCUSDT') ?? []]]),
  });
  const pepe = (factor: number): Partial<Signal> => ({
    symbol: 'PEPEUSDT',
    entry: { type: 'limit', prices: [d('0.0123').div(factor)] },
    stopLoss: { price: d('0.0120').div(factor) },
    takeProfits: [{ price: d('0.0130').div(factor) }, { percent: d(9) }],
  });

  test.each([
    { listed: '1000PEPEUSDT', factor: 1000 },
    { listed: '10000PEPEUSDT', factor: 10_000 },
    { listed: '1000000PEPEUSDT', factor: 1_000_000 },
    { listed: '1MPEPEUSDT', factor: 1_000_000 },
  ])('GIVEN $listed THEN the prices are multiplied by $factor', ({ listed, factor }) => {
    const planned = plan({ signal: pepe(factor), book: coins(listed) });
    expect(planned.symbol).toBe(listed);
    expect(orders(planned)[0]).toMatch(/@0\.0123$/);
    expect(`${planned.stopPrice}`).toBe('0.012');
    expect(targets(planned)).toEqual(['50%@0.013', '50%@0.013407']);
    expect(note(planned, 'symbol_scaled')).toEqual({ from: 'PEPEUSDT', to: listed, factor: String(factor) });
  });

  test('GIVEN prices that are the listed ones already THEN they stay', () => {
    const planned = plan({ signal: pepe(1), book: coins('1000PEPEUSDT') });
    expect(`${planned.entryPrice}`).toBe('0.0123');
    expect(note(planned, 'symbol_scaled')).toMatchObject({ factor: '1' });
  });
});
