import { type Client, type Interaction, RESTEvents } from 'discord.js';
import type { Services } from '../commands/command.ts';
import { commands } from '../commands/index.ts';
import type { Desk, DeskEvent } from '../trading/desk-types.ts';
import type { ExchangeHealth } from '../trading/exchange.ts';
import { type ActionDeps, perform } from './actions.ts';
import { Audit } from './audit.ts';
import { Backfill, restHistory } from './backfill.ts';
import { connect, createClient, type DiscordRefused } from './client.ts';
import { Confirmations } from './confirmations.ts';
import { describe } from './discord-errors.ts';
import { Edits } from './edits.ts';
import { Intake } from './intake.ts';
import { Interactions } from './interactions.ts';
import { Latency } from './latency.ts';
import { restMessenger } from './messenger.ts';
import { Outbox, type Undeliverable } from './outbox.ts';
import type { Collection, Log, Now, Read } from './ports.ts';
import { Posts } from './posts.ts';
import { Progress } from './progress.ts';
import { Questions } from './questions.ts';
import type {
  AuditEntry,
  Cursor,
  OutboxEntry,
  PostedMessage,
  Proposal,
  Question,
  Receipt,
} from './records.ts';
import { register } from './registration.ts';
import { Reports } from './reports.ts';
import type { Settings } from './settings.ts';
import type { Status } from './status.ts';
import { Teller } from './teller.ts';
import { TradeButtons } from './trade-buttons.ts';
import { TradeWatch } from './trade-watch.ts';
import { Updates } from './updates.ts';

export interface BotStore {
  receipts: Collection<Receipt>;
  proposals: Collection<Proposal>;
  questions: Collection<Question>;
  /** Where messages of ours stand, by slot. */
  cards: Collection<PostedMessage>;
  cursors: Collection<Cursor>;
  outbox: Collection<OutboxEntry>;
  audit: Collection<AuditEntry>;
  /** Drops what is too old to matter. */
  prune(nowMs: number): Promise<void>;
}

export interface BotDeps {
  token: string;
  /** Without version: `https://discord.com/api`. */
  apiUrl: string;
  version: string;
  /** Started already: the desk needs it before. */
  settings: Settings;
  store: BotStore;
  desk: Desk;
  exchangeHealth(): ExchangeHealth | null;
  read: Read;
  log: Log;
  now: Now;
  /** Discord will not have us back without a human's help. */
  onRefused(error: DiscordRefused): void;
}

