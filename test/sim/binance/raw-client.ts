import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { WebSocket } from 'ws';
import { type BinanceSim, type BinanceSimOptions, startBinanceSim } from '../../../src/sim/binance/server.ts';

export const KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';
export const SECRET = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';

/** The key whose signatures are Ed25519's. */
export const ED25519 = 'e'.repeat(64);

/** The simulated exchange with both keys, and the private one of `ED25519`. */
export async function startWithKeys(
  options: BinanceSimOptions = {},
): Promise<{ sim: BinanceSim; privateKey: KeyObject }> {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const apiKeys = [
    { apiKey: KEY, secret: SECRET },
    { apiKey: ED25519, publicKey },
  ];
  return { sim: await startBinanceSim({ apiKeys, ...options }), privateKey: pair.privateKey };
}

export type Json = Record<string, unknown>;
export type Params = Record<string, string | number | boolean>;

export interface RawAnswer {
  status: number;
  body: Json;
  list: Json[];
  text: string;
  headers: Headers;
}

/** Nothing but HTTP and the signing rule of the documentation. */
export class RawClient {
  readonly #sim: BinanceSim;
  readonly #key: string;
  readonly #signer: string | KeyObject;

  constructor(sim: BinanceSim, key: string = KEY, signer: string | KeyObject = SECRET) {
    this.#sim = sim;
    this.#key = key;
    this.#signer = signer;
  }

  signature(payload: string): string {
    if (typeof this.#signer === 'string')
      return createHmac('sha256', this.#signer).update(payload).digest('hex');
    const algorithm = this.#signer.asymmetricKeyType === 'rsa' ? 'RSA-SHA256' : null;
    return sign(algorithm, Buffer.from(payload), this.#signer).toString('base64');
  }

  async signed(
    method: string,
    path: string,
    params: Params = {},
    at: 'query' | 'body' = 'query',
  ): Promise<RawAnswer> {
    const payload = form({ ...params, timestamp: params.timestamp ?? this.#sim.usdm.now() });
    const whole = `${payload}&signature=${encodeURIComponent(this.signature(payload))}`;
    return at === 'query'
      ? this.send(method, `${path}?${whole}`)
      : this.send(method, path, { 'content-type': 'application/x-www-form-urlencoded' }, whole);
  }

  async send(
    method: string,
    target: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<RawAnswer> {
    const response = await fetch(`${this.#sim.url}${target}`, {
      method,
      headers: { 'X-MBX-APIKEY': this.#key, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return answer(response);
  }

  post(path: string, params: Params = {}): Promise<RawAnswer> {
    return this.signed('POST', path, params);
  }

  get(path: string, params: Params = {}): Promise<RawAnswer> {
    return this.signed('GET', path, params);
  }

  delete(path: string, params: Params = {}): Promise<RawAnswer> {
    return this.signed('DELETE', path, params);
  }
}

export function form(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
}

export async function answer(response: Response): Promise<RawAnswer> {
  const text = await response.text();
  const parsed: unknown = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : {};
  return {
    status: response.status,
    body: Array.isArray(parsed) ? {} : (parsed as Json),
    list: Array.isArray(parsed) ? (parsed as Json[]) : [],
    text,
    headers: response.headers,
  };
}

export async function steer(sim: BinanceSim, name: string, body: Json = {}): Promise<RawAnswer> {
  return answer(await fetch(`${sim.url}/__sim/${name}`, { method: 'POST', body: JSON.stringify(body) }));
}

/** A WebSocket whose messages can be waited for. */
export class Listener {
  readonly messages: Json[] = [];
  readonly socket: WebSocket;
  readonly #waiting: { wanted: (message: Json) => boolean; resolve: (message: Json) => void }[] = [];

  constructor(sim: BinanceSim, path: string) {
    this.socket = new WebSocket(`${sim.url.replace('http', 'ws')}${path}`);
    this.socket.on('message', (data) => this.#take(JSON.parse(String(data))));
  }

  #take(message: Json): void {
    this.messages.push(message);
    for (const waiter of this.#waiting.splice(0)) {
      if (waiter.wanted(message)) waiter.resolve(message);
      else this.#waiting.push(waiter);
    }
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('open', () => resolve());
      this.socket.once('error', reject);
    });
  }

  closed(): Promise<void> {
    return new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  /** The first message, past or future, that is wanted. */
  next(wanted: (message: Json) => boolean): Promise<Json> {
    const known = this.messages.find(wanted);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.push({ wanted, resolve }));
  }

  /** Sends a request and waits for the answer with its id. */
  request(method: string, params: readonly string[], id: number): Promise<Json> {
    this.socket.send(JSON.stringify({ method, params, id }));
    return this.next((message) => message.id === id);
  }

  /** Everything the server has sent before now has been taken when this resolves. */
  async settled(): Promise<void> {
    const pong = new Promise((resolve) => this.socket.once('pong', resolve));
    this.socket.ping();
    await pong;
  }

  events(type: string): Json[] {
    return this.messages.filter((message) => message.e === type);
  }

  close(): void {
    this.socket.terminate();
  }
}

/** Parameters of the WebSocket APIs, signed in alphabetical order. */
export function signedParams(
  sim: BinanceSim,
  params: Json = {},
  apiKey = KEY,
  signer: string | KeyObject = SECRET,
): Json {
  const whole: Json = { timestamp: sim.usdm.now(), ...params, apiKey };
  const payload = Object.keys(whole)
    .sort()
    .map((name) => `${name}=${whole[name]}`)
    .join('&');
  return { ...whole, signature: new RawClient(sim, apiKey, signer).signature(payload) };
}

let serial = 0;

/** A request of a WebSocket API and its answer. */
export function ask(socket: Listener, method: string, params: Json = {}): Promise<Json> {
  const id = `ask-${++serial}`;
  socket.socket.send(JSON.stringify({ id, method, params }));
  return socket.next((message) => message.id === id);
}

/** The private stream of the account, open. */
export async function privateStream(sim: BinanceSim, client: RawClient): Promise<Listener> {
  const { body } = await client.send('POST', '/fapi/v1/listenKey');
  const listener = new Listener(sim, `/private/ws?listenKey=${body.listenKey}`);
  await listener.opened();
  return listener;
}

/** The `o` of an order or conditional order event. */
export function detail(event: Json | undefined): Json {
  return (event?.o ?? {}) as Json;
}
