import type { USDMClient } from 'binance/lib/usdm-client.js';
import { classify, type Failure } from '../../src/trading/binance/errors.ts';
import { Refused, type Rest, type Answer as RestAnswer } from '../../src/trading/binance/rest.ts';
import { Unreachable } from '../../src/trading/exchange.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** One request and its answer; rejects with what the transport would: no answer, or an answer that is no success. */
export type Send = (method: Method, path: string, params: Record<string, unknown>) => Promise<unknown>;

const READ_PAUSES_MS = [200, 800];

export interface WireOptions {
  send: Send;
  now(): number;
  pause(ms: number): Promise<void>;
}

/**
 * What stands below the adapter's reads and writes: the real one signs, paces and speaks HTTP. This one calls the
 * simulated exchange, and judges failures by the adapter's own rules.
 */
export function createWire({ send, now, pause }: WireOptions): Rest {
  async function write(_protective: boolean, request: () => Promise<unknown>): Promise<RestAnswer> {
    try {
      return { kind: 'answered', body: await request() };
    } catch (error) {
      const failure = classify(error, now());
      if (failure.kind !== 'clock') return failure;
      return { ...failure, kind: 'throttled', scope: 'orders', retryAfterMs: 1_000 };
    }
  }

  async function read<Body, Value>(
    what: string,
    request: () => Promise<unknown>,
    map: (body: Body) => Value,
  ): Promise<Value> {
    let said = '';
    for (let attempt = 0; attempt <= READ_PAUSES_MS.length; attempt += 1) {
      if (attempt > 0) await pause(READ_PAUSES_MS[attempt - 1] ?? 0);
      try {
        return map((await request()) as Body);
      } catch (error) {
        const failure: Failure = classify(error, now());
        if (failure.kind === 'refused') throw new Refused(failure.code, `${what}: ${failure.message}`);
        said = failure.message;
      }
    }
    throw new Unreachable(`${what}: ${said}`);
  }

  return {
    usdm: clientOf(send),
    spot: clientOf(send) as unknown as Rest['spot'],
    clock: {
      sync: async () => true,
      resync: async () => true,
      offsetMs: () => 0,
      latencyMs: () => 1,
    },
    write,
    read,
    ping: () => undefined,
    weight: () => 0,
    close: () => undefined,
  };
}

/** The methods of the SDK's client that the adapter calls. */
function clientOf(send: Send): USDMClient {
  const get =
    (path: string) =>
    (params: Record<string, unknown> = {}) =>
      send('GET', path, params);
  const methods = {
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
    getMarkPrice: get('/fapi/v1/premiumIndex'),
    getSymbolPriceTickerV2: get('/fapi/v2/ticker/price'),
    getExchangeInfo: get('/fapi/v1/exchangeInfo'),
    setLeverage: (params: Record<string, unknown>) => send('POST', '/fapi/v1/leverage', params),
    setMarginType: (params: Record<string, unknown>) => send('POST', '/fapi/v1/marginType', params),
  };
  return methods as unknown as USDMClient;
}
