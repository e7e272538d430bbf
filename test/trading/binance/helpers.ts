import type { Doubt } from '../../../src/trading/binance/calls.ts';
import type { OrderSocketTiming } from '../../../src/trading/binance/order-socket.ts';
import { createUsdmExchange, USDM_TIMING, type UsdmTiming } from '../../../src/trading/binance/usdm.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { ExchangeEvent } from '../../../src/trading/exchange.ts';
import type { OrderRequest } from '../../../src/trading/model.ts';

export const KEY = 'api-key-that-nobody-may-see';
export const SECRET = 'api-secret-that-nobody-may-see';

/** Everything at the pace of a test. */
export const QUICK: UsdmTiming = {
  rest: { readTimeoutMs: 300, writeTimeoutMs: 400 },
  privateStream: {
    socket: {
      pingMs: 40,
      silenceMs: 150,
      dialTimeoutMs: 1_000,
      lifeMs: 3_600_000,
      retryMinMs: 10,
      retryMaxMs: 50,
    },
    keepAliveMs: 3_600_000,
    owedEventMs: 3_600_000,
  },
  marketStream: {
    socket: { ...USDM_TIMING.marketStream.socket, retryMinMs: 10, retryMaxMs: 50 },
    lastPriceMs: 30,
  },
  warmMs: 3_600_000,
  quietMs: 3_600_000,
};

/** Limits that a machine under load keeps too. */
export const PATIENT = {
  rest: { readTimeoutMs: 1_500, writeTimeoutMs: 1_500 },
  privateStream: {
    ...QUICK.privateStream,
    socket: { ...QUICK.privateStream.socket, silenceMs: 10_000 },
  },
};

/** Orders over the WebSocket API whenever that stands. */
export const SOCKET_FIRST: OrderSocketTiming = { socket: PATIENT.privateStream.socket, samples: 0 };

export function createTestExchange(
  url: string,
  timing: Partial<UsdmTiming> = {},
  keys: { key: string; secret: string } = { key: KEY, secret: SECRET },
  doubt?: Doubt,
) {
  const events: ExchangeEvent[] = [];
  const logged: unknown[] = [];
  const note = (...line: unknown[]) => void logged.push(line);
  const exchange = createUsdmExchange({
    env: 'paper',
    url,
    ...keys,
    log: { debug: note, info: note, warn: note },
    now: Date.now,
    timing: { ...QUICK, ...timing },
    doubt,
  });
  /** Every connect reads the list of symbols and says so: counted apart from what the streams bring. */
  const lists = { read: 0 };
  const listener = (event: ExchangeEvent): void => {
    if (event.type === 'instruments') lists.read += 1;
    else events.push(event);
  };
  return { exchange, events, lists, logged, listener };
}

export function request(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    clientId: 'sb-test-1',
    symbol: 'BTCUSDT',
    action: 'BUY',
    positionSide: 'BOTH',
    type: 'market',
    quantity: new Decimal('0.01'),
    price: null,
    triggerPrice: null,
    workingType: 'mark',
    reduceOnly: false,
    callbackPct: null,
    ...changes,
  };
}

export const STOP: Partial<OrderRequest> = {
  clientId: 'sb-test-stop',
  action: 'SELL',
  type: 'stop_market',
  triggerPrice: new Decimal('60000'),
  reduceOnly: true,
};
