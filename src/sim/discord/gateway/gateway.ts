import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { CloseCode, Intent, KNOWN_INTENTS, Opcode } from '../constants.ts';
import type { Core } from '../core.ts';
import type { Dispatch } from '../events.ts';
import { asObject, isObject, type JsonObject, toJson } from '../json.ts';
import type { Presence } from '../wire.ts';
import type { World } from '../world.ts';
import { type Connection, openConnection, type Stall } from './connection.ts';
import { guildCreatePayload, readyPayload } from './ready.ts';
import {
  createSession,
  missedSince,
  offer,
  restoreSession,
  type SavedSession,
  type Session,
  saveSession,
  sendEvent,
} from './session.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface GatewayOptions {
  /** Default 41,250, as Discord says hello with. */
  heartbeatIntervalMs?: number;
  /** How long a session waits to be resumed ("a few minutes"); default 3 minutes. */
  resumeWindowMs?: number;
  /** `max_concurrency` is one identify in this window; default 5 s. */
  identifyWindowMs?: number;
  /** Identify calls a day; default 1,000. */
  identifyLimit?: number;
}

export interface Gateway {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  dispatch(event: Dispatch): void;
  /** `session_start_limit` of `GET /gateway/bot`. */
  startLimit(): JsonObject;
  /**
   * Breaks the connections. Not resumable: the session is gone as well, and its events with it. So many of the next
   * connections are greeted and their heartbeats acknowledged, and nothing else is answered: no session begins.
   */
  drop(options?: { resumable?: boolean; code?: number; deafNext?: number }): void;
  /** Opcode 9. With `resumable: false` (default) the session ends; nothing is replayed. */
  invalidate(options?: { resumable?: boolean }): void;
  /** Opcode 7: asks to reconnect and resume. */
  askReconnect(): void;
  /** Connections stay open but go quiet; `none` lets them live again (what was held back comes with a resume only). */
  stall(kind: Stall): void;
  /** An outage: GUILD_DELETE with `unavailable`, and GUILD_CREATE when it is over. */
  setGuildAvailable(available: boolean): void;
  /** Sessions that have a connection now. */
  readonly connected: number;
  readonly identifies: number;
  save(): SavedSession[];
  restore(sessions: readonly SavedSession[]): void;
  close(): void;
}

