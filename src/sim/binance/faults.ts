import { ApiError, apiError } from './errors.ts';
import type { Params } from './params.ts';

/**
 * Scripted misbehaviour. A fault names the requests (or stream events) it is for, which of them (`nth`, from 1)
 * and how many (`count`, 0 for all that follow), and what happens to them.
 */

/** What the client gets in the place of the true answer. */
export type FaultAnswer =
  | { kind: 'true' }
  /** The true answer two times over, where that can happen: on a WebSocket. */
  | { kind: 'twice' }
  | {
      kind: 'error';
      status: number;
      code: number;
      msg: string;
      headers?: Readonly<Record<string, string>> | undefined;
    }
  | { kind: 'raw'; status: number; contentType: string; body: string }
  /** The 503 that says nothing about the order: it may have been carried out. */
  | { kind: 'unknown' }
  /** The true answer, its body ended in the middle. */
  | { kind: 'cut' }
  /** The socket is closed without an answer. */
  | { kind: 'drop' }
  /** The socket stays open, nothing comes. */
  | { kind: 'hang' };

export interface Occurrence {
  /** The first occurrence that is hit, from 1. */
  nth?: number;
  /** How many are hit; 0: all that follow. Default 1. */
  count?: number;
}

export interface HttpFault extends Occurrence {
  /**
   * As of the REST route, whichever way the request comes. `WS`: only over a WebSocket API; the path is then its method
   * there (`order.place`).
   */
  method?: string;
  /** Only what comes by HTTP. */
  http?: boolean;
  /** Exact, or a prefix that ends in `*`. */
  path?: string;
  /** Values the parameters must have; one that ends in `*` is a prefix. */
  params?: Readonly<Record<string, string>>;
  /** Requests that have all of these parameters are spared (reduce-only orders are never throttled). */
  unless?: Readonly<Record<string, string>>;
  /** Whether the exchange carries the request out; with `applyAfterMs` only some time after its answer. */
  apply: boolean;
  applyAfterMs?: number;
  /** Waits this long before the answer. */
  delayMs?: number;
  answer: FaultAnswer;
}

export interface StreamFault extends Occurrence {
  /** Event type, `ORDER_TRADE_UPDATE` or `executionReport` for instance; every private event without. */
  event?: string;
  symbol?: string;
  /** Order or conditional order status (`X`). */
  status?: string;
  /** `lose` it, `double` it, `hold` it until released, or send it `delayMs` late. */
  action: 'lose' | 'double' | 'hold' | 'delay';
  delayMs?: number;
}

/** Ready-made faults by name, for scripts. */
export type Preset =
  | 'refuse'
  | 'limited'
  | 'late'
  | 'twice'
  | 'unknown503'
  | 'unavailable503'
  | 'throttled'
  | 'timeout'
  | 'unexpected'
  | 'html502'
  | 'empty'
  | 'cut'
  | 'drop'
  | 'hang';

export interface PresetOptions {
  /** For `refuse`. */
  code?: number;
  msg?: string;
  status?: number;
  /** For `limited`: when to come back. */
  seconds?: number;
}

const HTML_502 =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n';

/** What the preset does by default: whether the request is carried out, and the answer. */
export function preset(name: Preset, options: PresetOptions = {}): Pick<HttpFault, 'apply' | 'answer'> {
  switch (name) {
    case 'refuse':
      return { apply: false, answer: refusal(options.code ?? -2010, options) };
    case 'limited':
      return { apply: false, answer: limited(options.seconds ?? 1) };
    case 'late':
      return { apply: true, answer: { kind: 'true' } };
    case 'twice':
      return { apply: true, answer: { kind: 'twice' } };
    case 'unknown503':
      return { apply: true, answer: { kind: 'unknown' } };
    case 'unavailable503':
      return { apply: false, answer: json(503, { msg: 'Service Unavailable.' }) };
    case 'throttled':
      return { apply: false, answer: refusal(-1008, options) };
    case 'timeout':
      return { apply: true, answer: refusal(-1007, options) };
    case 'unexpected':
      return { apply: true, answer: refusal(-1006, options) };
    case 'html502':
      return { apply: true, answer: { kind: 'raw', status: 502, contentType: 'text/html', body: HTML_502 } };
    case 'empty':
      return { apply: true, answer: { kind: 'raw', status: 200, contentType: 'application/json', body: '' } };
    case 'cut':
      return { apply: true, answer: { kind: 'cut' } };
    case 'drop':
      return { apply: true, answer: { kind: 'drop' } };
    case 'hang':
      return { apply: true, answer: { kind: 'hang' } };
  }
}

function refusal(code: number, options: PresetOptions): FaultAnswer {
  const error = options.msg === undefined ? apiError(code) : new ApiError(code, options.msg, 400);
  return { kind: 'error', status: options.status ?? error.status, code, msg: error.message };
}

function limited(seconds: number): FaultAnswer {
  const error = apiError(-1003, 2_400);
  const headers = { 'retry-after': String(seconds) };
  return { kind: 'error', status: error.status, code: error.code, msg: error.message, headers };
}

function json(status: number, body: unknown): FaultAnswer {
  return { kind: 'raw', status, contentType: 'application/json', body: JSON.stringify(body) };
}

interface Armed<T> {
  fault: T;
  seen: number;
  hits: number;
}

export class Faults {
  readonly #http: Armed<HttpFault>[] = [];
  readonly #stream: Armed<StreamFault>[] = [];

  add(fault: HttpFault): void {
    this.#http.push({ fault, seen: 0, hits: 0 });
  }

  addStream(fault: StreamFault): void {
    this.#stream.push({ fault, seen: 0, hits: 0 });
  }

  clear(): void {
    this.#http.length = 0;
    this.#stream.length = 0;
  }

  /** The armed faults with the number of their hits. */
  list(): readonly { fault: HttpFault | StreamFault; hits: number }[] {
    return [...this.#http, ...this.#stream].map(({ fault, hits }) => ({ fault, hits }));
  }

  /** The fault for this request, counted as a hit. `socket`: it does not come by HTTP. */
  http(method: string, path: string, params: Params, socket = false): HttpFault | null {
    return next(this.#http, (fault) => {
      if (fault.http === true && socket) return false;
      if (fault.method !== undefined && fault.method !== method) return false;
      if (fault.path !== undefined && !matches(fault.path, path)) return false;
      if (fault.unless !== undefined && has(params, fault.unless)) return false;
      return has(params, fault.params ?? {});
    });
  }

  /** The fault for this private event, counted as a hit. */
  stream(event: Readonly<Record<string, unknown>>): StreamFault | null {
    // Futures events keep the order in `o`, spot events are flat.
    const order =
      typeof event.o === 'object' && event.o !== null ? (event.o as Record<string, unknown>) : event;
    return next(
      this.#stream,
      (fault) =>
        (fault.event === undefined || fault.event === event.e) &&
        (fault.symbol === undefined || fault.symbol === order.s) &&
        (fault.status === undefined || fault.status === order.X),
    );
  }
}

function has(params: Params, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => matches(value, params.get(name)));
}

function matches(pattern: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}

function next<T extends Occurrence>(armed: Armed<T>[], wanted: (fault: T) => boolean): T | null {
  for (const entry of armed) {
    const { nth = 1, count = 1 } = entry.fault;
    if ((count > 0 && entry.hits >= count) || !wanted(entry.fault)) continue;
    entry.seen += 1;
    if (entry.seen < nth) continue;
    entry.hits += 1;
    return entry.fault;
  }
  return null;
}
