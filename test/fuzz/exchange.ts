import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Random } from '../../src/sim/binance/random.ts';
import { startBinanceSim } from '../../src/sim/binance/server.ts';
import { createOrderMemory } from '../../src/trading/binance/order-memory.ts';
import { readSpotEvent } from '../../src/trading/binance/spot-events.ts';
import { readPrivateMessage } from '../../src/trading/binance/usdm-events.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { type Exchange, Unreachable } from '../../src/trading/exchange.ts';
import { createTestExchange, request } from '../trading/binance/helpers.ts';
import { createTestSpot } from '../trading/binance/spot-helpers.ts';
import { type Json, mutate, pick } from './mutate.ts';
import { relay } from './relay.ts';
import { Broken, requireFinite, type Target } from './target.ts';

/** Everything that an order can come to. */
export const OUTCOMES = ['confirmed', 'rejected', 'throttled', 'unknown'];

/** An answer that is no use is asked for again, with pauses. */
const AT_A_TIME = 20;

/** Right answers of the simulated exchange, changed on their way. */
export const answers: Target = {
  name: 'exchange answers',
  batch: 2,
  inputs: AT_A_TIME,
  async open() {
    const sim = await startBinanceSim({
      limits: { weightPerMinute: 1e9, ordersPerMinute: 1e9, ordersPer10s: 1e9 },
    });
    let random = new Random(1);
    let last: Json[] = [];
    const proxy = createServer((from, to) => {
      void relay(sim.url, from, to, (text) => {
        const changed = mutate(random, JSON.parse(text) as Json);
        last.push(changed);
        return JSON.stringify(changed);
      });
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const rest = { readTimeoutMs: 5_000, writeTimeoutMs: 5_000 };
    const usdm = createTestExchange(url, { rest }).exchange;
    const spot = createTestSpot(url, { rest }).exchange;
    let orders = 0;

    async function one(): Promise<void> {
      orders += 1;
      const all = questions(pick(random, [usdm, spot]), `sb-fuzz-${orders}`);
      const [what, ask] = pick(random, Object.entries(all));
      try {
        const answer = await ask();
        requireFinite(answer, [what, last]);
        if (/^(place|cancel)/.test(what) && !OUTCOMES.includes((answer as { kind: string }).kind))
          throw new Broken('no outcome', [what, last]);
      } catch (error) {
        if (error instanceof Broken) throw error;
        if (!(error instanceof Unreachable)) throw new Broken(`${what} threw ${error}`, last, error);
      }
    }

    return {
      async once(next) {
        random = next;
        last = [];
        await Promise.all(Array.from({ length: AT_A_TIME }, one));
      },
      async close() {
        await Promise.all([usdm.close(), spot.close()]);
        proxy.closeAllConnections();
        await new Promise((done) => proxy.close(done));
        await sim.close();
      },
    };
  },
};

function questions(exchange: Exchange, clientId: string): Record<string, () => Promise<unknown>> {
  const symbol = 'BTCUSDT';
  const order = request({
    clientId,
    type: 'limit',
    price: new Decimal(50_000),
    quantity: new Decimal('0.01'),
  });
  return {
    account: () => exchange.account(),
    positions: () => exchange.positions(),
    openOrders: () => exchange.openOrders(),
    findOrder: () => exchange.findOrder(symbol, 'sb-fuzz-1', false),
    findByOrderId: async () => exchange.findByOrderId?.(symbol, '7'),
    fillsSince: () => exchange.fillsSince(symbol, 0),
    positionFeesSince: () => exchange.positionFeesSince(Date.now() - 1_000),
    rights: () => exchange.rights(),
    brackets: () => exchange.brackets(symbol),
    commission: () => exchange.commission(symbol),
    prices: () => exchange.prices(symbol),
    filterPrice: async () => exchange.filterPrice?.(symbol),
    candles: () => exchange.candles(symbol, '1m', Date.now() - 600_000, Date.now()),
    instruments: async () => {
      await exchange.refreshInstruments();
      return exchange.instruments();
    },
    place: () => exchange.place(order),
    cancel: () => exchange.cancel(symbol, 'sb-fuzz-1', false),
  };
}

/** As the documentation shows them: developers.binance.com, user data streams of both markets. */
const PRIVATE: readonly Json[] = [
  {
    e: 'ORDER_TRADE_UPDATE',
    E: 1568879465651,
    T: 1568879465650,
    o: {
      s: 'BTCUSDT',
      c: 'sb-1-0-e0-0',
      S: 'SELL',
      o: 'LIMIT',
      f: 'GTC',
      q: '0.001',
      p: '9910',
      ap: '9910',
      sp: '7103.04',
      x: 'TRADE',
      X: 'PARTIALLY_FILLED',
      i: 8886774,
      l: '0.001',
      z: '0.001',
      L: '9910',
      n: '0.01',
      N: 'USDT',
      T: 1568879465650,
      t: 123,
      m: false,
      R: false,
      ot: 'LIMIT',
      ps: 'BOTH',
      rp: '0',
    },
  },
  {
    e: 'ALGO_UPDATE',
    T: 1750515742297,
    E: 1750515742303,
    o: {
      caid: 'sb-1-0-s0-0',
      aid: 2148719,
      at: 'CONDITIONAL',
      o: 'STOP_MARKET',
      s: 'BNBUSDT',
      S: 'SELL',
      ps: 'BOTH',
      q: '0.01',
      X: 'FINISHED',
      ai: '123',
      ap: '700',
      aq: '0.01',
      act: '0',
      tp: '750',
      p: '0',
      R: true,
      rm: '',
    },
  },
  {
    e: 'ACCOUNT_UPDATE',
    E: 1564745798939,
    T: 1564745798938,
    a: {
      m: 'ORDER',
      B: [{ a: 'USDT', wb: '122624.12345678', cw: '100.12345678', bc: '50.12345678' }],
      P: [
        {
          s: 'BTCUSDT',
          pa: '20',
          ep: '6563.66500',
          cr: '0',
          up: '2850.21200',
          mt: 'isolated',
          iw: '13200.70',
          ps: 'BOTH',
        },
      ],
    },
  },
  { e: 'ACCOUNT_CONFIG_UPDATE', E: 1611646737479, T: 1611646737476, ac: { s: 'BTCUSDT', l: 25 } },
];

const SPOT: readonly Json[] = [
  {
    e: 'executionReport',
    E: 1499405658658,
    s: 'ETHBTC',
    c: 'sb-1-0-e0-0',
    S: 'BUY',
    o: 'LIMIT',
    f: 'GTC',
    q: '1.00000000',
    p: '0.10264410',
    P: '0.00000000',
    C: '',
    x: 'TRADE',
    X: 'FILLED',
    r: 'NONE',
    i: 4293153,
    l: '1.00000000',
    z: '1.00000000',
    L: '0.10264410',
    n: '0.001',
    N: 'BNB',
    T: 1499405658657,
    t: 77,
    w: true,
    m: false,
    g: -1,
    Z: '0.10264410',
    W: 1499405658657,
  },
  {
    e: 'outboundAccountPosition',
    E: 1564034571105,
    u: 1564034571073,
    B: [{ a: 'ETH', f: '10000.000000', l: '0.000000' }],
  },
];

/** Events of the private streams, changed on their way. What is unreadable must say so and nothing else. */
export const events: Target = {
  name: 'exchange events',
  batch: 100,
  async open() {
    let memory = createOrderMemory();
    let heard = 0;
    return {
      once(random) {
        heard += 1;
        if (heard % 1_000 === 0) memory = createOrderMemory();
        const isSpot = random.next() < 0.4;
        const event = mutate(random, pick(random, isSpot ? SPOT : PRIVATE));
        let read: unknown;
        try {
          read = isSpot
            ? readSpotEvent(event as Readonly<Record<string, unknown>>, memory)
            : readPrivateMessage(event, memory);
        } catch (error) {
          if (error instanceof Error) return;
          throw new Broken('it threw what is no error', event, error);
        }
        requireFinite(read, event);
      },
      async close() {},
    };
  },
};
