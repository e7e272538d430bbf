import {
  type Client,
  Status as ClientStatus,
  type Interaction,
  type PresenceData,
  REST,
  Routes,
} from 'discord.js';
import { checkIntent, connect, createClient, DiscordRefused, type GatewayEvents } from './client.ts';
import { describe } from './discord-errors.ts';
import { createIdentifyThrottle } from './identify-throttle.ts';
import type { Log } from './ports.ts';

export interface GatewayDeps {
  token: string;
  /** Without version: `https://discord.com/api`. */
  apiUrl: string;
  events: GatewayEvents;
  onInteraction(interaction: Interaction): void;
  log: Log;
}

/** The connection to Discord: one client at a time, which reconnects by itself and, where it does not, is replaced. */
export interface Gateway {
  /** Posts, edits and reads; outlives every client. */
  readonly rest: REST;
  /** What `open` asks first, ahead of it. */
  greet(): void;
  /** Resolves when messages are received. Rejects with `DiscordRefused`. */
  open(): Promise<void>;
  /** Whether Discord answers, and would take a connection. */
  answers(): Promise<boolean>;
  /** Another client in place of this one, which connects in the background. */
  restart(): Promise<void>;
  isUp(): boolean;
  /** Heartbeat round trip; null before the first. */
  pingMs(): number | null;
  /** When the last heartbeat that was answered was sent, in milliseconds since the epoch; null before the first. */
  heartbeatAt(): number | null;
  applicationId(): string | undefined;
  /** As whom we write. */
  userId(): string | undefined;
  /** The channel of a thread; null for what is none, or not known. */
  parentOf(channelId: string): string | null;
  /** A server that has an outage counts as well. */
  isIn(guildId: string): boolean;
  /** False while nobody is logged in. */
  present(presence: PresenceData): boolean;
  /** From here on nothing is heard: neither what is said nor what is pressed. */
  mute(): void;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 5_000;

export function createGateway({ token, apiUrl, events: given, onInteraction, log }: GatewayDeps): Gateway {
  let closing = false;
  let muted = false;
  const events: GatewayEvents = {
    ...given,
    created(message) {
      if (!muted) given.created(message);
    },
    edited(message) {
      if (!muted) given.edited(message);
    },
    deleted(...gone) {
      if (!muted) given.deleted(...gone);
    },
    // Its own end is none that anybody would have to know of.
    disconnected() {
      if (closing) return;
      log.warn({}, 'discord: connection lost, reconnecting');
      given.disconnected();
    },
  };
  const rest = new REST({ api: apiUrl, version: '10' }).setToken(token);
  // Discord counts identifies by token, whichever client sends them.
  const throttle = createIdentifyThrottle();
  let client = next();
  let allowed: Promise<void> | undefined;

  function next(): Client {
    const made = createClient(apiUrl, throttle, log);
    made.rest.setToken(token);
    made.on('interactionCreate', (interaction) => {
      if (!muted) onInteraction(interaction);
    });
    return made;
  }

  return {
    rest,
    greet() {
      const asked = checkIntent(client);
      allowed = asked;
      // What stands against it may be put right by then: it is asked once more.
      asked.catch(() => {
        allowed = undefined;
        // The library forgets a token that was refused.
        client.rest.setToken(token);
      });
    },
    open: () => connect(client, token, events, log, allowed),
    async answers() {
      try {
        await rest.get(Routes.gatewayBot(), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
        return true;
      } catch {
        return false;
      }
    },
    async restart() {
      retire(client);
      client = next();
      connect(client, token, events, log).catch((error: unknown) => {
        if (error instanceof DiscordRefused && error.needsHuman) events.refused(error);
        else log.warn({ error: describe(error) }, 'discord: a new client did not connect');
      });
    },
    isUp() {
      // The manager's own status stays at ready once it has been; that of its shards follows the connection.
      const { shards } = client.ws;
      return shards.size > 0 && shards.every(({ status }) => status === ClientStatus.Ready);
    },
    pingMs: () => (client.ws.ping >= 0 ? client.ws.ping : null),
    heartbeatAt() {
      const at = client.ws.shards.first()?.lastPingTimestamp ?? -1;
      return at < 0 ? null : at;
    },
    applicationId: () => client.application?.id,
    userId: () => client.user?.id,
    parentOf(channelId) {
      const channel = client.channels.cache.get(channelId);
      return channel?.isThread() ? channel.parentId : null;
    },
    isIn: (guildId) => client.guilds.cache.has(guildId),
    present(presence) {
      if (!client.isReady()) return false;
      client.user.setPresence(presence);
      return true;
    },
    mute() {
      muted = true;
    },
    close() {
      closing = true;
      return client.destroy();
    },
  };
}

/** It may hang as it ends: nothing it says is heard any more. */
function retire(client: Client): void {
  client.removeAllListeners();
  client.ws.removeAllListeners();
  client.on('error', () => undefined);
  client.destroy().catch(() => undefined);
}
