import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { preset } from '../../../src/sim/binance/faults.ts';
import type { BinanceSim } from '../../../src/sim/binance/server.ts';
import { newMarket } from '../../../src/sim/binance/spot/markets.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { ListRequest, OrderLists } from '../../../src/trading/exchange.ts';
import type { OrderRequest } from '../../../src/trading/model.ts';
import { request } from './helpers.ts';
import { createTestSpot, listening, startSpotSim } from './spot-helpers.ts';

let sim: BinanceSim;
let made: ReturnType<typeof createTestSpot>;

beforeEach(async () => {
  sim = await startSpotSim();
  made = createTestSpot(sim.url);
});
afterEach(async () => {
  await made.exchange.close();
  await sim.close();
});

const connect = () => made.exchange.connect(made.listener);
const price = (last: number) => sim.spot.exchange.setPrice('BTCUSDT', new Decimal(last));
const lists = (): OrderLists => {
  if (made.exchange.lists === undefined) throw new Error('spot has lists');
  return made.exchange.lists;
};
const sell = (changes: Partial<OrderRequest>) =>
  request({ action: 'SELL', quantity: new Decimal('0.5'), workingType: 'last', ...changes });
const stop = (changes: Partial<OrderRequest> = {}) =>
  sell({ clientId: 'sb-stop', type: 'stop_market', triggerPrice: new Decimal(60_000), ...changes });
const list = (changes: Partial<ListRequest> = {}): ListRequest => ({
  listId: 'sb-list',
  symbol: 'BTCUSDT',
  target: sell({ clientId: 'sb-target', type: 'limit_maker', price: new Decimal(70_000), listId: 'sb-list' }),
  stop: stop({ listId: 'sb-list' }),
  ...changes,
});

const { told, report } = listening(() => made.events);

describe('order lists', () => {
  beforeEach(connect);

  test('are placed with both legs, told by leg, and found again', async () => {
    const outcome = await lists().place(list());
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      value: [
        { clientId: 'sb-stop', conditional: true, status: 'working', listed: true },
        { clientId: 'sb-target', conditional: false, status: 'working', listed: true },
      ],
    });
    expect((await report('sb-stop', 'working')).report).toMatchObject({
      triggerPrice: new Decimal(60_000),
      quantity: new Decimal('0.5'),
      listed: true,
    });
    const open = await made.exchange.openOrders();
    expect(open.map(({ clientId, listed }) => [clientId, listed])).toEqual([
      ['sb-stop', true],
      ['sb-target', true],
    ]);
    const [sent] = sim.requests.filter(({ path }) => path === '/api/v3/orderList/oco');
    expect(sent?.params).toMatchObject({
      side: 'SELL',
      quantity: '0.5',
      listClientOrderId: 'sb-list',
      aboveType: 'LIMIT_MAKER',
      abovePrice: '70000',
      aboveClientOrderId: 'sb-target',
      belowType: 'STOP_LOSS',
      belowStopPrice: '60000',
      belowClientOrderId: 'sb-stop',
    });
  });

  test('tell their target filled and their stop expired, with the reason', async () => {
    await lists().place(list());
    price(70_000);
    const { report: target, fill } = await report('sb-target', 'filled');
    expect(target.avgPrice?.toFixed()).toBe('70000');
    expect(fill).toMatchObject({ clientId: 'sb-target', commissionAsset: 'USDT', maker: true });
    expect((await report('sb-stop', 'expired')).report.reason).toBe('OCO_TRIGGER');
  });

  test('tell their stop triggered before it fills', async () => {
    const limit = { type: 'stop_limit', price: new Decimal(59_900) } as const;
    await lists().place(list({ stop: stop({ listId: 'sb-list', ...limit }) }));
    sim.spot.exchange.jumpPrice('BTCUSDT', new Decimal(59_000));
    expect((await report('sb-stop', 'triggered')).report.executed.toFixed()).toBe('0');
    await report('sb-target', 'expired');
    expect(await made.exchange.findOrder('BTCUSDT', 'sb-stop', true)).toMatchObject({ status: 'triggered' });
    expect(await made.exchange.openOrders()).toMatchObject([{ clientId: 'sb-stop', status: 'triggered' }]);
    price(59_950);
    await report('sb-stop', 'filled');
  });

  test.each([
    { how: 'the list', cancel: () => lists().cancel('BTCUSDT', 'sb-list') },
    { how: 'one leg', cancel: () => made.exchange.cancel('BTCUSDT', 'sb-target', false) },
  ])('are cancelled whole by cancelling $how', async ({ cancel }) => {
    await lists().place(list());
    const outcome = await cancel();
    const value = outcome.kind === 'confirmed' ? outcome.value : null;
    for (const one of Array.isArray(value) ? value : [value]) expect(one?.status).toBe('cancelled');
    expect((await report('sb-stop', 'cancelled')).report.orderId).not.toBeNull();
    await report('sb-target', 'cancelled');
    expect(await made.exchange.openOrders()).toEqual([]);
  });

  test('that are over or unknown are nothing to cancel', async () => {
    expect(await lists().cancel('BTCUSDT', 'sb-none')).toEqual({ kind: 'confirmed', value: null });
  });

  test('sent again are one list', async () => {
    const [first, second] = [await lists().place(list()), await lists().place(list())];
    const ids = (outcome: typeof first) =>
      outcome.kind === 'confirmed' ? outcome.value.map(({ orderId }) => orderId).toSorted() : [];
    expect(ids(second)).toEqual(ids(first));
    expect(await made.exchange.openOrders()).toHaveLength(2);
  });

  test('that got no answer are unknown, are sent once, and are found by their legs', async () => {
    sim.faults.add({ method: 'POST', path: '/api/v3/orderList/oco', ...preset('drop') });
    expect(await lists().place(list())).toMatchObject({ kind: 'unknown' });
    expect(sim.requests.filter(({ path }) => path === '/api/v3/orderList/oco')).toHaveLength(1);
    expect(await made.exchange.findOrder('BTCUSDT', 'sb-stop', true)).toMatchObject({ status: 'working' });
  });
});

