import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Incoming } from './dispatch.ts';
import type { FaultAnswer } from './faults.ts';

/** Reading requests and writing answers, true and false ones. */

export async function read(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const form = path.startsWith('/__sim/') ? '' : body;
  // Sent both ways a parameter counts as the query has it.
  const params = new Map([...new URLSearchParams(form), ...new URLSearchParams(query)]);
  const apiKey = request.headers['x-mbx-apikey'];
  return {
    method: request.method ?? 'GET',
    path,
    query,
    body,
    params,
    apiKey: typeof apiKey === 'string' ? apiKey : undefined,
    ip: request.socket.remoteAddress ?? '127.0.0.1',
  };
}

export function write(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(answer.body);
}

/** The body of a 503 whose outcome is unknown; unlike refusals it has no code. */
export function unknownOutcome(timestamp: number, path: string): Answer {
  const msg = 'Unknown error, please check your request or try again later.';
  return { status: 503, body: JSON.stringify({ timestamp, path, msg }), headers: {} };
}

/** Sends the true answer or what the fault puts in its place. */
export function deliver(
  response: ServerResponse,
  truth: Answer,
  answer: Exclude<FaultAnswer, { kind: 'unknown' }>,
  headers: Readonly<Record<string, string>>,
): void {
  switch (answer.kind) {
    case 'true':
    case 'twice':
      write(response, { ...truth, headers: { ...headers, ...truth.headers } });
      return;
    case 'error': {
      const body = JSON.stringify({ code: answer.code, msg: answer.msg });
      write(response, { status: answer.status, body, headers: { ...headers, ...answer.headers } });
      return;
    }
    case 'raw':
      response.writeHead(answer.status, { ...headers, 'content-type': answer.contentType });
      response.end(answer.body);
      return;
    case 'cut':
      response.writeHead(truth.status, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(truth.body),
      });
      response.write(truth.body.slice(0, Math.floor(truth.body.length / 2)), () => response.destroy());
      return;
    case 'drop':
      response.socket?.destroy();
      return;
    case 'hang':
      return;
  }
}
