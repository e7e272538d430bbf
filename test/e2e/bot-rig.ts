import { createBot } from '../../src/bot/bot.ts';
import type { Studio } from '../../src/bot/cards.ts';
import type { DiscordRefused } from '../../src/bot/client.ts';
import type { BotConfig, Read } from '../../src/bot/ports.ts';
import { Settings } from '../../src/bot/settings.ts';
import { unknownParts } from '../../src/panel/playground/known.js';
import { walkComponents } from '../../src/sim/discord/limits/components.ts';
import { type DiscordSim, type DiscordSimOptions, startDiscordSim } from '../../src/sim/discord/server.ts';
import type { Message } from '../../src/sim/discord/wire.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { aConfig, aSignal, FakeDesk, IDS, Meanings, silentLog } from '../bot/fakes.ts';
import { memoryStore } from '../bot/rig.ts';

/** The bot with real discord.js against the simulated Discord, on a desk of the test's own. */
export type BotRig = Awaited<ReturnType<typeof startBotRig>>;

/** What survives a restart of the bot. */
interface Remains {
  discord: DiscordSim;
  store: ReturnType<typeof memoryStore>;
  desk: FakeDesk;
  meanings: Meanings;
}

export interface BotRigOptions {
  config?: BotConfig;
  /** The parser, where the test writes real messages. */
  read?: Read;
  discord?: DiscordSimOptions;
  candles?: Studio['candles'];
  /** The run before. */
  after?: Remains;
}

export async function startBotRig({
  config = aConfig(),
  read,
  discord: world,
  candles = async () => [],
  after,
}: BotRigOptions = {}) {
  const discord: DiscordSim =
    after?.discord ??
    (await startDiscordSim({
      users: [
        { id: IDS.operator, username: 'operator' },
        { id: IDS.viewer, username: 'viewer' },
        { id: IDS.analyst, username: 'analyst' },
        { id: IDS.stranger, username: 'stranger' },
      ],
      ...world,
    }));
  const store = after?.store ?? memoryStore();
  const desk = after?.desk ?? new FakeDesk();
  const meanings = after?.meanings ?? new Meanings();
  meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
  const refused: DiscordRefused[] = [];
  const gateway: boolean[] = [];
  const settings = new Settings({
    config: { current: () => config, onChange: () => () => {} },
    overrides: store.overrides,
    now: Date.now,
    log: silentLog,
  });
  await settings.start();
  const bot = createBot({
    token: discord.token,
    apiUrl: discord.url,
    version: '1.2.3',
    settings,
    store,
    desk,
    aliveBefore: null,
    exchangeHealth: () => ({
      streamUp: false,
      lastEventAt: 0,
      weightUsed: 0.25,
      ordersBy: 'rest',
      clockOffsetMs: 0,
      latencyMs: 12,
      streams: [
        { market: 'usdm', up: true, lastEventAt: 1_795_000_000_000 },
        { market: 'spot', up: false, lastEventAt: 1_795_000_060_000 },
      ],
    }),
    recoveries: () => [],
    candles,
    read: read ?? meanings.read,
    telemetry: createTelemetry(Date.now, () => performance.now()),
    log: silentLog,
    now: Date.now,
    timeOfDay: Date.now,
    onGateway: (works) => void gateway.push(works),
    onRefused: (error) => refused.push(error),
  });
  return {
    discord,
    store,
    desk,
    meanings,
    settings,
    refused,
    /** What was told of the connection, oldest first. */
    gateway,
    bot,
    post(content: string, over: { author?: string; channel?: string; replyTo?: string } = {}): Message {
      return discord.post({ channel: IDS.alpha, author: IDS.analyst, content, ...over });
    },
    /** The first message in the trades channel, present or to come, that has all of these words. */
    says: (...words: string[]) =>
      discord.waitForMessage((message) => words.every((word) => textOf(message).includes(word)), {
        channel: IDS.trades,
      }),
    command: (name: string, options: Record<string, string | number> = {}, user: string = IDS.operator) =>
      discord.command({ user, channel: IDS.trades, name, options }),
    press: (message: Message, label: string, user: string = IDS.operator) =>
      discord.press({ user, message: message.id, label }),
    async close(): Promise<void> {
      await bot.close();
      // Whatever the bot has posted, the playground's page must be able to show.
      const strange = discord.allMessages().flatMap(unknownParts);
      await discord.close();
      if (strange.length > 0) throw new Error(`the playground cannot show: ${strange.join(', ')}`);
    },
  };
}

/** Everything that a message says, in content, embeds or components. */
export function textOf(message: Message): string {
  const texts = [...walkComponents(message.components)].map(({ content = '' }) => content);
  return [message.content, ...texts].join('\n');
}

export async function until(what: string, condition: () => boolean, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}
