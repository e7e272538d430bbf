import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/trading/binance/errors.ts';
import { createOrderMemory } from '../../../src/trading/binance/order-memory.ts';
import { readSpotEvent } from '../../../src/trading/binance/spot-events.ts';
import { spotInstruments } from '../../../src/trading/binance/spot-instruments.ts';
import { cancelledReport, listReports, spotReport } from '../../../src/trading/binance/spot-orders.ts';
import { isSpotMisfit, spotCause } from '../../../src/trading/binance/spot-refusals.ts';
import { Decimal } from '../../../src/trading/decimal.ts';

/** Payloads as the documentation prints them, not as the simulator writes them. */
const DOCS = 'https://github.com/binance/binance-spot-api-docs/blob/master';

const decimal = (text: string) => new Decimal(text);

// `${DOCS}/user-data-stream.md#order-update`
const EXECUTION_REPORT = {
  e: 'executionReport',
  E: 1499405658658,
  s: 'ETHBTC',
  c: 'mUvoqJxFIILMdfAW5iGSOW',
  S: 'BUY',
  o: 'LIMIT',
  f: 'GTC',
  q: '1.00000000',
  p: '0.10264410',
  P: '0.00000000',
  F: '0.00000000',
  g: -1,
  C: '',
  x: 'NEW',
  X: 'NEW',
  r: 'NONE',
  i: 4293153,
  l: '0.00000000',
  z: '0.00000000',
  L: '0.00000000',
  n: '0',
  N: null,
  T: 1499405658657,
  t: -1,
  v: 3,
  I: 8641984,
  w: true,
  m: false,
  M: false,
  O: 1499405658657,
  Z: '0.00000000',
  Y: '0.00000000',
  Q: '0.00000000',
  W: 1499405658657,
  V: 'NONE',
};

const eventOf = (changes: object, memory = createOrderMemory()) => {
  const message = readSpotEvent({ ...EXECUTION_REPORT, ...changes }, memory);
  if (message.kind !== 'order' || message.event.type !== 'order') throw new Error('no order event');
  return message.event;
};

