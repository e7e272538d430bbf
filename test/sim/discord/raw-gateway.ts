import { WebSocket } from 'ws';
import type { DiscordSim } from '../../../src/sim/discord/server.ts';

export interface Packet {
  op: number;
  t: string | null;
  s: number | null;
  d: Record<string, unknown>;
}

/** A gateway connection without a library: every packet and the close code can be awaited. */
export interface RawGateway {
  send(op: number, d: unknown): void;
  sendText(text: string): void;
  /** The next packet, from the first one on, that fits. */
  next(matches: (packet: Packet) => boolean): Promise<Packet>;
  event(name: string): Promise<Packet>;
  readonly packets: readonly Packet[];
  readonly closed: Promise<number>;
  close(code?: number): void;
}

export function connectRaw(
  sim: DiscordSim,
  options: { query?: string; decode?: (data: Buffer, isBinary: boolean) => string | undefined } = {},
): RawGateway {
  const decode = options.decode ?? ((data: Buffer) => data.toString());
  const socket = new WebSocket(`ws://127.0.0.1:${sim.port}/?v=10&encoding=json${options.query ?? ''}`);
  const packets: Packet[] = [];
  let waiting: { matches: (packet: Packet) => boolean; resolve: (packet: Packet) => void }[] = [];
  socket.on('message', (data, isBinary) => {
    const text = decode(data as Buffer, isBinary);
    if (text === undefined) return;
    const packet = JSON.parse(text) as Packet;
    packets.push(packet);
    const hits = waiting.filter(({ matches }) => matches(packet));
    waiting = waiting.filter((entry) => !hits.includes(entry));
    for (const { resolve } of hits) resolve(packet);
  });
  socket.on('error', () => {});
  const opened = new Promise<void>((resolve) => socket.once('open', () => resolve()));
  const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
  const next: RawGateway['next'] = (matches) => {
    const present = packets.find(matches);
    if (present !== undefined) return Promise.resolve(present);
    return new Promise((resolve) => waiting.push({ matches, resolve }));
  };
  return {
    send: (op, d) => void opened.then(() => socket.send(JSON.stringify({ op, d }))),
    sendText: (text) => void opened.then(() => socket.send(text)),
    next,
    event: (name) => next((packet) => packet.t === name),
    packets,
    closed,
    close: (code) => socket.close(code),
  };
}

export function identify(sim: DiscordSim, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    token: sim.token,
    intents: 1 | (1 << 9) | (1 << 15),
    properties: { os: 'linux', browser: 'test', device: 'test' },
    ...changes,
  };
}