describe('an entry with the stop that the exchange is to place', () => {
  beforeEach(connect);
  const OTO = { method: 'POST', path: '/api/v3/orderList/oto' };
  const entry = (changes: Partial<OrderRequest> = {}) =>
    request({
      clientId: 'sb-entry',
      action: 'BUY',
      type: 'limit',
      quantity: new Decimal('0.1'),
      price: new Decimal(64_500),
      workingType: 'last',
      attached: {
        clientId: 'sb-after',
        listId: 'sb-oto',
        type: 'stop_market',
        quantity: new Decimal('0.0999'),
        price: null,
        triggerPrice: new Decimal(63_000),
      },
      ...changes,
    });
  const sentLists = () => sim.requests.filter(({ path }) => path === OTO.path);
  const find = (clientId: string) => made.exchange.findOrder('BTCUSDT', clientId, false);

  test('is one list, whose stop waits and is no order that protects', async () => {
    expect(await made.exchange.place(entry())).toMatchObject({
      kind: 'confirmed',
      value: { clientId: 'sb-entry', status: 'working', conditional: false },
    });
    expect(sentLists()[0]?.params).toMatchObject({
      symbol: 'BTCUSDT',
      listClientOrderId: 'sb-oto',
      workingType: 'LIMIT',
      workingTimeInForce: 'GTC',
      workingSide: 'BUY',
      workingPrice: '64500',
      workingQuantity: '0.1',
      workingClientOrderId: 'sb-entry',
      pendingType: 'STOP_LOSS',
      pendingSide: 'SELL',
      pendingStopPrice: '63000',
      pendingQuantity: '0.0999',
      pendingClientOrderId: 'sb-after',
    });
    expect((await report('sb-after', 'waiting')).report).toMatchObject({ conditional: true, listed: true });
    expect(await find('sb-after')).toMatchObject({ status: 'waiting' });
    const open = await made.exchange.openOrders();
    expect(open.map(({ clientId, status }) => [clientId, status])).toEqual([
      ['sb-entry', 'working'],
      ['sb-after', 'waiting'],
    ]);
  });

  test('has it placed when the entry has filled whole, and not before', async () => {
    await made.exchange.place(entry());
    sim.spot.exchange.setPartialFill('BTCUSDT', { fraction: new Decimal('0.5') });
    price(64_500);
    await told('order', ({ fill }) => fill?.clientId === 'sb-entry');
    expect(await find('sb-after')).toMatchObject({ status: 'waiting' });
    price(64_400);
    await report('sb-entry', 'filled');
    expect((await report('sb-after', 'working')).report.quantity.toFixed()).toBe('0.0999');
  });

  test('that cannot be placed is told expired, and why', async () => {
    const attached = entry().attached;
    if (!attached) throw new Error('no stop');
    await made.exchange.place(entry({ attached: { ...attached, triggerPrice: new Decimal(64_500) } }));
    price(64_500);
    expect((await report('sb-after', 'expired')).report.reason).toBe('REJECTED');
    expect(await find('sb-after')).toMatchObject({ status: 'expired', reason: 'REJECTED' });
  });

  test.each(['sb-entry', 'sb-after'])('goes whole by cancelling %s', async (clientId) => {
    await made.exchange.place(entry());
    expect(await made.exchange.cancel('BTCUSDT', clientId, false)).toMatchObject({
      kind: 'confirmed',
      value: { clientId, status: 'cancelled' },
    });
    await report('sb-entry', 'cancelled');
    await report('sb-after', 'cancelled');
    expect(await made.exchange.openOrders()).toEqual([]);
  });

  test('is answered as filled where it fills at once, its stop still waiting', async () => {
    const outcome = await made.exchange.place(entry({ price: new Decimal(65_100) }));
    expect(outcome).toMatchObject({ kind: 'confirmed', value: { status: 'filled' } });
    if (outcome.kind === 'confirmed') expect(outcome.value.fills).toHaveLength(1);
    await report('sb-after', 'working');
  });

  test('has a stop with a limit where the symbol takes no other', async () => {
    const attached = entry().attached;
    if (!attached) throw new Error('no stop');
    await made.exchange.place(
      entry({ attached: { ...attached, type: 'stop_limit', price: new Decimal(62_000) } }),
    );
    expect(sentLists()[0]?.params).toMatchObject({
      pendingType: 'STOP_LOSS_LIMIT',
      pendingTimeInForce: 'GTC',
      pendingPrice: '62000',
    });
  });

  describe('and with the target beside it', () => {
    const pair = (): OrderRequest => {
      const { attached } = entry();
      if (!attached) throw new Error('no stop');
      return entry({
        attached: { ...attached, target: { clientId: 'sb-target-after', price: new Decimal(66_000) } },
      });
    };
    const sentPairs = () => sim.requests.filter(({ path }) => path === '/api/v3/orderList/otoco');

    test('is one list of three, of which two wait', async () => {
      expect(await made.exchange.place(pair())).toMatchObject({
        kind: 'confirmed',
        value: { clientId: 'sb-entry', status: 'working' },
      });
      expect(sentPairs()[0]?.params).toMatchObject({
        listClientOrderId: 'sb-oto',
        workingType: 'LIMIT',
        workingClientOrderId: 'sb-entry',
        pendingSide: 'SELL',
        pendingQuantity: '0.0999',
        pendingAboveType: 'LIMIT_MAKER',
        pendingAbovePrice: '66000',
        pendingAboveClientOrderId: 'sb-target-after',
        pendingBelowType: 'STOP_LOSS',
        pendingBelowStopPrice: '63000',
        pendingBelowClientOrderId: 'sb-after',
      });
      const open = await made.exchange.openOrders();
      expect(open.map(({ clientId, status }) => [clientId, status]).sort()).toEqual([
        ['sb-after', 'waiting'],
        ['sb-entry', 'working'],
        ['sb-target-after', 'waiting'],
      ]);
    });

    test('both stand once the entry has filled whole, and go as the list that they are', async () => {
      await made.exchange.place(pair());
      price(64_500);
      await report('sb-entry', 'filled');
      await report('sb-after', 'working');
      await report('sb-target-after', 'working');
      const gone = await lists().cancel('BTCUSDT', 'sb-oto');
      expect(gone.kind).toBe('confirmed');
      await report('sb-after', 'cancelled');
      await report('sb-target-after', 'cancelled');
      expect(await made.exchange.openOrders()).toEqual([]);
    });

    test('the target ends the stop', async () => {
      await made.exchange.place(pair());
      price(64_500);
      price(66_100);
      await report('sb-target-after', 'filled');
      expect((await report('sb-after', 'expired')).report.reason).toBe('OCO_TRIGGER');
    });

    test('neither is placed where one cannot be', async () => {
      const { attached, ...rest } = pair();
      if (!attached) throw new Error('no stop');
      await made.exchange.place({ ...rest, attached: { ...attached, triggerPrice: new Decimal(64_500) } });
      price(64_500);
      for (const clientId of ['sb-after', 'sb-target-after'])
        expect((await report(clientId, 'expired')).report.reason).toBe('REJECTED');
    });

    test.each(['sb-entry', 'sb-after', 'sb-target-after'])(
      'goes whole by cancelling %s',
      async (clientId) => {
        await made.exchange.place(pair());
        expect(await made.exchange.cancel('BTCUSDT', clientId, false)).toMatchObject({
          kind: 'confirmed',
          value: { clientId, status: 'cancelled' },
        });
        expect(await made.exchange.openOrders()).toEqual([]);
      },
    );

    test('a target that the exchange does not take has all of it refused, and is named', async () => {
      const { attached, ...rest } = pair();
      if (!attached) throw new Error('no stop');
      const far = { clientId: 'sb-target-after', price: new Decimal(6_600_000) };
      expect(await made.exchange.place({ ...rest, attached: { ...attached, target: far } })).toMatchObject({
        kind: 'rejected',
        cause: 'price_filter',
      });
      expect(await made.exchange.openOrders()).toEqual([]);
    });
  });

  test('without an answer is unknown, sent once, and found by the entry; sent again it is one list', async () => {
    sim.faults.add({ ...OTO, ...preset('drop') });
    expect(await made.exchange.place(entry())).toMatchObject({ kind: 'unknown' });
    expect(sentLists()).toHaveLength(1);
    const found = await find('sb-entry');
    expect(found).toMatchObject({ status: 'working' });
    expect(await made.exchange.place(entry())).toMatchObject({
      kind: 'confirmed',
      value: { orderId: found?.orderId },
    });
    expect(await made.exchange.openOrders()).toHaveLength(2);
  });

  test('that counts too many orders is refused whole', async () => {
    sim.spot.exchange.changeInstrument('BTCUSDT', { maxAlgoOrders: 0 });
    expect(await made.exchange.place(entry())).toMatchObject({ kind: 'rejected', cause: 'too_many' });
    expect(await made.exchange.openOrders()).toEqual([]);
  });

  test('may have its stop replaced in one request once that stands', async () => {
    await made.exchange.place(entry());
    price(64_500);
    await report('sb-after', 'working');
    const next = stop({
      clientId: 'sb-next',
      quantity: new Decimal('0.0999'),
      triggerPrice: new Decimal(63_500),
    });
    expect(await lists().replace('sb-after', next)).toMatchObject({
      cancelled: { kind: 'confirmed', value: { clientId: 'sb-after', status: 'cancelled' } },
      placed: { kind: 'confirmed', value: { clientId: 'sb-next', status: 'working' } },
    });
  });
});

