import type { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import { CloseCode, Opcode } from '../constants.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { createEncoder, createPayloadEncoder, type Encoder } from './encoder.ts';
import type { Session } from './session.ts';

/** https://docs.discord.com/developers/events/gateway#sending-events, #rate-limiting */
const MAX_PAYLOAD_BYTES = 4096;
const SEND_LIMIT = { events: 120, windowMs: 60_000 } as const;

/**
 * How much of the connection is dead: `deaf` only acknowledges heartbeats, `silent` answers nothing, and `frozen` does not
 * even see that it is closed, as behind a router that has forgotten it.
 */
export type Stall = 'none' | 'deaf' | 'silent' | 'frozen';

export interface ConnectionHandlers {
  identify(connection: Connection, data: JsonObject): void;
  resume(connection: Connection, data: JsonObject): void;
  presence(data: JsonObject): void;
  requestMembers(connection: Connection, data: JsonObject): void;
  closed(connection: Connection, code: number): void;
}

export interface Connection {
  session: Session | undefined;
  stall: Stall;
  /** Sends an opcode other than a dispatch. */
  send(op: number, data: Json): void;
  /** Sends a dispatch that was numbered already. */
  sendText(text: string): void;
  /** From now on payloads are compressed one by one. */
  compressPayloads(): void;
  /** Closes after everything queued has gone out. */
  close(code: number): void;
  /** Cuts the wire without a close frame. */
  cut(): void;
}

/** Speaks the gateway protocol on one socket: hello, heartbeats, limits; the rest goes to the handlers. */
export function openConnection(
  socket: WebSocket,
  options: { compress: string | null; heartbeatIntervalMs: number; clock: Clock },
  handlers: ConnectionHandlers,
): Connection {
  const { clock, heartbeatIntervalMs } = options;
  let encoder: Encoder = createEncoder(options.compress);
  let queue: Promise<void> = Promise.resolve();
  let received: number[] = [];
  let watchdog: NodeJS.Timeout | undefined;
  let stall: Stall = 'none';

  const write = (text: string): void => {
    queue = queue.then(async () => {
      const packet = await encoder.encode(text);
      if (socket.readyState === socket.OPEN) socket.send(packet);
    });
  };

  const connection: Connection = {
    session: undefined,
    get stall() {
      return stall;
    },
    set stall(kind) {
      stall = kind;
      if (kind === 'frozen') socket.pause();
      else socket.resume();
    },
    send: (op, data) => {
      if (stall === 'none' || stall === 'deaf') write(JSON.stringify({ t: null, s: null, op, d: data }));
    },
    sendText: (text) => {
      if (stall === 'none') write(text);
    },
    compressPayloads: () => {
      if (options.compress === null) encoder = createPayloadEncoder();
    },
    close: (code) => {
      queue = queue.then(() => socket.close(code));
    },
    cut: () => socket.terminate(),
  };

  /** A client that misses two heartbeats is gone; it may resume. Real time, since clients live in no other. */
  const watch = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => connection.close(CloseCode.SessionTimedOut), heartbeatIntervalMs * 2);
    watchdog.unref();
  };

  const limited = (): boolean => {
    const now = clock.now();
    received = [...received.filter((at) => at > now - SEND_LIMIT.windowMs), now];
    return received.length > SEND_LIMIT.events;
  };

  const receive = (op: Json | undefined, data: JsonObject): void => {
    switch (op) {
      case Opcode.Heartbeat:
        watch();
        connection.send(Opcode.HeartbeatAck, null);
        break;
      case Opcode.Identify:
        if (connection.session !== undefined) connection.close(CloseCode.AlreadyAuthenticated);
        else handlers.identify(connection, data);
        break;
      case Opcode.Resume:
        if (connection.session !== undefined) connection.close(CloseCode.AlreadyAuthenticated);
        else handlers.resume(connection, data);
        break;
      case Opcode.PresenceUpdate:
      case Opcode.VoiceStateUpdate:
      case Opcode.RequestGuildMembers:
        if (connection.session === undefined) connection.close(CloseCode.NotAuthenticated);
        else if (op === Opcode.PresenceUpdate) handlers.presence(data);
        else if (op === Opcode.RequestGuildMembers) handlers.requestMembers(connection, data);
        break;
      default:
        connection.close(CloseCode.UnknownOpcode);
    }
  };

  socket.on('message', (raw, isBinary) => {
    if (stall === 'silent') return;
    const bytes = Buffer.isBuffer(raw) ? raw : Buffer.from(raw as ArrayBuffer);
    if (isBinary || bytes.length > MAX_PAYLOAD_BYTES) return connection.close(CloseCode.DecodeError);
    const payload = parse(bytes.toString());
    if (payload === undefined) return connection.close(CloseCode.DecodeError);
    if (limited()) return connection.close(CloseCode.RateLimited);
    receive(payload.op, isObject(payload.d) ? payload.d : {});
  });
  socket.on('error', () => {});
  socket.on('close', (code) => {
    clearTimeout(watchdog);
    void queue.then(() => encoder.close());
    handlers.closed(connection, code);
  });

  connection.send(Opcode.Hello, {
    heartbeat_interval: heartbeatIntervalMs,
    _trace: ['["gateway-sim",{"micros":0}]'],
  });
  watch();
  return connection;
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
