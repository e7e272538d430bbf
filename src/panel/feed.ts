import type { ServerResponse } from 'node:http';

/** Server-sent events to every open page. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface Feed {
  /** Adds a reader, who first gets these events; then it gets all that are sent. */
  add(response: ServerResponse, first: readonly FeedEvent[]): void;
  send(name: string, data: unknown): void;
  readonly readers: number;
  close(): void;
}

export interface FeedEvent {
  name: string;
  data: unknown;
}

/** Keeps proxies and browsers from taking silence for death. */
const HEARTBEAT_MS = 15_000;
/** A page that does not read is let go before it costs memory; it connects again and begins anew. */
const MAX_BEHIND_BYTES = 4 * 1_024 * 1_024;

export function createFeed(options: { onReaders?(count: number): void } = {}): Feed {
  const readers = new Set<ServerResponse>();
  const write = (text: string): void => {
    for (const reader of readers) {
      if (reader.writableLength > MAX_BEHIND_BYTES) reader.destroy();
      else reader.write(text);
    }
  };
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS).unref();
  return {
    add(response, first) {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      response.write(first.map(({ name, data }) => frame(name, data)).join(''));
      readers.add(response);
      options.onReaders?.(readers.size);
      response.on('close', () => {
        readers.delete(response);
        options.onReaders?.(readers.size);
      });
    },
    send: (name, data) => {
      if (readers.size > 0) write(frame(name, data));
    },
    get readers() {
      return readers.size;
    },
    close() {
      clearInterval(heartbeat);
      for (const reader of readers) reader.end();
    },
  };
}

/** JSON has no line breaks of its own. */
function frame(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
