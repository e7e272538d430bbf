import { expect } from 'vitest';
import { preset } from '../../src/sim/binance/faults.ts';
import { entriesTaken, SPOT, USDM } from './markets.ts';
import { quick } from './quick.ts';
import { row } from './row.ts';
import { AT_LIMIT, AT_MARKET, CLOSE, ENTRY, QUERY, STOP, TARGET } from './signals.ts';
import {
  alerted,
  buys,
  isFlat,
  isProtected,
  openAtMarket,
  protectedWithTargets,
  stopPutBack,
  stopsSent,
  struck,
} from './steps.ts';

/** Rows 1 to 9: answers that are neither yes nor no, and those that are a no. */

row(
  {
    id: '01',
    fault: 'order sent, socket dropped after acceptance',
    does: 'asks by client id with growing pauses, never sends a second time',
    sees: 'the fill, as if nothing had happened',
  },
  async (scene) => {
    scene.binance.faults.add({ ...ENTRY, ...preset('drop') });
    scene.strike();
    scene.post(AT_MARKET);
    await scene.says('Filled BTCUSDT LONG entry');
    await protectedWithTargets(scene);
    scene.recovered();
    expect(buys(scene)).toBe(1);
  },
);

for (const [name, what, order] of [
  ['b', 'stop', STOP],
  ['c', 'target', TARGET],
] as const) {
  row(
    {
      id: `01${name}`,
      fault: `${what} sent, socket dropped after acceptance`,
      does: `adopts the ${what} that stands; never two`,
      sees: 'nothing unusual',
    },
    async (scene) => {
      scene.binance.faults.add({ ...order, ...preset('drop') });
      scene.strike();
      scene.post(AT_MARKET);
      await scene.says('Filled BTCUSDT LONG entry');
      await protectedWithTargets(scene);
      scene.recovered();
    },
  );
}

row(
  {
    id: '01d',
    fault: 'close sent, socket dropped after acceptance',
    does: 'finds it filled; closes once',
    sees: 'the close, as if nothing had happened',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.binance.faults.add({ ...CLOSE, ...preset('drop') });
    scene.strike();
    void scene.command('close', { symbol: 'BTCUSDT' }).catch(() => {});
    await scene.says('Closed BTCUSDT LONG', 'closed by an operator');
    await isFlat(scene);
    scene.recovered();
    const closes = scene.orders().filter(({ params }) => params.side === 'SELL' && params.type === 'MARKET');
    expect(closes).toHaveLength(1);
  },
);

for (const market of [USDM, SPOT]) {
  for (const [name, answer, code] of [
    ['', 'unexpected', '-1006'],
    ['b', 'timeout', '-1007'],
    ['c', 'unknown503', '503'],
  ] as const) {
    market.row(
      {
        id: `02${name}`,
        fault: `${code} to an entry that rests and fills later`,
        does: 'asks, adopts it, lets the event end the questions',
        sees: 'the fill',
      },
      async (scene) => {
        scene.binance.faults.add({ ...market.restingEntry, ...preset(answer) });
        scene.strike();
        market.buyAtLimit(scene);
        await struck(scene);
        await scene.eventually('the entry rests', () => market.resting(scene).length === 1);
        market.price(scene, 59_990);
        await scene.says(`Filled ${market.long} entry: 0.1 @ 60000`);
        await market.covered(scene, 2);
        scene.recovered();
        expect(market.buys(scene)).toBe(1);
        const asked = () =>
          scene.binance.requests.filter(
            ({ method, path, params }) =>
              method === 'GET' && path === market.entry.path && /-e\d/.test(params.origClientOrderId ?? ''),
          ).length;
        const before = asked();
        market.price(scene, 61_010);
        await scene.says(`Filled ${market.long} target 1`);
        expect(asked()).toBe(before);
      },
    );
  }

  market.row(
    {
      id: '03',
      fault: '-1007 to an entry that was never placed',
      does: 'asks for over 60 s, proves it absent, closes the trade as failed; never sends it again',
      sees: 'an alert after the fourth question, then “the entry never reached the exchange”',
      rig: quick(10),
      rate: 10,
    },
    async (scene) => {
      scene.binance.faults.add({ ...market.entry, ...preset('timeout'), apply: false });
      scene.strike();
      market.buyAtMarket(scene);
      await alerted(scene, 'No clear answer about an entry order');
      await scene.says(`Ended ${market.long}`, 'never reached the exchange');
      scene.recovered();
      await alerted(scene, 'never reached the exchange');
      expect(market.buys(scene)).toBe(1);
      expect(market.held(scene)).toBe(0);
    },
  );
}

