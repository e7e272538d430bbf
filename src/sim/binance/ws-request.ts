import type { Incoming } from './dispatch.ts';

/**
 * Requests of the WebSocket APIs as they come in, alike on both markets.
 * https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md#request-format and
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-api-general-info
 */

export interface WsRequest {
  id: unknown;
  method: string;
  params: Map<string, string>;
}

/** Null for what is no JSON. */
export function parseRequest(text: string): WsRequest | null {
  try {
    const { id, method, params }: { id?: unknown; method?: unknown; params?: unknown } = JSON.parse(text);
    const given = typeof params === 'object' && params !== null ? Object.entries(params) : [];
    const texts = given.map(([name, value]): [string, string] => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]);
    return { id: id ?? null, method: String(method), params: new Map(texts) };
  } catch {
    return null;
  }
}

/** As a REST request would be, signed over its parameters in alphabetical order, without percent-encoding. */
export function incoming(method: string, path: string, { params }: WsRequest): Incoming {
  const payload = [...params]
    .filter(([name]) => name !== 'signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return { method, path, query: payload, body: '', params, apiKey: params.get('apiKey'), ip: '127.0.0.1' };
}
