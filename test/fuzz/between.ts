import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type BinanceSim, startBinanceSim } from '../../src/sim/binance/server.ts';
import { relay } from './relay.ts';

/** The simulated exchange behind a line that may change each frame on its way to the bot. */
export interface Between {
  sim: BinanceSim;
  url: string;
  close(): Promise<void>;
}

export interface Frame {
  text: string;
  /** Of the WebSocket. */
  path: string;
  /** Of the request that it answers. */
  method: string | null;
}

export async function startBetween(change: (frame: Frame) => string): Promise<Between> {
  const sim = await startBinanceSim({
    limits: { weightPerMinute: 1e9, ordersPerMinute: 1e9, ordersPer10s: 1e9 },
  });
  const proxy = createServer((from, to) => void relay(sim.url, from, to, (text) => text));
  const server = new WebSocketServer({ noServer: true });
  proxy.on('upgrade', (from: IncomingMessage, socket, head) => {
    const path = from.url ?? '';
    const to = new WebSocket(`${sim.url.replace('http', 'ws')}${path}`);
    const opened = once(to, 'open').catch(() => socket.destroy());
    server.handleUpgrade(from, socket, head, (client) => {
      const asked = new Map<unknown, string>();
      client.on('message', async (data: Buffer) => {
        const { id, method } = JSON.parse(data.toString()) as { id: unknown; method: string };
        asked.set(id, method);
        await opened;
        if (to.readyState === to.OPEN) to.send(data.toString());
      });
      to.on('message', (data: Buffer) => {
        const text = data.toString();
        const { id } = JSON.parse(text) as { id?: unknown };
        client.send(change({ text, path, method: asked.get(id) ?? null }));
      });
      to.on('ping', () => client.ping());
      client.on('close', () => to.terminate());
      for (const event of ['close', 'error']) to.on(event, () => client.terminate());
    });
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  return {
    sim,
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async close() {
      server.close();
      for (const client of server.clients) client.terminate();
      proxy.closeAllConnections();
      await new Promise((done) => proxy.close(done));
      await sim.close();
    },
  };
}
