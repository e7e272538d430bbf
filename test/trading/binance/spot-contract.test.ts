import { preset } from '../../../src/sim/binance/faults.ts';
import { startBinanceSim } from '../../../src/sim/binance/server.ts';
import type { SpotTiming } from '../../../src/trading/binance/spot.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type ContractWorld, exchangeContract } from './contract.ts';
import { httpFault } from './contract-fault.ts';
import { KEY, SECRET, SOCKET_FIRST } from './helpers.ts';
import { createTestSpot } from './spot-helpers.ts';

const SYMBOL = 'BTCUSDT';

/** Both ways that orders can go. */
const start = (timing: Partial<SpotTiming>) => async (): Promise<ContractWorld> => {
  const sim = await startBinanceSim({ apiKeys: [{ apiKey: KEY, secret: SECRET }], uid: 4711 });
  const made = createTestSpot(sim.url, timing);
  let closed = false;
  return {
    exchange: made.exchange,
    uid: '4711',
    symbol: SYMBOL,
    ordersBy: timing.orderSocket === undefined ? 'rest' : 'socket',
    price: sim.spot.exchange.market(SYMBOL).last,
    quantity: new Decimal('0.01'),
    refusal: { code: -2010, message: /insufficient balance/i },
    setPrice: (price) => sim.spot.exchange.setPrice(SYMBOL, price),
    failNextOrder: (fault) => sim.faults.add({ method: 'POST', path: '/api/v3/order', ...httpFault(fault) }),
    failNextRead: () => sim.faults.add({ method: 'GET', ...preset('html502') }),
    ordersSent: () =>
      sim.requests.filter(({ method, path }) => method === 'POST' && path === '/api/v3/order'),
    dropStreams: () => sim.spot.api.drop('subscribed'),
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

exchangeContract('spot', start({}));
exchangeContract('spot with orders over its WebSocket API', start({ orderSocket: SOCKET_FIRST }));
