import { expect } from 'vitest';
import { params } from '../../src/sim/binance/control-input.ts';
import { preset } from '../../src/sim/binance/faults.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { quick } from './quick.ts';
import { row, type Scene } from './row.ts';
import { AT_LIMIT, AT_MARKET, CLOSE, SHORT_ETH, STOP } from './signals.ts';
import {
  alerted,
  buys,
  byHand,
  isFlat,
  isProtected,
  nextSignal,
  openAtMarket,
  protectedWithTargets,
  restingEntry,
  stopPutBack,
  stopsSent,
  struck,
} from './steps.ts';

/** Rows 20 to 30: what the account and the exchange's rules do. */

row(
  {
    id: '21',
    fault: 'the account is in hedge mode',
    does: 'detects it at the start; positionSide always, reduceOnly never',
    sees: 'nothing unusual',
    rig: { start: false },
  },
  async (scene) => {
    scene.binance.usdm.changeAccount({ hedgeMode: true });
    await scene.start();
    scene.price('ETHUSDT', 3_040);
    scene.post(AT_MARKET);
    scene.post(SHORT_ETH);
    await scene.says('Filled BTCUSDT LONG entry');
    await protectedWithTargets(scene);
    scene.price('ETHUSDT', 3_051);
    await scene.says('Filled ETHUSDT SHORT entry');
    await isProtected(scene, 'ETHUSDT');
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    scene.price('ETHUSDT', 3_151);
    await scene.says('Closed ETHUSDT SHORT', 'stopped out');
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.says('Closed BTCUSDT LONG', 'closed by an operator');
    await isFlat(scene);
    for (const { params } of scene.orders()) {
      expect(params.positionSide).toMatch(/^(LONG|SHORT)$/);
      expect(params.reduceOnly).toBeUndefined();
    }
  },
);

const BY_HAND: readonly [string, string, string, string, (scene: Scene) => void][] = [
  ['', 'liquidation', 'Liquidated', 'liquidated', ({ binance }) => binance.usdm.liquidate('BTCUSDT', 'BOTH')],
  ['b', 'ADL', 'ADL', 'auto-deleveraged', ({ binance }) => binance.usdm.deleverage('BTCUSDT', 'BOTH')],
  ['c', 'close by hand', 'Closed elsewhere', 'closed elsewhere', (scene) => sellByHand(scene, '0.1')],
];

for (const [name, what, word, reason, strike] of BY_HAND) {
  row(
    {
      id: `22${name}`,
      fault: what,
      does: 'adopts it, takes stop and targets away',
      sees: `“${word}”, and the close with its result`,
    },
    async (scene) => {
      await openAtMarket(scene);
      scene.strike();
      strike(scene);
      await scene.says(word, 'BTCUSDT LONG');
      await scene.says('Closed BTCUSDT LONG', reason);
      await isFlat(scene);
      scene.recovered();
    },
  );
}

row(
  {
    id: '22d',
    fault: 'a part closed by hand',
    does: 'resizes stop and targets',
    sees: '“Closed elsewhere” with the quantity',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.strike();
    sellByHand(scene, '0.04');
    await scene.says('Closed elsewhere', '0.04');
    await scene.eventually('the stop covers the rest', () => {
      const [stop, ...others] = scene.stops('BTCUSDT');
      return others.length === 0 && stop?.quantity === '0.06';
    });
    scene.recovered();
    await scene.eventually(
      'so do the targets',
      () => scene.resting('BTCUSDT').reduce((sum, { quantity }) => sum + Number(quantity), 0) === 0.06,
    );
  },
);

row(
  {
    id: '22e',
    fault: 'ADL takes a part',
    does: 'resizes the stop',
    sees: '“ADL” with the quantity',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.strike();
    scene.binance.usdm.deleverage('BTCUSDT', 'BOTH', new Decimal('0.05'));
    await scene.says('ADL', '0.05');
    await scene.eventually('the stop covers the rest', () => {
      const [stop, ...others] = scene.stops('BTCUSDT');
      return others.length === 0 && stop?.quantity === '0.05';
    });
    scene.recovered();
  },
);

row(
  {
    id: '22f',
    fault: 'the stop is cancelled by hand',
    does: 'puts it back within 5 s',
    sees: 'an alert that the stop had disappeared',
  },
  async (scene) => {
    await openAtMarket(scene);
    const [stop] = scene.stops('BTCUSDT');
    scene.strike();
    scene.binance.usdm.cancelAlgo(new Map([['algoId', String(stop?.id)]]));
    await isProtected(scene);
    scene.recovered();
    await alerted(scene, 'had disappeared');
  },
);

