import { dirname, join } from 'node:path';
import type { Config } from './config.ts';
import type { Env } from './env.ts';
import { startSimulators } from './simulators.ts';
import { storePath } from './trading/store/address.ts';

/** The built-in exchange, as a process of its own that outlives a crash of the bot. */
export interface PaperExchange {
  readonly url: string;
  isAlive(): boolean;
  /** At the same address, with the account as it was kept. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Null where another exchange is traded on. */
export async function openPaperExchange(env: Env, config: Config): Promise<PaperExchange | null> {
  if (env.binance.environment !== 'paper' || env.binance.origin !== null) return null;
  const folder = dirname(storePath(env.storeUrl));
  const start = (port: number) =>
    startSimulators(
      {
        binance: {
          port,
          balance: config.paper.balance.toString(),
          state: join(folder, 'paper-exchange.json'),
          market: { kind: 'live' },
        },
        discord: null,
        lingerMs: 60_000,
      },
      join(folder, 'paper-exchange.address.json'),
    );
  let running = await start(0);
  const url = running.binanceUrl;
  return {
    url,
    isAlive() {
      try {
        return process.kill(running.pid, 0);
      } catch {
        return false;
      }
    },
    async restart() {
      running = await start(Number(new URL(url).port));
    },
    stop: () => running.stop(),
  };
}
