import {
  type APIMessage,
  type APIUnavailableGuild,
  Client,
  DiscordAPIError,
  GatewayCloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits,
  type GatewayMessageDeleteBulkDispatchData,
  type GatewayMessageDeleteDispatchData,
  type IIdentifyThrottler,
  Options,
  Partials,
  Routes,
  SimpleShardingStrategy,
} from 'discord.js';
import { read, switches } from './discord-answers.ts';
import { describe, hasNoAddress } from './discord-errors.ts';
import type { MessageEvent } from './message.ts';
import { mayReadContent } from './permissions.ts';
import type { Log } from './ports.ts';

/** Why the bot cannot run on Discord, by code, with what the words about it name. */
export type DiscordRefusal =
  | { code: 'wrong_token' }
  | { code: 'message_content_off' }
  | { code: 'unreachable'; why: string }
  /** Discord's limit of new connections a day. `until`: as it says. */
  | { code: 'sessions_used_up'; until: string }
  /** https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
  | { code: 'closed_for_good'; closeCode: number };

/** The message is for logs. */
export class DiscordRefused extends Error {
  override name = 'DiscordRefused';
  readonly refusal: DiscordRefusal;

  constructor(refusal: DiscordRefusal) {
    super(Object.values(refusal).join(': '));
    this.refusal = refusal;
  }

  /** Trying again would not help until a human has changed something. */
  get needsHuman(): boolean {
    return this.refusal.code !== 'unreachable' && this.refusal.code !== 'sessions_used_up';
  }
}

export interface GatewayEvents {
  created(message: MessageEvent): void;
  edited(message: MessageEvent): void;
  deleted(channelId: string, messageIds: readonly string[]): void;
  /** A session began or was resumed: messages may have passed unseen. */
  connected(): void;
  /** From here on messages may be missed until `connected`. */
  disconnected(): void;
  /**
   * The bot was taken out of a server, or invited into one; also told of each server at the start of a session, before
   * `connected`, with what Discord says of it.
   */
  left(guildId: string): void;
  joined(guildId: string, server: unknown): void;
  /** Discord closed the connection for good. */
  refused(error: DiscordRefused): void;
}

/**
 * A client that keeps next to nothing: messages are taken from the dispatches themselves, so no cache decides
 * whether an edit or a deletion arrives, and none grows.
 */
export function createClient(apiUrl: string, throttle: IIdentifyThrottler, log: Log): Client {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
    // Buttons in direct messages come from channels that are not cached.
    partials: [Partials.Channel],
    rest: { api: apiUrl },
    ws: {
      buildIdentifyThrottler: async () => throttle,
      buildStrategy: (manager) => shielded(new SimpleShardingStrategy(manager), log),
    },
    allowedMentions: { parse: [] },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      DMMessageManager: 0,
      GuildMessageManager: 0,
      ReactionManager: 0,
      PresenceManager: 0,
      VoiceStateManager: 0,
      GuildEmojiManager: 0,
      GuildStickerManager: 0,
      GuildInviteManager: 0,
      GuildBanManager: 0,
      GuildScheduledEventManager: 0,
      StageInstanceManager: 0,
      AutoModerationRuleManager: 0,
      ThreadMemberManager: 0,
      GuildMemberManager: { maxSize: 50, keepOverLimit: (member) => member.id === member.client.user.id },
      UserManager: { maxSize: 50, keepOverLimit: (user) => user.id === user.client.user.id },
    }),
    sweepers: {
      ...Options.DefaultSweeperSettings,
      users: { interval: 3_600, filter: () => (user) => user.id !== user.client.user.id },
      threads: { interval: 3_600, lifetime: 3_600 },
    },
  });
  shield(client, log);
  return client;
}

/** They are taken from the dispatches (`listen`): discord.js would make objects of them that nobody asks for. */
const TAKEN_BEFORE: ReadonlySet<string> = new Set([
  GatewayDispatchEvents.MessageCreate,
  GatewayDispatchEvents.MessageUpdate,
  GatewayDispatchEvents.MessageDelete,
  GatewayDispatchEvents.MessageDeleteBulk,
]);

interface Packet {
  t?: string;
  d?: { channel_id?: string };
}

/**
 * discord.js cannot read an interaction without what nobody here asks for, and takes its channel's id from one of two
 * places: no command is lost over that.
 * https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
 */
function readable(interaction: Packet['d']): object {
  const channel = { id: interaction?.channel_id };
  return { entitlements: [], authorizing_integration_owners: {}, channel, ...interaction };
}

/**
 * discord.js reads a dispatch in the socket's listener: what it cannot read (a part that is missing or of another type)
 * would be thrown there, and end the program. The manager keeps that method to itself, and nothing else is in between.
 */
function shield({ ws }: Client, log: Log): void {
  const manager = ws as unknown as { handlePacket(packet?: Packet, shard?: unknown): boolean };
  const handle = manager.handlePacket.bind(ws);
  manager.handlePacket = (packet, shard) => {
    if (TAKEN_BEFORE.has(packet?.t ?? '')) return true;
    const isPress = packet?.t === GatewayDispatchEvents.InteractionCreate;
    try {
      return handle(isPress ? { ...packet, d: readable(packet.d) } : packet, shard);
    } catch (error) {
      log.error({ event: packet?.t, error: describe(error) }, 'discord: an event could not be read');
      return false;
    }
  };
}

