import { preset } from '../../../src/sim/binance/faults.ts';
import { startBinanceSim } from '../../../src/sim/binance/server.ts';
import type { UsdmTiming } from '../../../src/trading/binance/usdm.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type ContractWorld, exchangeContract } from './contract.ts';
import { httpFault } from './contract-fault.ts';
import { createTestExchange, KEY, PATIENT, SECRET, SOCKET_FIRST } from './helpers.ts';

const SYMBOL = 'BTCUSDT';

/** Both ways that orders can go. */
const start = (timing: Partial<UsdmTiming>) => async (): Promise<ContractWorld> => {
  const sim = await startBinanceSim({
    apiKeys: [{ apiKey: KEY, secret: SECRET }],
    uid: 4711,
    markPriceMs: 50,
  });
  const made = createTestExchange(sim.url, { ...PATIENT, ...timing });
  let closed = false;
  return {
    exchange: made.exchange,
    uid: '4711',
    symbol: SYMBOL,
    ordersBy: timing.orderSocket === undefined ? 'rest' : 'socket',
    price: sim.usdm.market(SYMBOL).last,
    quantity: new Decimal('0.01'),
    refusal: { code: -2019, message: /margin/i },
    setPrice: (price) => sim.usdm.setPrice(SYMBOL, { last: price }),
    failNextOrder: (fault) => sim.faults.add({ method: 'POST', path: '/fapi/v1/order', ...httpFault(fault) }),
    failNextRead: () => sim.faults.add({ method: 'GET', ...preset('html502') }),
    ordersSent: () =>
      sim.requests.filter(({ method, path }) => method === 'POST' && path === '/fapi/v1/order'),
    dropStreams: () => sim.streams.drop('private'),
    logged: made.logged,
    secrets: [KEY, SECRET],
    async close() {
      if (closed) return;
      closed = true;
      await made.exchange.close();
      await sim.close();
    },
  };
};

exchangeContract('USDⓈ-M', start({}));
exchangeContract('USDⓈ-M with orders over its WebSocket API', start({ orderSocket: SOCKET_FIRST }));