row(
  {
    id: '22g',
    fault: 'the resting entry is cancelled by hand',
    does: 'ends the trade, sends it not again',
    sees: 'the end of the trade',
  },
  async (scene) => {
    await restingEntry(scene);
    const [entry] = scene.resting('BTCUSDT');
    scene.strike();
    cancelByHand(scene, entry?.id ?? 0);
    await scene.says('Ended BTCUSDT LONG');
    scene.recovered();
    expect(buys(scene)).toBe(1);
  },
);

row(
  {
    id: '22i',
    fault: 'a target is cancelled by hand',
    does: 'places it again after a pause that grows; the stop stays',
    sees: 'nothing unusual',
  },
  async (scene) => {
    await openAtMarket(scene);
    const target = scene.resting('BTCUSDT').find(({ price }) => price === '61000');
    scene.strike();
    cancelByHand(scene, target?.id ?? 0);
    await scene.eventually('one is left', () => scene.resting('BTCUSDT').length === 1);
    await protectedWithTargets(scene);
    scene.recovered();
    expect(stopsSent(scene)).toBe(1);
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
  },
);

row(
  {
    id: '22h',
    fault: 'liquidation while the bot is down',
    does: 'finds it at the start, takes the rest away',
    sees: 'the close with its result',
  },
  async (scene) => {
    await openAtMarket(scene);
    await scene.end('SIGKILL');
    scene.binance.usdm.liquidate('BTCUSDT', 'BOTH');
    scene.strike();
    await scene.start();
    await scene.says('Closed BTCUSDT LONG');
    await isFlat(scene);
    scene.recovered();
    await alerted(scene, 'ledger and exchange agree after');
  },
);

row(
  {
    id: '23',
    fault: 'split over the targets the parts fall below the exchange’s minimum',
    does: 'merges targets; each leg is one the exchange takes',
    sees: 'the merged targets on the card',
    rig: { risk: '  riskPerTradePct: 0.04' },
  },
  async (scene) => {
    scene.post('#BTC/USDT LONG market\nTP1: 61000\nTP2: 62000\nTP3: 63000\nTP4: 64000\nSL: 59500');
    await scene.says('Filled BTCUSDT LONG entry: 0.004');
    await isProtected(scene);
    await scene.eventually('two legs of what four would be', () => scene.resting('BTCUSDT').length === 2);
    expect(scene.resting('BTCUSDT').map(({ quantity }) => quantity)).toEqual(['0.002', '0.002']);
    scene.price('BTCUSDT', 64_010);
    await scene.says('Closed BTCUSDT LONG', 'all targets reached');
    await isFlat(scene);
  },
);

row(
  {
    id: '24',
    fault: 'the symbol stops trading while the bot runs',
    does: 'the first entry is refused by the exchange, the filters are read again, no other is sent',
    sees: '“Rejected”, then “Denied” with symbol_halted',
  },
  async (scene) => {
    scene.binance.usdm.setStatus('BTCUSDT', 'SETTLING');
    scene.strike();
    scene.post(AT_LIMIT);
    await scene.says('Rejected');
    await filtersRead(scene);
    scene.post('#BTC/USDT LONG\nEntry: 59900\nTP1: 61000\nSL: 59000');
    await scene.says('Denied', 'symbol_halted');
    scene.recovered();
    expect(buys(scene)).toBe(1);
  },
);

row(
  {
    id: '24b',
    fault: 'tick and lot size change while the bot runs',
    does: 'reads the filters again after the first refusal and trades by the new ones',
    sees: '“Rejected” once, then a trade',
  },
  async (scene) => {
    scene.binance.usdm.changeInstrument('BTCUSDT', {
      tickSize: new Decimal(10),
      stepSize: new Decimal('0.01'),
      minQuantity: new Decimal('0.01'),
    });
    scene.strike();
    scene.post('#BTC/USDT LONG\nEntry: 60001.5\nTP1: 61000\nSL: 59002');
    await scene.says('Rejected');
    await filtersRead(scene);
    scene.post('#BTC/USDT LONG\nEntry: 60001.6\nTP1: 61003\nSL: 59002');
    await scene.eventually('the next one rests', () => scene.resting('BTCUSDT').length === 1);
    scene.recovered();
    scene.price('BTCUSDT', 59_990);
    await isProtected(scene);
  },
);

