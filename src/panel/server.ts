import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { scrub } from '../scrub.ts';
import { ASSETS_BELOW, type Asset, type Assets } from './assets.ts';
import type { Document } from './document.ts';

/** A small web server for one page: the page, its assets, and routes that answer JSON. */

// Not imported: `one-fetch.ts` says why.
const { createServer } = process.getBuiltinModule('node:http');

/** What a route gets. */
export interface Call {
  url: URL;
  request: IncomingMessage;
  response: ServerResponse;
  /** The body as JSON, `{}` without one; 400 and 413 are answered for it. */
  json(): Promise<unknown>;
}

/** What a route answers: JSON, bytes, or `null` when it has written to the response itself. */
export type Reply =
  | { json: unknown; status?: number; headers?: Record<string, string> }
  | { bytes: Buffer; type: string; headers?: Record<string, string> }
  | null;

/** By method and path, `GET /api/state`; a path that ends in `/*` takes everything below. */
export type Routes = Readonly<Record<string, (call: Call) => Reply | Promise<Reply>>>;

/** A request that is refused: the status, and a line for the person. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface PageServerOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** Asked for when the first page is opened, and again where that failed. */
  loadPage(): Promise<Page>;
  routes: Routes;
  /** The most that a request may bring; 64 kB unless said. */
  maxBodyBytes?: number;
  /** Paths that are answered by whatever name they are asked: they tell a page of others nothing. */
  anyName?: ReadonlySet<string>;
  /** Runs ahead of every route; throws a `Refusal` for who may not come in. */
  admit?(call: Call): void;
  onError(error: unknown): void;
  /** It has ended without being asked to. */
  onLost?: (() => void) | undefined;
}

/** The page, and everything that it loads. */
export interface Page {
  document: Document;
  assets: Assets;
}

export interface PageServer {
  /** `http://127.0.0.1:8787` */
  readonly url: string;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 64 * 1_024;

const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Rejects with the system's error when the port is taken. */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const page = kept(options.loadPage);
  const server = createServer(
    (request, response) => void serve({ ...options, loadPage: page }, server, request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  let closing = false;
  server.once('close', () => {
    if (!closing) options.onLost?.();
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    async close() {
      closing = true;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(
  options: PageServerOptions,
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  try {
    // The headers of a GET; Node leaves the body out.
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    const url = URL.parse(request.url ?? '/', 'http://page');
    if (url === null) throw new Refusal(400, 'that is no address');
    if (!options.anyName?.has(url.pathname)) {
      refuseStrangers(request, options.host, (server.address() as AddressInfo).port);
    }
    if (method === 'GET' && (url.pathname === '/' || url.pathname.startsWith(ASSETS_BELOW))) {
      const { document, assets } = await options.loadPage();
      if (url.pathname === '/') return sendPage(response, document);
      const asset = assets.find(url.pathname);
      if (asset !== null) return sendAsset(request, response, asset);
    }
    const maxBytes = options.maxBodyBytes ?? MAX_BODY_BYTES;
    const call: Call = { url, request, response, json: () => readJson(request, maxBytes) };
    const route = findRoute(options.routes, method, url.pathname);
    if (route === undefined) throw new Refusal(404, `there is no ${request.method} ${url.pathname}`);
    options.admit?.(call);
    send(response, await route(call));
  } catch (error) {
    if (!(error instanceof Refusal)) options.onError(error);
    const status = error instanceof Refusal ? error.status : 500;
    const text = scrub(error instanceof Error ? error.message : String(error));
    if (response.headersSent) response.destroy();
    else {
      // What is still coming is not read to its end.
      const headers: Record<string, string> = request.complete ? {} : { connection: 'close' };
      send(response, { status, json: { error: text }, headers });
    }
  }
}

/** Made once, by whoever asks first; what failed is tried again. */
function kept<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((error) => {
      made = null;
      throw error;
    });
    return made;
  };
}

/**
 * Pages of others must not steer this one. A browser that was told another address for a name (DNS rebinding) says that
 * name in `Host`: refused, unless it is one that nobody else can point somewhere (`localhost`, an IP address, which is
 * never looked up, or the name in WEB_HOST). A page at an IP address comes from that very address, so it can be no
 * other's than this server's; behind a forwarded port or in a container that address is not the one listened on, which
 * is why any is taken. A browser that sends for another page says so in `Origin` or `Sec-Fetch-Site`, and cannot send
 * JSON across without asking first.
 */
function refuseStrangers(request: IncomingMessage, host: string, port: number): void {
  const { host: asked = '', origin } = request.headers;
  const name = asked.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  if (isIP(name) === 0 && name !== host && name !== 'localhost') {
    throw new Refusal(421, `this page is at http://${host}:${port}, not at ${name}`);
  }
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  const strange =
    (origin !== undefined && origin !== `http://${asked}`) || (site ?? 'same-origin') !== 'same-origin';
  if (strange) throw new Refusal(403, 'only the page itself may ask for that');
  if (request.headers['content-type']?.split(';')[0] !== 'application/json') {
    throw new Refusal(415, 'the body must be application/json');
  }
}

function findRoute(routes: Routes, method: string, path: string): Routes[string] | undefined {
  const exact = `${method} ${path}`;
  if (Object.hasOwn(routes, exact)) return routes[exact];
  const below = Object.keys(routes).find((key) => key.endsWith('/*') && exact.startsWith(key.slice(0, -1)));
  return below === undefined ? undefined : routes[below];
}

async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const tooLarge = new Refusal(413, `that is too large: at most ${maxBytes} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  // The connection is kept for the answer, also where the body is left unread.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  try {
    return length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal(400, 'the body is no JSON');
  }
}

function sendPage(response: ServerResponse, { html, policy }: Document): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-cache',
  });
  response.end(html);
}

/** An address is never used again for another content, so browsers may keep it. */
function sendAsset(request: IncomingMessage, response: ServerResponse, asset: Asset): void {
  const zipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const bytes = zipped ? asset.gzipped : asset.bytes;
  response.writeHead(200, {
    'content-type': asset.type,
    'content-length': bytes.length,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
    ...(zipped ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(bytes);
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === null) return;
  const isJson = 'json' in reply;
  const bytes = isJson ? Buffer.from(JSON.stringify(reply.json)) : reply.bytes;
  response.writeHead(isJson ? (reply.status ?? 200) : 200, {
    'content-type': isJson ? 'application/json' : reply.type,
    'content-length': bytes.length,
    'cache-control': 'no-store',
    ...reply.headers,
  });
  response.end(bytes);
}
