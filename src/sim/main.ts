import { startBinanceSim } from './binance/server.ts';
import { startDiscordSim } from './discord/server.ts';

/**
 * The simulators as a process of their own: forked by the program, with a heap and an event loop that the bot's
 * death does not touch. Started with one argument, the options as JSON; says `ready` over IPC.
 */
export interface SimOptions {
  binance: Parameters<typeof startBinanceSim>[0] | null;
  discord: Parameters<typeof startDiscordSim>[0] | null;
  /** How long the simulators outlive the program that started them, so that a restarted one finds them again. */
  lingerMs: number;
}

export type SimMessage =
  | { type: 'ready'; binanceUrl: string | null; discordUrl: string | null }
  | { type: 'failed'; message: string };

const options = JSON.parse(process.argv[2] ?? '{}') as SimOptions;

function tell(message: SimMessage): void {
  if (process.connected) process.send?.(message);
}

try {
  const binance = options.binance ? await startBinanceSim(options.binance) : null;
  const discord = options.discord ? await startDiscordSim(options.discord) : null;
  const stop = async (): Promise<void> => {
    await Promise.allSettled([binance?.close(), discord?.close()]);
    process.exit(0);
  };
  process.on('message', (message) => {
    if (message === 'stop') void stop();
  });
  process.on('disconnect', () => setTimeout(() => void stop(), options.lingerMs));
  process.on('SIGTERM', () => void stop());
  // Ctrl-C in a terminal reaches the whole group: the program decides when the simulators go.
  process.on('SIGINT', () => undefined);
  tell({ type: 'ready', binanceUrl: binance?.url ?? null, discordUrl: discord?.url ?? null });
} catch (error) {
  tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
