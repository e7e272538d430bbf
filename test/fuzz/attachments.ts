import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { incoming, withFiles } from '../../src/bot/message.ts';
import { messageEventOf } from '../../src/bot/message-event.ts';
import { parseMessage } from '../../src/trading/signals/parse.ts';
import { silentLog } from '../bot/fakes.ts';
import { type Json, mutate, mutateText, pick } from './mutate.ts';
import { Broken, requireFinite, type Target } from './target.ts';
import { corpus } from './texts.ts';

const MOST_CHARACTERS = 4_000 + 3 * 64 * 1_024 + 3;

/** Text files of messages: what Discord says of them, and what its server then sends, changed on the way. */
export const attachments: Target = {
  name: 'text files of messages',
  batch: 10,
  async open() {
    let body = Buffer.alloc(0);
    let headers: Record<string, string> = {};
    let status = 200;
    let isCut = false;
    const server = createServer((_, response) => {
      response.writeHead(status, headers);
      if (!isCut) return response.end(body);
      response.write(body);
      return response.destroy();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    return {
      async once(random) {
        const text = mutateText(random, pick(random, corpus), corpus);
        const bytes = Buffer.from(random.next() < 0.1 ? text.repeat(2_000) : text);
        body =
          random.next() < 0.3 ? Buffer.from(bytes.map((byte) => (random.next() < 0.02 ? 255 : byte))) : bytes;
        status = pick(random, [200, 200, 200, 200, 204, 302, 404, 500]);
        isCut = random.next() < 0.1;
        headers = pick<Record<string, string>>(random, [
          { 'content-type': 'text/plain' },
          { 'content-type': 'text/plain; charset=utf-16' },
          { 'content-encoding': 'gzip' },
          { location: 'http://127.0.0.1:9/elsewhere' },
          {},
        ]);
        const file = {
          id: '1',
          url: `${apiUrl}/signal.txt`,
          filename: 'signal.txt',
          size: pick(random, [body.length, 100]),
        };
        const right: Json = {
          id: '1400000000000000000',
          channel_id: '500000000000000001',
          author: { id: '600000000000000001' },
          content: '',
          embeds: [],
          attachments: [{ ...file, content_type: 'text/plain' }],
        };
        const event = messageEventOf(random.next() < 0.5 ? right : mutate(random, right));
        const message = event && incoming(event);
        if (!message) return;
        const input = [message, status, headers, body.toString('base64').slice(0, 2_000)];
        let read: Awaited<ReturnType<typeof withFiles>>;
        try {
          read = await withFiles(message, apiUrl, silentLog);
        } catch (error) {
          throw new Broken(`it threw ${error}`, input, error);
        }
        if (read.content.length > MOST_CHARACTERS)
          throw new Broken(`${read.content.length} characters`, input);
        requireFinite(parseMessage(read).reading, input);
      },
      async close() {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      },
    };
  },
};
