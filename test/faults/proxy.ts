import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

/** A line to the exchange that the test can cut, stop in one direction, or close to new connections. */
export interface Line {
  readonly url: string;
  /** Every connection ends at once, as when a proxy or a router restarts. */
  cut(): void;
  /** What the exchange says no longer arrives; what the bot says does. */
  loseAnswers(lost: boolean): void;
  close(): Promise<void>;
}

export async function lineTo(url: string): Promise<Line> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let deaf = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const exchange = dial(Number(port), hostname);
    for (const socket of [client, exchange]) keep(socket);
    client.on('data', (bytes) => exchange.write(bytes));
    exchange.on('data', (bytes) => {
      if (!deaf) client.write(bytes);
    });
    client.on('close', () => exchange.destroy());
    exchange.on('close', () => client.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    loseAnswers(lost) {
      deaf = lost;
    },
    async close() {
      cut();
      await new Promise((done) => server.close(done));
    },
  };
}
