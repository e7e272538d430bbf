import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BinanceSim, startBinanceSim } from '../../../src/sim/binance/server.ts';
import type { AccountStream } from '../../../src/trading/binance/account-stream.ts';
import { createGate } from '../../../src/trading/binance/gate.ts';
import { createPlainSigner } from '../../../src/trading/binance/signing.ts';
import { createUserStream } from '../../../src/trading/binance/user-stream.ts';
import { KEY, SECRET } from './helpers.ts';
import { QUICK_SPOT } from './spot-helpers.ts';

const REFUSAL = { code: -1003, message: 'too many' };

let sim: BinanceSim;
let stream: AccountStream;
const refusals: number[] = [];

beforeEach(async () => {
  sim = await startBinanceSim({ apiKeys: [{ apiKey: KEY, secret: SECRET }] });
  refusals.length = 0;
});
afterEach(async () => {
  stream.close();
  await sim.close();
});

function create(gate = createGate(), keys = { key: KEY, secret: SECRET }): AccountStream {
  stream = createUserStream({
    origin: sim.url.replace('http', 'ws'),
    key: keys.key,
    signer: createPlainSigner(keys.secret),
    gate,
    serverNow: () => sim.spot.exchange.now(),
    resync: async () => undefined,
    onEvent: () => undefined,
    onState: () => undefined,
    onKeyRefused: (code) => void refusals.push(code),
    onTrouble: () => undefined,
    timing: QUICK_SPOT.userStream,
  });
  return stream;
}

describe('after a refusal for load', () => {
  test('the stream may be what goes first: once it is subscribed the others go', async () => {
    const gate = createGate();
    gate.close('requests', 0, REFUSAL);
    await create(gate).open();
    expect([gate.tryPass('read'), gate.tryPass('read')]).not.toContain(null);
  });

  test('the stream is not dialled while another request that went first has no answer', async () => {
    // A time that stands still: nothing but an answer opens the way.
    const gate = createGate({ nowMs: () => 0, pause: () => new Promise(() => undefined) });
    gate.close('requests', 0, REFUSAL);
    const first = gate.tryPass('read');
    let isUp = false;
    const opening = create(gate)
      .open()
      .then(() => {
        isUp = true;
      });
    // A connection that was dialled would be seen by now: this request went later and is answered.
    await fetch(`${sim.url}/api/v3/ping`);
    await fetch(`${sim.url}/api/v3/ping`);
    expect([isUp, sim.spot.api.count()]).toEqual([false, 0]);
    gate.answered(first ?? Number.NaN);
    await opening;
    expect(sim.spot.api.count('subscribed')).toBe(1);
  });
});

test('a session that ends because its key was taken back says so at once, though it names no request', async () => {
  const pair = generateKeyPairSync('ed25519');
  const key = 'a-key-of-two-halves';
  const { keys } = sim.spot.exchange;
  keys.register({
    apiKey: key,
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  });
  const subscription = 'userDataStream.subscribe';
  sim.faults.add({ method: 'WS', path: subscription, apply: false, answer: { kind: 'hang' } });
  // After the logon, before the subscription.
  const isAsked = () => sim.requests.some(({ path }) => path === subscription);
  Object.defineProperty(keys, 'revoked', { get: isAsked });
  const secret = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await expect(create(createGate(), { key, secret }).open()).rejects.toThrow('-2015');
  expect(refusals).toEqual([-2015]);
  // Heard, and not found out by waiting and trying again.
  expect(sim.requests.filter(({ path }) => path === 'session.logon')).toHaveLength(1);
});