describe('replacing a stop', () => {
  beforeEach(connect);
  const moved = () => stop({ clientId: 'sb-stop-2', triggerPrice: new Decimal(61_000) });

  test('cancels the old one and places the new one in one request', async () => {
    await made.exchange.place(stop());
    expect(await lists().replace('sb-stop', moved())).toMatchObject({
      cancelled: { kind: 'confirmed', value: { clientId: 'sb-stop', status: 'cancelled' } },
      placed: { kind: 'confirmed', value: { clientId: 'sb-stop-2', status: 'working' } },
    });
    await report('sb-stop', 'cancelled');
    await report('sb-stop-2', 'working');
    expect(
      sim.requests.filter(({ method, path }) => method === 'POST' && path.includes('/order')),
    ).toHaveLength(2);
  });

  test('places nothing where there was none to cancel', async () => {
    expect(await lists().replace('sb-stop', moved())).toMatchObject({
      cancelled: { kind: 'rejected', code: -2011 },
      placed: { kind: 'throttled', code: -2022 },
    });
    expect(await made.exchange.openOrders()).toEqual([]);
  });

  test('says so where the old one is gone and the new one refused', async () => {
    await made.exchange.place(stop());
    const crossed = stop({ clientId: 'sb-stop-2', triggerPrice: new Decimal(66_000) });
    expect(await lists().replace('sb-stop', crossed)).toMatchObject({
      cancelled: { kind: 'confirmed', value: { status: 'cancelled' } },
      placed: { kind: 'rejected', code: -2010, cause: 'would_trigger' },
    });
  });

  test('keeps the old one where a filter does not take the new one', async () => {
    await made.exchange.place(stop());
    const small = stop({ clientId: 'sb-stop-2', quantity: new Decimal('0.00001') });
    expect(await lists().replace('sb-stop', small)).toMatchObject({
      cancelled: { kind: 'throttled' },
      placed: { kind: 'rejected', code: -1013, cause: 'too_small' },
    });
    expect(await made.exchange.openOrders()).toMatchObject([{ clientId: 'sb-stop' }]);
  });

  test('is unknown in both parts where the answer is lost', async () => {
    await made.exchange.place(stop());
    sim.faults.add({ method: 'POST', path: '/api/v3/order/cancelReplace', ...preset('drop') });
    expect(await lists().replace('sb-stop', moved())).toMatchObject({
      cancelled: { kind: 'unknown' },
      placed: { kind: 'unknown' },
    });
    expect(await made.exchange.findOrder('BTCUSDT', 'sb-stop-2', true)).toMatchObject({ status: 'working' });
  });
});

