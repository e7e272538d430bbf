import { afterEach, expect, test } from 'vitest';
import { params } from '../../src/sim/binance/control-input.ts';
import { preset } from '../../src/sim/binance/faults.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import type { Rig } from './rig.ts';
import {
  BUY_BTC,
  BUY_BTC_LIMIT,
  BUY_BTC_ONE_TARGET,
  coins,
  entries,
  isSold,
  selling,
  spotPrice,
  startSpotRig,
  stops,
  targets,
} from './spot-steps.ts';

/** Spot from message to flat, over the simulated exchange. */

let rig: Rig;

afterEach(() => rig.close());

async function bought(content = BUY_BTC): Promise<void> {
  rig.post(content, { channel: 'coins' });
  await rig.says('Filled BTCUSDT LONG spot entry');
  await rig.eventually('a list for each target', () => targets(rig).length === 2);
}

test('a signal is bought, covered by a list for each target, and sold to its last target', async () => {
  rig = await startSpotRig();
  await bought();
  const held = coins(rig);
  expect(stops(rig)).toEqual({ quantity: expect.closeTo(held, 4), at: [59_500] });
  expect(targets(rig)).toEqual([61_000, 62_000]);
  spotPrice(rig, 61_010);
  await rig.says('Filled BTCUSDT LONG spot target 1');
  await rig.eventually('the other stop at break-even', () => (stops(rig).at[0] ?? 0) > 60_500);
  expect(stops(rig).quantity).toBeCloseTo(coins(rig), 4);
  spotPrice(rig, 62_010);
  await rig.says('Closed BTCUSDT LONG spot', 'all targets reached');
  await isSold(rig, 0.00002);
});

test('a signal is bought and sold by its stop', async () => {
  rig = await startSpotRig();
  await bought();
  spotPrice(rig, 59_480);
  await rig.says('Closed BTCUSDT LONG spot', 'stopped out');
  await isSold(rig, 0.00002);
});

test('the commission taken in coins is no part of what is covered and sold; what is left is said to be too little', async () => {
  rig = await startSpotRig();
  await bought();
  const { trades } = rig.binance.spot.exchange;
  const paid = trades.filter(({ side }) => side === 'BUY').map(({ commissionAsset }) => commissionAsset);
  expect(new Set(paid)).toEqual(new Set(['BTC']));
  const held = coins(rig);
  expect(stops(rig).quantity).toBeLessThanOrEqual(held);
  expect(held - stops(rig).quantity).toBeLessThan(0.00001);
  spotPrice(rig, 59_480);
  const card = await rig.says('Closed BTCUSDT LONG spot', 'stopped out');
  expect(card.content).toMatch(/-\d+\.\d\d USDT/);
});

test('coins of the user are never sold, and a symbol with them stays tradable', async () => {
  rig = await startSpotRig({ binance: { spotBalances: { USDT: '10000', BTC: '1.5' } } });
  await bought();
  spotPrice(rig, 59_480);
  await rig.says('Closed BTCUSDT LONG spot', 'stopped out');
  await rig.eventually('nothing stands', () => selling(rig).length === 0);
  expect(coins(rig)).toBeGreaterThanOrEqual(1.5);
});

test('a limit entry that is partly filled is covered at once; a crash changes nothing', async () => {
  rig = await startSpotRig();
  rig.post(BUY_BTC_LIMIT, { channel: 'coins' });
  const fill = (quantity: string): string => {
    const [entry] = entries(rig);
    if (!entry) throw new Error('no entry');
    rig.binance.spot.exchange.fillOrder(entry.orderId, new Decimal(quantity));
    return entry.clientOrderId;
  };
  await rig.eventually('the entry rests', () => entries(rig).length === 1);
  const first = fill('0.01');
  await rig.eventually('a stop for the part', () => stops(rig).quantity >= 0.00999);
  // The stop that waited for all of it went with the entry, and the rest goes without.
  await rig.eventually('the rest rests', () => entries(rig).some((one) => one.clientOrderId !== first));
  expect(selling(rig).filter(({ waits }) => waits)).toEqual([]);
  await rig.end('SIGKILL');
  fill('0.01');
  await rig.start();
  await rig.eventually('stops for both parts', () => stops(rig).quantity >= 0.01998);
  // All of the entry fills on the way, and its stops are past their price already.
  spotPrice(rig, 58_990);
  await rig.says('Closed BTCUSDT LONG spot', 'the price had passed the stop');
  await isSold(rig, 0.00002);
});