export function createGateway(core: Core, options: GatewayOptions): Gateway {
  const heartbeatIntervalMs = options.heartbeatIntervalMs ?? 41_250;
  const resumeWindowMs = options.resumeWindowMs ?? 180_000;
  const identifyWindowMs = options.identifyWindowMs ?? 5_000;
  const identifyLimit = options.identifyLimit ?? 1_000;
  const server = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const connections = new Set<Connection>();
  let identifyTimes: number[] = [];
  let deafToCome = 0;

  const gatewayUrl = (): string => core.origin().replace(/^http/, 'ws');
  const recentIdentifies = (): number[] => {
    identifyTimes = identifyTimes.filter((at) => at > core.clock.now() - DAY_MS);
    return identifyTimes;
  };

  const attach = (connection: Connection, session: Session): void => {
    connection.session = session;
    session.disconnectedAt = null;
    session.send = (text) => connection.sendText(text);
  };

  const refuse = (connection: Connection, code: number): void => {
    core.publish({ type: 'gateway', state: 'refused', sessionId: null, code });
    connection.close(code);
  };

  const identify = (connection: Connection, data: JsonObject): void => {
    const code = identifyRefusal(core.world, data);
    if (code !== undefined) return refuse(connection, code);
    const recent = recentIdentifies();
    const now = core.clock.now();
    if (recent.length >= identifyLimit) {
      sessions.clear();
      for (const other of connections) refuse(other, CloseCode.AuthenticationFailed);
      return;
    }
    const last = recent.at(-1);
    if (last !== undefined && now - last < identifyWindowMs)
      return connection.send(Opcode.InvalidSession, false);
    identifyTimes.push(now);
    const session = createSession(Number(data.intents), readShard(data.shard) ?? [0, 1]);
    sessions.set(session.id, session);
    if (data.compress === true) connection.compressPayloads();
    attach(connection, session);
    if (isObject(data.presence)) setPresence(core, data.presence);
    sendEvent(session, 'READY', readyPayload(core.world, session, gatewayUrl()));
    if ((session.intents & Intent.Guilds) !== 0) {
      sendEvent(session, 'GUILD_CREATE', guildCreatePayload(core.world, session));
    }
    core.publish({ type: 'gateway', state: 'identified', sessionId: session.id, code: null });
  };

  const resume = (connection: Connection, data: JsonObject): void => {
    if (data.token !== core.world.token) return refuse(connection, CloseCode.AuthenticationFailed);
    const session = sessions.get(String(data.session_id));
    const sequence = Number(data.seq);
    const expired =
      session?.disconnectedAt !== undefined &&
      session.disconnectedAt !== null &&
      core.clock.now() - session.disconnectedAt > resumeWindowMs;
    if (session === undefined || expired) {
      sessions.delete(String(data.session_id));
      return connection.send(Opcode.InvalidSession, false);
    }
    if (!(sequence <= session.sequence)) {
      sessions.delete(session.id);
      return refuse(connection, CloseCode.InvalidSequence);
    }
    const missed = missedSince(session, sequence);
    if (missed === undefined) return connection.send(Opcode.InvalidSession, false);
    attach(connection, session);
    for (const event of missed) connection.sendText(event.text);
    sendEvent(session, 'RESUMED', { _trace: [] });
    core.publish({ type: 'gateway', state: 'resumed', sessionId: session.id, code: null });
  };

  const closed = (connection: Connection, code: number): void => {
    connections.delete(connection);
    const session = connection.session;
    core.publish({ type: 'gateway', state: 'closed', sessionId: session?.id ?? null, code });
    if (session === undefined) return;
    session.send = undefined;
    session.disconnectedAt = core.clock.now();
    // A client that closes with 1000 or 1001 ends its session.
    if (code === 1000 || code === 1001) sessions.delete(session.id);
  };

  const accept = (socket: WebSocket, request: IncomingMessage): void => {
    const query = new URL(request.url ?? '/', 'ws://gateway').searchParams;
    const connection = openConnection(
      socket,
      { compress: query.get('compress'), heartbeatIntervalMs, clock: core.clock },
      {
        identify,
        resume,
        presence: (data) => setPresence(core, data),
        requestMembers: (to, data) => sendMembers(core.world, to, data),
        closed,
      },
    );
    connections.add(connection);
    if (deafToCome > 0) {
      deafToCome -= 1;
      connection.stall = 'deaf';
    }
    const version = query.get('v') ?? '10';
    if (version !== '10' && version !== '9') refuse(connection, CloseCode.InvalidVersion);
    if ((query.get('encoding') ?? 'json') !== 'json') refuse(connection, CloseCode.DecodeError);
  };

  const forget = (session: Session | undefined): void => {
    if (session === undefined) return;
    session.send = undefined;
    sessions.delete(session.id);
  };

  return {
    upgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (ws) => accept(ws, request)),
    dispatch: (event) => {
      for (const session of sessions.values()) offer(session, event);
    },
    startLimit: () => ({
      total: identifyLimit,
      remaining: Math.max(0, identifyLimit - recentIdentifies().length),
      reset_after: Math.max(0, (recentIdentifies()[0] ?? core.clock.now()) + DAY_MS - core.clock.now()),
      max_concurrency: 1,
    }),
    drop: ({ resumable = true, code, deafNext = 0 } = {}) => {
      deafToCome = deafNext;
      for (const connection of connections) {
        if (!resumable) forget(connection.session);
        if (code === undefined) connection.cut();
        else connection.close(code);
      }
    },
    invalidate: ({ resumable = false } = {}) => {
      for (const connection of connections) {
        if (!resumable) forget(connection.session);
        connection.send(Opcode.InvalidSession, resumable);
        // The client may answer on this very connection, with a resume or a new identify.
        detach(connection);
      }
    },
    askReconnect: () => {
      for (const connection of connections) connection.send(Opcode.Reconnect, null);
    },
    stall: (kind) => {
      for (const connection of connections) connection.stall = kind;
    },
    setGuildAvailable: (available) => {
      const intent = Intent.Guilds;
      for (const session of sessions.values()) {
        if (available) {
          offer(session, {
            event: 'GUILD_CREATE',
            intent,
            data: () => guildCreatePayload(core.world, session),
          });
        } else {
          const data = { id: core.world.guild.id, unavailable: true };
          offer(session, { event: 'GUILD_DELETE', intent, data: () => data });
        }
      }
    },
    get connected() {
      return [...connections].filter((connection) => connection.session !== undefined).length;
    },
    get identifies() {
      return recentIdentifies().length;
    },
    save: () => [...sessions.values()].map(saveSession),
    restore: (saved) => {
      for (const session of saved) sessions.set(session.id, restoreSession(session, core.clock.now()));
    },
    close: () => {
      for (const connection of connections) connection.cut();
      server.close();
    },
  };
}

