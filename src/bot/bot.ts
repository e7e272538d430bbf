import { RESTEvents } from 'discord.js';
import { createRenderer } from '../charts/renderer.ts';
import type { Services } from '../commands/command.ts';
import { loadCommands } from '../commands/load.ts';
import type { ConfigChange } from '../config/diff.ts';
import type { Problem } from '../config/problem.ts';
import type { Incident } from '../incidents.ts';
import type { Condition } from '../telemetry/conditions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Desk, DeskEvent } from '../trading/desk-types.ts';
import type { Prices } from '../trading/exchange.ts';
import type { Market } from '../trading/model.ts';
import type { ActionDeps } from './actions.ts';
import type { BotStore } from './bot-store.ts';
import { LIVE_EVERY_MS, type Studio } from './cards.ts';
import type { DiscordRefused } from './client.ts';
import { tellCondition } from './condition-posts.ts';
import { configChangeText, heardAnew } from './config-view.ts';
import { describe } from './discord-errors.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { startHeartbeat } from './heartbeat.ts';
import { IncidentPosts } from './incident-posts.ts';
import { lastMessages } from './last-messages.ts';
import { restMessenger } from './messenger.ts';
import { createParts } from './parts.ts';
import type { Log, Now, Read } from './ports.ts';
import { register } from './registration.ts';
import { restHistory } from './rest-history.ts';
import type { Settings } from './settings.ts';
import { createShownPresence } from './shown-presence.ts';
import type { ExchangesHealth, Status } from './status.ts';
import { within } from './within.ts';

export interface BotDeps {
  token: string;
  /** Without version: `https://discord.com/api`. */
  apiUrl: string;
  version: string;
  /** Started already: the desk needs it before. */
  settings: Settings;
  store: BotStore;
  desk: Desk;
  exchangeHealth(): ExchangesHealth | null;
  /** Of the last days, oldest first. */
  recoveries(): Status['recoveries'];
  /** When the run before this one was last alive; null at the first start. */
  aliveBefore: number | null;
  candles: Studio['candles'];
  read: Read;
  telemetry: Telemetry;
  log: Log;
  now: Now;
  timeOfDay: Now;
  /** The connection to Discord is lost, or stands again. */
  onGateway(works: boolean): void;
  /** Discord will not have us back without a human's help. */
  onRefused(error: DiscordRefused): void;
}

export interface Bot {
  /** Asks Discord whether it would have the bot, ahead of `start`: over a network that takes as long as the exchange does. */
  greet(): void;
  /** Connects, reads what was missed, and tells what the desk has reported before. Rejects with `DiscordRefused`. */
  start(): Promise<void>;
  /** Feed it everything that the desk emits; never rejects. */
  onDeskEvent(event: DeskEvent): Promise<void>;
  /** A price of a symbol that is traded or watched; never rejects. */
  onPrices(market: Market, symbol: string, prices: Prices): Promise<void>;
  /** Something has begun to be bad, or is well again. */
  onCondition(condition: Condition): void;
  /** Something has failed, or works again. */
  onIncident(incident: Incident): void;
  /** Another config file holds, saved at this time: what it changes is told, and who is new is listened to since then. */
  onConfigChanged(changes: readonly ConfigChange[], savedAt: number): void;
  /** To be restarted where it does not come back by itself. */
  readonly gateway: Pick<Gateway, 'answers' | 'restart'>;
  /** An alert about the config file. */
  alertConfig(text: string): Promise<void>;
  /** What has been saved cannot be used. */
  onConfigRefused(problems: readonly Problem[]): Promise<void>;
  /** What commands work with, for whoever gives them from elsewhere than Discord. */
  readonly services: Services;
  readonly actions: ActionDeps;
  /** Nothing more is heard: it is left to the next start. Resolves once what was heard before is done, or takes too long. */
  hush(): Promise<void>;
  close(): Promise<void>;
}

/** What takes longer while it ends is found, or done, by the next start. */
const DECIDE_WITHIN_MS = 700;
const POST_WITHIN_MS = 1_000;
const FLUSH_WITHIN_MS = 500;
/** Above this share of the exchange's request limit no candles are fetched for charts. */
const CHARTS_BELOW_WEIGHT = 0.5;

