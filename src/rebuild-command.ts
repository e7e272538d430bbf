import { z } from 'zod';
import {
  alertLevelRow,
  auditEntry,
  change,
  cursor,
  followUp,
  outboxEntry,
  override,
  postedMessage,
  priceWatch,
  proposal,
  question,
  receipt,
  toldHistory,
} from './bot/records.ts';
import { createBotStore } from './bot/store.ts';
import type { CommandWords } from './command-words.ts';
import { problemLines } from './config/problem.ts';
import type { Config } from './config.ts';
import { type Env, envLines, loadEnv } from './env.ts';
import { createExchange, marketsOf } from './exchanges.ts';
import { incident } from './incidents.ts';
import { createLog } from './log.ts';
import { openPaperExchange } from './paper-exchange.ts';
import { accountSettings } from './risk/channel.ts';
import { recovery, run } from './run-record.ts';
import { failed, speechOf } from './store-commands.ts';
import { type RebuildDeps, type RebuildReport, rebuildFromExchange } from './trading/desk/rebuild.ts';
import { createDeskStore } from './trading/desk-store.ts';
import { binding, type Ledger, openLedger } from './trading/ledger.ts';
import { held } from './trading/lifecycle/facts.ts';
import { type Market, trade } from './trading/model.ts';
import {
  archiveInDoubtRecord,
  dayMarkRecord,
  guardRecord,
  pauseRecord,
  recentSignalRecord,
} from './trading/records.ts';
import { mergeTrading } from './trading/settings.ts';
import { storeKind, storePath } from './trading/store/address.ts';
import { type Fits, type Salvaged, salvage } from './trading/store/salvage.ts';

/**
 * Makes the store usable again: what of it can be read is taken over, and open trades that it does not know are made
 * from the exchange. Nothing is sent to the exchange, and the store as it was is kept.
 */
export async function rebuild(args: readonly string[]): Promise<number> {
  const { loaded, config, language, words } = speechOf(loadEnv());
  if (args.length > 0) return wrong([words.takesNothing('rebuild', args.join(' '))]);
  if (!loaded.ok) return wrong(envLines(loaded.problems, language));
  const { env } = loaded;
  if (env.binance.environment !== 'paper' && !env.binance.credentials) return wrong([words.keysMissing]);
  if (!config.ok) return wrong(problemLines(config.problems, language));
  const stops: (() => Promise<void>)[] = [];
  try {
    // A server's own tools put right what is damaged there.
    if (storeKind(env.storeUrl) === 'sqlite')
      for (const line of salvageLines(await salvage(storePath(env.storeUrl), fits, new Date()), words))
        console.log(line);
    for (const line of reportLines(await fromExchange(env, config.config, stops), words)) console.log(line);
    return 0;
  } catch (error) {
    return failed(error, env, language);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** Market by market. */
async function fromExchange(
  env: Env,
  config: Config,
  stops: (() => Promise<void>)[],
): Promise<RebuildReport> {
  const ledger = await openLedger(env.storeUrl);
  stops.push(ledger.close);
  const paper = await openPaperExchange(env, config);
  if (paper) stops.push(paper.stop);
  const url = env.binance.origin ?? paper?.url ?? null;
  const known = await createDeskStore(ledger).openTrades();
  const reports: RebuildReport[] = [];
  for (const market of marketsOf(config, known)) {
    const exchange = await createExchange(market, env, url, createLog('silent'));
    stops.push(exchange.close);
    await ledger.bind(env.binance.environment, (await exchange.account()).uid);
    reports.push(await ofMarket(market, exchange, ledger, config));
  }
  return {
    known: reports.flatMap((report) => report.known),
    rebuilt: reports.flatMap((report) => report.rebuilt),
    leftOver: reports.flatMap((report) => report.leftOver),
    foreign: reports.flatMap((report) => report.foreign),
  };
}

function ofMarket(
  market: Market,
  exchange: RebuildDeps['exchange'],
  ledger: Ledger,
  config: Config,
): Promise<RebuildReport> {
  const risk = accountSettings(config.risk, {});
  return rebuildFromExchange({
    market,
    exchange,
    store: createDeskStore(ledger),
    sourceOf: (messageId) => sourceOf(ledger, config, messageId),
    tradingOf(channelId) {
      const block = config.signals.find(({ channel }) => channel === channelId);
      return mergeTrading(config.trading, block?.trading ?? {});
    },
    assumedStopPct: risk.defaultStopPct ?? risk.maxStopDistancePct,
    now: Date.now,
  });
}

/** The receipt of the message knows; else it can only be the one signal channel there is. */
async function sourceOf(ledger: Ledger, config: Config, messageId: string) {
  const kept = await createBotStore(ledger).receipts.get(messageId);
  const [only, ...others] = config.signals;
  const channelId = kept?.channelId ?? (others.length === 0 ? only?.channel : undefined) ?? '0';
  const channel = config.signals.find((block) => block.channel === channelId)?.name ?? 'unknown';
  return { guildId: config.guild, channelId, channel, authorId: kept?.authorId ?? '0' };
}

/** Every table and document there is, so that no row is passed as readable that a start then refuses. */
export const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  trades: trade,
  closed_keys: z.string(),
  recent_signals: recentSignalRecord,
  receipts: receipt,
  proposals: proposal,
  questions: question,
  follow_ups: followUp,
  cards: postedMessage,
  histories: toldHistory,
  changes: change,
  cursors: cursor,
  outbox: outboxEntry,
  audit: auditEntry,
  alert_levels: alertLevelRow,
  watches: priceWatch,
  overrides: override,
  recoveries: recovery,
  incidents: incident,
  'meta/binding': binding,
  'meta/run': run,
  'meta/pauses': pauseRecord.array(),
  'meta/archiveInDoubt': archiveInDoubtRecord,
  'meta/dayMark': dayMarkRecord,
  'meta/guard': guardRecord,
};

const fits: Fits = (table, key, value) => {
  const schema = /^closed_\d{6}$/.test(table) ? trade : (SCHEMAS[table] ?? SCHEMAS[`${table}/${key}`]);
  return schema === undefined || schema.safeParse(value).success;
};

function salvageLines(salvaged: Salvaged | null, words: CommandWords): string[] {
  if (salvaged === null) return [words.soundStore];
  const { kept, rows, dropped } = salvaged;
  return [
    words.salvaged(rows),
    ...(kept === null ? [] : [words.keptAsItWas(kept)]),
    ...dropped.map((name) => words.leftOut(name)),
  ];
}

function reportLines({ known, rebuilt, leftOver, foreign }: RebuildReport, words: CommandWords): string[] {
  return [
    words.counts(known.length, rebuilt.length),
    ...rebuilt.flatMap(({ trade: made, gaps }) => [
      words.made({
        symbol: made.plan.symbol,
        side: made.plan.side,
        held: String(held(made)),
        entry: String(made.plan.entryPrice.toSignificantDigits(10)),
        stop: String(made.stopPrice),
        targets: made.targets.map(({ price }) => price).join(' ') || words.noTargets,
      }),
      ...gaps.map((gap) => `    ${words.gaps[gap]}`),
    ]),
    ...(rebuilt.length > 0 ? [words.notKnown] : []),
    ...leftOver.map(({ symbol, clientId }) => words.leftOver(symbol, clientId)),
    ...foreign.map(({ symbol, quantity }) => words.foreign(symbol, String(quantity))),
    words.nextStart,
  ];
}

function wrong(problems: readonly string[]): number {
  for (const problem of problems) console.error(problem);
  return 2;
}
