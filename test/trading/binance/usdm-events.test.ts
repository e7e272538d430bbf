import { describe, expect, test } from 'vitest';
import { createOrderMemory } from '../../../src/trading/binance/order-memory.ts';
import { type PrivateMessage, readPrivateMessage } from '../../../src/trading/binance/usdm-events.ts';
import type { OrderReport } from '../../../src/trading/exchange.ts';
import type { Fill } from '../../../src/trading/model.ts';

// Payloads as https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams shows them.
const order = (changes: object = {}) => ({
  e: 'ORDER_TRADE_UPDATE',
  E: 1568879465651,
  T: 1568879465650,
  o: {
    s: 'BTCUSDT',
    c: 'TEST',
    S: 'SELL',
    o: 'MARKET',
    f: 'GTC',
    q: '0.001',
    p: '0',
    ap: '0',
    sp: '7103.04',
    x: 'NEW',
    X: 'NEW',
    i: 8886774,
    l: '0',
    z: '0',
    L: '0',
    n: '0',
    N: 'USDT',
    T: 1568879465650,
    t: 0,
    m: false,
    R: false,
    wt: 'CONTRACT_PRICE',
    ot: 'MARKET',
    ps: 'LONG',
    rp: '0',
    er: '0',
    ...changes,
  },
});
const algo = (changes: object = {}) => ({
  e: 'ALGO_UPDATE',
  T: 1750515742297,
  E: 1750515742303,
  o: {
    caid: 'Q5xaq5EGKgXXa0fD7fs0Ip',
    aid: 2148719,
    at: 'CONDITIONAL',
    o: 'STOP_MARKET',
    s: 'BNBUSDT',
    S: 'SELL',
    ps: 'BOTH',
    f: 'GTC',
    q: '0.01',
    X: 'NEW',
    ai: '',
    ap: '0.00000',
    aq: '0.00000',
    act: '0',
    tp: '750',
    p: '0',
    wt: 'CONTRACT_PRICE',
    R: true,
    tt: 0,
    gtd: 0,
    rm: '',
    ...changes,
  },
});

function read(message: object, memory = createOrderMemory()): PrivateMessage {
  return readPrivateMessage(message, memory);
}
function orderOf(message: PrivateMessage): { report: OrderReport; fill: Fill | null } {
  if ((message.kind !== 'order' && message.kind !== 'finished') || message.event.type !== 'order') {
    throw new Error(`not an order: ${message.kind}`);
  }
  return message.event;
}

describe('plain orders', () => {
  test.each([
    ['NEW', 'NEW', 'working'],
    ['TRADE', 'PARTIALLY_FILLED', 'working'],
    ['TRADE', 'FILLED', 'filled'],
    ['CANCELED', 'CANCELED', 'cancelled'],
    ['EXPIRED', 'EXPIRED', 'expired'],
    ['EXPIRED', 'EXPIRED_IN_MATCH', 'expired'],
    ['NEW', 'NEW_ADL', 'working'],
    ['NEW', 'A_STATUS_OF_TOMORROW', 'working'],
  ])('%s %s is %s', (execution, status, expected) => {
    expect(orderOf(read(order({ x: execution, X: status }))).report.status).toBe(expected);
  });

  test('only an execution carries a fill', () => {
    expect(orderOf(read(order())).fill).toBeNull();
    expect(orderOf(read(order({ x: 'CANCELED', X: 'CANCELED', l: '0', z: '0.001' }))).fill).toBeNull();
    const { fill, report } = orderOf(
      read(
        order({ x: 'TRADE', X: 'FILLED', l: '0.001', z: '0.001', L: '7100', ap: '7100', t: 42, n: '0.002' }),
      ),
    );
    expect(fill).toMatchObject({ tradeId: '42', orderId: '8886774', clientId: 'TEST', positionSide: 'LONG' });
    expect([fill?.price.toFixed(), fill?.quantity.toFixed(), fill?.commission.toFixed()]).toEqual([
      '7100',
      '0.001',
      '0.002',
    ]);
    expect(report.avgPrice?.toFixed()).toBe('7100');
  });

  test('the execution of a liquidation is a fill too', () => {
    const { fill } = orderOf(read(order({ c: 'autoclose-1', x: 'CALCULATED', X: 'FILLED', l: '1', L: '5' })));
    expect(fill?.clientId).toBe('autoclose-1');
  });

  test('an expiry says its reason', () => {
    expect(orderOf(read(order({ x: 'EXPIRED', X: 'EXPIRED', er: '4' }))).report.reason).toBe(
      'expiry reason 4',
    );
  });
});

