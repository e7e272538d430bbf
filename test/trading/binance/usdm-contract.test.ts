import { preset } from '../../../src/sim/binance/faults.ts';
import { startBinanceSim } from '../../../src/sim/binance/server.ts';
import { Decimal } from '../../../src/trading/decimal.ts';
import { type ContractWorld, exchangeContract } from './contract.ts';
import { httpFault } from './contract-fault.ts';
import { createTestExchange, KEY, QUICK, SECRET } from './helpers.ts';

const SYMBOL = 'BTCUSDT';

/** Limits that a machine under load keeps too. */
const PATIENT = {
  rest: { readTimeoutMs: 1_500, writeTimeoutMs: 1_500 },
  privateStream: {
    ...QUICK.privateStream,
    socket: { ...QUICK.privateStream.socket, silenceMs: 10_000 },
  },
};

async function start(): Promise<ContractWorld> {
  const sim = await startBinanceSim({
    apiKeys: [{ apiKey: KEY, secret: SECRET }],
    uid: 4711,
    markPriceMs: 50,
  });
  const made = createTestExchange(sim.url, PATIENT);
  let closed = false;
  return {
    exchange: made.exchange,
    uid: '4711',
    symbol: SYMBOL,
    price: sim.usdm.market(SYMBOL).last,
    quantity: new Decimal('0.01'),
    refusal: { code: -2019, message: /margin/i },
    setPrice: (price) => sim.usdm.setPrice(SYMBOL, { last: price }),
    failNextOrder: (fault) => sim.faults.add({ method: 'POST', path: '/fapi/v1/order', ...httpFault(fault) }),
    failNextRead: () => sim.faults.add({ method: 'GET', ...preset('html502') }),
    ordersSent: () =>
      sim.requests.filter(({ method, path }) => method === 'POST' && path === '/fapi/v1/order').length,
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
}

exchangeContract('USDⓈ-M', start);
