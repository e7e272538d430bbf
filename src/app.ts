import { dirname, join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { createBot } from './bot/bot.ts';
import { createRead } from './bot/reader.ts';
import { Settings } from './bot/settings.ts';
import { createBotStore } from './bot/store.ts';
import { type Config, type LiveConfig, loadConfig, watchConfig } from './config.ts';
import type { Env } from './env.ts';
import type { Log } from './log.ts';
import { openRunRecord } from './run-record.ts';
import { startSimulators } from './simulators.ts';
import { createUsdmExchange } from './trading/binance/usdm.ts';
import { systemClock } from './trading/clock.ts';
import { createDesk } from './trading/desk.ts';
import { createDeskStore } from './trading/desk-store.ts';
import { type Exchange, Unreachable } from './trading/exchange.ts';
import { type Ledger, openLedger } from './trading/ledger.ts';
import { storePath } from './trading/store/files.ts';

/** The running program. */
export interface App {
  /** Resolves with an exit code when the program cannot go on. */
  readonly failed: Promise<number>;
  /** Stops in order: no new signals, then the desk, then the store. Positions stay protected on the exchange. */
  stop(): Promise<void>;
}

/** Why the program does not start: one line for the user, and the exit code. */
export class StartRefused extends Error {
  override name = 'StartRefused';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

const TIDY_EVERY_MS = 6 * 3_600_000;

/** Builds the parts, in the order in which they need each other. */
export async function startApp(env: Env, log: Log): Promise<App> {
  const startedAt = performance.now();
  const config = readConfig(env.configPath);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const ledger = await openStore(env.storeUrl);
    stops.push(ledger.close);
    stops.push(async () => config.close());
    const url = env.binance.origin ?? (await paperExchange(env, config.current(), stops));
    const exchange = createUsdmExchange({
      env: env.binance.environment,
      url,
      key: env.binance.credentials?.apiKey.reveal() ?? 'paper',
      secret: env.binance.credentials?.secret.reveal() ?? 'paper',
      log,
      now: Date.now,
    });
    await checkAccount(env, exchange, ledger);
    const app = await startParts(env, config, ledger, exchange, log, stops);
    log.info({ readyMs: Math.round(performance.now() - startedAt) }, 'ready');
    return { failed: app.failed, stop };
  } catch (error) {
    await stop();
    throw refusalOf(error);
  }
}

async function startParts(
  env: Env,
  config: LiveConfig,
  ledger: Ledger,
  exchange: Exchange,
  log: Log,
  stops: (() => Promise<void>)[],
): Promise<{ failed: Promise<number> }> {
  const store = createBotStore(ledger);
  const settings = new Settings({ config, overrides: store.overrides, now: Date.now, log });
  await settings.start();
  const failed = Promise.withResolvers<number>();
  const record = await openRunRecord(ledger, log);
  const desk = createDesk({
    exchanges: { usdm: exchange },
    store: createDeskStore(ledger),
    accountRisk: () => settings.account(),
    channels: () => settings.channels(),
    timezone: () => config.current().timezone,
    emit(event) {
      record.hear(event);
      void bot.onDeskEvent(event);
    },
    startedAt: Date.now() - performance.now(),
    crashedAt: record.crashedAt,
    log,
    clock: systemClock,
  });
  const bot = createBot({
    token: env.discord.token?.reveal() ?? '',
    apiUrl: env.discord.apiUrl,
    version: manifest.version,
    settings,
    store,
    desk,
    exchangeHealth: exchange.health,
    recoveries: record.recoveries,
    candles: (_, symbol, interval, sinceMs, untilMs) => exchange.candles(symbol, interval, sinceMs, untilMs),
    read: createRead(exchange.instruments),
    log,
    now: Date.now,
    onRefused(error) {
      log.fatal({ err: error }, 'Discord will not have the bot back');
      failed.resolve(1);
    },
  });
  stops.push(record.end);
  stops.push(desk.stop);
  await desk.start();
  stops.push(bot.close);
  await bot.start();
  const tidy = setInterval(
    () => void store.prune(Date.now()).catch((error) => log.error({ err: error }, 'old rows stay')),
    TIDY_EVERY_MS,
  );
  tidy.unref();
  stops.push(async () => clearInterval(tidy));
  config.onChange((_, changes) => {
    log.info({ changes }, 'the config has changed');
    bot.onConfigChanged();
  });
  config.onError((problems) => {
    log.error({ problems }, 'the config file cannot be used');
    void bot.alertConfig(problems.join('\n'));
  });
  return { failed: failed.promise };
}

function readConfig(path: string): LiveConfig {
  const loaded = loadConfig(path);
  if (!loaded.ok) throw new StartRefused(loaded.problems.join('\n'), 2);
  return watchConfig(path, loaded);
}

async function openStore(storeUrl: string): Promise<Ledger> {
  try {
    return await openLedger(storeUrl);
  } catch (error) {
    throw refusalOf(error);
  }
}

/** The store's errors carry their own line and exit code; Discord's and the exchange's get theirs here. */
function refusalOf(error: unknown): unknown {
  if (error instanceof StartRefused || !(error instanceof Error)) return error;
  if ('exitCode' in error && typeof error.exitCode === 'number') {
    return new StartRefused(error.message, error.exitCode);
  }
  if (error.name === 'DiscordRefused') return new StartRefused(error.message, 1);
  if (error instanceof Unreachable) return new StartRefused(`Binance: ${error.message}`, 1);
  return error;
}

/** The built-in exchange, as a process of its own that outlives a crash of the bot. */
export async function paperExchange(
  env: Env,
  config: Config,
  stops: (() => Promise<void>)[],
): Promise<string | null> {
  if (env.binance.environment !== 'paper') return null;
  const folder = dirname(storePath(env.storeUrl));
  const simulators = await startSimulators(
    {
      binance: {
        balance: config.paper.balance.toString(),
        state: join(folder, 'paper-exchange.json'),
        market: { kind: 'live' },
      },
      discord: null,
      lingerMs: 60_000,
    },
    join(folder, 'paper-exchange.address.json'),
  );
  stops.push(simulators.stop);
  return simulators.binanceUrl;
}

/** The store belongs to one account, and a key for real money may do no more than trade. */
async function checkAccount(env: Env, exchange: Exchange, ledger: Ledger): Promise<void> {
  const [account, rights] = await Promise.all([
    exchange.account(),
    env.binance.environment === 'live' ? exchange.rights() : null,
  ]);
  await ledger.bind(env.binance.environment, account.uid);
  if (!rights) return;
  if (rights.withdraw)
    throw new StartRefused('BINANCE_API_KEY may withdraw: make a key without that right', 1);
  if (rights.transfer)
    throw new StartRefused('BINANCE_API_KEY may transfer: make a key without that right', 1);
  if (!rights.trade) {
    throw new StartRefused('BINANCE_API_KEY may not trade futures: enable "Enable Futures" for the key', 1);
  }
}

/** Whether the store has ever seen a trade; then an unconfigured start is a mistake, not a first look. */
export async function holdsTrades(storeUrl: string): Promise<boolean> {
  const ledger = await openStore(storeUrl);
  try {
    const store = createDeskStore(ledger);
    return (await store.openTrades()).length > 0 || (await store.closedBetween(0, Date.now())).length > 0;
  } finally {
    await ledger.close();
  }
}
