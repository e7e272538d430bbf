import type { KeyRing } from './auth.ts';
import { ApiError, apiError } from './errors.ts';
import type { Limiter } from './limits.ts';
import type { Params } from './params.ts';
import type { Route } from './routes.ts';

/** From a request to the exchange's answer, without sockets: route, limits, key and signature, then the route's work. */

export interface Incoming {
  method: string;
  path: string;
  /** As sent, without `?`. */
  query: string;
  body: string;
  params: Params;
  apiKey: string | undefined;
  ip: string;
}

/** The true answer to a request, or the refusal. */
export interface Answer {
  status: number;
  body: string;
  headers: Readonly<Record<string, string>>;
}

export interface Served {
  keys: KeyRing;
  now(): number;
}

export class Dispatcher {
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #limiter: Limiter;
  readonly #exchange: Served;

  constructor(exchange: Served, limiter: Limiter, routes: readonly Route[]) {
    this.#exchange = exchange;
    this.#limiter = limiter;
    this.#routes = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  }

  /** `session`: the API key that a WebSocket session has logged on with; it needs no signature. */
  dispatch(incoming: Incoming, session: string | null = null): Answer {
    try {
      return { status: 200, body: JSON.stringify(this.#handle(incoming, session)), headers: {} };
    } catch (error) {
      return refused(error);
    }
  }

  #handle(incoming: Incoming, session: string | null): unknown {
    const { method, path, params } = incoming;
    const route = this.#routes.get(`${method} ${path}`);
    if (route === undefined) throw new ApiError(-5000, `Path ${path}, Method ${method} is invalid`, 404);
    const weight = typeof route.weight === 'number' ? route.weight : route.weight(params);
    this.#limiter.count(weight, route.orders ?? 0, this.#exchange.now());
    return route.handle({ params, apiKey: this.#authorise(route, incoming, session) });
  }

  #authorise(route: Route, incoming: Incoming, session: string | null): string {
    if (route.security === 'none') return '';
    const { keys } = this.#exchange;
    const apiKey = keys.requireKey(incoming.apiKey ?? session ?? undefined, incoming.ip);
    if (route.security === 'key') return apiKey;
    if (incoming.apiKey === undefined) keys.requireTimely(incoming.params, this.#exchange.now());
    else keys.requireSignature(apiKey, incoming, this.#exchange.now());
    return apiKey;
  }
}

/** A refusal as it is sent; anything but a refusal is a fault of the simulator, which is said on standard error. */
export function refused(error: unknown): Answer {
  if (!(error instanceof ApiError)) process.emitWarning(error instanceof Error ? error : String(error));
  const known = error instanceof ApiError ? error : apiError(-1000);
  return {
    status: known.status,
    body: JSON.stringify({ code: known.code, msg: known.message, data: known.data }),
    headers: known.headers,
  };
}