row(
  {
    id: '24c',
    fault: 'the tick changes while a trade is open',
    does: 'reads the filters again when the moved stop is refused, and moves it by the new ones',
    sees: 'the card, with the stop on the new tick',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.binance.usdm.changeInstrument('BTCUSDT', { tickSize: new Decimal(10) });
    scene.strike();
    scene.post('BTC: move SL to 59501');
    await scene.eventually('the stop stands on the new tick', () =>
      [...scene.binance.usdm.openAlgos.values()].some(({ triggerPrice }) => triggerPrice.eq(59_510)),
    );
    await filtersRead(scene);
    scene.recovered();
    await isProtected(scene);
    await scene.says('### BTCUSDT LONG', '59510');
  },
);

row(
  {
    id: '25',
    fault: 'the exchange lets the resting entry expire (price range)',
    does: 'ends the trade; no loop',
    sees: 'an alert, and the end of the trade',
  },
  async (scene) => {
    await restingEntry(scene);
    const [entry] = scene.resting('BTCUSDT');
    scene.strike();
    scene.binance.usdm.expireOrder(entry?.id ?? 0);
    await scene.says('Ended BTCUSDT LONG');
    scene.recovered();
    await alerted(scene, 'let an entry order expire');
    expect(buys(scene)).toBe(1);
  },
);

row(
  {
    id: '25b',
    fault: 'the exchange lets a target expire',
    does: 'places it again after a pause that grows',
    sees: 'nothing unusual',
  },
  async (scene) => {
    await openAtMarket(scene);
    const [target] = scene.resting('BTCUSDT');
    scene.strike();
    scene.binance.usdm.expireOrder(target?.id ?? 0);
    await scene.eventually('one is left', () => scene.resting('BTCUSDT').length === 1);
    await scene.eventually('both are back', () => scene.resting('BTCUSDT').length === 2);
    scene.recovered();
    expect(scene.orders().filter(({ params }) => params.price === '61000')).toHaveLength(2);
  },
);

row(
  {
    id: '26',
    fault: 'leverage beyond maxLeverage and bracket',
    does: 'cuts it to what is allowed',
    sees: 'the cut on the card',
    rig: {
      risk: '  maxLeverage: 125\n  minLiquidationBufferPct: 0\n  riskPerTradePct: 5\n  maxPositionNotionalPct: 10000\n  maxTotalNotionalPct: 10000',
    },
  },
  async (scene) => {
    scene.price('SOLUSDT', 151);
    scene.post('#SOL/USDT LONG\nEntry: 150\nTP1: 152\nSL: 149.5\nLeverage: 125x');
    await scene.eventually('the entry rests', () => scene.resting('SOLUSDT').length === 1);
    const set = scene.binance.requests.find(({ path }) => path === '/fapi/v1/leverage');
    expect(Number(set?.params.leverage)).toBeLessThan(125);
    scene.price('SOLUSDT', 149.9);
    await isProtected(scene, 'SOLUSDT');
    await scene.says('SOLUSDT LONG', 'cut to');
  },
);

row(
  {
    id: '26b',
    fault: '-4046 and -4059: margin type and leverage are so already',
    does: 'takes it as success',
    sees: 'the trade',
  },
  async (scene) => {
    scene.binance.faults.add({
      method: 'POST',
      path: '/fapi/v1/marginType',
      ...preset('refuse', { code: -4046 }),
      apply: true,
    });
    scene.binance.faults.add({
      method: 'POST',
      path: '/fapi/v1/leverage',
      ...preset('refuse', { code: -4059 }),
      apply: true,
    });
    scene.strike();
    await openAtMarket(scene);
    scene.recovered();
  },
);

row(
  {
    id: '26c',
    fault: '-4028: the exchange refuses the leverage',
    does: 'sends no entry',
    sees: '“Rejected” with code and text',
  },
  async (scene) => {
    scene.binance.faults.add({
      method: 'POST',
      path: '/fapi/v1/leverage',
      ...preset('refuse', { code: -4028 }),
    });
    scene.post(AT_MARKET);
    await scene.says('Rejected', '-4028');
    expect(buys(scene)).toBe(0);
  },
);

row(
  {
    id: '26d',
    fault: '-1007 to the change of the margin type',
    does: 'asks for it once more before the entry goes',
    sees: 'the trade',
  },
  async (scene) => {
    scene.binance.faults.add({
      method: 'POST',
      path: '/fapi/v1/marginType',
      ...preset('timeout'),
      apply: false,
    });
    scene.post(AT_MARKET);
    await scene.says('Filled BTCUSDT LONG entry');
    expect(scene.binance.usdm.account.marginTypeOf('BTCUSDT')).toBe('ISOLATED');
  },
);