describe(`order events (${DOCS}/user-data-stream.md)`, () => {
  test('a new order', () => {
    expect(eventOf({})).toEqual({
      type: 'order',
      report: {
        clientId: 'mUvoqJxFIILMdfAW5iGSOW',
        symbol: 'ETHBTC',
        conditional: false,
        orderId: '4293153',
        status: 'working',
        action: 'BUY',
        positionSide: 'BOTH',
        reduceOnly: false,
        quantity: decimal('1'),
        executed: decimal('0'),
        avgPrice: null,
        price: decimal('0.1026441'),
        triggerPrice: null,
        reason: null,
        at: 1499405658657,
        listed: false,
      },
      fill: null,
    });
  });

  test.each([
    {
      name: 'a stop that waits',
      changes: { o: 'STOP_LOSS_LIMIT', w: false, W: undefined },
      status: 'working',
    },
    { name: 'a stop on the book', changes: { o: 'STOP_LOSS_LIMIT' }, status: 'triggered' },
    {
      name: 'a stop said to work without saying since when',
      changes: { o: 'STOP_LOSS', W: undefined },
      status: 'working',
    },
    {
      name: 'a stop that has filled in part',
      changes: { o: 'STOP_LOSS', w: false, W: undefined, X: 'PARTIALLY_FILLED', z: '0.4' },
      status: 'triggered',
    },
    {
      name: 'a pending order of a list',
      changes: { X: 'PENDING_NEW', w: false, W: undefined },
      status: 'waiting',
    },
    {
      name: 'one that expired against an order of ours',
      changes: { x: 'TRADE_PREVENTION', X: 'EXPIRED_IN_MATCH' },
      status: 'expired',
    },
    { name: 'a state that does not exist yet', changes: { X: 'SOMETHING_NEW' }, status: 'working' },
  ])('$name is $status', ({ changes, status }) => {
    expect(eventOf(changes).report.status).toBe(status);
  });

  test('a cancellation goes by the name of the order, not by its own', () => {
    const { report } = eventOf({ x: 'CANCELED', X: 'CANCELED', c: 'the-cancellation', C: 'mine' });
    expect(report).toMatchObject({ clientId: 'mine', status: 'cancelled' });
  });

  test('an execution, its fee in the coin that was bought', () => {
    const event = eventOf({
      x: 'TRADE',
      X: 'FILLED',
      l: '1',
      z: '1',
      L: '0.1',
      Z: '0.1',
      n: '0.001',
      N: 'ETH',
      t: 77,
      m: true,
    });
    expect(event.report.avgPrice).toEqual(decimal('0.1'));
    expect(event.fill).toMatchObject({
      tradeId: '77',
      price: decimal('0.1'),
      quantity: decimal('1'),
      commission: decimal('0.001'),
      commissionAsset: 'ETH',
      maker: true,
    });
  });

  test.each([
    {
      changes: { x: 'EXPIRED', X: 'EXPIRED', eR: 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED' },
      reason: 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED',
    },
    {
      changes: { x: 'REJECTED', X: 'REJECTED', r: 'INSUFFICIENT_BALANCES' },
      reason: 'INSUFFICIENT_BALANCES',
    },
    { changes: { eR: 'NONE' }, reason: null },
  ])('$reason is passed on', ({ changes, reason }) => {
    expect(eventOf(changes).report.reason).toBe(reason);
  });

  test('a leg of a list says so, and an id beyond 2^53 stays what it is', () => {
    expect(eventOf({ g: 2, i: '9389765519993908929' }).report).toMatchObject({
      listed: true,
      orderId: '9389765519993908929',
    });
  });

  test('the end of a list tells of its orders, by the ids that they were sent with', () => {
    const memory = createOrderMemory();
    eventOf({ i: 17, c: 'the-target', g: 2 }, memory);
    const ended = {
      ...{
        e: 'listStatus',
        E: 1564035303637,
        s: 'ETHBTC',
        g: 2,
        c: 'OCO',
        l: 'ALL_DONE',
        L: 'ALL_DONE',
        r: 'NONE',
      },
      C: 'F4QN4G8DlFATFlIUQ0cjdD',
      T: 1564035303625,
      O: [
        { s: 'ETHBTC', i: 17, c: 'the-cancellation' },
        { s: 'ETHBTC', i: 18, c: 'the-stop' },
      ],
    };
    expect(readSpotEvent(ended, memory)).toEqual({
      kind: 'list',
      event: { type: 'list_over', clientIds: ['the-target', 'the-stop'] },
    });
  });

  test.each([
    { r: 'STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY', cause: 'would_trigger' },
    { r: 'WOULD_MATCH_IMMEDIATELY', cause: 'would_match' },
    { r: 'OCO_BAD_PRICES', cause: 'prices_crossed' },
    { r: 'INSUFFICIENT_BALANCES', cause: 'balance' },
    { r: 'SOMETHING_NEW', cause: undefined },
    { r: 'NONE', cause: undefined },
  ])('a refusal for $r says what the answer does', ({ r, cause }) => {
    const { refused } = eventOf({ x: 'REJECTED', X: 'REJECTED', r }).report;
    expect(refused?.cause).toBe(cause);
  });

  test('an order refused because its id is taken does not speak for the one that holds it', () => {
    const memory = createOrderMemory();
    eventOf({}, memory);
    const refused = { ...EXECUTION_REPORT, i: 4293154, x: 'REJECTED', X: 'REJECTED' };
    expect(readSpotEvent(refused, memory).kind).toBe('ignored');
  });

  test.each([
    {
      event: { e: 'outboundAccountPosition', B: [{ a: 'ETH', f: '10000.000000', l: '0.000000' }] },
      kind: 'balances',
    },
    { event: { e: 'balanceUpdate', a: 'BTC', d: '100.00000000', T: 1573200697068 }, kind: 'moved' },
    { event: { e: 'externalLockUpdate', a: 'NEO', d: '10.00000000' }, kind: 'moved' },
    { event: { e: 'eventStreamTerminated', E: 1728973001334 }, kind: 'terminated' },
    { event: { e: 'serverShutdown', E: 1770123456789 }, kind: 'shutdown' },
    { event: { e: 'listStatus', g: 2, l: 'EXEC_STARTED', O: [] }, kind: 'ignored' },
    { event: { e: 'somethingNew' }, kind: 'ignored' },
  ])('$event.e is $kind', ({ event, kind }) => {
    expect(readSpotEvent(event, createOrderMemory()).kind).toBe(kind);
  });
});

const LEG = {
  symbol: 'LTCBTC',
  orderId: 10,
  orderListId: 1,
  clientOrderId: '44nZvqpemY7sVYgPYbvPih',
  transactTime: 1710485608839,
  price: '1.00000000',
  origQty: '5.00000000',
  executedQty: '0.00000000',
  origQuoteOrderQty: '0.000000',
  cummulativeQuoteQty: '0.00000000',
  status: 'NEW',
  timeInForce: 'GTC',
  type: 'STOP_LOSS_LIMIT',
  side: 'SELL' as const,
  stopPrice: '1.00000000',
  workingTime: -1,
  icebergQty: '1.00000000',
  selfTradePreventionMode: 'NONE',
};

describe(`answers (${DOCS}/rest-api.md)`, () => {
  test('a market order with its fills', () => {
    const report = spotReport({
      symbol: 'BTCUSDT',
      orderId: 28,
      orderListId: -1,
      clientOrderId: '6gCrw2kRUAF9CvJDGP16IP',
      transactTime: 1507725176595,
      price: '0.00000000',
      origQty: '10.00000000',
      executedQty: '10.00000000',
      cummulativeQuoteQty: '39985.00000000',
      status: 'FILLED',
      type: 'MARKET',
      side: 'SELL',
      workingTime: 1507725176595,
      fills: [
        {
          price: '4000.00000000',
          qty: '1.00000000',
          commission: '4.00000000',
          commissionAsset: 'USDT',
          tradeId: 56,
        },
      ],
    });
    expect(report).toMatchObject({
      status: 'filled',
      avgPrice: decimal('3998.5'),
      price: null,
      at: 1507725176595,
    });
    expect(report.fills).toMatchObject([{ tradeId: '56', orderId: '28', commission: decimal('4') }]);
  });

  test('a list with a stop that waits and a target on the book', () => {
    const target = {
      ...LEG,
      orderId: 11,
      clientOrderId: 'NuMp0nVYnciDiFmVqfpBqK',
      type: 'LIMIT_MAKER',
      workingTime: 1710485608839,
    };
    const reports = listReports({
      orderListId: 1,
      listClientOrderId: 'x',
      symbol: 'LTCBTC',
      orderReports: [LEG, target],
    });
    expect(reports.map(({ status, conditional, listed }) => [status, conditional, listed])).toEqual([
      ['working', true, true],
      ['working', false, true],
    ]);
  });

  test('a pending order that has no quantity yet', () => {
    const { origQty: _, ...pending } = LEG;
    expect(spotReport({ ...pending, status: 'PENDING_NEW' })).toMatchObject({
      status: 'waiting',
      quantity: decimal('0'),
    });
  });

  test('a cancelled order, and a cancelled list, are told by the name of the order that was meant', () => {
    const gone = { ...LEG, status: 'CANCELED', origClientOrderId: 'mine', clientOrderId: 'the-cancellation' };
    expect(cancelledReport(gone, 'mine')).toMatchObject({ clientId: 'mine', status: 'cancelled' });
    const other = { ...gone, origClientOrderId: 'other' };
    const list = { orderListId: 1, listClientOrderId: 'x', symbol: 'LTCBTC', orderReports: [other, gone] };
    expect(cancelledReport(list, 'mine').clientId).toBe('mine');
  });

  test('an old order whose quote amount is not known has no average price', () => {
    expect(spotReport({ ...LEG, executedQty: '5', cummulativeQuoteQty: '-1' }).avgPrice).toBeNull();
  });

  test('a refused cancelReplace keeps what it says of its two parts', () => {
    const data = { cancelResult: 'SUCCESS', newOrderResult: 'FAILURE' };
    const body = { code: -2021, msg: 'Order cancel-replace partially failed.', data };
    expect(classify({ status: 409, headers: {}, data: body }, 0)).toEqual({
      kind: 'refused',
      code: -2021,
      message: body.msg,
      data,
    });
  });
});

describe(`refusals (${DOCS}/errors.md)`, () => {
  test.each([
    ['Account has insufficient balance for requested action.', 'balance', false],
    ['Order would trigger immediately.', 'would_trigger', false],
    ['Stop price would trigger immediately.', 'would_trigger', false],
    ['Order would immediately match and take.', 'would_match', false],
    ['The relationship of the prices for the orders is not correct.', 'prices_crossed', false],
    ['Duplicate order sent.', 'duplicate', false],
    ['Order cancel-replace is not supported for this symbol.', 'no_replace', false],
    ['Market is closed.', 'halted', true],
    ['Stop loss orders are not supported for this symbol.', 'halted', true],
    ['OCO orders are not supported for this symbol', 'halted', true],
    ['Filter failure: MAX_NUM_ALGO_ORDERS', 'too_many', false],
    ['Filter failure: MAX_NUM_ORDER_LISTS', 'too_many', false],
    ['Filter failure: EXCHANGE_MAX_NUM_ORDERS', 'too_many', false],
    ['Filter failure: PRICE_FILTER', 'price_filter', true],
    ['Filter failure: PERCENT_PRICE_BY_SIDE', 'price_filter', true],
    ['Filter failure: NOTIONAL', 'too_small', true],
    ['Filter failure: MIN_NOTIONAL', 'too_small', true],
    ['Filter failure: LOT_SIZE', 'too_small', true],
    ['Filter failure: MARKET_LOT_SIZE', 'too_small', true],
    ['Filter failure: MAX_POSITION', undefined, false],
    ['This account may not place or cancel orders.', undefined, false],
  ])('%s', (message, cause, misfit) => {
    expect(spotCause({ message })).toBe(cause);
    expect(isSpotMisfit({ code: -2010, message })).toBe(misfit);
  });
});

describe(`symbols (${DOCS}/filters.md)`, () => {
  const symbol = (
    filters: { filterType: string; [field: string]: string | number | boolean }[],
    changes = {},
    exchangeFilters: { filterType: string; [field: string]: string | number }[] = [],
  ) =>
    spotInstruments({
      exchangeFilters,
      symbols: [
        {
          symbol: 'AAABBB',
          status: 'TRADING',
          baseAsset: 'AAA',
          quoteAsset: 'BBB',
          filters: [
            { filterType: 'PRICE_FILTER', minPrice: '0.00000000', maxPrice: '0.00000000', tickSize: '0.01' },
            { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '9000', stepSize: '0.001' },
            ...filters,
          ],
          ...changes,
        },
      ],
    }).get('AAABBB');

  test('a bound of 0 is none, and a market order obeys both lot sizes', () => {
    const none = {
      filterType: 'MARKET_LOT_SIZE',
      minQty: '0.00000000',
      maxQty: '110.5',
      stepSize: '0.00000000',
    };
    expect(symbol([none])).toMatchObject({
      minPrice: decimal('0'),
      maxPrice: new Decimal(Number.MAX_SAFE_INTEGER),
      marketStepSize: decimal('0.001'),
      marketMinQuantity: decimal('0.001'),
      marketMaxQuantity: decimal('110.5'),
    });
    const coarse = { ...none, minQty: '1', stepSize: '1' };
    // A stop sells as a market order, too: nothing is bought that it could not sell.
    expect(symbol([coarse])).toMatchObject({
      stepSize: decimal('1'),
      minQuantity: decimal('1'),
      marketStepSize: decimal('1'),
      marketMinQuantity: decimal('1'),
    });
  });

  test('the filters of both kinds are read: by side or not, NOTIONAL or MIN_NOTIONAL', () => {
    expect(
      symbol([
        { filterType: 'PERCENT_PRICE', multiplierUp: '1.3', multiplierDown: '0.7', avgPriceMins: 5 },
        { filterType: 'MIN_NOTIONAL', minNotional: '10', applyToMarket: true, avgPriceMins: 5 },
      ]),
    ).toMatchObject({
      priceUp: decimal('1.3'),
      priceDown: decimal('0.7'),
      minNotional: decimal('10'),
      spot: { sellUp: decimal('1.3'), sellDown: decimal('0.7'), maxAlgoOrders: 5, maxLists: 20 },
    });
    const bySide = {
      bidMultiplierUp: '1.2',
      bidMultiplierDown: '0.2',
      askMultiplierUp: '5',
      askMultiplierDown: '0.8',
    };
    expect(symbol([{ filterType: 'PERCENT_PRICE_BY_SIDE', ...bySide, avgPriceMins: 1 }])).toMatchObject({
      priceUp: decimal('1.2'),
      spot: { sellUp: decimal('5'), sellDown: decimal('0.8') },
    });
  });

  test('what an order, the coins and the orders of the account are bounded by is read where it is there', () => {
    const { spot } = symbol([]) ?? {};
    for (const name of ['maxNotional', 'maxPosition', 'maxOrders', 'wholeAccount'])
      expect(spot).not.toHaveProperty(name);
    const notional = {
      filterType: 'NOTIONAL',
      minNotional: '10.00000000',
      applyMinToMarket: false,
      maxNotional: '10000.00000000',
      applyMaxToMarket: true,
      avgPriceMins: 5,
    };
    const bounds = [
      notional,
      { filterType: 'MAX_POSITION', maxPosition: '10.00000000' },
      { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 25 },
      { filterType: 'PERCENT_PRICE', multiplierUp: '1.3', multiplierDown: '0.7', avgPriceMins: 0 },
    ];
    const whole = [
      { filterType: 'EXCHANGE_MAX_NUM_ORDERS', maxNumOrders: 1000 },
      { filterType: 'EXCHANGE_MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 200 },
      { filterType: 'EXCHANGE_MAX_NUM_ORDER_LISTS', maxNumOrderLists: 20 },
    ];
    expect(symbol(bounds, {}, whole)?.spot).toMatchObject({
      maxNotional: decimal('10000'),
      maxNotionalAtMarket: true,
      maxPosition: decimal('10'),
      maxOrders: 25,
      averageMinutes: 0,
      wholeAccount: { maxOrders: 1000, maxAlgoOrders: 200, maxLists: 20 },
    });
  });

  test.each([
    { status: 'TRADING', is: 'trading' },
    { status: 'HALT', is: 'halted' },
    { status: 'BREAK', is: 'halted' },
    { status: 'CANCEL_ONLY', is: 'cancel_only' },
  ])('$status is $is', ({ status, is }) => {
    expect(symbol([], { status })?.status).toBe(is);
  });

  test('what cannot be traded on spot is not listed, and what an order type needs is known', () => {
    expect(symbol([], { isSpotTradingAllowed: false })).toBeUndefined();
    const can = { orderTypes: ['LIMIT', 'MARKET', 'STOP_LOSS_LIMIT'], ocoAllowed: true, otoAllowed: true };
    expect(symbol([], can)?.spot).toMatchObject({ stopMarket: false, lists: true, attaches: true });
  });
});
