import './one-fetch.ts';
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isatty } from 'node:tty';
import manifest from '../package.json' with { type: 'json' };
import { createBot } from './bot/bot.ts';
import { createRead, type Parser } from './bot/reader.ts';
import { Settings } from './bot/settings.ts';
import { createBotStore } from './bot/store.ts';
import { type Calm, createCalm } from './calm.ts';
import { loadCommands } from './commands/load.ts';
import { problemLines } from './config/problem.ts';
import { type LiveConfig, loadConfig, watchConfig } from './config.ts';
import type { Env } from './env.ts';
import { checkAccounts, createExchange, healthOf, listingOf, marketsOf, serverMsOf } from './exchanges.ts';
import { type Failing, incident, openIncidents } from './incidents.ts';
import type { Log, LogTail } from './log.ts';
import { wasStuck } from './loop-guard.ts';
import type { Parts, Ready } from './once-ready.ts';
import { openPaperExchange } from './paper-exchange.ts';
import { openRunRecord } from './run-record.ts';
import { StartRefused } from './start-refused.ts';
import { startWords } from './start-words.ts';
import { EX_SOFTWARE, EX_TEMPFAIL } from './supervisor.ts';
import { countEvent } from './telemetry/count-events.ts';
import { countedExchange } from './telemetry/counted-exchange.ts';
import { createTelemetry } from './telemetry/telemetry.ts';
import { systemClock } from './trading/clock.ts';
import { createDesk, type RunningDesk } from './trading/desk.ts';
import { createDeskStore } from './trading/desk-store.ts';
import type { Exchange } from './trading/exchange.ts';
import { openLedger } from './trading/ledger.ts';
import type { Market } from './trading/model.ts';
import { UnreadableRecord } from './trading/store/errors.ts';
import type { Watchdog } from './watchdog.ts';

/** The running program. */
export interface App {
  /** Resolves with an exit code when the program cannot go on. */
  readonly failed: Promise<number>;
  /** Once what begins with the bot being ready has begun: false where it could not, which ends the program (`failed`). */
  readonly complete: Promise<boolean>;
  /** What stops the program for a moment would be in nobody's way. */
  isCalm(): boolean;
  /** Stops in order: no new signals, then the desk, then the store. Positions stay protected on the exchange. */
  stop(): Promise<void>;
}

const load = createRequire(import.meta.url);
let parse: ReturnType<Parser> | undefined;

/**
 * A fifth of the bot's modules: loaded by the first message, at once, or when the bot is ready. An `import` that is under
 * way could not be waited for where a message is read.
 */
const parser: Parser = () => {
  parse ??= (load('./trading/signals/parse.ts') as typeof import('./trading/signals/parse.ts')).parseMessage;
  return parse;
};

