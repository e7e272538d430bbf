import { afterEach, describe, expect, test } from 'vitest';
import { preset } from '../../src/sim/binance/faults.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { LONG_BTC, type Rig, type RigOptions, startRig } from './rig.ts';

/** What the user and the exchange do to the account beside the bot, and streams and limits that fail. */

let rig: Rig;

async function given(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
}

afterEach(() => rig.close());

/** The user's own order in the app. */
function byHand(params: Record<string, string>): void {
  rig.binance.usdm.placeOrder(new Map(Object.entries(params)));
}

async function openLong(): Promise<void> {
  rig.post('#BTC/USDT LONG market\nTP1: 61500\nTP2: 62000\nSL: 59500');
  await rig.eventually(
    'an open trade',
    () => rig.stops('BTCUSDT').length === 1 && rig.resting('BTCUSDT').length === 2,
  );
  await rig.says('Filled BTCUSDT LONG entry');
}

async function nothingIsLeft(): Promise<void> {
  await rig.eventually(
    'nothing is left',
    () => rig.position('BTCUSDT') === 0 && rig.stops('BTCUSDT').length + rig.resting('BTCUSDT').length === 0,
  );
}

/** Nor is the symbol anybody else's from then on. */
async function nobodyElseDidIt(): Promise<void> {
  // Until its orders have gone the trade is one on the symbol.
  await rig.says('Closed BTCUSDT LONG');
  rig.post(LONG_BTC);
  await rig.eventually('the next signal is traded', () => rig.resting('BTCUSDT').length === 1);
  expect(rig.dms().filter((line) => line.includes('not ours'))).toEqual([]);
}

