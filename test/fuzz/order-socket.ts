import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { Random } from '../../src/sim/binance/random.ts';
import { startBinanceSim } from '../../src/sim/binance/server.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { createTestExchange, PATIENT, request, SOCKET_FIRST } from '../trading/binance/helpers.ts';
import { createTestSpot } from '../trading/binance/spot-helpers.ts';
import { forward, OUTCOMES } from './exchange.ts';
import { type Json, mutate, mutateText, pick } from './mutate.ts';
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
    const sim = await startBinanceSim({
      limits: { weightPerMinute: 1e9, ordersPerMinute: 1e9, ordersPer10s: 1e9 },
    });
    let random = new Random(1);
    let last: string[] = [];
    const proxy = createServer((from, to) => void forward(sim.url, from, to, (body) => body));
    const server = new WebSocketServer({ noServer: true });
    proxy.on('upgrade', (from: IncomingMessage, socket, head) => {
      const to = new WebSocket(`${sim.url.replace('http', 'ws')}${from.url}`);
      const isForOrders = /^\/ws-f?api\//.test(from.url ?? '');
      server.handleUpgrade(from, socket, head, (client) => {
        const asked = new Map<unknown, string>();
        const opened = once(to, 'open');
        client.on('message', async (data: Buffer) => {
          const { id, method } = JSON.parse(data.toString()) as { id: unknown; method: string };
          asked.set(id, method);
          await opened.then(
            () => to.send(data.toString()),
            () => client.terminate(),
          );
        });
        to.on('message', (data: Buffer) => {
          const text = data.toString();
          const answer = JSON.parse(text) as { id?: unknown };
          const isOrder = /order/i.test(asked.get(answer.id) ?? '');
          client.send(isForOrders && isOrder ? changed(answer as Json, text) : text);
        });
        client.on('close', () => to.terminate());
        for (const event of ['close', 'error']) to.on(event, () => client.terminate());
      });
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

    function changed(answer: Json, text: string): string {
      const made = random.next() < 0.1 ? mutateText(random, text) : JSON.stringify(mutate(random, answer));
      last.push(made);
      return made;
    }

    const rest = { ...PATIENT.rest, writeTimeoutMs: WRITE_TIMEOUT_MS };
    const usdm = createTestExchange(url, { ...PATIENT, rest, orderSocket: SOCKET_FIRST });
    const spot = createTestSpot(url, { rest, orderSocket: SOCKET_FIRST });
    const exchanges = [usdm.exchange, spot.exchange];
    for (const { exchange, listener } of [usdm, spot]) await exchange.connect(listener);
    let orders = 0;

    async function one(): Promise<void> {
      orders += 1;
      const exchange = pick(random, exchanges);
      const order = request({
        clientId: `sb-fuzz-${orders}`,
        type: 'limit',
        price: new Decimal(50_000),
        quantity: new Decimal('0.01'),
      });
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
        server.close();
        for (const client of server.clients) client.terminate();
        proxy.closeAllConnections();
        await new Promise((done) => proxy.close(done));
        await sim.close();
      },
    };
  },
};
