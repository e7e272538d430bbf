import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** The way between a store's client and its server, which can fail as a network does. */
export interface Network {
  /** The store's address over this way. */
  urlOf(storeUrl: string): string;
  /** Both ends lose every connection, and no new one is made until `heal`. */
  fail(): void;
  heal(): void;
  /** What is sent over the connections that there are now arrives nowhere, and nobody is told; new ones work. */
  swallow(): void;
  /** What was swallowed arrives after all, also where its sender has given the connection up. */
  deliver(): Promise<void>;
}

interface Wire {
  client: Socket;
  server: Socket;
  swallowed: Buffer[] | null;
}

const PORT = /:(\d+)(?=[/?])/;

export async function network(storeUrl: string): Promise<Network> {
  const target = Number(PORT.exec(storeUrl)?.[1]);
  const wires = new Set<Wire>();
  let isDown = false;
  const listener = createServer((client) => {
    if (isDown) return void client.destroy();
    const server = createConnection(target, '127.0.0.1');
    const wire: Wire = { client, server, swallowed: null };
    wires.add(wire);
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.on('data', (bytes) => {
      if (wire.swallowed) wire.swallowed.push(bytes);
      else server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (!wire.swallowed) client.write(bytes);
    });
    client.on('close', () => {
      if (!wire.swallowed) server.destroy();
    });
    server.on('close', () => client.destroy());
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const drop = (): void => {
    for (const { client, server } of wires) {
      client.destroy();
      server.destroy();
    }
    wires.clear();
  };
  onTestFinished(() => {
    listener.close();
    drop();
  });
  return {
    urlOf: (url) => url.replace(PORT, `:${port}`),
    fail() {
      isDown = true;
      drop();
    },
    heal() {
      isDown = false;
    },
    swallow() {
      for (const wire of wires) wire.swallowed ??= [];
    },
    async deliver() {
      const late = [...wires].filter(({ swallowed }) => swallowed !== null && swallowed.length > 0);
      if (late.length === 0) throw new Error('nothing was swallowed');
      // Its answer shows that the server has taken it in.
      const answers = late.map(({ server }) => once(server, 'data'));
      for (const { server, swallowed } of late) server.write(Buffer.concat(swallowed ?? []));
      await Promise.all(answers);
    },
  };
}