test('a limit entry that fills while the bot is killed has its stop from the exchange; the start doubles nothing', async () => {
  rig = await startSpotRig({ binance: { spotBalances: { USDT: '10000', BTC: '1.5' } } });
  rig.post(BUY_BTC_LIMIT, { channel: 'coins' });
  const card = await rig.says('BTCUSDT LONG spot');
  expect(JSON.stringify(card)).toContain('set by the exchange once filled');
  await rig.eventually('the entry rests', () => entries(rig).length === 1);
  expect(JSON.stringify(await rig.command('positions'))).toContain('then the exchange sets the stop');
  await rig.end('SIGKILL');
  spotPrice(rig, 59_990);
  const bought = coins(rig) - 1.5;
  expect(stops(rig)).toEqual({ quantity: expect.closeTo(bought, 4), at: [59_000] });
  const before = selling(rig).length;
  await rig.start();
  await rig.says('Filled BTCUSDT LONG spot entry');
  await rig.eventually('a list for each target', () => targets(rig).length === 2);
  await rig.eventually('the stop is said to have come with its entry', () =>
    rig.dms().some((text) => text.includes('the exchange has set the stop that went with the entry')),
  );
  expect(rig.dms().join()).not.toContain('no stop covered');
  expect(before).toBe(1);
  expect(stops(rig)).toEqual({ quantity: expect.closeTo(bought, 4), at: [59_000] });
  expect(entries(rig)).toEqual([]);
  spotPrice(rig, 58_980);
  await rig.says('Closed BTCUSDT LONG spot', 'stopped out');
  await rig.eventually('nothing stands', () => selling(rig).length === 0);
  expect(coins(rig)).toBeGreaterThanOrEqual(1.5);
});

test('with one target a limit entry takes both along; the target sells while the bot is killed', async () => {
  rig = await startSpotRig({ binance: { spotBalances: { USDT: '10000', BTC: '1.5' } } });
  rig.post(BUY_BTC_ONE_TARGET, { channel: 'coins' });
  const card = await rig.says('BTCUSDT LONG spot');
  expect(JSON.stringify(card).match(/set by the exchange once filled/g)).toHaveLength(2);
  await rig.eventually('the entry rests', () => entries(rig).length === 1);
  expect(JSON.stringify(await rig.command('positions'))).toContain('then the exchange sets stop and target');
  expect(
    selling(rig)
      .map(({ type, waits }) => [type, waits])
      .sort(),
  ).toEqual([
    ['LIMIT_MAKER', true],
    ['STOP_LOSS', true],
  ]);
  await rig.end('SIGKILL');
  spotPrice(rig, 59_990);
  expect(targets(rig)).toEqual([61_000]);
  expect(stops(rig)).toEqual({ quantity: expect.closeTo(coins(rig) - 1.5, 4), at: [59_000] });
  spotPrice(rig, 61_010);
  await rig.start();
  await rig.says('Filled BTCUSDT LONG spot target');
  await rig.says('Closed BTCUSDT LONG spot', 'all targets reached');
  expect(rig.dms().join()).not.toContain('target_passed');
  expect(selling(rig)).toEqual([]);
  expect(coins(rig) - 1.5).toBeGreaterThanOrEqual(0);
  expect(coins(rig) - 1.5).toBeLessThan(0.00002);
});

test('with one target nothing is sent once the entry has filled, and the stop moves as any', async () => {
  rig = await startSpotRig();
  rig.post(BUY_BTC_ONE_TARGET, { channel: 'coins' });
  await rig.eventually('the entry rests', () => entries(rig).length === 1);
  const writes = () =>
    rig.binance.requests.filter(({ method, path }) => method !== 'GET' && /api.v3.order/.test(path)).length;
  const before = writes();
  spotPrice(rig, 59_990);
  await rig.says('Filled BTCUSDT LONG spot entry');
  expect(writes()).toBe(before);
  expect(targets(rig)).toEqual([61_000]);
  rig.post('BTC move SL to 59500', { channel: 'coins' });
  await rig.eventually('the stop is moved', () => stops(rig).at[0] === 59_500 && targets(rig).length === 1);
  spotPrice(rig, 61_010);
  await rig.says('Closed BTCUSDT LONG spot', 'all targets reached');
  await isSold(rig, 0.00002);
});

