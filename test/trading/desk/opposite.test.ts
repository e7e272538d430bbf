import { afterEach, beforeEach, expect, it } from 'vitest';
import { mergeRisk } from '../../../src/risk/settings.ts';
import { channelOf, d, longBtc, type Rig, sourceOf, startRig } from './harness.ts';

/** A signal that meets an open trade of the other side, where that is to be closed for it. */

let rig: Rig;
let long: string;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

async function openLong(stop = 59_000): Promise<void> {
  const signal = longBtc({ entry: { type: 'market' }, stopLoss: { price: d(stop) } });
  const opened = await rig.desk.open(signal, sourceOf(), channelOf());
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  long = opened.trade.id;
  await rig.eventually('held', () => rig.trade(long).phase === 'open');
}

const short = longBtc({
  side: 'short',
  entry: { type: 'market' },
  stopLoss: { price: d(61_500) },
  takeProfits: [{ price: d(59_000) }],
});
const flips = channelOf({}, { closeOnOpposite: true });

it('closes nothing where the other trades alone leave no room for it', async () => {
  await openLong();
  rig.sim.usdm.setPrice('ETHUSDT', { last: d(3_000) });
  const signal = longBtc({
    symbol: 'ETHUSDT',
    entry: { type: 'limit', prices: [d(2_990)] },
    stopLoss: { price: d(2_900) },
    takeProfits: [],
  });
  const other = await rig.desk.open(signal, sourceOf(), channelOf());
  expect(other.kind).toBe('opened');
  const full = { ...flips, accountRisk: mergeRisk({ maxOpenTrades: 1 }) };
  expect(await rig.desk.open(short, sourceOf(), full)).toMatchObject({
    kind: 'denied',
    denial: { code: 'too_many_trades', numbers: { open: '1', limit: '1' } },
  });
  expect(rig.trade(long)).toMatchObject({ phase: 'open', closing: null });
});

it('waits for an exchange that does not answer as long as it is fresh', async () => {
  rig.sim.faults.add({
    path: '/fapi/v1/premiumIndex',
    apply: false,
    count: 3,
    answer: { kind: 'raw', status: 503, contentType: 'text/html', body: '' },
  });
  expect(await rig.desk.open(short, sourceOf(), flips)).toMatchObject({ kind: 'opened' });
});

it('is opened though the trade that it has closed lost, and others on the symbol cool down by that', async () => {
  await openLong();
  rig.sim.usdm.setPrice('BTCUSDT', { last: d(60_200) });
  const cooled = { ...flips, risk: mergeRisk({ cooldown: 900_000 }) };
  expect(await rig.desk.open(short, sourceOf(), cooled)).toMatchObject({ kind: 'opened' });
  expect(rig.trade(long)).toMatchObject({ phase: 'closed', closeReason: 'opposite' });
  const another = { ...short, stopLoss: { price: d(61_400) } };
  const beside = { ...cooled, risk: mergeRisk({ cooldown: 900_000, maxTradesPerSymbol: 3 }) };
  expect(await rig.desk.open(another, sourceOf(), beside)).toMatchObject({
    kind: 'denied',
    denial: { code: 'cooldown' },
  });
});

it('closes nothing while the symbol cools down after another trade', async () => {
  await openLong();
  rig.sim.usdm.setPrice('BTCUSDT', { last: d(60_200) });
  await rig.desk.request(long, { type: 'close', fraction: d(1), reason: 'user' }, 'user');
  await rig.eventually('closed', () => rig.trade(long).phase === 'closed');
  await openLong(59_100);
  const cooled = { ...flips, risk: mergeRisk({ cooldown: 900_000 }) };
  expect(await rig.desk.open(short, sourceOf(), cooled)).toMatchObject({
    kind: 'denied',
    denial: { code: 'cooldown' },
  });
  expect(rig.trade(long)).toMatchObject({ phase: 'open', closing: null });
});
