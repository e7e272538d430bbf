import { randomUUID } from 'node:crypto';
import type { Dispatch } from '../events.ts';
import type { JsonObject } from '../json.ts';

/** Events kept for replay; a client further behind must start anew. */
const REPLAY_LIMIT = 5_000;
/** Of them, those that outlive the simulator too: its state is written again and again. */
const SAVED_EVENTS = 500;

export interface BufferedEvent {
  sequence: number;
  text: string;
}

/** What outlives a connection: the sequence of events that a bot has been sent or still has to be. */
export interface Session {
  readonly id: string;
  readonly intents: number;
  readonly shard: readonly [number, number];
  sequence: number;
  /** The oldest events first. */
  buffer: BufferedEvent[];
  /** When the last connection went away (epoch ms); null while connected. */
  disconnectedAt: number | null;
  /** Sends to the connection of the moment; undefined while there is none. */
  send: ((text: string) => void) | undefined;
}

export function createSession(intents: number, shard: readonly [number, number]): Session {
  return {
    id: randomUUID().replaceAll('-', ''),
    intents,
    shard,
    sequence: 0,
    buffer: [],
    disconnectedAt: null,
    send: undefined,
  };
}

/** Numbers the event, keeps it for a resume and sends it if there is a connection. */
export function sendEvent(session: Session, event: string, data: JsonObject): void {
  session.sequence += 1;
  const text = JSON.stringify({ t: event, s: session.sequence, op: 0, d: data });
  session.buffer.push({ sequence: session.sequence, text });
  if (session.buffer.length > REPLAY_LIMIT) session.buffer.shift();
  session.send?.(text);
}

export function offer(session: Session, dispatch: Dispatch): void {
  if (dispatch.intent !== 0 && (session.intents & dispatch.intent) === 0) return;
  sendEvent(session, dispatch.event, dispatch.data({ intents: session.intents }));
}

/** The events after `sequence`, or undefined when they are no longer all there. */
export function missedSince(session: Session, sequence: number): BufferedEvent[] | undefined {
  const oldest = session.buffer[0]?.sequence ?? session.sequence + 1;
  if (sequence < oldest - 1) return undefined;
  return session.buffer.filter((event) => event.sequence > sequence);
}

export interface SavedSession {
  id: string;
  intents: number;
  shard: [number, number];
  sequence: number;
  buffer: BufferedEvent[];
}

export function saveSession({ id, intents, shard, sequence, buffer }: Session): SavedSession {
  return { id, intents, shard: [shard[0], shard[1]], sequence, buffer: buffer.slice(-SAVED_EVENTS) };
}

export function restoreSession(saved: SavedSession, disconnectedAt: number): Session {
  return { ...saved, disconnectedAt, send: undefined };
}
