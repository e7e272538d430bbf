import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import type { Instrument, OrderReport, Position } from '../../src/trading/exchange.ts';
import { held } from '../../src/trading/lifecycle/facts.ts';
import { clientIdOf } from '../../src/trading/lifecycle/ids.ts';
import { targetQuantities } from '../../src/trading/lifecycle/targets.ts';
import { type Fill, type OrderRole, type Side, trade as tradeSchema } from '../../src/trading/model.ts';
import { rebuildTrade } from '../../src/trading/rebuild.ts';
import type { Evidence } from '../../src/trading/rebuild-evidence.ts';
import { tradingDefaults } from '../../src/trading/settings.ts';
import { step } from '../../src/trading/trade.ts';
import { START_MS } from './trade/fixtures.ts';

const ID = '5b5lwz2y1ekg-0';
const d = (value: string | number) => new Decimal(value);

const instrument: Instrument = {
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  status: 'trading',
  tickSize: d('0.1'),
  minPrice: d('0.1'),
  maxPrice: d(1_000_000),
  stepSize: d('0.001'),
  minQuantity: d('0.001'),
  maxQuantity: d(1_000),
  marketStepSize: d('0.001'),
  marketMinQuantity: d('0.001'),
  marketMaxQuantity: d(1_000),
  minNotional: d(5),
  priceUp: d('1.1'),
  priceDown: d('0.9'),
};

/** `role slot: quantity @ price, executed, status` of a long, unless `side` says otherwise. */
function order(
  role: OrderRole,
  slot: number,
  quantity: string,
  price: string | null,
  executed = '0',
  over: Partial<OrderReport> = {},
): OrderReport {
  const conditional = role === 'stop';
  const isDone = d(executed).gte(quantity);
  return {
    clientId: clientIdOf(ID, role, slot, 0),
    symbol: 'BTCUSDT',
    conditional,
    orderId: `${role}${slot}`,
    status: isDone ? 'filled' : 'working',
    action: role === 'entry' ? 'BUY' : 'SELL',
    positionSide: 'BOTH',
    reduceOnly: role !== 'entry',
    quantity: d(quantity),
    executed: d(executed),
    avgPrice: null,
    price: price !== null && !conditional ? d(price) : null,
    triggerPrice: price !== null && conditional ? d(price) : null,
    reason: null,
    at: START_MS,
    ...over,
  };
}

function fill(of: OrderReport, price: string, tradeId = of.clientId): Fill {
  return {
    tradeId,
    orderId: of.orderId ?? '',
    clientId: '',
    symbol: of.symbol,
    action: of.action,
    positionSide: of.positionSide,
    price: d(price),
    quantity: of.executed,
    commission: d('0.01'),
    commissionAsset: 'USDT',
    realisedPnl: ZERO,
    maker: false,
    at: START_MS + 10,
  };
}

function position(quantity: string, entryPrice = '100'): Position {
  return {
    symbol: 'BTCUSDT',
    positionSide: 'BOTH',
    quantity: d(quantity),
    entryPrice: d(entryPrice),
    unrealised: ZERO,
    liquidationPrice: d(80),
    leverage: 7,
    marginMode: 'isolated',
  };
}

function evidence(orders: readonly OrderReport[], over: Partial<Evidence> = {}): Evidence {
  return {
    tradeId: ID,
    source: {
      guildId: '1',
      channelId: '2',
      channel: 'alpha',
      messageId: '700000000000000001',
      authorId: '3',
      index: 0,
      postedAt: START_MS,
    },
    orders,
    fills: orders.filter(({ executed }) => executed.gt(0)).map((one) => fill(one, '100')),
    market: 'usdm',
    position: position('1'),
    price: d(100),
    instrument,
    fees: { maker: d('0.0002'), taker: d('0.0005') },
    account: { equity: d(10_000) },
    trading: tradingDefaults,
    assumedStopPct: d(10),
    now: START_MS + 60_000,
    ...over,
  };
}

const ENTERED = order('entry', 0, '1', null, '1');

