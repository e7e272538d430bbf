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

export interface Server {
  /** One command and its answer. */
  send(...args: readonly string[]): Promise<unknown>;
  /** A script on the keys that begin so. */
  run(script: string, space: string, ...args: readonly (string | number)[]): Promise<unknown>;
  end(): void;
}

const CONNECT_WITHIN_MS = 3_000;
const READ_WITHIN_MS = 30_000;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Connects, and from then on connects again whenever the connection is lost; what is asked meanwhile is refused at
 * once. Throws `StorePackageMissing`, and what the client met.
 */
export async function connectRedis(
  url: string,
  on: { dropped(reason: string): void; ready(): void },
): Promise<Server> {
  const { default: Adapter } = await onDemand<{ default: Adapter }>('@keyv/redis');
  const { client } = new Adapter({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_WITHIN_MS,
      keepAlive: true,
      // The lease is renewed more often: a connection that is silent for so long is none.
      socketTimeout: 10_000,
      reconnectStrategy: (attempt: number) => Math.min(20 * 2 ** attempt, LONGEST_PAUSE_MS),
    },
  });
  const first = Promise.withResolvers<never>();
  let isUp = false;
  client.on('error', (error) => {
    if (isUp) on.dropped(error?.message ?? 'the connection has ended');
    else first.reject(error);
  });
  client.on('ready', () => {
    if (isUp) on.ready();
  });
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
    end: () => client.destroy(),
  };
}
