import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Bot } from './bot/bot.ts';
import type { Read } from './bot/ports.ts';
import type { createBotStore } from './bot/store.ts';
import { problemLines } from './config/problem.ts';
import type { LiveConfig } from './config.ts';
import type { Env } from './env.ts';
import { checkAccounts, createExchange, marketsOf } from './exchanges.ts';
import { startHealing } from './healing.ts';
import type { Failing, Incidents } from './incidents.ts';
import { watchKey } from './key-watch.ts';
import type { Log, LogTail } from './log.ts';
import { startLoopGuard } from './loop-guard.ts';
import type { PanelOptions } from './panel/panel.ts';
import { createPanelKeeper, type PanelKeeper, type PanelKeeperDeps } from './panel-keeper.ts';
import type { PaperExchange } from './paper-exchange.ts';
import { keepRehearsed } from './rehearsal.ts';
import { condition } from './telemetry/conditions.ts';
import { countedExchange } from './telemetry/counted-exchange.ts';
import { freeBytesOf } from './telemetry/disk.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { startVitals, type Vitals } from './telemetry/vitals.ts';
import { systemClock } from './trading/clock.ts';
import type { RunningDesk } from './trading/desk.ts';
import type { Exchange, ExchangeHealth } from './trading/exchange.ts';
import type { OpenLedger } from './trading/ledger.ts';
import type { Market } from './trading/model.ts';
import { storePath } from './trading/store/address.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

/** What begins once the bot is ready. Each ends by what it adds to `stops`. */

const TIDY_EVERY_MS = 6 * 3_600_000;

/** What the parts are built on. */
export interface Ready {
  env: Env;
  began: number;
  config: LiveConfig;
  ledger: OpenLedger;
  /** Null where another exchange is traded on. */
  paper: PaperExchange | null;
  /** More markets may join while the program runs. */
  exchanges: Map<Market, Exchange>;
  url: string | null;
  telemetry: Telemetry;
  log: Log;
  tail: LogTail;
  stops: (() => Promise<void>)[];
}

/** What stands once the bot is ready, for what begins then. */
export interface Parts extends Ready {
  store: ReturnType<typeof createBotStore>;
  desk: RunningDesk;
  bot: Bot;
  incidents: Incidents;
  read: Read;
  note(what: Failing, works: boolean, reason: string): void;
}

export interface Beginning {
  /** Left by the guard of the event loop if it has to end the program. */
  stuckMark: string;
  /** What is broken does not heal in this run. */
  giveUp(): void;
}

/** All of it. What it adds to `stops` is there once this resolves. */
export async function beginOnceReady(parts: Parts, { stuckMark, giveUp }: Beginning): Promise<Watchdog> {
  const { env, ledger, exchanges, bot, incidents, read, note, log, stops } = parts;
  keepTidy(parts);
  if (env.binance.environment === 'live') watchOverKey(parts);
  followConfig(parts);
  const watch = await keepWatch(parts);
  const panel = env.web.port === 0 ? null : openPanel(parts, watch);
  const { gateway } = bot;
  const endHealing = startHealing({
    incidents,
    note,
    gateway,
    ledger,
    panel,
    paper: parts.paper,
    giveUp,
    log,
  });
  stops.push(async () => endHealing());
  const rehearsing = keepRehearsed({
    read,
    listed: () => [...exchanges].map(([market, exchange]) => [market, exchange.instruments()] as const),
    now: systemClock.now,
    log,
  });
  stops.push(async () => rehearsing.stop());
  const endGuard = startLoopGuard({ mark: stuckMark, log });
  stops.push(async () => endGuard());
  return watch.dog;
}

function keepTidy({ store, log, stops }: Parts): void {
  const tidy = setInterval(
    () => void store.prune(Date.now()).catch((error) => log.error({ err: error }, 'old rows stay')),
    TIDY_EVERY_MS,
  );
  tidy.unref();
  stops.push(async () => clearInterval(tidy));
}

function watchOverKey({ exchanges, desk, bot, log, stops }: Parts): void {
  const keyWatch = watchKey({
    exchanges: () => exchanges,
    desk,
    tell: (event) => void bot.onDeskEvent(event),
    log,
    now: systemClock.now,
  });
  stops.push(async () => keyWatch.close());
}

/** What is saved in the file takes effect, and is told. */
function followConfig(parts: Parts): void {
  const { config, desk, bot, log, stops } = parts;
  const joining = joinMarkets(parts, desk, (text) => void bot.alertConfig(text));
  stops.push(async () => joining.close());
  config.onChange((_, changes, savedAt) => {
    // Paths alone: a value may hold a key.
    log.info({ changes: changes.map(({ path }) => path) }, 'the config has changed');
    bot.onConfigChanged(changes, savedAt);
    joining.look();
  });
  config.onError((problems) => {
    log.error({ problems: problemLines(problems, 'en') }, 'the config file cannot be used');
    void bot.onConfigRefused(problems);
  });
}