describe('a close that the bot did not order', () => {
  test.each([
    ['by an order that may only reduce', { reduceOnly: 'true' }],
    ['by a plain one', {}],
  ])('in the app says Closed elsewhere: %s', async (_, kind) => {
    await given();
    await openLong();
    byHand({ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.1', ...kind });
    await rig.says('Closed elsewhere', 'BTCUSDT LONG', '0.1');
    await nothingIsLeft();
    await rig.eventually('the operator is told', () =>
      rig.dms().some((line) => line.includes('Closed elsewhere')),
    );
    await nobodyElseDidIt();
  });

  test('of a part in the app leaves the rest protected', async () => {
    await given();
    await openLong();
    byHand({ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.04', reduceOnly: 'true' });
    await rig.says('Closed elsewhere', '0.04');
    await rig.eventually('the stop fits', () => {
      const stops = rig.stops('BTCUSDT');
      return stops.length === 1 && stops[0]?.quantity === '0.06';
    });
  });

  test('while the bot was down is noticed at the start', async () => {
    await given();
    await openLong();
    await rig.end('SIGKILL');
    byHand({ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.1', reduceOnly: 'true' });
    await rig.start();
    await rig.says('Closed elsewhere', 'BTCUSDT LONG');
    await nothingIsLeft();
  });

  test('by liquidation says Liquidated', async () => {
    await given();
    await openLong();
    rig.binance.usdm.liquidate('BTCUSDT', 'BOTH');
    await rig.says('Liquidated', 'BTCUSDT LONG');
    await nothingIsLeft();
    await nobodyElseDidIt();
  });

  test('by auto-deleveraging says ADL', async () => {
    await given();
    await openLong();
    rig.binance.usdm.deleverage('BTCUSDT', 'BOTH');
    await rig.says('ADL', 'BTCUSDT LONG');
    await nothingIsLeft();
    await nobodyElseDidIt();
  });
});

describe('what is not ours', () => {
  test('is reported once, left alone and its symbol denied', async () => {
    await given();
    byHand({ symbol: 'ETHUSDT', side: 'BUY', type: 'MARKET', quantity: '1' });
    await rig.eventually('it is reported', () => rig.dms().some((line) => line.includes('ETHUSDT')));
    rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await rig.says('Denied', 'foreign_position', 'ETHUSDT');
    await rig.end('SIGTERM');
    await rig.start();
    rig.post('#ETH/USDT LONG\nEntry: 2991\nTP1: 3100\nSL: 2900');
    await rig.eventually('denied again', () => rig.count('foreign_position:') === 2);
    expect(rig.position('ETHUSDT')).toBe(1);
    expect(rig.orders()).toEqual([]);
  });

  test('counts as protection where it is a stop for the whole position', async () => {
    await given();
    await openLong();
    const [ours] = rig.stops('BTCUSDT');
    rig.binance.usdm.placeAlgo(
      new Map(
        Object.entries({
          symbol: 'BTCUSDT',
          side: 'SELL',
          type: 'STOP_MARKET',
          algoType: 'CONDITIONAL',
          quantity: '0.1',
          reduceOnly: 'true',
          triggerPrice: '59000',
        }),
      ),
    );
    rig.binance.usdm.cancelAlgo(new Map([['algoId', String(ours?.id)]]));
    await rig.command('positions');
    rig.binance.usdm.setPrice('BTCUSDT', { last: new Decimal(60_600) });
    await rig.eventually('it still holds', () => rig.position('BTCUSDT') === 0.1);
    expect(rig.stops('BTCUSDT').filter((stop) => !stop.ours)).toMatchObject([{ trigger: '59000' }]);
  });
});

test('a stop that is cancelled in the app is back within 5 s', async () => {
  await given();
  await openLong();
  const [stop] = rig.stops('BTCUSDT');
  const cancelledAt = Date.now();
  rig.binance.usdm.cancelAlgo(new Map([['algoId', String(stop?.id)]]));
  await rig.eventually('it is back', () => rig.stops('BTCUSDT').length === 1);
  expect(Date.now() - cancelledAt).toBeLessThan(5_000);
  expect(rig.stops('BTCUSDT')).toMatchObject([{ quantity: '0.1', trigger: '59500', ours: true }]);
});

test('a stop that cannot be placed closes the position and raises an alert', async () => {
  await given();
  rig.binance.faults.add({
    method: 'POST',
    path: '/fapi/v1/algoOrder',
    ...preset('refuse', { code: -4045 }),
    count: 0,
  });
  rig.post('#BTC/USDT LONG market\nTP1: 61500\nSL: 59500');
  await rig.says('Closed BTCUSDT LONG', 'no stop could be placed');
  await rig.eventually('the alert', () =>
    rig.dms().some((line) => line.startsWith('ALERT') && line.includes('stop')),
  );
  expect(rig.position('BTCUSDT')).toBe(0);
  rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
  await rig.says('Denied', 'paused:');
});

test('a position mode that is changed in the app pauses all entries until /resume', async () => {
  await given();
  rig.binance.usdm.changeAccount({ hedgeMode: true });
  // No event tells of it; the next comparison does, and a lost stream brings it forward.
  rig.binance.streams.drop('private');
  await rig.eventually('the alert', () => rig.dms().some((line) => line.includes('settings were changed')));
  rig.post(LONG_BTC);
  await rig.says('Denied', 'paused:');
  await rig.command('resume');
  rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
  await rig.eventually('it trades again', () => rig.resting('ETHUSDT').length === 1);
});

describe('the private stream', () => {
  test.each([
    ['is dropped', () => rig.binance.streams.drop('private')],
    ['loses its listen key', () => rig.binance.streams.expireListenKey()],
  ])('%s: what happened meanwhile is found', async (_what, fail) => {
    await given();
    rig.post(LONG_BTC);
    await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
    fail();
    rig.price('BTCUSDT', 59_990);
    await rig.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
    await rig.eventually('the stop is there', () => rig.stops('BTCUSDT').length === 1);
  });

  test('doubles and loses events: each fill is told once', async () => {
    await given();
    rig.binance.faults.addStream({ action: 'double', count: 0 });
    await openLong();
    rig.binance.faults.clear();
    rig.binance.faults.addStream({ action: 'lose', count: 0 });
    rig.price('BTCUSDT', 61_600);
    rig.binance.faults.clear();
    rig.binance.streams.drop('private');
    await rig.says('Filled BTCUSDT LONG target 1');
    await rig.eventually('break-even', () => {
      const stops = rig.stops('BTCUSDT');
      return stops.length === 1 && stops[0]?.quantity === '0.05';
    });
    expect(rig.count('Filled')).toBe(2);
  });
});

describe('while the exchange refuses for load', () => {
  const busy = { kind: 'error', msg: 'Too many requests', headers: { 'retry-after': '1' } } as const;

  test.each([
    ['429', { ...busy, status: 429, code: -1003 }],
    ['418', { ...busy, status: 418, code: -1003 }],
    ['-1008', { ...busy, status: 503, code: -1008 }],
  ])('%s: an entry waits and is sent when it may', async (_what, answer) => {
    await given();
    rig.binance.faults.add({ method: 'POST', path: '/fapi/v1/order', apply: false, answer });
    rig.post(LONG_BTC);
    await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
    expect(rig.entries('BTCUSDT')).toBe(1);
  });

  test('a busy exchange that will not set the leverage is asked again', async () => {
    await given();
    const answer = { ...busy, status: 429, code: -1003 };
    rig.binance.faults.add({ method: 'POST', path: '/fapi/v1/leverage', apply: false, answer });
    rig.post(LONG_BTC);
    await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
    expect(rig.count('Failed')).toBe(0);
  });

  test('a price that cannot be read at once is asked for again', async () => {
    await given();
    const answer = { kind: 'raw', status: 502, contentType: 'text/html', body: '' } as const;
    rig.binance.faults.add({ method: 'GET', path: '/fapi/v1/premiumIndex', apply: false, count: 8, answer });
    rig.post(LONG_BTC);
    await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
    expect(rig.count('Denied')).toBe(0);
  });

  test.each([
    ['confirm', 'trade this?'],
    ['observe', 'Observed'],
  ] as const)('%s: a plan waits for prices as an entry does', async (mode, words) => {
    await given({ mode });
    const answer = { kind: 'raw', status: 502, contentType: 'text/html', body: '' } as const;
    rig.binance.faults.add({ method: 'GET', path: '/fapi/v1/premiumIndex', apply: false, count: 8, answer });
    rig.post(LONG_BTC);
    await rig.says(words, 'BTCUSDT LONG');
    expect(rig.count('Denied')).toBe(0);
  });

  describe('a signal that waits for the exchange is told of once, in one message', () => {
    const away = (): void => {
      const answer = { kind: 'raw', status: 503, contentType: 'text/html', body: '' } as const;
      rig.binance.faults.add({
        method: 'GET',
        path: '/fapi/v1/premiumIndex',
        apply: false,
        count: 0,
        answer,
      });
    };

    test.each([
      { mode: 'auto' as const, result: 'Traded after a wait of' },
      { mode: 'confirm' as const, result: 'Asked after a wait of' },
    ])('and in $mode mode what followed stands in it: $result', async ({ mode, result }) => {
      await given({ mode });
      away();
      rig.post(LONG_BTC);
      const waiting = await rig.says('Waiting · BTCUSDT LONG', 'has not answered yet', 'from alpha');
      rig.binance.faults.clear();
      await rig.becomes(waiting, result, 'BTCUSDT LONG');
      expect([rig.count('Waiting'), rig.count('after a wait')]).toEqual([0, 1]);
    });

    test('and where it is denied that becomes the denial', async () => {
      await given({ maxAge: '3s' });
      away();
      rig.post(LONG_BTC);
      const waiting = await rig.says('Waiting · BTCUSDT LONG');
      await rig.becomes(waiting, 'Denied', 'exchange_unreachable', 'discord.com/channels');
      expect(rig.count('BTCUSDT')).toBe(1);
    });

    test('and so is a click', async () => {
      await given({ mode: 'confirm' });
      rig.post(LONG_BTC);
      const question = await rig.says('trade this?', 'BTCUSDT LONG');
      const down = { ...preset('unavailable503'), method: 'POST', path: '/fapi/v1/marginType', count: 0 };
      rig.binance.faults.add(down);
      void rig.press(question, 'Confirm').catch(() => {});
      await rig.becomes(question, 'Confirmed by', 'has not answered yet');
      rig.binance.faults.clear();
      await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
      await rig.eventually('the answer is all that is left', () => rig.count('not answered') === 0);
      expect(rig.count('alpha · BTCUSDT LONG', 'Confirmed by')).toBe(1);
    });
  });

  test('a plan whose prices cannot be read within maxAge is denied', async () => {
    await given({ mode: 'confirm', maxAge: '2s' });
    const answer = { kind: 'raw', status: 502, contentType: 'text/html', body: '' } as const;
    rig.binance.faults.add({ method: 'GET', path: '/fapi/v1/premiumIndex', apply: false, count: 0, answer });
    rig.post(LONG_BTC);
    await rig.says('Denied', 'BTCUSDT LONG', 'exchange_unreachable');
    expect(rig.count('trade this?')).toBe(0);
  });

  test('an entry that may not be sent within maxAge is denied', async () => {
    await given({ maxAge: '2s' });
    const answer = { ...busy, status: 503, code: -1008 };
    rig.binance.faults.add({ method: 'POST', path: '/fapi/v1/order', apply: false, count: 0, answer });
    rig.post(LONG_BTC);
    await rig.says('Denied', 'BTCUSDT LONG', 'exchange_unreachable');
    rig.binance.faults.clear();
    await rig.eventually('the trade is over', () => rig.count('Ended BTCUSDT LONG') > 0);
    expect(rig.entries('BTCUSDT')).toBe(0);
  });
});