export interface Bot {
  /** Feed it everything that the desk emits; never rejects. */
  onDeskEvent(event: DeskEvent): Promise<void>;
  /** New settings of the config file hold: channels may have been added. */
  onConfigChanged(): void;
  /** An alert about the config file. */
  alertConfig(text: string): Promise<void>;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 3_000;

/**
 * Everything that Discord sees. What the desk reports before `start` is kept and told then, so that nothing of its
 * own start is lost.
 */
export function createBot(deps: BotDeps): Bot & { start(): Promise<void> } {
  const { desk, settings, store, log, now } = deps;
  const startedAt = now();
  const client = createClient(deps.apiUrl);
  const latency = new Latency();
  const outbox = new Outbox({
    messenger: restMessenger(client.rest),
    entries: store.outbox,
    posted: store.cards,
    now,
    log,
    onUndeliverable: (message) => undeliverable(message),
  });
  const posts = new Posts(outbox, () => settings.config());
  const reports = new Reports(posts);
  const audit = new Audit(store.audit, now, log);
  const actions: ActionDeps = { desk, settings, audit, ask: (asked) => questions.ask(asked) };
  const questions = new Questions({
    questions: store.questions,
    posts,
    outbox,
    perform: (action, agreement, t) => perform(actions, action, agreement, t),
    now,
    log,
  });
  const confirmations = new Confirmations({ desk, proposals: store.proposals, posts, settings, now, log });
  const watch = new TradeWatch();
  const updates = new Updates({ desk, confirmations, questions, posts, settings });
  const progress = new Progress(store.cursors, now, log);
  const history = restHistory(client.rest);
  const deciding = {
    desk,
    confirmations,
    reports,
    guildId: () => settings.config().guild,
    latency,
    now,
    log,
  };
  const edits = new Edits({
    ...deciding,
    questions,
    updates,
    posts,
    settings,
    receipts: store.receipts,
    watch,
  });
  const intake = new Intake({
    ...deciding,
    settings,
    receipts: store.receipts,
    progress,
    updates,
    edits,
    read: deps.read,
    apiUrl: deps.apiUrl,
    fetchMessage: history.message,
  });
  const backfill = new Backfill({
    history,
    intake,
    progress,
    settings,
    confirmations,
    desk,
    posts,
    now,
    log,
  });
  const teller = new Teller({ desk, posts, reports, settings, now, log });
  const services: Services = {
    desk,
    settings,
    questions,
    receipts: store.receipts,
    audit,
    status,
    read: deps.read,
    now,
  };
  const interactions = new Interactions({
    commands: commands(),
    services,
    confirmations,
    questions,
    tradeButtons: new TradeButtons(desk, now),
    posts,
    audit,
    log,
  });

  let ready = false;
  const early: DeskEvent[] = [];
  const reported = new Set<string>();

  function status(): Status {
    return {
      version: deps.version,
      startedAt,
      gatewayPingMs: client.ws.ping >= 0 ? client.ws.ping : null,
      decisionMs: { median: latency.percentileMs(0.5), p95: latency.percentileMs(0.95) },
      exchange: deps.exchangeHealth(),
      outbox: outbox.queued,
      memoryBytes: process.memoryUsage.rss(),
    };
  }

  /** Somebody hears of it by the other way, once per place. */
  function undeliverable({ to, body, reason, closed }: Undeliverable): void {
    const place = `${to.type}:${to.id}`;
    const t = posts.texts();
    if (to.type === 'dm') {
      if (closed && !reported.has(place))
        void posts.trades(place, { content: t.alertLines.dmClosed(`<@${to.id}>`) });
    } else {
      if (!reported.has(place)) void posts.direct(place, t.alertLines.undeliverable(`<#${to.id}>`, reason));
      void posts.direct(`instead:${now()}:${to.id}`, body.content);
    }
    reported.add(place);
  }

  function onInteraction(interaction: Interaction): void {
    void interactions.handle(interaction);
  }

  async function start(): Promise<void> {
    client.rest.on(RESTEvents.RateLimited, ({ route, timeToReset }) =>
      log.warn({ route, waitMs: timeToReset }, 'discord: rate limited'),
    );
    await store.prune(now());
    await progress.start();
    backfill.hold();
    client.on('interactionCreate', onInteraction);
    await connect(
      client,
      deps.token,
      {
        created: (message) => void intake.created(message),
        edited: (message) => void intake.edited(message),
        deleted: (channelId, messageIds) => void intake.deleted(channelId, messageIds),
        connected: () => void backfill.run(),
        disconnected: () => backfill.hold(),
        refused: deps.onRefused,
      },
      log,
    );
    await registerCommands(client);
    await confirmations.start();
    await questions.start();
    await outbox.start();
    await teller.refreshCards();
    ready = true;
    for (const event of early.splice(0)) await teller.tell(event);
  }

  async function registerCommands(connected: Client<boolean>): Promise<void> {
    const applicationId = connected.application?.id;
    if (!applicationId) return;
    try {
      await register(client.rest, applicationId, settings.config().guild, commands());
    } catch (error) {
      // Signals are traded without commands too; the operators must know.
      log.error({ error: describe(error) }, 'commands not registered');
    }
  }

  return {
    start,
    async onDeskEvent(event) {
      watch.hear(event);
      if (ready) await teller.tell(event);
      else early.push(event);
    },
    onConfigChanged() {
      if (ready) void backfill.run();
    },
    alertConfig: (text) => teller.config(text),
    async close() {
      ready = false;
      client.off('interactionCreate', onInteraction);
      confirmations.close();
      questions.close();
      await within(ANSWER_WITHIN_MS, Promise.all([intake.idle(), backfill.close()]));
      await within(ANSWER_WITHIN_MS, outbox.close());
      await client.destroy();
    },
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
