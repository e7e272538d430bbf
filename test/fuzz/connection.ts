import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { createGateway, type Gateway } from '../../src/bot/gateway.ts';
import { Random } from '../../src/sim/binance/random.ts';
import { DEFAULT_IDS as IDS } from '../../src/sim/discord/seed.ts';
import { startDiscordSim } from '../../src/sim/discord/server.ts';
import { silentLog } from '../bot/fakes.ts';
import { mutate, mutateText } from './mutate.ts';
import { relay } from './relay.ts';
import { Broken, type Target } from './target.ts';

const AT_A_TIME = 10;
const PATIENCE_MS = 60_000;

/** Frames of Discord's gateway over a real connection, changed on their way; then a right message, which must arrive. */
export const connection: Target = {
  name: 'frames of the connection to Discord',
  batch: 1,
  inputs: AT_A_TIME,
  async open() {
    const sim = await startDiscordSim({
      rateLimits: 'off',
      gateway: { identifyWindowMs: 0, identifyLimit: 1e9, heartbeatIntervalMs: 5_000 },
    });
    let random = new Random(1);
    let frames: string[] = [];
    let changes = false;
    const http = createServer((from, to) => void relay(new URL(sim.url).origin, from, to, here));
    const server = new WebSocketServer({ noServer: true });
    http.on('upgrade', (from: IncomingMessage, socket, head) => {
      const to = new WebSocket(`ws://127.0.0.1:${sim.port}${from.url}`);
      const opened = once(to, 'open').catch(() => socket.destroy());
      server.handleUpgrade(from, socket, head, (client) => {
        client.on('message', async (data: Buffer) => {
          await opened;
          if (to.readyState === to.OPEN) to.send(data.toString());
        });
        to.on('message', (data: Buffer) => client.send(changed(here(data.toString()))));
        client.on('close', () => to.terminate());
        for (const event of ['close', 'error']) to.on(event, () => client.terminate());
      });
    });
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    const { port } = http.address() as AddressInfo;

    /** Where the simulated Discord says that it is to be found. */
    function here(text: string): string {
      return text.replaceAll(`127.0.0.1:${sim.port}`, `127.0.0.1:${port}`);
    }

    function changed(text: string): string {
      if (!changes || random.next() < 0.5) return text;
      const made =
        random.next() < 0.1 ? mutateText(random, text) : JSON.stringify(mutate(random, JSON.parse(text)));
      frames.push(made);
      return made;
    }

    const heard = new Set<string>();
    // A new one for each lot: identifies that follow each other are paced.
    const connect = (): Gateway =>
      createGateway({
        token: sim.token,
        apiUrl: here(sim.url),
        events: {
          created: (message) => void heard.add(message?.content ?? ''),
          edited: () => undefined,
          deleted: () => undefined,
          connected: () => undefined,
          disconnected: () => undefined,
          left: () => undefined,
          joined: () => undefined,
          refused: () => undefined,
        },
        onInteraction: () => undefined,
        log: silentLog,
      });
    let sent = 0;

    return {
      async once(next) {
        random = next;
        frames = [];
        const gateway = connect();
        await gateway.open();
        changes = true;
        while (frames.length < AT_A_TIME) {
          sent += 1;
          sim.post({ channel: IDS.alphaSignals, author: IDS.analyst, content: `talk ${sent}` });
          await new Promise((done) => setTimeout(done, 1));
          if (!gateway.isUp()) break;
        }
        changes = false;
        const until = performance.now() + PATIENCE_MS;
        while (!heard.has(`right ${sent}`)) {
          if (performance.now() > until)
            throw new Broken(`messages no longer arrive, ${gateway.isUp() ? 'up' : 'down'}`, frames);
          sim.post({ channel: IDS.alphaSignals, author: IDS.analyst, content: `right ${sent}` });
          await new Promise((done) => setTimeout(done, 20));
        }
        heard.clear();
        await gateway.close();
      },
      async close() {
        server.close();
        for (const client of server.clients) client.terminate();
        http.closeAllConnections();
        await new Promise((done) => http.close(done));
        await sim.close();
      },
    };
  },
};
