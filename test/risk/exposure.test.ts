import { describe, expect, test } from 'vitest';
import { assess } from '../../src/risk/assess.ts';
import { exposureOf, reservedNotional, riskAtStop, totalExposure } from '../../src/risk/exposure.ts';
import { availableBalance } from '../../src/risk/reach.ts';
import type { Order, Signal, Trade } from '../../src/trading/model.ts';
import { book, channel, d, filled, NOW, signal, source, tradeOf } from './fixtures.ts';

function trade(changes: Partial<Signal> = {}): Trade {
  const assessment = assess(signal(changes), source(), channel(), book(), NOW);
  if (assessment.kind === 'denied') throw new Error(assessment.denial.code);
  return tradeOf(assessment.plan);
}

function withEntry(of: Trade, slot: number, change: Partial<Order>): Trade {
  return { ...of, orders: of.orders.map((order) => (order.slot === slot ? { ...order, ...change } : order)) };
}

function exit(of: Trade, quantity: string): Trade {
  const [entry] = of.orders;
  if (!entry) throw new Error('no entry');
  const order: Order = {
    ...entry,
    clientId: 'exit',
    role: 'target',
    status: 'filled',
    executed: d(quantity),
  };
  return { ...of, orders: [...of.orders, order] };
}

const text = (one: Trade) => [`${reservedNotional(one)}`, `${riskAtStop(one)}`];

const ladder = trade({ entry: { type: 'limit', prices: [d(65_000), d(64_600)] } });
const one = trade();

describe('what a trade binds', () => {
  test.each<{ given: string; of: Trade; notional: string; risk: string }>([
    { given: 'entries not sent yet', of: one, notional: '6500', risk: '100' },
    {
      given: 'an entry without an answer',
      of: withEntry(one, 0, { status: 'unknown' }),
      notional: '6500',
      risk: '100',
    },
    {
      given: 'an entry filled in part',
      of: withEntry(one, 0, { status: 'working', executed: d('0.04') }),
      notional: '6500',
      risk: '100',
    },
    {
      given: 'an entry filled in part and cancelled',
      of: withEntry(one, 0, { status: 'cancelled', executed: d('0.04') }),
      notional: '2600',
      risk: '40',
    },
    { given: 'an entry that failed', of: withEntry(one, 0, { status: 'failed' }), notional: '0', risk: '0' },
    { given: 'a target taken', of: exit(filled(one), '0.05'), notional: '3250', risk: '50' },
    {
      given: 'a part that left elsewhere',
      of: { ...filled(one), elsewhere: d('0.09') },
      notional: '650',
      risk: '10',
    },
    {
      given: 'a stop at break-even',
      of: { ...filled(one), stopPrice: d(65_100), stopHeldPrice: d(65_100) },
      notional: '6500',
      risk: '0',
    },
    {
      given: 'a stop on its way to break-even: the old one still counts',
      of: { ...filled(one), stopPrice: d(65_100), stopHeldPrice: d(64_000) },
      notional: '6500',
      risk: '100',
    },
  ])('GIVEN $given THEN notional $notional and risk $risk', ({ of, notional, risk }) => {
    expect(text(of)).toEqual([notional, risk]);
  });

  test('GIVEN a ladder of which only the worse price filled THEN its risk is that of the fill', () => {
    const [first, second] = ladder.orders.map((order) => order.quantity);
    if (!first || !second) throw new Error('no ladder');
    expect(`${riskAtStop(ladder)}`).toBe(`${first.times(1_000).plus(second.times(600))}`);
    const partly = withEntry(withEntry(ladder, 0, { status: 'filled', executed: first }), 1, {
      status: 'cancelled',
    });
    expect(`${riskAtStop(partly)}`).toBe(`${first.times(1_000)}`);
  });

  test('GIVEN fills THEN they tell the entry price', () => {
    const [order] = one.orders;
    if (!order) throw new Error('no entry');
    const fill = {
      tradeId: '1',
      orderId: '1',
      clientId: order.clientId,
      symbol: order.symbol,
      action: order.action,
      positionSide: order.positionSide,
      price: d(64_800),
      quantity: d('0.1'),
      commission: d(0),
      commissionAsset: 'USDT',
      realisedPnl: d(0),
      maker: false,
      at: NOW,
    };
    expect(text({ ...filled(one), fills: [fill] })).toEqual(['6480', '80']);
  });

  test('exposures add up, margin by leverage', () => {
    const total = totalExposure([one, filled(one)]);
    expect([`${total.notional}`, `${total.risk}`, `${total.margin}`]).toEqual(['13000', '200', '2600']);
    expect(`${exposureOf(one).margin}`).toBe('1300');
  });
});

describe('available balance', () => {
  const inUsdc = { ...one, plan: { ...one.plan, quote: 'USDC' } };

  test.each([
    { given: 'nothing open', available: 10_000, trades: [], left: '10000' },
    { given: 'orders the exchange has not seen yet', available: 10_000, trades: [one], left: '8700' },
    { given: 'orders that are paid with another asset', available: 10_000, trades: [inUsdc], left: '10000' },
    { given: 'orders it knows', available: 8_000, trades: [one], left: '8000' },
    { given: 'more bound than there is', available: -5, trades: [], left: '0' },
  ])('GIVEN $given THEN $left', ({ available, trades, left }) => {
    expect(`${availableBalance(book({ available: d(available), trades }), 'USDT')}`).toBe(left);
  });
});
