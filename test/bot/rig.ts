import type { MessageEvent } from '../../src/bot/message.ts';
import { createParts } from '../../src/bot/parts.ts';
import type { BotConfig } from '../../src/bot/ports.ts';
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
} from '../../src/bot/records.ts';
import { Settings } from '../../src/bot/settings.ts';
import type { Status } from '../../src/bot/status.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import type { DeskEvent } from '../../src/trading/desk-types.ts';
import {
  aConfig,
  FakeDesk,
  FakeHistory,
  FakeMessenger,
  FakeStudio,
  IDS,
  Meanings,
  memoryCollection,
  silentLog,
  snowflake,
  TestClock,
} from './fakes.ts';

/** The bot's parts on a fake desk, a fake Discord and a store in memory. */
export type Rig = Awaited<ReturnType<typeof startRig>>;

export function memoryStore() {
  return {
    receipts: memoryCollection(receipt),
    proposals: memoryCollection(proposal),
    questions: memoryCollection(question),
    cards: memoryCollection(postedMessage),
    histories: memoryCollection(toldHistory),
    changes: memoryCollection(change),
    followUps: memoryCollection(followUp),
    cursors: memoryCollection(cursor),
    outbox: memoryCollection(outboxEntry),
    audit: memoryCollection(auditEntry),
    alertLevels: memoryCollection(alertLevelRow),
    watches: memoryCollection(priceWatch),
    overrides: memoryCollection(override),
    prune: async () => {},
  };
}

/** What survives a restart, and what stands outside of the program. */
export interface World {
  clock: TestClock;
  desk: FakeDesk;
  messenger: FakeMessenger;
  history: FakeHistory;
  meanings: Meanings;
  studio: FakeStudio;
  store: ReturnType<typeof memoryStore>;
}

export function aWorld(): World {
  const clock = new TestClock();
  return {
    clock,
    desk: new FakeDesk(),
    messenger: new FakeMessenger(),
    history: new FakeHistory(),
    meanings: new Meanings(),
    studio: new FakeStudio(),
    store: memoryStore(),
  };
}

export async function startRig(
  config: BotConfig = aConfig(),
  world: World = aWorld(),
  editIntervalMs = 1_500,
  gatherMs = 0,
) {
  const { clock, desk, messenger, history, meanings, studio, store } = world;
  let current = config;
  const settings = new Settings({
    config: { current: () => current, onChange: () => () => {} },
    overrides: store.overrides,
    now: clock.now,
    log: silentLog,
  });
  await settings.start();
  const connection: Pick<Status, 'gatewayUp' | 'exchange'> = { gatewayUp: true, exchange: null };
  const telemetry = createTelemetry(clock.now, clock.now);
  const parts = createParts({
    messenger,
    history,
    parentOf: (channelId) => history.parents.get(channelId) ?? null,
    apiUrl: 'https://discord.com/api',
    settings,
    store,
    desk,
    read: meanings.read,
    studio,
    editIntervalMs,
    // Its clock stands still; bursts have tests of their own.
    alertWindowMs: 0,
    gatherMs,
    status: () => ({
      version: '1.2.3',
      startedAt: clock.at,
      ...connection,
      gatewayPingMs: 42,
      gatewayHeartbeatAt: clock.at - 7_000,
      recoveries: [],
      memoryBytes: 100 * 1_048_576,
    }),
    telemetry,
    log: silentLog,
    now: clock.now,
    timeOfDay: clock.now,
  });
  await parts.outbox.load();
  await parts.progress.start();
  await parts.confirmations.start();
  await parts.questions.start();
  await parts.followUp();
  await parts.outbox.start();
  return {
    ...world,
    settings,
    telemetry,
    connection,
    parts,
    setConfig(next: BotConfig) {
      current = next;
    },
    tell(event: DeskEvent): Promise<void> {
      parts.watch.hear(event);
      return parts.teller.tell(event);
    },
    async close(): Promise<void> {
      parts.confirmations.close();
      parts.questions.close();
      await Promise.all([parts.backfill.close(), parts.rereading.close()]);
      await parts.outbox.close();
    },
  };
}

/** A message of the analyst in alpha, posted now, unless told otherwise. */
export function aMessage(clock: TestClock, content: string, over: Partial<MessageEvent> = {}): MessageEvent {
  return {
    id: snowflake(clock.at),
    channel_id: IDS.alpha,
    content,
    embeds: [],
    attachments: [],
    author: { id: IDS.analyst, username: 'analyst', discriminator: '0', global_name: null, avatar: null },
    ...over,
  };
}

export function by(id: string): Pick<MessageEvent, 'author'> {
  return { author: { id, username: 'x', discriminator: '0', global_name: null, avatar: null } };
}
