import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import { form, KEY, RawClient, SECRET, steer } from './raw-client.ts';

let sim: BinanceSim;
afterEach(() => sim.close());

const pem = { type: 'spki', format: 'pem' } as const;

describe('signed requests', () => {
  test('the signature example of the documentation is accepted', async () => {
    // https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#signed-endpoint-examples-for-post-fapiv1order---hmac-keys
    sim = await startBinanceSim({
      apiKeys: [
        {
          apiKey: 'dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83',
          secret: '2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9',
        },
      ],
      clock: () => 1_591_702_613_943,
    });
    const client = new RawClient(sim, 'dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83');
    const query =
      'symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943';
    const signature = '3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9';
    const placed = await client.send('POST', `/fapi/v1/order?${query}&signature=${signature}`);
    expect(placed.body.status ?? placed.body).toBe('NEW');
  });

  test.each(['query', 'body'] as const)('are taken with their parameters in the %s', async (place) => {
    sim = await startBinanceSim({ apiKeys: [{ apiKey: KEY, secret: SECRET }] });
    const set = await new RawClient(sim).signed(
      'POST',
      '/fapi/v1/leverage',
      { symbol: 'ETHUSDT', leverage: 7 },
      place,
    );
    expect(set.body).toMatchObject({ symbol: 'ETHUSDT', leverage: 7 });
  });

  test('are taken with some parameters in the query and some in the body', async () => {
    sim = await startBinanceSim({ apiKeys: [{ apiKey: KEY, secret: SECRET }] });
    const client = new RawClient(sim);
    const query = form({ symbol: 'ETHUSDT' });
    const body = form({ leverage: 7, timestamp: sim.usdm.now() });
    const signature = client.signature(query + body);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const set = await client.send(
      'POST',
      `/fapi/v1/leverage?${query}`,
      headers,
      `${body}&signature=${signature}`,
    );
    expect(set.body).toMatchObject({ leverage: 7 });
  });

  test.each(['ed25519', 'rsa'] as const)(
    'are taken with an %s key, and refused with another one',
    async (type) => {
      const pair = () =>
        type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
      const own = pair();
      sim = await startBinanceSim({
        apiKeys: [{ apiKey: KEY, publicKey: own.publicKey.export(pem).toString() }],
      });
      expect((await new RawClient(sim, KEY, own.privateKey).get('/fapi/v3/balance')).status).toBe(200);
      expect((await new RawClient(sim, KEY, pair().privateKey).get('/fapi/v3/balance')).body.code).toBe(
        -1022,
      );
    },
  );

  test('recvWindow widens the time a request may take, up to a minute', async () => {
    sim = await startBinanceSim({ apiKeys: [{ apiKey: KEY, secret: SECRET }] });
    const client = new RawClient(sim);
    const late = { timestamp: sim.usdm.now() - 20_000 };
    expect((await client.get('/fapi/v3/balance', late)).body.code).toBe(-1021);
    expect((await client.get('/fapi/v3/balance', { ...late, recvWindow: 30_000 })).status).toBe(200);
    expect((await client.get('/fapi/v3/balance', { recvWindow: 60_001 })).body.code).toBe(-1131);
  });

  test('follow the server clock when it jumps', async () => {
    sim = await startBinanceSim({ apiKeys: [{ apiKey: KEY, secret: SECRET }] });
    await steer(sim, 'clock', { offsetMs: 60_000 });
    const client = new RawClient(sim);
    expect((await client.get('/fapi/v3/balance', { timestamp: Date.now() })).body.code).toBe(-1021);
    const { body } = await client.send('GET', '/fapi/v1/time');
    expect(Number(body.serverTime) - Date.now()).toBeGreaterThan(50_000);
  });
});

describe('without registered keys', () => {
  test('every key and signature of the right form is taken', async () => {
    sim = await startBinanceSim();
    expect((await new RawClient(sim, 'paper', 'whatever').get('/fapi/v3/balance')).status).toBe(200);
  });

  test('a request without key or signature is refused all the same', async () => {
    sim = await startBinanceSim();
    const bare = await fetch(`${sim.url}/fapi/v3/balance?timestamp=${sim.usdm.now()}`);
    expect(await bare.json()).toMatchObject({ code: -2014 });
    const unsigned = await new RawClient(sim).send('GET', `/fapi/v3/balance?timestamp=${sim.usdm.now()}`);
    expect(unsigned.body.code).toBe(-1102);
  });
});

describe('what a key may do', () => {
  test('is reported, and can be scripted', async () => {
    sim = await startBinanceSim();
    const client = new RawClient(sim);
    const path = '/sapi/v1/account/apiRestrictions';
    expect((await client.get(path)).body).toMatchObject({ enableFutures: true, enableWithdrawals: false });
    await steer(sim, 'rights', { enableWithdrawals: true, ipRestrict: false });
    expect((await client.get(path)).body).toMatchObject({ enableWithdrawals: true, ipRestrict: false });
  });

  test('a revoked key is refused with -2015 and the address of the caller', async () => {
    sim = await startBinanceSim();
    await steer(sim, 'key', { revoked: true });
    const refused = await new RawClient(sim).get('/fapi/v3/balance');
    expect(refused.status).toBe(401);
    expect(refused.body.msg).toBe('Invalid API-key, IP, or permissions for action., request ip: 127.0.0.1');
  });

  test('the account has one uid, whatever key asks', async () => {
    sim = await startBinanceSim({ uid: 1234 });
    expect((await new RawClient(sim, 'one', 's').get('/api/v3/account')).body.uid).toBe(1234);
    expect((await new RawClient(sim, 'two', 's').get('/api/v3/account')).body.uid).toBe(1234);
  });
});