function detach(connection: Connection): void {
  if (connection.session !== undefined) connection.session.send = undefined;
  connection.session = undefined;
}

/** The close code with which an Identify is refused for good. */
function identifyRefusal(world: World, data: JsonObject): number | undefined {
  if (data.token !== world.token) return CloseCode.AuthenticationFailed;
  const shard = readShard(data.shard);
  if (data.shard !== undefined && (shard === undefined || shard[0] >= shard[1]))
    return CloseCode.InvalidShard;
  const intents = data.intents;
  if (typeof intents !== 'number' || (intents & ~KNOWN_INTENTS) !== 0) return CloseCode.InvalidIntents;
  const { messageContent, members, presences } = world.application.privileged;
  const disallowed =
    (messageContent === 'off' ? Intent.MessageContent : 0) |
    (members === 'off' ? Intent.GuildMembers : 0) |
    (presences === 'off' ? Intent.GuildPresences : 0);
  return (intents & disallowed) === 0 ? undefined : CloseCode.DisallowedIntents;
}

function readShard(value: unknown): [number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [id, count] = value.map(Number);
  return id === undefined || count === undefined ? undefined : [id, count];
}

function setPresence(core: Core, data: JsonObject): void {
  const activities = Array.isArray(data.activities) ? data.activities : [];
  const presence: Presence = {
    status: String(data.status ?? 'online'),
    since: typeof data.since === 'number' ? data.since : null,
    afk: data.afk === true,
    activities: activities.map((item) => {
      const activity = asObject(item);
      return {
        name: String(activity.name ?? ''),
        type: Number(activity.type ?? 0),
        state: typeof activity.state === 'string' ? activity.state : null,
        url: typeof activity.url === 'string' ? activity.url : null,
      };
    }),
  };
  core.world.presence = presence;
  core.publish({ type: 'presence', presence });
}

/** https://docs.discord.com/developers/events/gateway-events#request-guild-members */
function sendMembers(world: World, connection: Connection, data: JsonObject): void {
  if (connection.session === undefined) return;
  const wanted = data.user_ids === undefined ? undefined : [data.user_ids].flat().map(String);
  const prefix = String(data.query ?? '').toLowerCase();
  const members = [...world.members.values()].filter((member) =>
    wanted === undefined
      ? member.user.username.toLowerCase().startsWith(prefix)
      : wanted.includes(member.user.id),
  );
  sendEvent(connection.session, 'GUILD_MEMBERS_CHUNK', {
    guild_id: world.guild.id,
    members: toJson(members),
    chunk_index: 0,
    chunk_count: 1,
    not_found: (wanted ?? []).filter((id) => !world.members.has(id)),
    ...(data.nonce === undefined ? {} : { nonce: data.nonce }),
  });
}
