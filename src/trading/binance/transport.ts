import type { IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { gunzipSync } from 'node:zlib';
import type { USDMClient } from 'binance/lib/usdm-client.js';
import type { Doubt } from './calls.ts';
import type { Release } from './held.ts';
import { parseExact } from './json.ts';
import { noteSent } from './sent-times.ts';

// Not imported: `one-fetch.ts` says why.
const { Agent: HttpAgent, request: httpRequest } = process.getBuiltinModule('node:http');

type RequestConfig = NonNullable<ConstructorParameters<typeof USDMClient>[1]>;
type Adapter = Extract<RequestConfig['adapter'], (...args: never[]) => unknown>;

/** No complete answer. `sent` is false only when not one byte of the request can have left. */
export class TransportError extends Error {
  override name = 'TransportError';
  readonly sent: boolean;
  constructor(message: string, sent: boolean) {
    super(message);
    this.sent = sent;
  }
}

/** Held back by ourselves: whether we may send came into doubt. Nothing left. */
export class HeldBack extends TransportError {
  override name = 'HeldBack';
  constructor(message: string) {
    super(message, false);
  }
}

/** A request below the SDK: all that it says is here. */
export interface Request {
  method: string;
  /** The address, or its parts as `node:http` takes them. */
  to: URL | (Pick<RequestOptions, 'protocol' | 'hostname' | 'port'> & { path: string });
  /** The API key; undefined where none is shown. */
  key: string | undefined;
  /** Form data; empty for none. */
  body: string;
  /** It may move something on the account. */
  isWrite: boolean;
  release?: Release;
}

/** An answer of whatever status, with JSON parsed and anything else as text. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  data: unknown;
}

export interface Transport {
  /** @throws TransportError where there is no complete answer, or what `release` rejects with */
  send(request: Request): Promise<Reply>;
  /** The same for axios. */
  adapter: Adapter;
  close(): void;
}

export interface TransportLimits {
  readTimeoutMs: number;
  writeTimeoutMs: number;
}

/**
 * The HTTP layer below the SDK's clients (an axios adapter), and of orders. Its own because axios brings a redirecting
 * client, a response stream pipeline and errors that print the signed address; an order should cost what `node:http`
 * costs.
 */
export function createTransport(limits: TransportLimits, doubt?: Doubt): Transport {
  const agentOptions = { keepAlive: true, scheduling: 'lifo', noDelay: true } as const;
  const agents = { 'http:': new HttpAgent(agentOptions), 'https:': new HttpsAgent(agentOptions) };

  const send = ({ method, to, key, body, isWrite, release }: Request): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const secure = to.protocol === 'https:';
      const whyNot = () => (isWrite ? (doubt?.(true) ?? null) : null);
      const why = whyNot();
      if (why !== null) return reject(new HeldBack(why));
      const headers: Record<string, string> = {};
      if (key !== undefined) headers['X-MBX-APIKEY'] = key;
      if (method === 'GET') headers['accept-encoding'] = 'gzip';
      if (body !== '') headers['content-type'] = 'application/x-www-form-urlencoded';

      let timer: NodeJS.Timeout | undefined;
      let sentAt: number | undefined;
      let isConnected = false;
      let mayLeave = false;
      const noteLeaving = () => {
        if (isConnected && mayLeave) sentAt ??= performance.now();
      };
      const fail = (message: string) => {
        clearTimeout(timer);
        request.destroy();
        reject(new TransportError(message, sentAt !== undefined));
      };
      const answered = (response: IncomingMessage) => {
        readBody(response).then(
          (text) => {
            clearTimeout(timer);
            const data = parseBody(text);
            if (method !== 'GET' && sentAt !== undefined) noteSent(data, sentAt);
            const { statusCode: status = 0 } = response;
            resolve({ status, headers: response.headers as Record<string, string>, data });
          },
          (error: Error) => fail(error.message),
        );
      };
      const agent = secure ? agents['https:'] : agents['http:'];
      const begin = secure ? httpsRequest : httpRequest;
      const request =
        to instanceof URL
          ? begin(to, { method, headers, agent }, answered)
          : begin({ ...to, method, headers, agent }, answered);
      const leave = () => {
        // It may have lost its connection while it waited.
        if (request.destroyed) return;
        const timeoutMs = method === 'GET' ? limits.readTimeoutMs : limits.writeTimeoutMs;
        timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs);
        mayLeave = true;
        noteLeaving();
        request.end(body);
      };
      const stay = (reason: Error) => {
        reject(reason);
        request.destroy();
      };
      const connected = () => {
        isConnected = true;
        noteLeaving();
      };
      request.on('socket', (socket) => {
        if (!socket.connecting) connected();
        else socket.once(secure ? 'secureConnect' : 'connect', connected);
      });
      request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
      if (!release) return leave();
      release.then(() => {
        const late = whyNot();
        if (late === null) leave();
        else stay(new HeldBack(late));
      }, stay);
    });

  const adapter: Adapter = async (config) => {
    const to = new URL(config.url ?? '');
    for (const [name, value] of Object.entries(config.params ?? {})) {
      if (value !== undefined) to.searchParams.set(name, String(value));
    }
    const method = (config.method ?? 'get').toUpperCase();
    const shown = config.headers['X-MBX-APIKEY'];
    const key = typeof shown === 'string' ? shown : undefined;
    const body = typeof config.data === 'string' ? config.data : '';
    const isWrite = method !== 'GET' && isSigned(to, body);
    const reply = await send({ method, to, key, body, isWrite });
    return { ...reply, statusText: '', config };
  };

  return {
    send,
    adapter,
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

/** What needs no signature moves nothing on the account. */
function isSigned(url: URL, body: string): boolean {
  return url.searchParams.has('signature') || /(^|&)signature=/.test(body);
}

function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('close', () => reject(new Error('the answer was cut off')));
    response.on('end', () => {
      const bytes = Buffer.concat(chunks);
      if (!response.complete) return reject(new Error('the answer was cut off'));
      try {
        resolve(
          (response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8'),
        );
      } catch {
        reject(new Error('the answer could not be unpacked'));
      }
    });
  });
}

/** Text stays text: what is not JSON is no answer of the API. */
function parseBody(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}
