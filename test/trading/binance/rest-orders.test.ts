import { getRESTRequestSignature } from 'binance/lib/util/requestUtils.js';
import { assert, asyncProperty, dictionary, integer, string, stringMatching } from 'fast-check';
import { expect, test } from 'vitest';
import { createRestOrders, signedQuery } from '../../../src/trading/binance/rest-orders.ts';
import { createPlainSigner, createSigner } from '../../../src/trading/binance/signing.ts';
import type { Reply, Request } from '../../../src/trading/binance/transport.ts';

const signer = createPlainSigner('secret');
const PLACE = { verb: 'POST', path: 'fapi/v1/order', method: 'order.place' } as const;

test('an order by REST says what the SDK would say, and its signature is over all of it', async () => {
  const name = stringMatching(/^[a-zA-Z]{1,20}$/);
  const value = string({ unit: 'grapheme' });
  await assert(
    asyncProperty(dictionary(name, value), integer({ min: 0, max: 2e12 }), async (params, at) => {
      const options = { customSignMessageFn: createSigner('secret'), filterUndefinedParams: true };
      const { serialisedParams } = await getRESTRequestSignature(params, options, 'key', 'secret', at);
      const own = signedQuery(params, at, signer);
      const { signature, ...said } = Object.fromEntries(new URLSearchParams(own));
      expect(said).toEqual(Object.fromEntries(new URLSearchParams(serialisedParams)));
      const signed = own.slice(0, own.lastIndexOf('&signature='));
      expect(signature).toBe(signer.sign(signed));
    }),
  );
});

test.each([
  ['https://fapi.binance.com', { protocol: 'https:', hostname: 'fapi.binance.com', port: undefined }],
  ['http://127.0.0.1:8080', { protocol: 'http:', hostname: '127.0.0.1', port: 8080 }],
  ['http://[::1]:8080', { protocol: 'http:', hostname: '::1', port: 8080 }],
])('an order goes to %s', async (origin, there) => {
  const sent: Request[] = [];
  const orders = ordersTo(origin, { status: 200, headers: {}, data: { orderId: 1 } }, sent);
  expect(await orders(PLACE, { symbol: 'BTCUSDT' })).toEqual({ orderId: 1 });
  expect(sent).toMatchObject([{ method: 'POST', key: 'key', body: '', isWrite: true, to: there }]);
  expect(sent[0]?.to).toHaveProperty('path', expect.stringMatching(/^\/fapi\/v1\/order\?symbol=BTCUSDT&/));
});

test('any other answer than success is handed on as it is', async () => {
  const refused = { status: 400, headers: {}, data: { code: -2010, msg: 'no' } };
  await expect(ordersTo('http://localhost', refused, [])(PLACE, {})).rejects.toBe(refused);
});

function ordersTo(origin: string, reply: Reply, sent: Request[]) {
  const transport = {
    send(request: Request) {
      sent.push(request);
      return Promise.resolve(reply);
    },
  };
  return createRestOrders({ origin, key: 'key', signer, transport, offsetMs: () => 0 });
}