row(
  {
    id: '03b',
    fault: '-1007 to a stop that was never placed',
    does: 'asks for one second, then places another under a new id',
    sees: 'an alert that the stop had disappeared and is put back; the position is protected',
  },
  async (scene) => {
    scene.binance.faults.add({ ...STOP, ...preset('timeout'), apply: false });
    scene.strike();
    scene.post(AT_MARKET);
    await struck(scene);
    await isProtected(scene);
    scene.recovered();
    expect(stopsSent(scene)).toBe(2);
    await scene.says('Filled BTCUSDT LONG entry');
    await stopPutBack(scene);
  },
);

row(
  {
    id: '04',
    fault: '-2013 for an order that exists, and it is not among the open orders either',
    does: 'keeps its exposure reserved and keeps asking; adopts it when it shows',
    sees: 'an alert that an entry has no clear answer; a second signal is denied with too_many_on_symbol',
  },
  async (scene) => {
    scene.binance.faults.add({ ...ENTRY, ...preset('drop') });
    scene.binance.faults.addStream({ event: 'ORDER_TRADE_UPDATE', action: 'lose' });
    scene.binance.faults.add({ ...QUERY, ...preset('refuse', { code: -2013 }), count: 0 });
    const none = { kind: 'raw', status: 200, contentType: 'application/json', body: '[]' } as const;
    scene.binance.faults.add({
      method: 'GET',
      path: '/fapi/v1/openOrders',
      apply: false,
      answer: none,
      count: 0,
    });
    scene.strike();
    scene.post(AT_LIMIT);
    await alerted(scene, 'No clear answer about an entry order');
    scene.post('#BTC/USDT LONG\nEntry: 59900\nTP1: 61000\nSL: 59000');
    await scene.says('Denied', 'too_many_on_symbol');
    scene.binance.faults.clear();
    scene.price('BTCUSDT', 59_990);
    await scene.says('Filled BTCUSDT LONG entry: 0.1 @ 60000');
    await isProtected(scene);
    scene.recovered();
    expect(buys(scene)).toBe(1);
  },
);

for (const [name, code, msg] of [
  ['', -4116, 'ClientOrderId is duplicated.'],
  ['b', -2010, 'Duplicate order sent.'],
] as const) {
  row(
    {
      id: `05${name}`,
      fault: `${code} “${msg}” to an order that was taken`,
      does: 'asks for it by client id and adopts it',
      sees: 'the fill',
    },
    async (scene) => {
      for (const order of [ENTRY, STOP])
        scene.binance.faults.add({ ...order, ...preset('refuse', { code, msg }), apply: true });
      scene.strike();
      scene.post(AT_MARKET);
      await scene.says('Filled BTCUSDT LONG entry');
      await protectedWithTargets(scene);
      scene.recovered();
      expect([buys(scene), stopsSent(scene)]).toEqual([1, 1]);
    },
  );
}

row(
  {
    id: '06',
    fault: 'order taken, its answer never comes',
    does: 'does not wait for it: asks after 0.8 s, believes event and query',
    sees: 'the fill',
  },
  async (scene) => {
    scene.binance.faults.add({ ...ENTRY, ...preset('hang') });
    scene.binance.faults.addStream({ event: 'ORDER_TRADE_UPDATE', action: 'lose', count: 2 });
    scene.strike();
    scene.post(AT_MARKET);
    await isProtected(scene);
    scene.recovered();
    await scene.says('Filled BTCUSDT LONG entry');
    expect(buys(scene)).toBe(1);
  },
);

row(
  {
    id: '06b',
    fault: 'stop taken, its answer and its event never come',
    does: 'asks after 0.8 s and adopts it',
    sees: 'nothing unusual',
  },
  async (scene) => {
    scene.binance.faults.add({ ...STOP, ...preset('hang') });
    scene.binance.faults.addStream({ event: 'ALGO_UPDATE', action: 'lose' });
    scene.strike();
    scene.post(AT_MARKET);
    await scene.says('Filled BTCUSDT LONG entry');
    await protectedWithTargets(scene);
    scene.recovered();
  },
);

