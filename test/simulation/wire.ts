import type { USDMClient } from 'binance/lib/usdm-client.js';
import { type Calls, createCalls } from '../../src/trading/binance/calls.ts';
import { type Clock, createClock, type OurTime } from '../../src/trading/binance/clock.ts';
import { createGate } from '../../src/trading/binance/gate.ts';
import type { Rest } from '../../src/trading/binance/rest.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** One request and its answer; rejects with what the transport would: no answer, or an answer that is no success. */
export type Send = (method: Method, path: string, params: Record<string, unknown>) => Promise<unknown>;

export interface WireOptions {
  send: Send;
  market: 'usdm' | 'spot';
  /** The desk's clock. */
  now(): number;
  ours: OurTime;
  pause(ms: number): Promise<void>;
}

/**
 * What stands below the adapter's reads and writes, without HTTP and signatures: requests are stamped by our time of
 * day as the SDK does it; gate, repetitions and the judgement of failures are the adapter's own.
 */
export function createWire({ send, market, now, ours, pause }: WireOptions): Rest {
  const time = { nowMs: ours.steadyMs, pause };
  const gate = createGate(time);
  let offsetMs = 0;
  const stamped: Send = (method, path, params) =>
    send(method, path, { ...params, timestamp: Math.floor(ours.wallMs()) + offsetMs });
  const clock: Clock = createClock(
    async () => {
      const path = market === 'usdm' ? '/fapi/v1/time' : '/api/v3/time';
      const { serverTime } = (await calls.ask(() => send('GET', path, {}))) as { serverTime: number };
      return serverTime;
    },
    (ms) => {
      offsetMs = ms;
    },
    ours,
  );
  const calls: Calls = createCalls({
    gate,
    clock,
    now,
    clean: (text) => text,
    onKeyRefused: () => undefined,
    time,
  });
  return {
    usdm: clientOf(send, stamped),
    spot: clientOf(send, stamped) as unknown as Rest['spot'],
    clock,
    ...calls,
    order({ verb, path }, params, release) {
      const send = () => stamped(verb, `/${path}`, params);
      return release?.then(send) ?? send();
    },
    ping: () => undefined,
    weight: () => 0,
    close: () => undefined,
  };
}

/** The methods of the SDK's client that the adapter calls. */
function clientOf(open: Send, send: Send): USDMClient {
  const get =
    (path: string) =>
    (params: Record<string, unknown> = {}) =>
      send('GET', path, params);
  const ask =
    (path: string) =>
    (params: Record<string, unknown> = {}) =>
      open('GET', path, params);
  const methods = {
    get: (path: string, params: Record<string, unknown> = {}) => open('GET', `/${path}`, params),
    deletePrivate: (path: string, params: Record<string, unknown> = {}) => send('DELETE', `/${path}`, params),
    getPrivate: (path: string, params: Record<string, unknown> = {}) => send('GET', `/${path}`, params),
    postPrivate: (path: string, params: Record<string, unknown> = {}) => send('POST', `/${path}`, params),
    getOrder: get('/fapi/v1/order'),
    cancelOrder: (params: Record<string, unknown>) => send('DELETE', '/fapi/v1/order', params),
    getAlgoOrder: get('/fapi/v1/algoOrder'),
    cancelAlgoOrder: (params: Record<string, unknown>) => send('DELETE', '/fapi/v1/algoOrder', params),
    getAccountTrades: get('/fapi/v1/userTrades'),
    getIncomeHistory: get('/fapi/v1/income'),
    getBalanceV3: get('/fapi/v3/balance'),
    getAccountInformationV3: get('/fapi/v3/account'),
    getFuturesAccountConfig: get('/fapi/v1/accountConfig'),
    getPositionsV3: get('/fapi/v3/positionRisk'),
    getFuturesSymbolConfig: get('/fapi/v1/symbolConfig'),
    getNotionalAndLeverageBrackets: get('/fapi/v1/leverageBracket'),
    getAccountCommissionRate: get('/fapi/v1/commissionRate'),
    getMarkPrice: ask('/fapi/v1/premiumIndex'),
    getSymbolPriceTickerV2: ask('/fapi/v2/ticker/price'),
    getExchangeInfo: ask('/fapi/v1/exchangeInfo'),
    setLeverage: (params: Record<string, unknown>) => send('POST', '/fapi/v1/leverage', params),
    setMarginType: (params: Record<string, unknown>) => send('POST', '/fapi/v1/marginType', params),
  };
  return methods as unknown as USDMClient;
}
