import { expect } from 'vitest';
import { params } from '../../src/sim/binance/control-input.ts';
import { preset } from '../../src/sim/binance/faults.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import {
  BUY_BTC,
  BUY_BTC_LIMIT,
  BUY_BTC_ONE_TARGET,
  coins,
  entries,
  selling,
  spotPrice,
  stops,
  targets,
} from '../e2e/spot-steps.ts';
import { quick } from './quick.ts';
import type { Scene } from './row.ts';
import {
  buy,
  buys,
  covered,
  ENTRY,
  isSold,
  LIST,
  LONE_STOP,
  opened,
  REMOVAL,
  RESTING_ENTRY,
  SALE,
  spotRow,
} from './spot-scene.ts';
import { alerted, struck } from './steps.ts';

/** More rows that mean something else on spot, where an order to sell locks the coins. */

spotRow(
  {
    id: '10bs',
    fault: 'the same, and the price passes the stop before the start',
    does: 'sells at market',
    sees: 'that the price had passed the stop',
  },
  async (scene) => {
    scene.binance.faults.add({ ...LIST, ...preset('hang'), apply: false, count: 0 });
    buy(scene);
    await struck(scene);
    await scene.end('SIGKILL');
    scene.binance.faults.clear();
    spotPrice(scene, 59_400);
    scene.strike();
    await scene.start();
    await scene.says('Closed BTCUSDT LONG spot', 'the price had passed the stop');
    await isSold(scene);
    scene.recovered();
  },
);

spotRow(
  {
    id: '11s',
    fault: 'lists and stops refused again and again',
    does: 'three attempts, then sells at market and pauses entries',
    sees: 'an alert, and the close with its reason',
  },
  async (scene) => {
    scene.binance.faults.add({ ...LIST, ...preset('refuse', { code: -1013 }), count: 0 });
    scene.binance.faults.add({ ...LONE_STOP, ...preset('refuse', { code: -1013 }), count: 0 });
    scene.strike();
    buy(scene);
    await scene.says('Closed BTCUSDT LONG spot', 'no stop could be placed');
    await isSold(scene);
    scene.recovered();
    await alerted(scene, 'ALERT', 'No stop could be placed');
    scene.post('#SOL/USDT LONG\nEntry: 150\nTP1: 160\nSL: 140');
    await scene.says('Denied', 'paused');
  },
);

spotRow(
  {
    id: '16bs',
    fault: 'a list is taken away to move its stop, and the new one is refused',
    does: 'puts the old list back at once',
    sees: 'an alert that the move was refused',
  },
  async (scene) => {
    await opened(scene);
    scene.binance.faults.add({ ...LIST, ...preset('refuse', { code: -1013 }) });
    scene.strike();
    scene.post('BTC: move SL to 60000', { channel: 'coins' });
    await struck(scene);
    await covered(scene, 2);
    scene.recovered();
    expect(stops(scene).at).toEqual([59_500]);
    await alerted(scene, 'stop');
  },
);

spotRow(
  {
    id: '16cs',
    fault: 'a list is taken away to move its stop, and the bot dies',
    does: 'places the list with the moved stop at the start',
    sees: 'nothing of it',
  },
  async (scene) => {
    await opened(scene);
    scene.binance.faults.add({ ...LIST, ...preset('hang'), apply: false, count: 0 });
    scene.post('BTC: move SL to 60000', { channel: 'coins' });
    await struck(scene);
    await scene.end('SIGKILL');
    scene.binance.faults.clear();
    scene.strike();
    await scene.start();
    await covered(scene, 2);
    scene.recovered();
    expect(stops(scene).at).toEqual([60_000]);
  },
);

