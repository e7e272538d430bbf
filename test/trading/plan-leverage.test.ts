import { describe, expect, test } from 'vitest';
import type { PlanNote } from '../../src/trading/model.ts';
import { channel, d, filled, instrument, tradeOf } from '../risk/fixtures.ts';
import { type Given, limit, note, plan, short, stop } from './plan-given.ts';

describe('leverage and margin mode', () => {
  test.each<Given & { given: string; leverage: number; notes: PlanNote[] }>([
    { given: 'none in the signal', leverage: 5, notes: [] },
    { given: "the signal's own", signal: { leverage: 8 }, leverage: 8, notes: [] },
    {
      given: 'more than allowed',
      signal: { leverage: 50 },
      leverage: 10,
      notes: [{ code: 'leverage_cut', numbers: { from: '50', to: '10', limit: 'maxLeverage' } }],
    },
    {
      given: 'more than the bracket allows',
      signal: { leverage: 20, stopLoss: stop(64_997) },
      channel: channel({ maxLeverage: 125, maxPositionNotionalPct: 100_000, maxTotalNotionalPct: 100_000 }),
      book: {
        available: d(10_000_000),
        equity: d(200_000),
        instruments: new Map([['BTCUSDT', instrument('BTCUSDT', { maxQuantity: d(100_000) })]]),
      },
      leverage: 5,
      notes: [
        { code: 'quantity_cut', numbers: expect.objectContaining({ code: 'balance_too_small' }) },
        { code: 'leverage_cut', numbers: { from: '20', to: '5', limit: 'bracket' } },
      ],
    },
    {
      given: 'a stop close to the liquidation price',
      signal: { leverage: 20, stopLoss: { percent: d(6) } },
      channel: channel({ maxLeverage: 50 }),
      leverage: 13,
      notes: [{ code: 'leverage_for_liquidation', numbers: { from: '20', to: '13', bufferPct: '20' } }],
    },
  ])('GIVEN $given THEN $leverage x', ({ leverage, notes, ...given }) => {
    const planned = plan(given);
    expect(planned.leverage).toBe(leverage);
    expect(planned.notes).toEqual(notes);
    expect(planned.margin.times(leverage).minus(planned.notional).abs().lt('0.0001')).toBe(true);
  });

  test('the liquidation price is the one of Binance: margin and maintenance margin meet there', () => {
    const long = plan({ signal: { leverage: 10 } });
    // 6500 of notional on 650 of margin in the bracket of 0.4 %: (6500 - 650) / (0.1 × 0.996)
    expect(`${long.liquidationPrice}`).toBe('58735');
    const fall = plan({ signal: { ...short, leverage: 10 } });
    expect(`${fall.liquidationPrice}`).toBe('71215.1');
  });

  test('GIVEN a ladder THEN its first entry alone keeps the buffer too', () => {
    const given = { leverage: 10, stopLoss: stop(58_500), takeProfits: [] };
    const alone = plan({ signal: { ...given, entry: limit(64_000) } });
    const ladder = plan({ signal: { ...given, entry: limit(65_000, 63_000) } });
    expect(alone.leverage).toBe(9);
    expect(ladder.leverage).toBe(8);
  });

  test.each<Given & { given: string; mode: 'cross' | 'isolated'; notes: string[] }>([
    { given: 'no mode in the signal', mode: 'isolated', notes: [] },
    {
      given: 'cross, not allowed',
      signal: { marginMode: 'cross' },
      mode: 'isolated',
      notes: ['cross_as_isolated'],
    },
    {
      given: 'cross, allowed',
      signal: { marginMode: 'cross' },
      channel: channel({ allowCross: true }),
      mode: 'cross',
      notes: [],
    },
    {
      given: 'cross as the setting, isolated in the signal',
      signal: { marginMode: 'isolated' },
      channel: channel({ allowCross: true }, { marginMode: 'cross' }),
      mode: 'isolated',
      notes: [],
    },
  ])('GIVEN $given THEN $mode', ({ mode, notes, ...given }) => {
    const planned = plan(given);
    expect(planned.marginMode).toBe(mode);
    expect(planned.notes.map((one) => one.code)).toEqual(notes);
  });

  test('GIVEN a trade on the symbol THEN its leverage and margin mode are kept and it is said', () => {
    const settings = channel({ allowCross: true, maxTradesPerSymbol: 2 });
    const first = filled(tradeOf(plan({ signal: { leverage: 3 }, channel: settings })));
    const second = plan({
      signal: { leverage: 7, marginMode: 'cross' },
      channel: settings,
      book: { trades: [first] },
    });
    expect(second).toMatchObject({ leverage: 3, marginMode: 'isolated' });
    expect(note(second, 'keeps_leverage')).toEqual({ leverage: '3', wanted: '7' });
    expect(note(second, 'keeps_margin_mode')).toEqual({ mode: 'isolated', wanted: 'cross' });
  });
});