test('its stop sells while the bot is killed: the start finds both', async () => {
  rig = await startSpotRig();
  rig.post(BUY_BTC_LIMIT, { channel: 'coins' });
  await rig.eventually('the entry rests', () => entries(rig).length === 1);
  await rig.end('SIGKILL');
  spotPrice(rig, 59_990);
  spotPrice(rig, 58_980);
  await rig.start();
  await rig.says('Closed BTCUSDT LONG spot', 'stopped out');
  await isSold(rig, 0.00002);
});

test('killed between the fill and its lists: the start covers what was bought', async () => {
  rig = await startSpotRig();
  const lists = { method: 'POST', path: '/api/v3/orderList/oco' };
  rig.binance.faults.add({ ...lists, ...preset('hang'), apply: false });
  rig.post(BUY_BTC, { channel: 'coins' });
  await rig.eventually('the list has left', () =>
    rig.binance.requests.some(({ path }) => path === lists.path),
  );
  await rig.end('SIGKILL');
  rig.binance.faults.clear();
  await rig.start();
  await rig.eventually('all is covered', () => targets(rig).length === 2);
  expect(coins(rig) - stops(rig).quantity).toBeLessThan(0.00001);
  await rig.says('Filled BTCUSDT LONG spot entry');
});

test('the stop is moved by the author, and by a target to break-even', async () => {
  rig = await startSpotRig();
  await bought();
  rig.post('BTC: move SL to 60000', { channel: 'coins' });
  await rig.eventually('both stops moved', () => {
    const { quantity, at } = stops(rig);
    return at.length === 1 && at[0] === 60_000 && coins(rig) - quantity < 0.00001;
  });
  expect(targets(rig)).toEqual([61_000, 62_000]);
});

test('a half is closed by button, the rest stays covered; /close sells it', async () => {
  rig = await startSpotRig();
  await bought();
  const before = coins(rig);
  const card = await rig.says('BTCUSDT LONG spot: open', 'Close 50%');
  await rig.press(card, 'Close 50%');
  await rig.eventually('half is sold, the rest is covered', () => {
    const left = coins(rig);
    return left < before * 0.52 && left - stops(rig).quantity < 0.00001 && targets(rig).length === 2;
  });
  await rig.command('close', { symbol: 'BTCUSDT' });
  await rig.says('Closed BTCUSDT LONG spot', 'closed by an operator');
  await isSold(rig, 0.00002);
});

test('one channel on spot and one on futures trade the same coin side by side', async () => {
  rig = await startSpotRig();
  await bought();
  rig.post(BUY_BTC);
  await rig.eventually('a futures position', () => rig.position('BTCUSDT') > 0);
  await rig.eventually('its stop', () => rig.stops('BTCUSDT').length === 1);
  const positions = await rig.command('positions');
  expect(JSON.stringify(positions)).toContain('BTCUSDT LONG spot');
  expect(JSON.stringify(positions)).toContain('BTCUSDT LONG 5x');
  spotPrice(rig, 59_480);
  await rig.says('Closed BTCUSDT LONG spot', 'stopped out');
  await isSold(rig, 0.00002);
  expect(rig.position('BTCUSDT')).toBeGreaterThan(0);
  expect(rig.stops('BTCUSDT')).toHaveLength(1);
});

test('/panic sells what is held on spot and closes what is open on futures', async () => {
  rig = await startSpotRig();
  await bought();
  rig.post(BUY_BTC);
  await rig.eventually('its stop', () => rig.stops('BTCUSDT').length === 1);
  await rig.command('panic');
  const question = await rig.says('Confirm', 'Cancel');
  await rig.press(question, 'Confirm');
  await isSold(rig, 0.00002);
  await rig.eventually('flat', () => rig.position('BTCUSDT') === 0);
});

test('a short is denied', async () => {
  rig = await startSpotRig();
  rig.post('#BTC/USDT SHORT\nEntry: 61000\nTP1: 60000\nSL: 62000', { channel: 'coins' });
  await rig.says('Denied', 'short_on_spot');
});

