import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { preset } from '../../../src/sim/binance/faults.ts';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { ask, type Json, KEY, Listener, type Params, RawClient, SECRET, signedParams } from './raw-client.ts';

// https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#timing-security and
// https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#timing-security: a request is
// carried out within `recvWindow` of its timestamp, which is looked at when it comes and again before it is matched.
let sim: BinanceSim;
let socket: Listener;
beforeEach(async () => {
  sim = await startBinanceSim({ apiKeys: [{ apiKey: KEY, secret: SECRET }] });
});
afterEach(async () => {
  socket?.close();
  await sim.close();
});

const MARKETS = {
  usdm: { path: '/fapi/v1/order', socketPath: '/ws-fapi/v1' },
  spot: { path: '/api/v3/order', socketPath: '/ws-api/v3' },
} as const;

const ORDER = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' };

describe.each(['usdm', 'spot'] as const)('an order on %s', (market) => {
  const { path, socketPath } = MARKETS[market];
  const price = () =>
    market === 'usdm' ? '60000' : sim.spot.exchange.market('BTCUSDT').last.times('0.95').toFixed(0);

  async function place(by: 'REST' | 'WebSocket API', id: string, changes: Params): Promise<number> {
    const params: Params = { ...ORDER, price: price(), newClientOrderId: id, ...changes };
    if (by === 'REST') {
      const { status, body } = await new RawClient(sim).post(path, params);
      return status === 200 ? 200 : Number(body.code);
    }
    socket = new Listener(sim, socketPath);
    await socket.opened();
    const answer = await ask(socket, 'order.place', signedParams(sim, params));
    return answer.status === 200 ? 200 : Number((answer.error as Json).code);
  }

  async function standing(): Promise<unknown[]> {
    const { list } = await new RawClient(sim).get(path.replace('order', 'openOrders'));
    return list.map(({ clientOrderId }) => clientOrderId);
  }

  describe.each(['REST', 'WebSocket API'] as const)('by %s', (by) => {
    test('is taken within the window that it names, and refused when it comes later', async () => {
      const now = sim.usdm.now();
      expect(await place(by, 'in-time', { timestamp: now - 500, recvWindow: 60_000 })).toBe(200);
      expect(await place(by, 'late', { timestamp: now - 500, recvWindow: 400 })).toBe(-1021);
      expect(await standing()).toEqual(['in-time']);
    });

    test('whose window ends before it is matched is not carried out', async () => {
      sim.faults.add({ method: 'POST', path, count: 2, ...preset('timeout'), applyAfterMs: 30 });
      expect(await place(by, 'late', { recvWindow: 20 })).toBe(-1007);
      expect(await place(by, 'in-time', { recvWindow: 60_000 })).toBe(-1007);
      // The first would have been matched before the second.
      await expect.poll(standing, { timeout: 30_000, interval: 5 }).toEqual(['in-time']);
    });

    test('with a window of more than a minute is refused', async () => {
      expect(await place(by, 'odd', { recvWindow: 60_001 })).toBe(-1131);
    });
  });
});