/** Everything that Discord sees. */
export function createBot(deps: BotDeps): Bot {
  const { settings, store, desk, log, now } = deps;
  const startedAt = now();
  const answering = new Set<Promise<void>>();
  const gateway = createGateway({
    token: deps.token,
    apiUrl: deps.apiUrl,
    events: {
      created: (message) => void intake.created(message),
      edited: (message) => void intake.edited(message),
      deleted: (channelId, messageIds) => void intake.deleted(channelId, messageIds),
      connected() {
        deps.onGateway(true);
        presence.showAnew();
        void backfill.run();
      },
      disconnected() {
        deps.onGateway(false);
        backfill.hold();
      },
      left: (guildId) => guildId === settings.config().guild && setMember(false),
      joined(guildId, server) {
        backfill.told(lastMessages(server));
        if (guildId === settings.config().guild) setMember(true);
        // Not at the beginning of a session, where `connected` is still to come: out of an outage, or invited.
        if (!gateway.isUp()) return;
        backfill.hold();
        void backfill.run();
      },
      refused: deps.onRefused,
    },
    onInteraction(interaction) {
      const work = parts.interactions.handle(interaction);
      answering.add(work);
      void work.finally(() => answering.delete(work));
    },
    log,
  });
  const renderer = createRenderer({ warn: log.warn.bind(log) });
  const parts = createParts({
    ...deps,
    messenger: restMessenger(gateway.rest),
    history: restHistory(gateway.rest, () => settings.config().guild, gateway.userId),
    parentOf: gateway.parentOf,
    studio: {
      candles: deps.candles,
      draw: renderer.render,
      mayAsk: () => (deps.exchangeHealth()?.weightUsed ?? 0) < CHARTS_BELOW_WEIGHT,
    },
    status: () => ({
      version: deps.version,
      startedAt,
      gatewayUp: gateway.isUp(),
      gatewayPingMs: gateway.pingMs(),
      gatewayHeartbeatAt: gateway.heartbeatAt(),
      exchange: deps.exchangeHealth(),
      recoveries: deps.recoveries(),
      memoryBytes: process.memoryUsage.rss(),
    }),
  });
  const {
    intake,
    backfill,
    rereading,
    confirmations,
    questions,
    outbox,
    cards,
    teller,
    watch,
    progress,
    priceWatches,
    nearStop,
    summary,
  } = parts;
  const presence = createShownPresence({ gateway, desk, settings, texts: () => parts.posts.texts(), now });
  const incidents = new IncidentPosts(parts.posts, now, log);
  let ready = false;
  let live: NodeJS.Timeout | undefined;
  let endHeartbeat: (() => void) | undefined;
  let registering: NodeJS.Immediate | undefined;
  /** Of the configured server. */
  let isMember = true;
  const early: DeskEvent[] = [];

  async function start(): Promise<void> {
    gateway.rest.on(RESTEvents.RateLimited, ({ route, timeToReset }) =>
      log.warn({ route, waitMs: timeToReset }, 'discord: rate limited'),
    );
    await store.prune(now());
    await outbox.load();
    await progress.start();
    // Before the connection: a click or a message may come with its first breath.
    await confirmations.start();
    await questions.start();
    await parts.followUp();
    await priceWatches.start();
    await parts.alerts.start();
    await backfill.forgetOthers();
    backfill.hold();
    await gateway.open();
    setMember(gateway.isIn(settings.config().guild));
    await outbox.start();
    // In order: a card must not end with an older state of its trade.
    for (let event = early.shift(); event; event = early.shift()) await teller.tell(event);
    ready = true;
    await teller.refreshCards();
    live = setInterval(() => void refresh(), LIVE_EVERY_MS);
    live.unref();
    summary.catchUp(deps.aliveBefore);
    summary.start();
    endHeartbeat = startHeartbeat({ url: () => settings.config().alerts.heartbeatUrl, isWell, log });
    presence.show();
    // At the very first start none can be given before that; later the most that is missing is what a new version adds.
    if (deps.aliveBefore === null) await registerCommands();
    else registering = setImmediate(() => void registerCommands());
  }

  /** Once in again, everything is taken up where it was left. */
  function setMember(member: boolean): void {
    if (member === isMember) return;
    isMember = member;
    log[member ? 'info' : 'error']({ member }, 'discord: a member of the server or not');
    const t = parts.posts.texts();
    const text = `${t.alert} · ${member ? t.alertLines.joined : t.alertLines.left}`;
    void parts.posts.direct('problems', `member:${now()}`, text);
    if (member) void registerCommands();
  }

  function isWell(): boolean {
    return isMember && gateway.isUp() && desk.health().ready && deps.exchangeHealth()?.streamUp !== false;
  }

  /** What moves with the price, and with time. */
  async function refresh(): Promise<void> {
    presence.show();
    try {
      await confirmations.refreshOne();
      await cards.refreshOne();
    } catch (error) {
      log.error({ error: describe(error) }, 'live figures could not be renewed');
    }
  }

  /** What stands in the old language is shown in the new one; what is over stays as it was. */
  async function refreshTexts(): Promise<void> {
    try {
      await teller.refreshCards();
      await confirmations.showOpen();
    } catch (error) {
      log.error({ error: describe(error) }, 'cards could not be renewed');
    }
  }

  async function tellConfig(changes: readonly ConfigChange[]): Promise<void> {
    const t = parts.posts.texts();
    for (const change of changes) {
      await parts.actions.audit.write('config.yaml', 'setting', change.path, configChangeText(change, t));
    }
    try {
      await teller.configChanged(changes);
    } catch (error) {
      log.error({ error: describe(error) }, 'a change of the config could not be told');
    }
  }

  async function registerCommands(): Promise<void> {
    const applicationId = gateway.applicationId();
    if (!applicationId) return;
    try {
      const changed = await register(
        gateway.rest,
        applicationId,
        settings.config().guild,
        await loadCommands(),
      );
      log.info({ changed }, 'discord: commands');
    } catch (error) {
      // Signals are traded without commands too.
      log.error({ error: describe(error) }, 'discord: commands not registered');
    }
  }

  let hushed: Promise<void> | undefined;
  function hush(): Promise<void> {
    gateway.mute();
    hushed ??= within(
      DECIDE_WITHIN_MS,
      Promise.allSettled([...answering, intake.idle(), backfill.close(), rereading.close()]),
    );
    return hushed;
  }

  return {
    greet: gateway.greet,
    start,
    services: parts.services,
    actions: parts.actions,
    async onDeskEvent(event) {
      watch.hear(event);
      presence.showSoon();
      if (event.type === 'part' && event.part === 'store' && event.works) void backfill.retry();
      if (ready) await teller.tell(event);
      else early.push(event);
    },
    async onPrices(...told) {
      if (!ready) return;
      await nearStop.heard(...told);
      await priceWatches.heard(...told);
    },
    onConfigChanged(changes, savedAt) {
      if (!ready) return;
      summary.start();
      presence.show();
      void backfill.listenAnew(heardAnew(changes, settings.config().signals), savedAt);
      void tellConfig(changes);
      if (changes.some(({ path }) => path === 'language')) void refreshTexts();
      if (changes.some(({ path }) => path === 'guild')) void registerCommands();
    },
    onCondition: (condition) => void tellCondition(parts.posts, condition, log),
    gateway,
    onIncident: (incident) => incidents.heard(incident),
    alertConfig: (text) => teller.config(text),
    onConfigRefused: (problems) => teller.configRefused(problems),
    hush,
    async close() {
      ready = false;
      const quiet = hush();
      confirmations.close();
      cards.close();
      clearInterval(live);
      presence.close();
      clearImmediate(registering);
      endHeartbeat?.();
      incidents.close();
      summary.close();
      renderer.close();
      questions.close();
      // A connection that is half open does not close, and Discord may not answer: all of it has the same time.
      await within(POST_WITHIN_MS, Promise.all([quiet, outbox.close(), gateway.close()]));
      await within(FLUSH_WITHIN_MS, parts.settle());
    },
  };
}
