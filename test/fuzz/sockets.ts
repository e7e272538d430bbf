import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../src/sim/binance/random.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import type { Exchange } from '../../src/trading/exchange.ts';
import type { OrderRequest } from '../../src/trading/model.ts';
import { createTestExchange, PATIENT, request, SOCKET_FIRST } from '../trading/binance/helpers.ts';
import { createTestSpot } from '../trading/binance/spot-helpers.ts';
import { startBetween } from './between.ts';
import { OUTCOMES } from './exchange.ts';
import { mutate, mutateText, pick } from './mutate.ts';
import { Broken, requireFinite, type Target } from './target.ts';

const AT_A_TIME = 10;
const PATIENCE_MS = 60_000;
/** What has lost its id is waited for in vain. */
const WRITE_TIMEOUT_MS = 300;

/** Right answers to orders over the WebSocket API, changed on their way; the exchange stands behind it unchanged. */
export const orderSocket: Target = {
  name: 'order socket answers',
  batch: 2,
  inputs: AT_A_TIME,
  async open() {
    let random = new Random(1);
    let last: string[] = [];
    const between = await startBetween(({ text, path, method }) =>
      /^\/ws-f?api\//.test(path) && /order/i.test(method ?? '') ? changed(text) : text,
    );

    function changed(text: string): string {
      const made =
        random.next() < 0.1 ? mutateText(random, text) : JSON.stringify(mutate(random, JSON.parse(text)));
      last.push(made);
      return made;
    }

    const rest = { ...PATIENT.rest, writeTimeoutMs: WRITE_TIMEOUT_MS };
    const usdm = createTestExchange(between.url, { ...PATIENT, rest, orderSocket: SOCKET_FIRST });
    const spot = createTestSpot(between.url, { rest, orderSocket: SOCKET_FIRST });
    const exchanges: readonly Exchange[] = [usdm.exchange, spot.exchange];
    for (const { exchange, listener } of [usdm, spot]) await exchange.connect(listener);
    let orders = 0;

    async function one(): Promise<void> {
      orders += 1;
      const exchange = pick(random, exchanges);
      const order = resting(`sb-fuzz-${orders}`);
      const what = random.next() < 0.6 ? 'place' : 'cancel';
      const sent =
        what === 'place'
          ? exchange.place(order)
          : exchange.cancel('BTCUSDT', `sb-fuzz-${Math.ceil(random.next() * orders)}`, false);
      try {
        const outcome = await sent;
        requireFinite(outcome, [what, last]);
        if (!OUTCOMES.includes(outcome.kind)) throw new Broken('no outcome', [what, last]);
      } catch (error) {
        throw error instanceof Broken ? error : new Broken(`${what} threw ${error}`, last, error);
      }
    }

    return {
      async once(next) {
        random = next;
        last = [];
        const until = performance.now() + PATIENCE_MS;
        while (exchanges.some((exchange) => exchange.health().ordersBy !== 'socket')) {
          if (performance.now() > until) throw new Broken('orders no longer go by the socket', last);
          await delay(5);
        }
        await Promise.all(Array.from({ length: AT_A_TIME }, one));
      },
      async close() {
        await Promise.all(exchanges.map((exchange) => exchange.close()));
        await between.close();
      },
    };
  },
};

/** Frames of the private streams of both markets, and what else comes on their connections, changed on their way. */
export const privateStreams: Target = {
  name: 'private streams',
  batch: 2,
  inputs: AT_A_TIME,
  async open() {
    let random = new Random(1);
    let frames: string[] = [];
    let changes = false;
    const between = await startBetween(({ text, method }) => {
      if (!changes || method !== null) return text;
      const made =
        random.next() < 0.1 ? mutateText(random, text) : JSON.stringify(mutate(random, JSON.parse(text)));
      frames.push(made);
      return made;
    });
    const usdm = createTestExchange(between.url, PATIENT);
    const spot = createTestSpot(between.url);
    for (const { exchange, listener } of [usdm, spot]) await exchange.connect(listener);
    changes = true;
    let orders = 0;

    return {
      async once(next) {
        random = next;
        frames = [];
        const until = performance.now() + PATIENCE_MS;
        // Each order, and each cancellation, has an event or two.
        while (frames.length < AT_A_TIME) {
          if (performance.now() > until) throw new Broken('no more events come', frames);
          orders += 1;
          const { exchange } = pick(random, [usdm, spot]);
          const order = resting(`sb-fuzz-${orders}`);
          await exchange.place(order);
          await exchange.cancel(order.symbol, order.clientId, false);
        }
        const told = [...usdm.events.splice(0), ...spot.events.splice(0)];
        requireFinite(told, frames);
      },
      async close() {
        await Promise.all([usdm, spot].map(({ exchange }) => exchange.close()));
        await between.close();
      },
    };
  },
};

function resting(clientId: string): OrderRequest {
  return request({
    clientId,
    type: 'limit',
    price: new Decimal(50_000),
    quantity: new Decimal('0.01'),
  });
}