spotRow(
  {
    id: '18s',
    fault: 'a limit entry fills in parts',
    does: 'takes the rest back with the stop that waits for all of it, covers the part, sends the rest again',
    sees: 'the part’s fill, then that of the rest',
  },
  async (scene) => {
    buy(scene, BUY_BTC_LIMIT);
    const { exchange } = scene.binance.spot;
    await scene.eventually('the entry rests', () => entries(scene).length === 1);
    const [first] = entries(scene);
    scene.strike();
    exchange.fillOrder(first?.orderId ?? 0, new Decimal('0.02'));
    await scene.eventually('a stop for the part', () => stops(scene).quantity >= 0.01998);
    scene.recovered();
    await scene.eventually('the rest rests', () =>
      entries(scene).some(({ orderId, quantity }) => orderId !== first?.orderId && quantity.eq('0.08')),
    );
    await scene.says('Filled BTCUSDT LONG spot entry: 0.02 @ 60000');
    spotPrice(scene, 59_990);
    await scene.eventually('all is covered', () => stops(scene).quantity >= 0.0998);
    await covered(scene);
    await scene.says('Filled BTCUSDT LONG spot entry: 0.08 @ 60000');
    expect(entries(scene)).toEqual([]);
  },
);

spotRow(
  {
    id: '10cs',
    fault: 'kill -9, and a limit entry fills while the bot is down',
    does: 'nothing is left to do: the exchange has placed the stop that waited for it; lists take its place',
    sees: 'the fill, and what the start has found',
  },
  async (scene) => {
    buy(scene, BUY_BTC_LIMIT);
    await scene.eventually('the entry rests', () => entries(scene).length === 1);
    await scene.end('SIGKILL');
    scene.strike();
    spotPrice(scene, 59_990);
    expect(coins(scene) - stops(scene).quantity).toBeLessThan(0.00002);
    scene.recovered();
    await scene.start();
    await scene.says('Filled BTCUSDT LONG spot entry', '@ 60000');
    await covered(scene);
    expect(entries(scene)).toEqual([]);
  },
);

spotRow(
  {
    id: '10ds',
    fault:
      'kill -9, a limit entry with one target fills while the bot is down, and the price goes on to that target',
    does: 'nothing is left to do: the exchange has placed stop and target that waited, and the target has sold; books both at the start, to the cent',
    sees: 'the fills, the close and its result, and what the start has found',
  },
  async (scene) => {
    buy(scene, BUY_BTC_ONE_TARGET);
    await scene.eventually('the entry rests', () => entries(scene).length === 1);
    await scene.end('SIGKILL');
    scene.strike();
    spotPrice(scene, 59_990);
    expect(coins(scene) - stops(scene).quantity).toBeLessThan(0.00002);
    expect(targets(scene)).toEqual([61_000]);
    spotPrice(scene, 61_010);
    await scene.start();
    await scene.says('Closed BTCUSDT LONG spot', 'all targets reached');
    await isSold(scene);
    scene.recovered();
    const { trades } = scene.binance.spot.exchange;
    const [bought] = trades.filter(({ side }) => side === 'BUY');
    const [sold] = trades.filter(({ side }) => side === 'SELL');
    if (!bought || !sold) throw new Error('nothing was bought and sold');
    const realised = sold.price.minus(bought.price).times(sold.quantity);
    const net = realised.minus(bought.commission.times(bought.price)).minus(sold.commission);
    expect(trades).toHaveLength(2);
    await scene.says('Closed BTCUSDT LONG spot', `${net.toFixed(2)} USDT`);
  },
);

spotRow(
  {
    id: '28fs',
    fault: 'the exchange refuses a limit entry for the target that goes with it',
    does: 'sends the entry once more with its stop alone, under a new id; the target’s list takes its place when it has filled',
    sees: 'nothing unusual',
  },
  async (scene) => {
    const refusal = { code: -1013, msg: 'Filter failure: PERCENT_PRICE_BY_SIDE', status: 400 };
    const both = { ...RESTING_ENTRY, path: '/api/v3/orderList/otoco' };
    scene.binance.faults.add({ ...both, apply: false, answer: { kind: 'error', ...refusal } });
    scene.strike();
    buy(scene, BUY_BTC_ONE_TARGET);
    await scene.eventually('the entry rests', () => entries(scene).length === 1);
    scene.recovered();
    spotPrice(scene, 59_990);
    await covered(scene, 1);
    expect(scene.count('Rejected')).toBe(0);
  },
);