row(
  {
    id: '27',
    fault: '429 to the stop of a fresh position',
    does: 'closes one gate for as long as Retry-After says; afterwards the stop goes first',
    sees: 'an alert that the stop is put back',
  },
  async (scene) => {
    scene.binance.faults.add({ ...STOP, ...preset('limited', { seconds: 2 }) });
    scene.post(AT_MARKET);
    await struck(scene);
    scene.strike();
    const closed = scene.binance.usdm.now();
    scene.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await isProtected(scene);
    scene.recovered();
    const after = scene.binance.requests.filter(({ at }) => at > closed + 1_000);
    // What was on its way already came in; then nothing for two seconds, and the stop as the first order.
    const first = after.find(({ method, path }) => method === 'POST' && /\/(algoO|o)rder$/.test(path));
    expect(first?.path).toBe('/fapi/v1/algoOrder');
    await stopPutBack(scene);
    await scene.eventually('then the entry', () => scene.resting('ETHUSDT').length === 1);
  },
);

row(
  {
    id: '27b',
    fault: '418: banned for three seconds with a position open',
    does: 'asks nothing until it is over; the position keeps its stop',
    sees: 'one message that the exchange does not answer, and in it that it does again',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.binance.limiter.ban(scene.binance.usdm.now() + 3_000);
    scene.strike();
    scene.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await scene.eventually('the ban is felt', () => scene.binance.usdm.now() > 0);
    await scene.eventually(
      'the signal is traded or denied',
      () => scene.resting('ETHUSDT').length === 1 || scene.count('Denied') > 0,
    );
    const banned = scene.binance.requests.filter(({ at }) => at > scene.binance.usdm.now() - 3_000);
    expect(banned.length).toBeLessThan(30);
    await isProtected(scene);
    scene.recovered();
  },
);

row(
  {
    id: '28',
    fault: 'the account’s conditional orders are used up (-4045)',
    does: 'closes the filled entry at market, pauses entries',
    sees: 'an alert with the exchange’s code; “paused” for the next signal',
    rig: { binance: { policy: { maxAlgoOrders: 0 } } },
  },
  async (scene) => {
    scene.strike();
    scene.post(AT_MARKET);
    await scene.says('Closed BTCUSDT LONG', 'no stop could be placed');
    await isFlat(scene);
    scene.recovered();
    await alerted(scene, 'ALERT', 'No stop could be placed', '-4045');
    await nextSignal(scene, 'paused');
  },
);

row(
  {
    id: '29',
    fault: '-1021: the exchange’s clock jumps by ten seconds',
    does: 'asks for its time and repeats once',
    sees: 'the trade',
  },
  async (scene) => {
    scene.binance.setClockOffset(10_000);
    scene.strike();
    await openAtMarket(scene);
    scene.recovered();
    expect(scene.entries('BTCUSDT')).toBe(1);
    expect(buys(scene)).toBeLessThanOrEqual(2);
  },
);

row(
  {
    id: '29b',
    fault: '-1021 with a position open, the clock jumps back',
    does: 'asks for the time and goes on; the close is sent once more',
    sees: 'the close',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.binance.setClockOffset(-10_000);
    scene.strike();
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.says('Closed BTCUSDT LONG', 'closed by an operator');
    await isFlat(scene);
    scene.recovered();
  },
);

row(
  {
    id: '30',
    fault: '-2015: the key is refused while a position is open',
    does: 'halts entries, does not spin; the stop stays on the exchange',
    sees: 'an alert that the key is refused; signals are denied; after the repair /resume',
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.binance.usdm.keys.revoked = true;
    scene.strike();
    scene.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
    await alerted(scene, 'ALERT', 'refuses the API key', '-2015');
    const refused = () =>
      scene.binance.requests.filter(({ at }) => at > scene.binance.usdm.now() - 3_000).length;
    const quiet = scene.binance.usdm.now() + 3_000;
    await scene.eventually('three seconds pass', () => scene.binance.usdm.now() > quiet);
    expect(refused()).toBeLessThan(30);
    await nextSignal(scene, 'paused');
    scene.binance.usdm.keys.revoked = false;
    scene.recovered();
    await scene.command('resume');
    scene.price('BTCUSDT', 61_010);
    await scene.says('Filled BTCUSDT LONG target 1');
    await isProtected(scene);
  },
);