/** The same for what the connection itself makes of a frame: its listener is a promise that nobody would catch. */
function shielded(strategy: SimpleShardingStrategy, log: Log): SimpleShardingStrategy {
  const { shards } = strategy as unknown as { shards: ReadonlyMap<number, Listening> };
  const spawn = strategy.spawn.bind(strategy);
  strategy.spawn = async (ids) => {
    await spawn(ids);
    for (const shard of shards.values()) {
      const onMessage = shard.onMessage.bind(shard);
      shard.onMessage = (...frame) =>
        onMessage(...frame).catch((error) =>
          log.error({ error: describe(error) }, 'discord: a frame could not be read'),
        );
    }
  };
  return strategy;
}

interface Listening {
  onMessage(...frame: readonly unknown[]): Promise<void>;
}

/**
 * Listens and logs in; resolves when the gateway is ready. Rejects with `DiscordRefused` for a wrong token or a
 * message-content intent that is off, without which messages would arrive empty: `allowed` tells, where it was asked before.
 */
export async function connect(
  client: Client,
  token: string,
  events: GatewayEvents,
  log: Log,
  allowed = checkIntent(client),
): Promise<void> {
  await allowed;
  listen(client, events, log);
  const ready = Promise.withResolvers<void>();
  client.once('clientReady', () => ready.resolve());
  client.once('shardDisconnect', ({ code }) => ready.reject(closedFor(code)));
  ready.promise.catch(() => {});
  try {
    await client.login(token);
    await ready.promise;
  } catch (error) {
    await client.destroy();
    throw error instanceof DiscordRefused ? error : new DiscordRefused(whyNot(error));
  }
  client.on('shardDisconnect', ({ code }) => events.refused(closedFor(code)));
}

/** The library says in a plain error when the sessions of a day are used up. */
function whyNot(error: unknown): DiscordRefusal {
  const why = describe(error);
  const until = /Not enough sessions remaining.*resets at (\S+)$/.exec(why)?.[1];
  return until === undefined ? { code: 'unreachable', why } : { code: 'sessions_used_up', until };
}

function listen(client: Client, events: GatewayEvents, log: Log): void {
  client.ws.on(GatewayDispatchEvents.MessageCreate, (data: APIMessage) => events.created(data));
  client.ws.on(GatewayDispatchEvents.MessageUpdate, (data: MessageEvent) => events.edited(data));
  client.ws.on(GatewayDispatchEvents.MessageDelete, (data: GatewayMessageDeleteDispatchData) =>
    events.deleted(data.channel_id, [data.id]),
  );
  client.ws.on(GatewayDispatchEvents.MessageDeleteBulk, (data: GatewayMessageDeleteBulkDispatchData) =>
    events.deleted(data.channel_id, data.ids),
  );
  // An outage of Discord's looks the same but for `unavailable`.
  client.ws.on(GatewayDispatchEvents.GuildDelete, ({ id, unavailable }: APIUnavailableGuild) => {
    if (!unavailable) events.left(id);
  });
  client.ws.on(GatewayDispatchEvents.GuildCreate, (server: { id: string }) =>
    events.joined(server.id, server),
  );
  // A session that could not be resumed replays nothing and says so only by a new READY.
  client.on('shardReady', () => events.connected());
  client.on('shardResume', () => events.connected());
  client.on('shardReconnecting', () => events.disconnected());
  client.on('error', (error) => log.error({ error: describe(error) }, 'discord: client'));
  client.on('shardError', (error) => log.warn({ error: describe(error) }, 'discord: connection'));
}

/**
 * Rejects with `DiscordRefused` where the token is wrong, or the intent is off.
 * https://discord.com/developers/docs/resources/application#application-object-application-flags
 */
export async function checkIntent(client: Client): Promise<void> {
  if (!mayReadContent(await readFlags(client))) throw closedFor(GatewayCloseCodes.DisallowedIntents);
}

/** Undefined where nobody says; the gateway closes for an intent that is off as well. */
async function readFlags(client: Client): Promise<number | undefined> {
  try {
    return read(switches, await client.rest.get(Routes.currentApplication())).flags;
  } catch (error) {
    if (error instanceof DiscordAPIError && error.status === 401)
      throw closedFor(GatewayCloseCodes.AuthenticationFailed);
    if (hasNoAddress(error)) return undefined;
    throw new DiscordRefused({ code: 'unreachable', why: describe(error) });
  }
}

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
function closedFor(code: number): DiscordRefused {
  switch (code) {
    case GatewayCloseCodes.AuthenticationFailed:
      return new DiscordRefused({ code: 'wrong_token' });
    case GatewayCloseCodes.DisallowedIntents:
      return new DiscordRefused({ code: 'message_content_off' });
    default:
      return new DiscordRefused({ code: 'closed_for_good', closeCode: code });
  }
}