for (const [name, answer] of [
  ['', 'html502'],
  ['b', 'empty'],
  ['c', 'cut'],
] as const) {
  row(
    {
      id: `07${name}`,
      fault: `${answer === 'html502' ? 'HTML 502' : `${answer} body`} to entry, stop, removal and reads`,
      does: 'writes are unknown and asked for, reads are repeated',
      sees: 'fill and close, as if nothing had happened',
    },
    async (scene) => {
      for (const path of [
        '/fapi/v1/ticker/price',
        '/fapi/v2/ticker/price',
        '/fapi/v1/premiumIndex',
        '/fapi/v1/leverageBracket',
      ])
        scene.binance.faults.add({ method: 'GET', path, ...preset(answer) });
      for (const order of [ENTRY, STOP, CLOSE, { method: 'DELETE', path: '/fapi/v1/algoOrder' }, QUERY])
        scene.binance.faults.add({ ...order, ...preset(answer) });
      scene.strike();
      scene.post(AT_MARKET);
      await scene.says('Filled BTCUSDT LONG entry');
      await protectedWithTargets(scene);
      scene.recovered();
      void scene.command('close', { symbol: 'BTCUSDT' }).catch(() => {});
      await scene.says('Closed BTCUSDT LONG', 'closed by an operator');
      await isFlat(scene);
      expect(buys(scene)).toBe(1);
    },
  );
}

for (const [name, code] of [
  ['', -2019],
  ['b', -2010],
  ['c', -1013],
  ['d', -4164],
] as const) {
  row(
    {
      id: `08${name}`,
      fault: `${code}: the exchange refuses the entry`,
      does: 'takes it as final, never repeats it, keeps nothing reserved',
      sees: '“Rejected” with code and text of the exchange',
    },
    async (scene) => {
      scene.binance.faults.add({ ...ENTRY, ...preset('refuse', { code, msg: 'No.' }) });
      scene.strike();
      scene.post(AT_MARKET);
      await scene.says('Rejected', `${code} No.`);
      scene.recovered();
      await scene.says('Ended BTCUSDT LONG', 'entry rejected by the exchange');
      expect(buys(scene)).toBe(1);
      // Nothing is reserved any more.
      scene.post('#BTC/USDT LONG\nEntry: 59900\nTP1: 61000\nSL: 59000');
      await scene.eventually('the next one is traded', () => scene.resting('BTCUSDT').length === 1);
    },
  );
}

row(
  {
    id: '09',
    fault: '-1008: the exchange is too busy for orders that add exposure',
    does: 'the entry waits as long as maxAge allows and then goes; closing orders go on',
    sees: 'the fill, late; a close at once',
  },
  async (scene) => {
    scene.binance.faults.add({
      method: 'POST',
      path: '/fapi/v1/order',
      ...preset('throttled'),
      unless: { reduceOnly: 'true' },
      count: 2,
    });
    scene.strike();
    scene.post(AT_MARKET);
    await scene.says('Filled BTCUSDT LONG entry');
    scene.recovered();
    expect(buys(scene)).toBe(3);
    await protectedWithTargets(scene);
    scene.binance.faults.add({
      method: 'POST',
      path: '/fapi/v1/*',
      ...preset('throttled'),
      unless: { reduceOnly: 'true' },
      count: 0,
    });
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.says('Closed BTCUSDT LONG', 'closed by an operator');
    await isFlat(scene);
  },
);

for (const market of [USDM, SPOT]) {
  market.row(
    {
      id: '09b',
      fault: '-1008 for longer than maxAge',
      does: 'gives the entry up and sends nothing',
      sees: '“Denied” with exchange_unreachable',
      rig: { maxAge: '4s' },
    },
    async (scene) => {
      scene.binance.faults.add({ ...market.entry, ...preset('throttled'), count: 0 });
      scene.strike();
      market.buyAtMarket(scene);
      await scene.says('Denied', 'exchange_unreachable');
      scene.recovered();
      await scene.says(`Ended ${market.long}`);
      expect(entriesTaken(market, scene)).toBe(0);
      expect(market.held(scene)).toBe(0);
    },
  );
}
