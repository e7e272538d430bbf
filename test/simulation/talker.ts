import { createParts } from '../../src/bot/parts.ts';
import type { BotConfig } from '../../src/bot/ports.ts';
import { Settings } from '../../src/bot/settings.ts';
import { createBotStore } from '../../src/bot/store.ts';
import { createLog } from '../../src/log.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import type { Desk, DeskEvent } from '../../src/trading/desk-types.ts';
import type { Ledger } from '../../src/trading/ledger.ts';
import { parseMessage } from '../../src/trading/signals/parse.ts';
import { BUNDLED_SYMBOLS } from '../../src/trading/signals/symbols.ts';
import type { TalkLine } from './talk-line.ts';

export interface TalkerOptions {
  config: BotConfig;
  desk: Desk;
  ledger: Ledger;
  line: TalkLine;
  now(): number;
  timeOfDay(): number;
}

/** The bot's side of a program. */
export interface Talker {
  start(): Promise<void>;
  hear(event: DeskEvent): void;
}

const log = createLog(process.env.SIM_LOG === 'on' ? 'debug' : 'silent');

/** The parts as `createBot` puts them together and starts them, on a simulated connection. */
export function createTalker(options: TalkerOptions): Talker {
  const { config, desk, line, now, timeOfDay } = options;
  const store = createBotStore(options.ledger);
  const settings = new Settings({
    config: { current: () => config, onChange: () => () => undefined },
    overrides: store.overrides,
    now: timeOfDay,
    log,
  });
  const parts = createParts({
    messenger: line.messenger,
    history: line.history,
    parentOf: () => null,
    apiUrl: 'https://discord.com/api',
    settings,
    store,
    desk,
    read: (text) => parseMessage(text, { listed: BUNDLED_SYMBOLS }),
    studio: { candles: async () => [], draw: async () => null, mayAsk: () => false },
    status: () => ({
      version: '0',
      startedAt: 0,
      gatewayUp: true,
      gatewayPingMs: null,
      gatewayHeartbeatAt: null,
      exchange: null,
      recoveries: [],
      memoryBytes: 0,
    }),
    telemetry: createTelemetry(now, now),
    log,
    now,
    timeOfDay,
  });
  const { intake, backfill, confirmations, questions, outbox, teller, watch, progress } = parts;
  const early: DeskEvent[] = [];
  let isReady = false;

  return {
    async start() {
      await settings.start();
      await store.prune(now());
      await outbox.load();
      await progress.start();
      await confirmations.start();
      await questions.start();
      await parts.followUp();
      await parts.alerts.start();
      await backfill.forgetOthers();
      backfill.hold();
      line.listen({
        created: (event) => void intake.created(event),
        edited: (event) => void intake.edited(event),
        deleted: (channelId, messageIds) => void intake.deleted(channelId, messageIds),
        pressed: (interaction) => void parts.interactions.handle(interaction),
        connected: () => void backfill.run(),
        disconnected: () => backfill.hold(),
      });
      await outbox.start();
      for (let event = early.shift(); event; event = early.shift()) await teller.tell(event);
      isReady = true;
      await teller.refreshCards();
    },
    hear(event) {
      watch.hear(event);
      if (event.type === 'part' && event.part === 'store' && event.works) void backfill.retry();
      if (isReady) void teller.tell(event);
      else early.push(event);
    },
  };
}