describe('a trade made again from the exchange', () => {
  test('wants exactly what stands there, so that the next start sends nothing', () => {
    const orders = [
      ENTERED,
      order('stop', 0, '1', '90'),
      order('target', 0, '0.333', '110'),
      order('target', 1, '0.333', '120'),
      order('target', 2, '0.334', '130'),
    ];
    const rebuilt = rebuildTrade(evidence(orders));
    expect(rebuilt?.gaps).toEqual([]);
    const trade = tradeSchema.parse(JSON.parse(JSON.stringify(rebuilt?.trade)));
    expect([held(trade), trade.stopPrice, trade.plan.leverage].map(Number)).toEqual([1, 90, 7]);
    expect(trade).toMatchObject({ phase: 'open', stopKind: 'initial', targetsHit: 0, breakEvenDone: false });
    const { effects } = step(trade, { type: 'restart' }, START_MS + 120_000);
    expect(effects).toEqual([]);
  });

  test('counts the targets that have filled, in their round', () => {
    const orders = [
      ENTERED,
      order('target', 0, '0.5', '105', '0', { status: 'cancelled' }),
      order('target', 100, '0.25', '110', '0.25'),
      order('target', 101, '0.25', '120'),
      order('target', 102, '0.5', '130'),
      order('stop', 0, '0.75', '100.2'),
    ];
    const trade = rebuildTrade(evidence(orders, { position: position('0.75') }))?.trade;
    expect(trade).toMatchObject({ targetRound: 1, targetsHit: 1, stopKind: 'moved', breakEvenDone: true });
    expect(trade?.targets.map(({ price }) => Number(price))).toEqual([110, 120, 130]);
    expect(trade && targetQuantities(trade).map(Number)).toEqual([0, 0.25, 0.5]);
  });

  test('a stop that triggered in part and a close in part have left', () => {
    const orders = [
      ENTERED,
      order('close', 0, '0.3', null, '0.3'),
      order('stop', 0, '0.7', '90', '0.2', { conditional: false, status: 'cancelled' }),
      order('stop', 1, '0.5', '91'),
    ];
    const rebuilt = rebuildTrade(evidence(orders, { position: position('0.5') }));
    expect(rebuilt && held(rebuilt.trade).toNumber()).toBe(0.5);
    expect(rebuilt?.trade.fills).toHaveLength(3);
    expect(rebuilt?.gaps).toEqual(['targets_unknown']);
  });

  test('a resting rest of its ladder is part of it', () => {
    const orders = [
      order('entry', 0, '1', '100', '0.4'),
      order('entry', 1, '1', '95'),
      order('stop', 0, '0.4', '90'),
    ];
    const trade = rebuildTrade(evidence(orders, { position: position('0.4') }))?.trade;
    expect(trade?.plan.quantity.toNumber()).toBe(2);
    expect(trade?.orders.filter(({ status }) => status === 'working')).toHaveLength(3);
  });

  test('where no stop stands, one at the assumed distance is wanted, and said', () => {
    const rebuilt = rebuildTrade(evidence([ENTERED]));
    expect(rebuilt?.gaps).toEqual(['stop_assumed', 'targets_unknown']);
    expect(rebuilt?.trade.stopPrice.toNumber()).toBe(90);
    const again = step(rebuilt?.trade ?? fail(), { type: 'restart' }, START_MS + 120_000);
    const seen = { type: 'position', quantity: held(again.trade) } as const;
    const { effects } = step(again.trade, seen, START_MS + 120_050);
    expect(effects).toMatchObject([{ type: 'place', order: { role: 'stop' } }]);
  });

  test('an entry that the exchange has forgotten is taken from the position, as far as the stop covers it', () => {
    const rebuilt = rebuildTrade(
      evidence([order('stop', 0, '0.6', '90')], { position: position('1', '101') }),
    );
    expect(rebuilt?.gaps).toContain('entry_assumed');
    expect(rebuilt && held(rebuilt.trade).toNumber()).toBe(0.6);
    expect(rebuilt?.trade.plan).toMatchObject({ side: 'long' });
    expect(rebuilt?.trade.fills.map(({ price }) => price.toNumber())).toEqual([101]);
  });

  const OTHER_ID = '5b5lwz2y1ekh-0';

  /** Executions of the symbol, oldest first: `+1 own`, `-1` by others. */
  function executions(...told: [quantity: string, of?: OrderReport][]): Fill[] {
    return told.map(([quantity, of], index) => ({
      ...fill(of ?? { ...ENTERED, orderId: `other${index}` }, '100', String(index + 9)),
      action: quantity.startsWith('-') ? ('SELL' as const) : ('BUY' as const),
      quantity: d(quantity).abs(),
      // All in one millisecond: the order is the exchange's own count.
      at: START_MS + 10,
    }));
  }

  test('one whose position was closed by hand is over, though another is held on its symbol now', () => {
    const fills = executions(['1', ENTERED], ['-1'], ['0.5']);
    expect(rebuildTrade(evidence([ENTERED], { fills, position: position('0.5') }))).toBeNull();
  });

  test('so it is where the position has turned to the other side', () => {
    const fills = executions(['1', ENTERED], ['-1.5']);
    expect(rebuildTrade(evidence([ENTERED], { fills, position: position('-0.5') }))).toBeNull();
  });

  test('one that is held beside others, and less since a part was closed by hand, is not', () => {
    const later = { ...ENTERED, clientId: clientIdOf(OTHER_ID, 'entry', 0, 0), orderId: 'later' };
    const fills = executions(['2'], ['-2'], ['1', ENTERED], ['0.5', later], ['-0.3']);
    const trade = rebuildTrade(evidence([ENTERED, later], { fills, position: position('1.2') }))?.trade;
    expect(trade && held(trade).toNumber()).toBe(1);
    expect(trade?.elsewhere.toNumber()).toBe(0);
  });

  test('of one that is over and has left a stop behind, the stop is removed', () => {
    const fills = executions(['1', ENTERED], ['-1'], ['0.5']);
    const orders = [ENTERED, order('stop', 0, '1', '90')];
    const rebuilt = rebuildTrade(evidence(orders, { fills, position: position('0.5') }));
    const trade = rebuilt?.trade;
    expect(rebuilt?.gaps).toEqual(['over']);
    expect(trade && held(trade).toNumber()).toBe(0);
    const { effects } = step(trade ?? fail(), { type: 'restart' }, START_MS + 120_000);
    expect(effects).toMatchObject([{ type: 'cancel', order: { role: 'stop' } }]);
  });

  test.each([
    ['LONG', 'BUY', '1', '90'],
    ['SHORT', 'SELL', '-1', '110'],
  ] as const)('in hedge mode a %s is made of its own side alone', (positionSide, action, quantity, stop) => {
    const exit = action === 'BUY' ? 'SELL' : 'BUY';
    const orders = [
      { ...ENTERED, positionSide, action },
      { ...order('stop', 0, '1', stop), positionSide, action: exit, reduceOnly: false },
    ] as const;
    const otherSide = positionSide === 'LONG' ? ('SHORT' as const) : ('LONG' as const);
    const others = executions(['5'], ['-5']).map((one) => ({ ...one, positionSide: otherSide }));
    const trade = rebuildTrade(
      evidence([...orders], {
        fills: [...others, { ...fill(orders[0], '100', '3'), at: START_MS }],
        position: { ...position(quantity), positionSide },
      }),
    )?.trade;
    expect(trade?.plan).toMatchObject({ side: action === 'BUY' ? 'long' : 'short', positionSide });
    expect(trade && held(trade).toNumber()).toBe(1);
    expect(trade?.fills).toHaveLength(1);
    expect(trade && step(trade, { type: 'restart' }, START_MS + 120_000).effects).toEqual([]);
  });

  const trailing = { ...tradingDefaults, trailingStop: { activateAfter: 2, callbackPct: d(1) } };
  const TRAIL = { ...order('trail', 0, '1', null), conditional: true, triggerPrice: d(101) };

  test('a trailing order that stands is followed, though no target is known that began it', () => {
    const orders = [ENTERED, order('stop', 0, '1', '90'), TRAIL];
    const trade = rebuildTrade(evidence(orders, { trading: trailing }))?.trade;
    expect(trade?.stopPrice.toNumber()).toBe(90);
    const first = step(trade ?? fail(), { type: 'restart' }, START_MS + 120_000);
    expect(first.effects).toEqual([]);
    expect(first.trade.trail?.clientId).toBe(TRAIL.clientId);
    // What it protects has become less: it is replaced, and goes only then.
    const close = {
      type: 'request',
      request: { type: 'close', fraction: d('0.5'), reason: 'user' },
    } as const;
    expect(step(first.trade, close, START_MS + 121_000).effects.map(({ type }) => type)).toEqual(['place']);
  });

  test('with the setting off it is left as it stands', () => {
    const orders = [ENTERED, order('stop', 0, '1', '90'), TRAIL];
    const trade = rebuildTrade(evidence(orders))?.trade;
    expect(trade?.trail).toBeUndefined();
    expect(step(trade ?? fail(), { type: 'restart' }, START_MS + 120_000).effects).toEqual([]);
  });

  test.each([
    ['nothing but a resting entry, whose stop nobody knows', [order('entry', 0, '1', '100')]],
    ['a trade that has ended', [ENTERED, order('close', 0, '1', null, '1')]],
    ['an order of another trade', [{ ...ENTERED, clientId: clientIdOf('zz-0', 'entry', 0, 0) }]],
  ])('there is none of %s', (_, orders) => {
    expect(rebuildTrade(evidence(orders, { position: null }))).toBeNull();
  });

  test('of two reports on one order the one that has seen more counts, whatever their order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (turns) => {
        const reports = [
          order('entry', 0, '1', '100', '0.2'),
          order('entry', 0, '1', '100', '1'),
          order('stop', 0, '1', '90'),
          order('target', 0, '1', '110'),
        ];
        const trade = rebuildTrade(evidence(turns.flatMap((turn) => reports[turn] ?? [])))?.trade;
        expect(trade && held(trade).toNumber()).toBe(1);
      }),
    );
  });

  test('a short mirrors it', () => {
    const mirrored = [ENTERED, order('stop', 0, '1', '110'), order('target', 0, '1', '90')].map((one) => ({
      ...one,
      action: one.action === 'BUY' ? ('SELL' as const) : ('BUY' as const),
    }));
    const trade = rebuildTrade(evidence(mirrored, { position: position('-1') }))?.trade;
    const side: Side = 'short';
    expect(trade?.plan).toMatchObject({ side });
    expect(trade?.stopPrice.toNumber()).toBe(110);
    expect(trade && step(trade, { type: 'restart' }, START_MS + 120_000).effects).toEqual([]);
  });
});

function fail(): never {
  throw new Error('nothing was made');
}