test('where market orders have a coarser lot size, only what a stop can sell is bought, and all of it is covered', async () => {
  rig = await startSpotRig({ start: false, risk: '  riskPerTradePct: 0.95' });
  const coarse = { marketStepSize: new Decimal('0.003'), minMarketQuantity: new Decimal('0.003') };
  rig.binance.spot.exchange.changeInstrument('BTCUSDT', coarse);
  await rig.start();
  rig.post(BUY_BTC_LIMIT, { channel: 'coins' });
  await rig.eventually('the entry rests', () => entries(rig).length === 1);
  spotPrice(rig, 59_990);
  await rig.says('Filled BTCUSDT LONG spot entry: 0.093 @ 60000');
  await rig.eventually('a list for each target', () => targets(rig).length === 2);
  // The commission has left 0.0929.
  expect(stops(rig)).toEqual({ quantity: 0.09, at: [59_000] });
  spotPrice(rig, 58_900);
  await rig.says('Closed BTCUSDT LONG spot', 'stopped out');
  await isSold(rig, 0.003);
  expect(rig.output()).not.toContain('Filter failure');
});

test('/positions, /orders and /pnl tell of spot, and an edit of a resting entry is followed', async () => {
  rig = await startSpotRig();
  const { id } = rig.post(BUY_BTC_LIMIT, { channel: 'coins' });
  await rig.eventually('the entry rests', () => entries(rig).length === 1);
  rig.discord.edit({ message: id, content: BUY_BTC_LIMIT.replace('60000', '59800') });
  await rig.eventually('the new entry alone', () => {
    const [entry, ...others] = entries(rig);
    return others.length === 0 && entry?.price.eq(59_800) === true;
  });
  spotPrice(rig, 59_790);
  await rig.says('Filled BTCUSDT LONG spot entry', '@ 59800');
  await rig.eventually('a list for each target', () => targets(rig).length === 2);
  const answer = async (name: string) => JSON.stringify((await rig.command(name)).message);
  expect(await answer('positions')).toMatch(/BTCUSDT LONG.*spot.*59000/s);
  expect(await answer('orders')).toMatch(/61000.*62000|59000.*61000/s);
  spotPrice(rig, 58_900);
  await rig.says('Closed BTCUSDT LONG spot', 'stopped out');
  expect(await answer('pnl')).toMatch(/1 closed.*Fees/s);
  expect(await answer('positions')).toContain('No open trades.');
});

test('a question about spot is answered by a click, in Chinese; a price that the exchange would refuse is asked nothing', async () => {
  rig = await startSpotRig({
    start: false,
    mode: 'confirm',
    language: 'zh-CN',
    risk: '  maxEntryDeviationPct: 20',
  });
  const { exchange } = rig.binance.spot;
  exchange.changeInstrument('BTCUSDT', { bidDown: new Decimal('0.95') });
  exchange.setReference('BTCUSDT', new Decimal(61_000));
  await rig.start();
  rig.post('#BTC/USDT LONG\nEntry: 57000\nTP1: 61000\nSL: 56000', { channel: 'coins' });
  await rig.says('已拒绝', 'price_out_of_range', '只接受 57950 至', '参考价为 61000');
  rig.post(BUY_BTC_LIMIT, { channel: 'coins' });
  const question = await rig.says('BTCUSDT', '确认');
  expect(exchange.openOrders.size).toBe(0);
  await rig.press(question, '确认');
  await rig.eventually('the entry rests', () => entries(rig).length === 1);
  spotPrice(rig, 59_990);
  await rig.eventually('a list for each target', () => targets(rig).length === 2);
});

test('an entry at a price that the exchange would refuse is denied, with what it takes by its reference price', async () => {
  rig = await startSpotRig({ start: false, risk: '  maxEntryDeviationPct: 20' });
  const { exchange } = rig.binance.spot;
  exchange.changeInstrument('BTCUSDT', { bidDown: new Decimal('0.97') });
  exchange.setReference('BTCUSDT', new Decimal(64_000));
  await rig.start();
  rig.post(BUY_BTC_LIMIT, { channel: 'coins' });
  await rig.says('Denied', 'price_out_of_range', 'from 62080', 'reference price is 64000', 'at 60000');
  expect(rig.binance.requests.filter(({ method, path }) => method === 'POST' && /order/.test(path))).toEqual(
    [],
  );
  // What it does take is taken; for that the price is still known, and nothing is asked anew.
  rig.post('#BTC/USDT LONG\nEntry: 62100\nTP1: 65000\nSL: 59000', { channel: 'coins' });
  await rig.says('Filled BTCUSDT LONG spot entry');
  await rig.eventually('covered', () => targets(rig).length === 1);
  expect(rig.binance.requests.filter(({ path }) => path === '/api/v3/referencePrice')).toHaveLength(1);
});

