import type { Services } from '../commands/command.ts';
import { loadCommands } from '../commands/load.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Desk } from '../trading/desk-types.ts';
import { type ActionDeps, perform } from './actions.ts';
import { AlertLevels } from './alert-levels.ts';
import { AskedCloses } from './asked-closes.ts';
import { Audit } from './audit.ts';
import { Backfill, type History } from './backfill.ts';
import type { BotStore } from './bot-store.ts';
import { Cards, type Studio } from './cards.ts';
import { Confirmations } from './confirmations.ts';
import { DailySummary } from './daily-summary.ts';
import { Delivery } from './delivery.ts';
import { Edits } from './edits.ts';
import { createFollowUps } from './follow-ups.ts';
import { Histories } from './histories.ts';
import { Intake } from './intake.ts';
import { Interactions } from './interactions.ts';
import { NearStop } from './near-stop.ts';
import { otherWay } from './other-way.ts';
import { Outbox } from './outbox.ts';
import { createOwedReceipts } from './owed-receipts.ts';
import { createOwedRows } from './owed-rows.ts';
import { Pictures } from './pictures.ts';
import { Places } from './places.ts';
import type { Log, Messenger, Now, Read } from './ports.ts';
import { Posts } from './posts.ts';
import { PressRecord } from './press-record.ts';
import { PriceWatches } from './price-watches.ts';
import { Progress } from './progress.ts';
import { Questions } from './questions.ts';
import { Reports } from './reports.ts';
import { Rereading } from './rereading.ts';
import { createRetractions } from './retractions.ts';
import { createSaidBefore } from './said-before.ts';
import type { Settings } from './settings.ts';
import { messageOfSlot, signalOfSlot } from './slots.ts';
import type { Status } from './status.ts';
import { Teller } from './teller.ts';
import { TradeButtons } from './trade-buttons.ts';
import { TradeWatch } from './trade-watch.ts';
import { Updates } from './updates.ts';

export interface PartDeps {
  messenger: Messenger;
  history: History;
  /** The channel of a thread; null for what is none, or not known. */
  parentOf(channelId: string): string | null;
  /** Without version: `https://discord.com/api`. */
  apiUrl: string;
  settings: Settings;
  store: BotStore;
  desk: Desk;
  read: Read;
  studio: Studio;
  /** The shortest time between two edits of one message. */
  editIntervalMs?: number;
  /** Within this time five messages of alerts go to one recipient; what is more goes together. */
  alertWindowMs?: number;
  /** What happens to an open trade within this time is shown on its card at once. */
  gatherMs?: number;
  /** What of the status the parts do not know themselves. */
  status(): Omit<Status, 'outbox' | 'latency'>;
  telemetry: Telemetry;
  log: Log;
  /** Never goes back: what waits for a moment must not wait longer where the clock is set back. */
  now: Now;
  /** As the computer's clock has it now, or the exchange's where that one is behind: the age of messages goes by it. */
  timeOfDay: Now;
}

/** The bot without its connection: everything that reads, decides, asks and tells. */
export type Parts = ReturnType<typeof createParts>;