interface Watch {
  vitals: Vitals;
  dog: Watchdog;
}

/** How the process is, and whether something about it or its exchanges begins to be bad. */
async function keepWatch({
  env,
  ledger,
  exchanges,
  desk,
  bot,
  telemetry,
  log,
  stops,
}: Parts): Promise<Watch> {
  const vitals = startVitals(telemetry.timings);
  stops.push(async () => vitals.stop());
  // What another version kept of them must not keep this one from starting.
  const standing = ledger.document('conditions', z.array(condition).catch([]));
  const dog = startWatchdog({
    desk,
    exchanges: () => healthsOf(exchanges),
    prices: telemetry.prices,
    lastLoopMs: vitals.lastLoopMs,
    freeBytes: () => freeBytesOf(dirname(storePath(env.storeUrl))),
    residentBytes: () => process.memoryUsage.rss(),
    tell: bot.onCondition,
    earlier: (await standing.get()) ?? [],
    keep: (open) => standing.set([...open]),
    log,
    now: systemClock.now,
  });
  stops.push(async () => dog.close());
  return { vitals, dog };
}

function healthsOf(exchanges: ReadonlyMap<Market, Exchange>): Map<Market, ExchangeHealth> {
  return new Map([...exchanges].map(([market, exchange]) => [market, exchange.health()]));
}

/** Opens in the background: trading does not wait for it. */
function openPanel(parts: Parts, { vitals, dog }: Watch): PanelKeeper {
  const { env, bot, exchanges, incidents, store, telemetry, log, tail, stops } = parts;
  const shown = {
    services: bot.services,
    actions: bot.actions,
    decisions: store.decisions,
    telemetry,
    lastLoopMs: vitals.lastLoopMs,
    exchanges: () => healthsOf(exchanges),
    incidents: incidents.list,
    conditions: dog.list,
    log,
    tail,
  };
  const prepare = () => preparePanel(parts, shown);
  const panel = createPanelKeeper({ prepare, note: parts.note, port: env.web.port, log });
  void panel.open();
  stops.push(panel.close);
  return panel;
}

/** What nobody needs without a panel is loaded with it. */
async function preparePanel(
  { env, desk, ledger, log }: Parts,
  shown: Omit<PanelOptions, keyof Env['web'] | 'environment' | 'store' | 'equity'>,
): ReturnType<PanelKeeperDeps['prepare']> {
  const [{ webToken }, { openEquityRecord }] = await Promise.all([
    import('./panel/web-token.ts'),
    import('./equity-record.ts'),
  ]);
  const beside = join(dirname(storePath(env.storeUrl)), 'web-token');
  const token = await webToken(env.web.token, join('data', 'web-token'), beside);
  const equity = await openEquityRecord({ ledger, desk, log, clock: systemClock });
  const { environment } = env.binance;
  const { path: store } = ledger;
  return { options: { ...shown, ...env.web, token, environment, store, equity }, end: equity.end };
}

const JOIN_AGAIN_MS = 30_000;

/** Brings in the market of a channel that was added to the file, as soon as its exchange answers. */
function joinMarkets(
  { env, config, ledger, exchanges, url, telemetry, log }: Ready,
  desk: RunningDesk,
  say: (text: string) => void,
): { look(): void; close(): void } {
  let busy = false;
  let closed = false;
  let again: NodeJS.Timeout | undefined;

  async function join(market: Market): Promise<void> {
    const made = await createExchange(market, env, url, log, ledger.hold);
    const exchange = countedExchange(made, market, telemetry.counters);
    try {
      await checkAccounts(env, [[market, exchange]], ledger);
      await desk.addMarket(market, exchange);
      exchanges.set(market, exchange);
    } catch (error) {
      await exchange.close();
      throw error;
    }
  }

  async function look(): Promise<void> {
    if (busy || closed) return;
    busy = true;
    clearTimeout(again);
    for (const market of marketsOf(config.current(), [])) {
      if (exchanges.has(market)) continue;
      try {
        await join(market);
      } catch (error) {
        log.error({ err: error, market }, 'a market could not be joined');
        say(`${market}: ${error instanceof Error ? error.message : String(error)}`);
        again = setTimeout(() => void look(), JOIN_AGAIN_MS);
      }
    }
    busy = false;
  }

  return {
    look: () => void look(),
    close() {
      closed = true;
      clearTimeout(again);
    },
  };
}