for (const [name, code] of [
  ['', -2022],
  ['b', -4118],
] as const) {
  row(
    {
      id: `53${name}`,
      fault: `close refused (${code}) because resting reduce-only targets take the quantity`,
      does: 'takes the targets away, keeps the stop, repeats the close; the stop goes last',
      sees: 'the close',
      rig: { binance: { policy: { reduceOnlyMarket: 'reject' } } },
    },
    async (scene) => {
      await openAtMarket(scene);
      scene.binance.faults.add({ ...CLOSE, ...preset('refuse', { code }) });
      scene.strike();
      await scene.command('close', { symbol: 'BTCUSDT' });
      await scene.says('Closed BTCUSDT LONG', 'closed by an operator');
      await isFlat(scene);
      scene.recovered();
      const sent = scene.binance.requests
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path }) => `${method} ${path}`);
      expect(sent.lastIndexOf('DELETE /fapi/v1/algoOrder')).toBeGreaterThan(
        sent.lastIndexOf('POST /fapi/v1/order'),
      );
    },
  );
}

for (const [name, when] of [
  ['', 'before the start'],
  ['b', 'while the bot runs'],
] as const) {
  row(
    {
      id: `54${name}`,
      fault: `the user opens a position of their own ${when}, adds to it and closes a part`,
      does: 'leaves it alone, denies the symbol',
      sees: 'one report; signals on the symbol are denied with foreign_position',
      check: { foreign: { ETHUSDT: '1.5' } },
      rig: { start: name !== '', ...(name === '' ? {} : quick(5)) },
      ...(name === '' ? {} : { rate: 5 }),
    },
    async (scene) => {
      await byHand(scene, { symbol: 'ETHUSDT', side: 'BUY', type: 'MARKET', quantity: '1' });
      if (name === '') await scene.start();
      scene.strike();
      await alerted(scene, 'ETHUSDT');
      scene.recovered();
      await byHand(scene, { symbol: 'ETHUSDT', side: 'BUY', type: 'MARKET', quantity: '1' });
      await byHand(scene, { symbol: 'ETHUSDT', side: 'SELL', type: 'MARKET', quantity: '0.5' });
      scene.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
      await scene.says('Denied', 'foreign_position');
      await openAtMarket(scene);
      await scene.command('close', { symbol: 'BTCUSDT' });
      await isFlat(scene);
      expect(scene.orders().filter(({ params }) => params.symbol === 'ETHUSDT')).toEqual([]);
      expect(scene.dms().filter((line) => line.includes('ETHUSDT'))).toHaveLength(1);
    },
  );
}

row(
  {
    id: '54c',
    fault: 'the user buys more of a symbol on which the bot holds a position',
    does: 'manages its own part only; the rest is left alone',
    sees: 'one report; the symbol is denied',
    rig: quick(5),
    rate: 5,
    check: { foreign: { BTCUSDT: '0.2' } },
  },
  async (scene) => {
    await openAtMarket(scene);
    scene.strike();
    await byHand(scene, { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.2' });
    await alerted(scene, 'BTCUSDT');
    scene.recovered();
    await scene.command('close', { symbol: 'BTCUSDT' });
    await scene.says('Closed BTCUSDT LONG', 'closed by an operator');
    expect(scene.position('BTCUSDT')).toBe(0.2);
  },
);

row(
  {
    id: '55',
    fault: 'two signals at once at the edge of a limit',
    does: 'one passes',
    sees: 'one trade; the other is denied with too_many_trades',
    rig: { risk: '  maxOpenTrades: 1' },
  },
  async (scene) => {
    scene.post(AT_LIMIT);
    scene.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900', { channel: 'beta' });
    await scene.says('Denied', 'too_many_trades');
    await scene.eventually(
      'one rests',
      () => scene.resting('BTCUSDT').length + scene.resting('ETHUSDT').length === 1,
    );
    expect(scene.count('Denied')).toBe(1);
  },
);

/** The bot has asked for the filters since its start. */
function filtersRead({ eventually, binance }: Scene): Promise<void> {
  return eventually(
    'the filters are read again',
    () => binance.requests.filter(({ path }) => path === '/fapi/v1/exchangeInfo').length >= 2,
  );
}

function cancelByHand({ binance }: Scene, orderId: number): void {
  binance.usdm.cancelOrder(params({ symbol: 'BTCUSDT', orderId }));
}

function sellByHand({ binance }: Scene, quantity: string): void {
  binance.usdm.placeOrder(
    params({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'MARKET',
      quantity,
      reduceOnly: 'true',
      newClientOrderId: 'web_1',
    }),
  );
}