export function createParts(deps: PartDeps) {
  const { desk, settings, store, history, read, log, now, timeOfDay } = deps;
  const { timings, journeys, counters } = deps.telemetry;
  const pictures = new Pictures();
  const places = new Places(store.cards, now, log);
  const delivery = new Delivery({
    messenger: deps.messenger,
    places,
    pictures,
    now,
    log,
    onNoFiles: (channelId, reason) => lacking('files', channelId, reason),
    onNoThread: (_, channelId, reason) => lacking('threads', channelId, reason),
  });
  const outbox = new Outbox({
    delivery,
    places,
    entries: store.outbox,
    now,
    log,
    onUndeliverable: (message) => elsewhere(message),
    onPosted(slot) {
      const signal = signalOfSlot(slot);
      if (signal !== null) journeys.reach(signal, 'posted');
    },
    ...(deps.editIntervalMs === undefined ? {} : { editIntervalMs: deps.editIntervalMs }),
    ...(deps.alertWindowMs === undefined ? {} : { alertWindowMs: deps.alertWindowMs }),
  });
  const alerts = new AlertLevels(store.alertLevels, now, log);
  const posts = new Posts(outbox, () => settings.config(), alerts.of.bind(alerts));
  const elsewhere = otherWay(posts, now);
  // The same words under the same slot again change nothing: it is said once, also over a restart.
  const lacking = (what: 'files' | 'threads', channelId: string, reason: string): void =>
    void posts.direct(
      'problems',
      `no-${what}:${channelId}`,
      posts.texts().alertLines.lacking[what](`<#${channelId}>`, reason),
    );
  const reports = new Reports(posts);
  const audit = new Audit(store.audit, now, log);
  const watch = new TradeWatch(desk);
  const actions: ActionDeps = { desk, settings, audit, watch, ask: (asked) => questions.ask(asked), now };
  const followUps = createFollowUps({ rows: store.followUps, desk, watch, outbox, now, log });
  const questions = new Questions({
    questions: store.questions,
    posts,
    outbox,
    followUps,
    perform: (action, agreement, t) => perform(actions, action, agreement, t),
    now,
    log,
  });
  const proposals = createOwedRows(store.proposals, { name: 'proposal', log });
  const retractions = createRetractions();
  const confirmations = new Confirmations({
    desk,
    proposals,
    posts,
    settings,
    retractions,
    read,
    journeys,
    counters,
    now,
    log,
  });
  const updates = new Updates({ desk, confirmations, questions, posts, settings, followUps });
  const progress = new Progress(store.cursors, now, log);
  const receipts = createOwedReceipts(store.receipts, outbox, log);
  const deciding = {
    desk,
    confirmations,
    reports,
    retractions,
    guildId: () => settings.config().guild,
    journeys,
    counters,
    now: timeOfDay,
    log,
    saidBefore: createSaidBefore({
      history,
      entries: store.outbox,
      tradesChannel: () => settings.config().channels.trades,
      texts: () => posts.texts(),
      say: (slot, body) => posts.trades(slot, body),
      log,
    }),
  };
  const { changes } = store;
  const edits = new Edits({
    ...deciding,
    questions,
    updates,
    posts,
    outbox,
    settings,
    receipts,
    changes,
    watch,
  });
  const intake = new Intake({
    ...deciding,
    settings,
    receipts,
    progress,
    outbox,
    updates,
    edits,
    read,
    apiUrl: deps.apiUrl,
    parentOf: deps.parentOf,
    fetchMessage: (channelId, messageId) => history.message(channelId, messageId),
    onUnhandled: (messageId, where) => rereading.owe(messageId, where),
    onUnheard: () => backfill.unheard(),
  });
  const rereading = new Rereading({ history, intake, now, log });
  const backfill = new Backfill({
    history,
    intake,
    rereading,
    retractions,
    progress,
    settings,
    confirmations,
    changes,
    desk,
    posts,
    outbox,
    now: timeOfDay,
    log,
  });
  const histories = new Histories({ told: store.histories, outbox, posts, now, log });
  const { studio } = deps;
  const cards = new Cards({
    desk,
    posts,
    outbox,
    pictures,
    histories,
    studio,
    settings,
    now,
    log,
    ...(deps.gatherMs === undefined ? {} : { gatherMs: deps.gatherMs }),
  });
  const teller = new Teller({ desk, posts, outbox, cards, questions, reports, settings, now, log });
  const priceWatches = new PriceWatches({ desk, rows: store.watches, posts, outbox, log });
  const nearStop = new NearStop({ desk, posts, settings, log });
  const summary = new DailySummary({ desk, posts, settings, now: timeOfDay, log });
  const status = (): Status => ({
    ...deps.status(),
    outbox: outbox.queued,
    latency: () => timings.day(),
  });
  const closes = new AskedCloses(desk, now);
  const services: Services = {
    desk,
    closes,
    watch,
    settings,
    receipts,
    proposals,
    settled: (messageId) => intake.settled(messageId),
    watches: priceWatches,
    alerts,
    async aboutMessage(ownMessageId) {
      const slot = await outbox.slotOf(ownMessageId);
      return slot === null ? undefined : messageOfSlot(slot);
    },
    fetchMessage: (channelId, messageId) => history.message(channelId, messageId),
    status,
    took: (tradeId) => journeys.took(tradeId),
    async draw(kind, picture) {
      const png = await studio.draw(picture);
      return png && pictures.put(png, kind);
    },
    read,
    now,
  };
  const tradeButtons = new TradeButtons({ desk, closes, questions, settings, watch, now });
  const interactions = new Interactions({
    commands: loadCommands,
    services,
    actions,
    confirmations,
    questions,
    tradeButtons,
    timings,
    posts,
    audit,
    record: new PressRecord({ desk, proposals, questions: store.questions, log }),
    pictures,
    log,
  });
  return {
    outbox,
    confirmations,
    questions,
    progress,
    intake,
    rereading,
    backfill,
    cards,
    teller,
    watch,
    priceWatches,
    nearStop,
    summary,
    alerts,
    posts,
    services,
    actions,
    tradeButtons,
    interactions,
    /** What earlier runs have said to be on its way. */
    followUp: () => followUps.start((key) => questions.follower(key) ?? updates.follower(key)),
    /** At the end: what the store has not taken is written once more. */
    async settle() {
      await Promise.all([progress.end(), ...[receipts, proposals, places].map((rows) => rows.close())]);
    },
  };
}