describe('a refusal says what it means', () => {
  beforeEach(connect);
  const limit = (changes: Partial<OrderRequest> = {}) =>
    request({ type: 'limit', price: new Decimal(64_000), ...changes });

  test.each([
    { cause: 'balance', code: -2010, sent: () => limit({ quantity: new Decimal(5) }) },
    {
      cause: 'would_match',
      code: -2010,
      sent: () => limit({ type: 'limit_maker', price: new Decimal(66_000) }),
    },
    { cause: 'would_trigger', code: -2010, sent: () => stop({ triggerPrice: new Decimal(66_000) }) },
    { cause: 'price_filter', code: -1013, sent: () => limit({ price: new Decimal('64000.001') }) },
    { cause: 'price_filter', code: -1013, sent: () => limit({ price: new Decimal(10_000) }) },
    { cause: 'too_small', code: -1013, sent: () => limit({ quantity: new Decimal('0.00002') }) },
    { cause: 'too_small', code: -1013, sent: () => limit({ quantity: new Decimal('0.000001') }) },
  ])('$cause ($code)', async ({ cause, code, sent }) => {
    expect(await made.exchange.place(sent())).toMatchObject({ kind: 'rejected', cause, code });
  });

  test.each([
    { what: 'larger than one order may be', quantity: '100000' },
    { what: 'off the step', quantity: '0.0100001' },
  ])('a quantity $what is not too small', async ({ quantity }) => {
    const outcome = await made.exchange.place(sell({ quantity: new Decimal(quantity) }));
    expect(outcome).toMatchObject({ kind: 'rejected', code: -1013, message: 'Filter failure: LOT_SIZE' });
    expect(outcome).not.toHaveProperty('cause');
  });

  test('too_many: the sixth order with a stop', async () => {
    for (let count = 0; count < 5; count += 1)
      await made.exchange.place(stop({ clientId: `sb-${count}`, quantity: new Decimal('0.1') }));
    expect(await made.exchange.place(stop())).toMatchObject({ kind: 'rejected', cause: 'too_many' });
    // The old one counts beside the new.
    const moved = stop({ triggerPrice: new Decimal(61_000), quantity: new Decimal('0.1') });
    expect(await lists().replace('sb-0', moved)).toMatchObject({
      cancelled: { kind: 'throttled' },
      placed: { kind: 'rejected', cause: 'too_many' },
    });
    expect(await made.exchange.openOrders()).toHaveLength(5);
  });

  test('prices_crossed: a list whose stop the price has passed', async () => {
    const crossed = list({ stop: stop({ listId: 'sb-list', triggerPrice: new Decimal(66_000) }) });
    expect(await lists().place(crossed)).toMatchObject({ kind: 'rejected', cause: 'prices_crossed' });
  });

  test.each(['HALT', 'CANCEL_ONLY'] as const)(
    'halted: %s, and the instruments are read again',
    async (status) => {
      sim.spot.exchange.setStatus('BTCUSDT', status);
      expect(await made.exchange.place(limit())).toMatchObject({ kind: 'rejected', cause: 'halted' });
      const known = status === 'HALT' ? 'halted' : 'cancel_only';
      await expect.poll(() => made.exchange.instruments().get('BTCUSDT')?.status).toBe(known);
    },
  );
});