spotRow(
  {
    id: '28es',
    fault: 'the exchange refuses a limit entry for the stop that goes with it',
    does: 'sends the entry once more without, under a new id; covers it when it fills',
    sees: 'nothing unusual',
  },
  async (scene) => {
    const refusal = { code: -2010, msg: 'Filter failure: MAX_NUM_ALGO_ORDERS', status: 400 };
    scene.binance.faults.add({ ...RESTING_ENTRY, apply: false, answer: { kind: 'error', ...refusal } });
    scene.strike();
    buy(scene, BUY_BTC_LIMIT);
    await scene.eventually('the entry rests', () => entries(scene).length === 1);
    scene.recovered();
    spotPrice(scene, 59_990);
    await covered(scene);
    expect(buys(scene)).toBe(2);
    expect(scene.count('Rejected')).toBe(0);
  },
);

spotRow(
  {
    id: '19s',
    fault: 'a target fills in part, which ends the stop of its list',
    does: 'a new list for the rest, within a second',
    sees: 'the fill',
  },
  async (scene) => {
    await opened(scene);
    const { exchange } = scene.binance.spot;
    const target = [...exchange.openOrders.values()].find(({ price }) => price.eq(61_000));
    scene.strike();
    exchange.fillOrder(target?.orderId ?? 0, new Decimal('0.01'));
    await covered(scene, 2);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG spot target 1: 0.01 @ 61000');
  },
);

