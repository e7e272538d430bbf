import type { IncomingMessage, ServerResponse } from 'node:http';

/** Made for one connection, not for the one that goes on from here. */
const OF_THE_CONNECTION = ['host', 'connection', 'content-length', 'transfer-encoding'];

/**
 * Sends a request on to `origin`, as it is, and the text of its answer back as `change` makes it. Where either side hangs
 * up meanwhile, as both do at the end, so does this.
 */
export async function relay(
  origin: string,
  from: IncomingMessage,
  to: ServerResponse,
  change: (text: string) => string,
): Promise<void> {
  const answered = await ask(origin, from).catch(() => null);
  if (answered === null) {
    to.destroy();
    return;
  }
  to.writeHead(answered.status, { 'content-type': answered.contentType });
  to.end(change(answered.text));
}

async function ask(origin: string, from: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of from as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = Object.entries(from.headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
  const answer = await fetch(`${origin}${from.url}`, {
    method: from.method ?? 'GET',
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
  });
  const text = await answer.text();
  const contentType = answer.headers.get('content-type') ?? 'application/json';
  return { status: answer.status, contentType, text };
}