/** Builds the parts, in the order in which they need each other. `began` is on `performance.now()`'s clock. */
export async function startApp(env: Env, log: Log, tail: LogTail, began = 0): Promise<App> {
  const startedAt = performance.now();
  const loaded = loadConfig(env.configPath);
  if (!loaded.ok)
    throw new StartRefused((_, language) => problemLines(loaded.problems, language).join('\n'), 2);
  const config = watchConfig(env.configPath, loaded);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const telemetry = createTelemetry(systemClock.now, () => performance.now());
    const ledger = await openLedger(env.storeUrl, (ms) => telemetry.timings.record('stored', ms));
    stops.push(ledger.close);
    stops.push(async () => config.close());
    stops.push(reloadOnHangup(config, log));
    const paper = await openPaperExchange(env, config.current());
    if (paper) stops.push(paper.stop);
    const url = env.binance.origin ?? paper?.url ?? null;
    const open = await createDeskStore(ledger).openTrades();
    const exchanges = new Map<Market, Exchange>();
    for (const market of marketsOf(config.current(), open)) {
      const exchange = await createExchange(market, env, url, log, ledger.hold);
      // The desk closes what it has been given.
      exchanges.set(market, countedExchange(exchange, market, telemetry.counters));
    }
    await checkAccounts(env, exchanges, ledger);
    const app = await startParts({
      env,
      began,
      config,
      ledger,
      exchanges,
      paper,
      url,
      telemetry,
      log,
      tail,
      stops,
    });
    log.info({ readyMs: Math.round(performance.now() - startedAt) }, 'ready');
    const complete = beginRest(app, log);
    return {
      failed: app.failed.promise,
      complete,
      isCalm: app.calm.isCalm,
      async stop() {
        // What it begins has to end, too.
        await complete;
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What has been started, for what begins once it is ready. */
interface Started {
  parts: Parts;
  stuckMark: string;
  /** Where the desk's events are looked at as well. */
  watchedBy(dog: Watchdog): void;
  calm: Calm;
  failed: PromiseWithResolvers<number>;
}

/**
 * What the bot can be ready without begins when it can trade, and is loaded only then: what messages are read by, as one
 * may come, then the commands, as somebody may be waiting for one. A file that is missing, a row that cannot be read, or
 * a bug, ends the program as it would have at the start.
 */
async function beginRest({ parts, stuckMark, watchedBy, failed }: Started, log: Log): Promise<boolean> {
  try {
    // What has been heard meanwhile goes first, here and in between.
    await nextTurn();
    parser();
    await nextTurn();
    await loadCommands();
    await nextTurn();
    const { beginOnceReady } = await import('./once-ready.ts');
    watchedBy(await beginOnceReady(parts, { stuckMark, giveUp: () => failed.resolve(EX_TEMPFAIL) }));
    await nextTurn();
    await checkClosed(parts.desk, log);
    return true;
  } catch (error) {
    log.fatal({ err: error }, 'what begins once the bot is ready could not: ending');
    failed.resolve(error instanceof UnreadableRecord ? error.exitCode : EX_SOFTWARE);
    return false;
  }
}

/** A store that is not there at the moment is no damage. */
async function checkClosed(desk: RunningDesk, log: Log): Promise<void> {
  try {
    await desk.checkClosed();
  } catch (error) {
    if (error instanceof UnreadableRecord) throw error;
    log.warn({ err: error }, 'the trades that closed lately could not be read');
  }
}

async function startParts(ready: Ready): Promise<Started> {
  const { env, began, config, ledger, exchanges, telemetry, log, stops } = ready;
  const store = createBotStore(ledger);
  const settings = new Settings({ config, overrides: store.overrides, now: Date.now, log });
  await settings.start();
  const failed = Promise.withResolvers<number>();
  const incidents = await openIncidents(ledger.collection('incidents', incident), log, systemClock.now);
  const note = (what: Failing, works: boolean, reason: string): void => {
    // Rows may be written again before the lock on their server is ours again; until then nothing is opened.
    if (works && what.part === 'store' && (ledger.hold?.doubt(false) ?? null) !== null) return;
    if (works) incidents.works(what);
    else incidents.failed(what, reason);
  };
  let watchdog: Watchdog | undefined;
  const record = await openRunRecord(ledger, log, (works, reason) => {
    // A trade whose row is not written yet is written by the desk, which then says so.
    if (!works || desk.book.notReady !== 'store') note({ part: 'store' }, works, reason);
  });
  ledger.hold?.onChange((held, reason) => {
    if (!held || desk.book.notReady !== 'store') note({ part: 'store' }, held, reason);
  });
  void ledger.hold?.lost.then((reason) => {
    note({ part: 'store' }, false, reason);
    log.fatal({ reason }, 'the store is not ours any more: ending');
    failed.resolve(EX_TEMPFAIL);
  });
  const stuckMark = `${ledger.path}.stuck`;
  const crash = wasStuck(stuckMark) ? 'its event loop stood still' : 'it did not come to its end';
  const desk = createDesk({
    exchanges: Object.fromEntries(exchanges),
    store: createDeskStore(ledger),
    accountRisk: () => settings.account(),
    channels: () => settings.channels(),
    timezone: () => config.current().timezone,
    emit(event) {
      record.hear(event);
      countEvent(telemetry.counters, event);
      watchdog?.hear(event);
      calm.hear(event);
      if (event.type === 'part') note(event, event.works, event.reason);
      void bot.onDeskEvent(event);
    },
    onPrices(market, symbol, prices) {
      telemetry.prices.heard(market, symbol);
      void bot.onPrices(market, symbol, prices);
    },
    startedAt: Date.now() - performance.now() + began,
    crashedAt: record.crashedAt,
    journeys: telemetry.journeys,
    log,
    clock: systemClock,
  });
  const calm = createCalm(desk.trades);
  ledger.hold?.onFading(desk.withdrawEntries);
  const read = createRead(
    listingOf(() => exchanges.values()),
    parser,
  );
  const bot = createBot({
    token: env.discord.token?.reveal() ?? '',
    apiUrl: env.discord.apiUrl,
    version: manifest.version,
    settings,
    store,
    desk,
    exchangeHealth: () => healthOf(exchanges),
    recoveries: record.recoveries,
    aliveBefore: record.aliveBefore,
    candles: async (market, ...wanted) => (await exchanges.get(market)?.candles(...wanted)) ?? [],
    read,
    telemetry,
    log,
    now: systemClock.now,
    // A clock that is behind, as on a machine that has none while it is off, must not make old signals young.
    timeOfDay: () => Math.max(Date.now(), serverMsOf(exchanges) ?? 0),
    onGateway: (works) => note({ part: 'gateway' }, works, 'the connection was lost'),
    onRefused(error) {
      log.fatal({ why: startWords.en.discord(error.refusal) }, 'Discord will not have the bot back');
      failed.resolve(1);
    },
  });
  incidents.onChange((changed) => {
    if (changed.healedAt === null) telemetry.counters.add('incidents', changed.part);
    bot.onIncident(changed);
  });
  stops.push(incidents.idle);
  stops.push(record.end);
  let talking = false;
  stops.push(async () => {
    // Nobody waits for one who does not answer longer than for both; what may still open a trade goes first.
    if (talking) await bot.hush();
    await Promise.all([desk.stop(), talking ? bot.close() : undefined]);
  });
  bot.greet();
  await desk.start();
  talking = true;
  await bot.start();
  const { crashedAt } = record;
  incidents.ready(crashedAt === null ? null : { at: crashedAt, reason: crash });
  return {
    parts: { ...ready, store, desk, bot, incidents, read, note },
    stuckMark,
    watchedBy(dog) {
      watchdog = dog;
    },
    calm,
    failed,
  };
}

/**
 * SIGHUP reads the config file now. Where a terminal is attached it keeps its other meaning, that the terminal is gone,
 * and ends the program: https://man7.org/linux/man-pages/man7/signal.7.html
 */
function reloadOnHangup(config: LiveConfig, log: Log): () => Promise<void> {
  if (isatty(0)) return async () => undefined;
  const reload = (): void => {
    void config.reload().then((usable) => log.info({ usable }, 'SIGHUP: the config file has been read'));
  };
  process.on('SIGHUP', reload);
  return async () => void process.off('SIGHUP', reload);
}

/** Whether the store has ever seen a trade; then an unconfigured start is a mistake, not a first look. */
export async function holdsTrades(storeUrl: string): Promise<boolean> {
  const ledger = await openLedger(storeUrl);
  try {
    const store = createDeskStore(ledger);
    return await store.holdsTrades();
  } finally {
    await ledger.close();
  }
}
