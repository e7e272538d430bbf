import { readFileSync } from 'node:fs';
import { onDemand } from './on-demand.ts';
import { within } from './within.ts';

/** What is used of `@keyv/redis` and of the client that it holds; https://github.com/redis/node-redis */
interface KeyvRedis {
  readonly client: Client;
}

interface Client {
  connect(): Promise<unknown>;
  sendCommand(args: readonly string[]): Promise<unknown>;
  on(event: 'error' | 'ready', listener: (error?: Error) => void): unknown;
  destroy(): void;
}

type Adapter = new (connect: Readonly<Record<string, unknown>>) => KeyvRedis;

/** A connection that is made again whenever it is lost; what is asked meanwhile is refused at once. */
export interface RedisConnection {
  /** One command and its answer. */
  send(...args: readonly string[]): Promise<unknown>;
  /** A script on the keys that begin so. */
  run(script: string, space: string, ...args: readonly (string | number)[]): Promise<unknown>;
  /** Another connection in place of one that does not answer: nobody may ever say that it has ended. */
  replace(): void;
  end(): void;
}

const CONNECT_WITHIN_MS = 3_000;
const READ_WITHIN_MS = 30_000;
const LONGEST_PAUSE_MS = 1_000;

/** Throws `StorePackageMissing`, and what the client met. */
export async function connectRedis(
  url: string,
  on: { dropped(reason: string): void; ready(): void },
): Promise<RedisConnection> {
  const { default: Adapter } = await onDemand<{ default: Adapter }>('@keyv/redis');
  const options = clientOptions(url);
  const first = Promise.withResolvers<never>();
  let isUp = false;
  let client = open();

  function open(): Client {
    const { client: opened } = new Adapter(options);
    opened.on('error', (error) => {
      if (opened !== client) return;
      if (isUp) on.dropped(error?.message ?? 'the connection has ended');
      else first.reject(error);
    });
    opened.on('ready', () => {
      if (isUp && opened === client) on.ready();
    });
    return opened;
  }

  first.promise.catch(() => undefined);
  try {
    // It would go on trying for ever; a start says what is wrong.
    await within(CONNECT_WITHIN_MS, Promise.race([client.connect(), first.promise]));
  } catch (error) {
    client.destroy();
    throw error;
  }
  isUp = true;
  const send = (...args: readonly string[]) => within(READ_WITHIN_MS, client.sendCommand(args));
  return {
    send,
    run: (script, space, ...args) => send('EVAL', script, '1', space, ...args.map(String)),
    replace() {
      const old = client;
      client = open();
      old.destroy();
      // Tried again for as long as it takes.
      client.connect().catch(() => undefined);
    },
    end: () => client.destroy(),
  };
}

/** `sslrootcert` is a file with whoever has signed the server's certificate, as in an address of PostgreSQL. */
function clientOptions(address: string): Readonly<Record<string, unknown>> {
  const url = new URL(address);
  const authority = url.searchParams.get('sslrootcert');
  url.search = '';
  return {
    url: url.href,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_WITHIN_MS,
      keepAlive: true,
      keepAliveInitialDelay: 10_000,
      // The lease is renewed more often: a connection that is silent for so long, also while it is made, is none.
      socketTimeout: 5_000,
      reconnectStrategy: (attempt: number) => Math.min(20 * 2 ** attempt, LONGEST_PAUSE_MS),
      ...(authority === null ? {} : { ca: readFileSync(authority) }),
    },
  };
}