test('lists that the user cancels in the app are back, and coins that the user sells are closed elsewhere', async () => {
  rig = await startSpotRig();
  await bought();
  const { exchange } = rig.binance.spot;
  for (const list of [...exchange.openLists.values()]) {
    exchange.cancelList(params({ symbol: 'BTCUSDT', orderListId: list.orderListId }));
  }
  await rig.eventually('they are back', () => targets(rig).length === 2);
  for (const list of [...exchange.openLists.values()]) {
    exchange.cancelList(params({ symbol: 'BTCUSDT', orderListId: list.orderListId }));
  }
  const { free } = exchange.balance('BTC');
  exchange.deposit('BTC', free.negated());
  await rig.says('Closed elsewhere', 'BTCUSDT LONG spot');
});

test('a spot channel that is added to the file is traded without a restart', async () => {
  rig = await startSpotRig({ start: false });
  const whole = await rig.config();
  await rig.writeConfig(whole.replace('market: spot', 'market: usdm'));
  await rig.start();
  const reads = () => rig.binance.requests.filter(({ path }) => path === '/api/v3/openOrders').length;
  expect(reads()).toBe(0);
  await rig.writeConfig(whole);
  await rig.eventually('spot is compared', () => reads() > 0);
  await bought();
  expect(stops(rig).at).toEqual([59_500]);
});

/** A config whose channels are all on spot. */
async function spotAlone(env: Record<string, string> = {}): Promise<void> {
  rig = await startSpotRig({ start: false, env });
  const both = await rig.config();
  await rig.writeConfig(both.replaceAll(/( {4}mode: auto\n)(?=.*\n {2}- channel)/g, '$1    market: spot\n'));
}

test('a bot on spot alone needs no right to trade futures, and asks nothing of that market', async () => {
  await spotAlone({ BINANCE_ENV: 'live' });
  Object.assign(rig.binance.usdm.keys.rights, { enableFutures: false });
  await rig.start();
  await bought();
  expect(rig.binance.requests.filter(({ path }) => path.startsWith('/fapi/'))).toEqual([]);
});

test('live with a key that may not trade spot ends with code 1 and one line', async () => {
  rig = await startSpotRig({ start: false, env: { BINANCE_ENV: 'live' } });
  Object.assign(rig.binance.usdm.keys.rights, { enableSpotAndMarginTrading: false });
  const { code, stderr } = await rig.refused();
  expect(stderr.trim()).toMatch(/^[^\n]*may not trade spot[^\n]*$/);
  expect(code).toBe(1);
});

test('a breakout is bought by a STOP_LOSS_LIMIT once its price has traded, and covered', async () => {
  rig = await startSpotRig();
  rig.post('#BTC/USDT LONG\nEntry: above 60800\nTP1: 62000\nSL: 59500', { channel: 'coins' });
  const { exchange } = rig.binance.spot;
  await rig.eventually('the breakout waits', () => exchange.openOrders.size === 1);
  const [entry] = [...exchange.openOrders.values()];
  expect([entry?.type, entry?.stopPrice.toNumber(), entry?.price.toNumber()]).toEqual([
    'STOP_LOSS_LIMIT',
    60_800,
    60_930,
  ]);
  spotPrice(rig, 60_810);
  await rig.says('Filled BTCUSDT LONG spot entry');
  await rig.eventually('all is covered', () => coins(rig) - stops(rig).quantity < 0.00001);
});

test('a zone is laddered; what the first rung has bought is covered while the others rest', async () => {
  rig = await startSpotRig();
  rig.post('#BTC/USDT LONG\nEntry: 60400 - 60000\nTP1: 62000\nSL: 59500', { channel: 'coins' });
  await rig.eventually('three rungs', () => entries(rig).length === 3);
  spotPrice(rig, 60_390);
  await rig.eventually(
    'the first is covered',
    () => coins(rig) > 0 && coins(rig) - stops(rig).quantity < 0.00001,
  );
  spotPrice(rig, 62_010);
  await rig.says('Closed BTCUSDT LONG spot', 'all targets reached');
  await isSold(rig, 0.00002);
});