describe('conditional orders', () => {
  test.each([
    ['NEW', {}, 'order', 'working'],
    ['TRIGGERING', {}, 'order', 'triggered'],
    ['TRIGGERED', { ai: '5' }, 'order', 'triggered'],
    ['FINISHED', { ai: '5', aq: '0.01', ap: '749' }, 'order', 'filled'],
    // What became of a child that is not full has to be asked for.
    ['FINISHED', { ai: '5', aq: '0.004' }, 'finished', 'triggered'],
    ['FINISHED', { ai: '5', aq: '0' }, 'finished', 'triggered'],
    ['FINISHED', { ai: '5', aq: undefined }, 'finished', 'triggered'],
    ['CANCELED', {}, 'order', 'cancelled'],
    ['EXPIRED', {}, 'order', 'expired'],
    ['REJECTED', { rm: 'Reduce Only reject' }, 'order', 'rejected'],
  ])('%s with %o is told as %s: %s', (status, changes, kind, expected) => {
    const message = read(algo({ X: status, ...changes }));
    expect(message.kind).toBe(kind);
    expect(orderOf(message).report).toMatchObject({ conditional: true, status: expected });
  });

  test('the child goes by its parent, whatever its own client id', () => {
    const memory = createOrderMemory();
    read(algo({ X: 'TRIGGERED', ai: '8886774' }), memory);
    const { report, fill } = orderOf(
      read(order({ c: 'another', x: 'TRADE', X: 'FILLED', l: '0.001', L: '7' }), memory),
    );
    expect(report).toMatchObject({
      clientId: 'Q5xaq5EGKgXXa0fD7fs0Ip',
      conditional: true,
      orderId: '8886774',
    });
    expect(fill?.clientId).toBe('Q5xaq5EGKgXXa0fD7fs0Ip');
  });

  test('a child on the book is triggered, not working', () => {
    const memory = createOrderMemory();
    read(algo({ X: 'NEW' }), memory);
    expect(orderOf(read(order({ c: 'Q5xaq5EGKgXXa0fD7fs0Ip' }), memory)).report).toMatchObject({
      conditional: true,
      status: 'triggered',
    });
  });
});

describe('the account', () => {
  test.each([
    ['BOTH', '-3', '-3'],
    ['LONG', '3', '3'],
    ['SHORT', '-3', '-3'],
    ['SHORT', '3', '-3'],
  ])('a %s position of %s counts as %s', (side, amount, expected) => {
    const message = read({
      e: 'ACCOUNT_UPDATE',
      T: 1,
      a: {
        m: 'ORDER',
        B: [{ a: 'USDT', wb: '122.5' }],
        P: [{ s: 'BTCUSDT', pa: amount, ep: '1', up: '0', ps: side }],
      },
    });
    const [event] = message.kind === 'account' ? message.events : [];
    expect(event?.type === 'positions' && event.positions[0]?.quantity.toFixed()).toBe(expected);
  });

  test.each([
    [{ ac: { s: 'BTCUSDT', l: 25 } }, { change: 'leverage', symbol: 'BTCUSDT', value: '25' }],
    [{ ai: { j: true } }, { change: 'multi_assets', symbol: null, value: 'true' }],
  ])('a changed setting is told: %o', (fields, expected) => {
    expect(read({ e: 'ACCOUNT_CONFIG_UPDATE', T: 1, ...fields })).toEqual({
      kind: 'account',
      events: [{ type: 'config', ...expected }],
    });
  });
});

test.each([
  [{ e: 'listenKeyExpired' }, 'listen_key_expired'],
  [{ event: { e: 'serverShutdown' } }, 'shutdown'],
  [{ e: 'TRADE_LITE', s: 'BTCUSDT' }, 'ignored'],
  [{ result: null, id: 1 }, 'ignored'],
  [[1, 2], 'ignored'],
])('%o is %s', (message, kind) => {
  expect(read(message).kind).toBe(kind);
});

test.each([{ toString: 'x' }, 'soon', true, []].map((T) => ({ T })))(
  'an event whose time is $T is refused, not handed on',
  ({ T }) => {
    expect(() => read({ e: 'ACCOUNT_UPDATE', T, a: { m: 'ORDER', B: [], P: [] } })).toThrow(/instant/);
  },
);
