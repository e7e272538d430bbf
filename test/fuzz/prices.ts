import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { createMarketStream, USDM_MARKET } from '../../src/trading/binance/market-stream.ts';
import type { Prices } from '../../src/trading/exchange.ts';
import { QUICK } from '../trading/binance/helpers.ts';
import { type Json, mutate, mutateText, pick } from './mutate.ts';
import { Broken, requireFinite, type Target } from './target.ts';

const AT_A_TIME = 50;
const PATIENCE_MS = 60_000;

const EVENTS: readonly Json[] = [
  {
    e: 'markPriceUpdate',
    E: 1562305380000,
    s: 'BTCUSDT',
    p: '11794.15',
    i: '11784.62',
    r: '0.0003',
    T: 1562306400000,
  },
  {
    e: 'aggTrade',
    E: 1672515782136,
    s: 'BTCUSDT',
    a: 5933014,
    p: '0.001',
    q: '100',
    f: 100,
    l: 105,
    T: 1672515782136,
    m: true,
  },
];

/** Frames of the price streams over a real connection, changed on their way; then a right one, which must arrive. */
export const prices: Target = {
  name: 'price streams',
  batch: 2,
  inputs: AT_A_TIME,
  async open() {
    const http = createServer();
    const server = new WebSocketServer({ server: http });
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    const heard: Partial<Prices>[] = [];
    let woken = (): void => undefined;
    const stream = createMarketStream({
      origin: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
      kind: USDM_MARKET,
      timing: QUICK.marketStream,
      onPrices(_symbol, told) {
        heard.push(told);
        woken();
      },
      onTrouble: () => undefined,
    });
    const connected = once(server, 'connection');
    stream.watch(['BTCUSDT']);
    const [socket] = (await connected) as [WebSocket];
    let sent = 0;
    return {
      async once(random) {
        heard.length = 0;
        const frames = Array.from({ length: AT_A_TIME }, () => {
          const frame = { stream: 'btcusdt@markPrice@1s', data: pick(random, EVENTS) };
          const text = JSON.stringify(mutate(random, frame));
          return random.next() < 0.2 ? mutateText(random, text) : text;
        });
        for (const frame of frames) socket.send(frame);
        sent += 1;
        const last = `${1_000_000 + sent}`;
        socket.send(JSON.stringify({ data: { e: 'markPriceUpdate', E: 1, s: 'BTCUSDT', p: last } }));
        const until = performance.now() + PATIENCE_MS;
        while (!heard.some(({ mark }) => mark?.eq(last))) {
          if (performance.now() > until) throw new Broken('prices no longer arrive', frames);
          await new Promise<void>((done) => {
            woken = done;
            setTimeout(done, 1_000).unref();
          });
        }
        requireFinite(heard, frames);
      },
      async close() {
        stream.close();
        server.close();
        http.closeAllConnections();
        await new Promise((done) => http.close(done));
      },
    };
  },
};