describe('orders', () => {
  beforeEach(connect);

  test('at market answer with their fills, the fee in coins among them', async () => {
    const outcome = await made.exchange.place(request());
    const value = outcome.kind === 'confirmed' ? outcome.value : null;
    expect(value).toMatchObject({ status: 'filled', clientId: 'sb-test-1' });
    expect(value?.fills).toMatchObject([{ commissionAsset: 'BTC', action: 'BUY', maker: false }]);
    const { fill } = await report('sb-test-1', 'filled');
    expect(fill?.commission.toFixed()).toBe('0.00001');
    expect(fill?.tradeId).toBe(value?.fills?.[0]?.tradeId);
    const [again] = await made.exchange.fillsSince('BTCUSDT', Date.now() - 60_000);
    expect(again).toEqual({ ...fill, at: again?.at });
  });

  test('pay their fee in BNB where the account does', async () => {
    sim.spot.exchange.deposit('BNB', new Decimal(1));
    sim.spot.exchange.account.paysInBnb = true;
    await made.exchange.place(request());
    expect((await report('sb-test-1', 'filled')).fill).toMatchObject({ commissionAsset: 'BNB' });
  });

  test.each([
    {
      type: 'stop_limit',
      sent: { price: '66100', stopPrice: '66000', type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC' },
    },
    { type: 'stop_market', sent: { stopPrice: '66000', type: 'STOP_LOSS' } },
  ] as const)('break out by $type', async ({ type, sent }) => {
    const prices = {
      triggerPrice: new Decimal(66_000),
      price: type === 'stop_limit' ? new Decimal(66_100) : null,
    };
    await made.exchange.place(request({ type, ...prices }));
    expect(sim.requests.at(-1)?.params).toMatchObject({ side: 'BUY', ...sent });
    await report('sb-test-1', 'working');
    price(66_050);
    expect((await report('sb-test-1', 'filled')).report.conditional).toBe(true);
  });

  test('trail by basis points', async () => {
    await made.exchange.place(
      sell({ clientId: 'sb-trail', type: 'trailing_stop_market', callbackPct: new Decimal('1.5') }),
    );
    expect(sim.requests.at(-1)?.params).toMatchObject({ type: 'STOP_LOSS', trailingDelta: '150' });
  });

  test('that the book does not fill expire, and the reason is passed on', async () => {
    sim.spot.exchange.setDepth('BTCUSDT', {
      bids: [],
      asks: [{ price: new Decimal(65_000), quantity: new Decimal('0.004') }],
    });
    const outcome = await made.exchange.place(request());
    expect(outcome).toMatchObject({
      kind: 'confirmed',
      value: { status: 'expired', reason: 'INSUFFICIENT_LIQUIDITY' },
    });
    expect((await report('sb-test-1', 'expired')).report).toMatchObject({
      reason: 'INSUFFICIENT_LIQUIDITY',
      executed: new Decimal('0.004'),
    });
  });

  test('refused for their client id do not end the order that holds it', async () => {
    await made.exchange.place(request({ type: 'limit', price: new Decimal(64_000) }));
    await report('sb-test-1', 'working');
    const refused = {
      x: 'REJECTED',
      X: 'REJECTED',
      r: 'NONE',
      c: 'sb-test-1',
      C: '',
      i: 99,
      l: '0',
      L: '0',
      t: -1,
    };
    const order = { s: 'BTCUSDT', S: 'BUY', o: 'LIMIT', q: '0.01', p: '64000', z: '0', T: 1 };
    sim.spot.exchange.publish({ e: 'executionReport', E: 1, ...order, ...refused });
    price(64_000);
    await report('sb-test-1', 'filled');
    expect(
      made.events.filter((event) => event.type === 'order' && event.report.status === 'rejected'),
    ).toEqual([]);
  });

  // Since 2026-01-15 a request is signed over what is percent-encoded, or refused with -1022.
  test('of symbols that are not ASCII are signed as they are sent', async () => {
    const { instrument } = sim.spot.exchange.market('XRPUSDT');
    const [symbol, baseAsset] = ['币安人生USDT', '币安人生'];
    const market = newMarket({ ...instrument, symbol, baseAsset }, Date.now());
    sim.spot.exchange.markets.set(symbol, market);
    const outcome = await made.exchange.place(request({ symbol, quantity: new Decimal(100) }));
    expect(outcome).toMatchObject({ kind: 'confirmed', value: { symbol, status: 'filled' } });
    expect(await made.exchange.findOrder(symbol, 'sb-test-1', false)).toMatchObject({ symbol });
    expect((await report('sb-test-1', 'filled')).fill).toMatchObject({ symbol, commissionAsset: baseAsset });
    made.exchange.watch([symbol]);
    await expect.poll(() => sim.spot.streams.count()).toBe(1);
    sim.spot.exchange.setPrice(symbol, new Decimal('0.7'));
    await told('prices', (event) => event.symbol === symbol && event.prices.last?.eq('0.7') === true);
  });

  test('what reaches further back than the newest thousand is read day by day', async () => {
    const day = 24 * 3_600_000;
    // A busy machine takes its time over a thousand.
    const rest = { readTimeoutMs: 30_000, writeTimeoutMs: 1_500 };
    await made.exchange.close();
    made = createTestSpot(sim.url, { rest });
    for (let count = 0; count < 1_001; count += 1)
      sim.spot.exchange.placeOrder(
        new Map(
          Object.entries({
            symbol: 'BTCUSDT',
            side: count % 2 ? 'SELL' : 'BUY',
            type: 'MARKET',
            quantity: '0.001',
          }),
        ),
      );
    const fills = await made.exchange.fillsSince('BTCUSDT', Date.now() - 2 * day);
    expect(fills).toHaveLength(1_001);
    expect(new Set(fills.map((fill) => fill.tradeId)).size).toBe(1_001);
  });
});

test('a fill after a restart tells whose order it was, however old the order is', async () => {
  const own = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' };
  const how = { ...own, quantity: '0.01', price: '64000', newClientOrderId: 'sb-before' };
  const { time } = sim.spot.exchange.placeOrder(new Map(Object.entries(how)));
  await expect.poll(() => sim.spot.exchange.now()).toBeGreaterThan(time);
  price(63_900);
  const fills = await made.exchange.fillsSince('BTCUSDT', time + 1);
  expect(fills).toMatchObject([{ clientId: 'sb-before' }]);
  await made.exchange.fillsSince('BTCUSDT', time + 1);
  expect(sim.requests.filter(({ path }) => path === '/api/v3/allOrders')).toHaveLength(1);
});