spotRow(
  {
    id: '20bs',
    fault: 'the commission is taken in BNB',
    does: 'covers all that was bought',
    sees: 'the commission in the fill',
    rig: { binance: { spotBalances: { USDT: '10000', BNB: '10' } } },
  },
  async (scene) => {
    scene.binance.spot.exchange.account.paysInBnb = true;
    scene.strike();
    await opened(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG spot entry', 'BNB');
    expect(stops(scene).quantity).toBe(coins(scene));
  },
);

spotRow(
  {
    id: '22s',
    fault: 'the user cancels the lists in the app and sells the coins',
    does: 'takes it as closed elsewhere; sells nothing of the user’s own',
    sees: '“Closed elsewhere”',
    rig: { binance: { spotBalances: { USDT: '10000', ETH: '3' } } },
  },
  async (scene) => {
    await opened(scene);
    const { exchange } = scene.binance.spot;
    scene.strike();
    for (const list of [...exchange.openLists.values()]) {
      exchange.cancelList(params({ symbol: 'BTCUSDT', orderListId: list.orderListId }));
    }
    const { free } = exchange.balance('BTC');
    const quantity = free.minus(free.mod('0.00001')).toFixed();
    exchange.placeOrder(
      params({ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity, newClientOrderId: 'web_1' }),
    );
    await scene.says('Closed elsewhere', 'BTCUSDT LONG spot');
    scene.recovered();
    expect(coins(scene, 'ETH')).toBe(3);
  },
);

spotRow(
  {
    id: '24s',
    fault: 'CANCEL_ONLY while coins are held, and the stop is moved meanwhile',
    does: 'takes no entry; the lists stay as they are, and move within 5 s of the first trading',
    sees: 'an alert that the symbol has stopped trading; “symbol_halted” for a new signal',
  },
  async (scene) => {
    await opened(scene);
    scene.binance.spot.exchange.setStatus('BTCUSDT', 'CANCEL_ONLY');
    const before = stops(scene);
    scene.post('BTC: move SL to 60000', { channel: 'coins' });
    await alerted(scene, 'stopped trading this symbol');
    buy(scene, '#BTC/USDT LONG\nEntry: 60200\nTP1: 61500\nSL: 59100');
    await scene.says('Denied', 'symbol_halted');
    expect(stops(scene)).toEqual(before);
    expect(scene.binance.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
    scene.strike();
    scene.binance.spot.exchange.setStatus('BTCUSDT', 'TRADING');
    await scene.eventually('all coins are covered at the moved stop', () => {
      const { quantity, at } = stops(scene);
      return coins(scene) - quantity < 0.00001 && at.length === 1 && at[0] === 60_000;
    });
    scene.recovered();
    spotPrice(scene, 59_400);
    await scene.says('Closed BTCUSDT LONG spot', 'stopped out');
  },
);

spotRow(
  {
    id: '08s',
    fault: '-2010: the exchange refuses the entry, for money that is gone meanwhile',
    does: 'takes it as final, never repeats it, keeps nothing reserved',
    sees: '“Rejected” with code and text of the exchange',
  },
  async (scene) => {
    const refusal = {
      status: 400,
      code: -2010,
      msg: 'Account has insufficient balance for requested action.',
    };
    scene.binance.faults.add({ ...ENTRY, apply: false, answer: { kind: 'error', ...refusal } });
    scene.strike();
    buy(scene);
    await scene.says('Rejected', '-2010', 'insufficient balance');
    scene.recovered();
    expect(coins(scene)).toBe(0);
    expect(buys(scene)).toBe(1);
    buy(scene, '#BTC/USDT LONG market\nTP1: 61000\nTP2: 62000\nSL: 59400');
    await covered(scene, 2);
  },
);

const priceRange = (scene: Scene, down: string, up: string): void => {
  const { exchange } = scene.binance.spot;
  const [bidDown, bidUp] = [new Decimal(down), new Decimal(up)];
  exchange.changeInstrument('BTCUSDT', { priceRange: { bidUp, bidDown, askUp: bidUp, askDown: bidDown } });
  exchange.setReference('BTCUSDT', new Decimal(60_500));
};

spotRow(
  {
    id: '25s',
    fault: 'a buy at market expires, for its price is outside the range that the exchange allows',
    does: 'ends the trade; no loop',
    sees: 'an alert with the exchange’s reason, and the end of the trade',
  },
  async (scene) => {
    priceRange(scene, '0.9', '0.99');
    scene.strike();
    buy(scene);
    await scene.says('Ended BTCUSDT LONG spot');
    scene.recovered();
    await alerted(scene, 'let an entry order expire', 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED');
    expect(buys(scene)).toBe(1);
    expect(coins(scene)).toBe(0);
  },
);

spotRow(
  {
    id: '25bs',
    fault: 'the stops trigger and expire unsold, for the price is below the range that the exchange allows',
    does: 'sells at market, again and again until it is taken',
    sees: 'an alert, then the close',
  },
  async (scene) => {
    await opened(scene);
    priceRange(scene, '0.99', '1.1');
    scene.strike();
    spotPrice(scene, 59_400);
    await alerted(scene, 'stop');
    priceRange(scene, '0.9', '1.1');
    await scene.says('Closed BTCUSDT LONG spot');
    scene.recovered();
    await isSold(scene);
  },
);

spotRow(
  {
    id: '27s',
    fault: '429 with Retry-After as the lists are to be placed',
    does: 'one gate; afterwards the lists first',
    sees: 'the fill',
    rig: quick(5),
    rate: 5,
  },
  async (scene) => {
    scene.binance.faults.add({
      ...LIST,
      apply: false,
      answer: {
        kind: 'error',
        status: 429,
        code: -1003,
        msg: 'Too many requests.',
        headers: { 'Retry-After': '2' },
      },
    });
    scene.strike();
    buy(scene);
    await struck(scene);
    await covered(scene, 2);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG spot entry');
  },
);

spotRow(
  {
    id: '28s',
    fault: 'the symbol takes fewer stops than there are targets',
    does: 'as many lists as fit: the farthest targets join the one before',
    sees: 'the plan with fewer targets, and why',
  },
  async (scene) => {
    const { exchange } = scene.binance.spot;
    exchange.changeInstrument('BTCUSDT', { maxAlgoOrders: 2 });
    await scene.end('SIGTERM');
    await scene.start();
    scene.strike();
    buy(scene, `${BUY_BTC}\nTP3: 63000\nTP4: 64000`);
    await scene.says('Filled BTCUSDT LONG spot entry');
    await covered(scene, 2);
    scene.recovered();
    expect(targets(scene)).toEqual([61_000, 62_000]);
  },
);

spotRow(
  {
    id: '28bs',
    fault: 'the symbol’s stop orders are used up by the user’s own',
    does: 'counts them; the entry is refused',
    sees: '“order_limit”',
  },
  async (scene) => {
    const { exchange } = scene.binance.spot;
    exchange.deposit('BTC', new Decimal(1));
    for (let index = 0; index < 5; index += 1) {
      exchange.placeOrder(
        params({
          symbol: 'BTCUSDT',
          side: 'SELL',
          type: 'STOP_LOSS',
          quantity: '0.01',
          stopPrice: 50_000 + index,
          newClientOrderId: `web_${index}`,
        }),
      );
    }
    await scene.end('SIGTERM');
    await scene.start();
    scene.strike();
    buy(scene);
    await scene.says('Denied', 'order_limit');
    scene.recovered();
    expect(coins(scene)).toBe(1);
  },
);

spotRow(
  {
    id: '28cs',
    fault: 'every stop that the symbol takes stands, and a stop that stands alone is to be moved',
    does: 'takes it away before the next one, which it would count beside; gives no target up',
    sees: 'the moved stop',
  },
  async (scene) => {
    scene.binance.spot.exchange.changeInstrument('BTCUSDT', { maxAlgoOrders: 2 });
    await scene.end('SIGTERM');
    await scene.start();
    buy(scene, '#BTC/USDT LONG market\nTP1: 61000 - 50%\nSL: 59500');
    await scene.says('Filled BTCUSDT LONG spot entry');
    await covered(scene, 1);
    expect(selling(scene)).toHaveLength(3);
    scene.strike();
    scene.post('BTC: move SL to 60000', { channel: 'coins' });
    await scene.eventually('covered at the moved stop', () => stops(scene).at.join() === '60000');
    await covered(scene, 1);
    scene.recovered();
    expect(selling(scene)).toHaveLength(3);
  },
);

spotRow(
  {
    id: '28ds',
    fault: 'the account may have three order lists, and two of the user’s own stand on another symbol',
    does: 'plans the trade with the one that is left: the second target joins the first',
    sees: 'the plan with fewer targets, and why',
  },
  async (scene) => {
    const { exchange } = scene.binance.spot;
    exchange.limits.maxOrderLists = 3;
    exchange.deposit('ETH', new Decimal(1));
    const price = exchange.market('ETHUSDT').last;
    const oco = {
      symbol: 'ETHUSDT',
      side: 'SELL',
      quantity: '0.1',
      aboveType: 'LIMIT_MAKER',
      abovePrice: price.times('1.1').toNearest('0.01').toFixed(),
      belowType: 'STOP_LOSS',
      belowStopPrice: price.times('0.9').toNearest('0.01').toFixed(),
    };
    for (let count = 0; count < 2; count += 1) exchange.placeList('oco', params(oco));
    await scene.end('SIGTERM');
    await scene.start();
    scene.strike();
    buy(scene);
    await scene.says('Filled BTCUSDT LONG spot entry');
    await covered(scene, 1);
    scene.recovered();
    expect(targets(scene)).toEqual([61_000]);
    expect(scene.output()).not.toContain('EXCHANGE_MAX_NUM');
    buy(scene, '#SOL/USDT LONG market\nTP1: 200\nSL: 130');
    await scene.says('Denied', 'order_limit', 'order lists on the account');
  },
);

spotRow(
  {
    id: '33s',
    fault: 'serverShutdown',
    does: 'a new connection before the old one ends, then a comparison',
    sees: 'nothing',
  },
  async (scene) => {
    await opened(scene);
    const { api } = scene.binance.spot;
    const counts: number[] = [];
    const watch = setInterval(() => counts.push(api.count('subscribed')), 1);
    scene.atEnd(async () => clearInterval(watch));
    scene.strike();
    api.announceShutdown();
    await scene.eventually('both stood, then one', () => counts.includes(2) && counts.at(-1) === 1);
    scene.recovered();
    expect(counts).not.toContain(0);
    spotPrice(scene, 61_010);
    await scene.says('Filled BTCUSDT LONG spot target 1');
    await covered(scene, 1);
    expect(scene.dms().filter((line) => line.includes('event stream'))).toEqual([]);
  },
);

spotRow(
  {
    id: '34s',
    fault: 'the subscription to the account’s events is ended while a target fills',
    does: 'subscribes anew by its own loop, compares',
    sees: 'the fill',
  },
  async (scene) => {
    await opened(scene);
    scene.strike();
    scene.binance.spot.api.terminateSubscriptions();
    spotPrice(scene, 61_010);
    await scene.says('Filled BTCUSDT LONG spot target');
    await covered(scene, 1);
    scene.recovered();
  },
);

spotRow(
  {
    id: '54s',
    fault: 'the user has coins of their own, buys and sells some',
    does: 'leaves them alone; the symbol stays tradable',
    sees: 'nothing of it',
    rig: { binance: { spotBalances: { USDT: '20000', BTC: '1' } } },
    check: { spot: { coins: { BTC: '0.5' } } },
  },
  async (scene) => {
    buy(scene);
    await scene.says('Filled BTCUSDT LONG spot entry');
    const order = { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', newClientOrderId: 'web_1' };
    scene.binance.spot.exchange.placeOrder(params({ ...order, quantity: '0.5' }));
    spotPrice(scene, 59_400);
    await scene.says('Closed BTCUSDT LONG spot', 'stopped out');
    expect(scene.count('Closed elsewhere')).toBe(0);
  },
);

const KILLED = [
  { what: 'the entry, done', request: ENTRY, done: true, phase: 'signal' },
  { what: 'the first list, lost', request: LIST, done: false, phase: 'signal' },
  { what: 'the first list, done', request: LIST, done: true, phase: 'signal' },
  { what: 'the second list, done', request: { ...LIST, nth: 2 }, done: true, phase: 'signal' },
  { what: 'the removal of a list, lost', request: REMOVAL, done: false, phase: 'move' },
  { what: 'the removal of a list, done', request: REMOVAL, done: true, phase: 'move' },
  { what: 'the list with the moved stop, lost', request: LIST, done: false, phase: 'move' },
  { what: 'the list with the moved stop, done', request: LIST, done: true, phase: 'move' },
  { what: 'the sale, done', request: SALE, done: true, phase: 'close' },
] as const;

for (const [index, { what, request, done, phase }] of KILLED.entries()) {
  spotRow(
    {
      id: `49s-${String(index + 1).padStart(2, '0')}`,
      fault: `kill -9 at: ${what}`,
      does: 'the start asks first, then everything is as it was meant to be',
      sees: 'each fill once',
    },
    async (scene) => {
      if (phase !== 'signal') await opened(scene);
      scene.binance.faults.add({ ...request, ...preset('hang'), apply: done });
      if (phase === 'signal') buy(scene);
      else if (phase === 'move') scene.post('BTC: move SL to 60000', { channel: 'coins' });
      else await scene.command('close', { symbol: 'BTCUSDT' });
      await struck(scene);
      await scene.end('SIGKILL');
      scene.binance.faults.clear();
      scene.strike();
      await scene.start();
      if (phase === 'close') await isSold(scene);
      else {
        if (phase === 'move')
          await scene.eventually(
            'the stop is where it was moved to',
            () => stops(scene).at.join() === '60000',
          );
        await covered(scene, 2);
      }
      scene.recovered();
      await scene.says('Filled BTCUSDT LONG spot entry');
      expect(scene.count('Filled BTCUSDT LONG spot entry')).toBe(1);
    },
  );
}
