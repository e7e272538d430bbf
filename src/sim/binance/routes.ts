import type { Params } from './params.ts';

/** What a path needs and does; the server looks the route up, checks and counts, then calls it. */

/** `none`: public. `key`: an API key without signature (market data with a key, listen keys). `signed`: key, timestamp and signature. */
export type Security = 'none' | 'key' | 'signed';

export interface Call {
  params: Params;
  apiKey: string;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  security: Security;
  /** Request weight, which may depend on the parameters. */
  weight: number | ((params: Params) => number);
  /** How many orders the request counts as. */
  orders?: number;
  /** Returns the JSON body; throws ApiError to refuse. */
  handle(call: Call): unknown;
}
