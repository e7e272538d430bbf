import { expect } from 'vitest';
import type { TroubleClass } from '../../src/risk/book.ts';
import { type PresetOptions, preset } from '../../src/sim/binance/faults.ts';
import { POLICIES, TOGETHER_MS } from '../../src/trading/desk/breaker.ts';
import { quick } from './quick.ts';
import { row, type Scene } from './row.ts';
import { ENTRY } from './signals.ts';
import { alerted, isProtected, openAtMarket, passes } from './steps.ts';

/** Rows 28b and 74: what is counted and remembered of refusals, so that no entry is sent in vain. */

const entryOn = (coin: string, price: number) =>
  `#${coin}/USDT LONG\nEntry: ${price.toFixed(2)}\nTP1: ${(price * 1.05).toFixed(2)}\nSL: ${(price * 0.97).toFixed(2)}`;

row(
  {
    id: '28b',
    fault: '199 conditional orders of the user’s own stand on the account, which takes 200',
    does: 'counts them with its own and sends nothing',
    sees: '“Denied” with order_limit and the numbers',
    rig: { start: false },
  },
  async (scene) => {
    const { usdm } = scene.binance;
    for (let count = 0; count < 199; count += 1) {
      usdm.placeAlgo(
        new Map(
          Object.entries({
            algoType: 'CONDITIONAL',
            symbol: 'SOLUSDT',
            side: 'BUY',
            type: 'STOP_MARKET',
            quantity: '1',
            triggerPrice: String(200 + count),
            clientAlgoId: `ios_${count}`,
          }),
        ),
      );
    }
    await scene.start();
    const sent = scene.binance.requests.filter(({ method }) => method === 'POST').length;
    scene.post(entryOn('BTC', 60_000));
    await scene.says('Denied', 'order_limit', '199');
    const posts = scene.binance.requests.filter(({ method }) => method === 'POST');
    expect(posts.slice(sent).filter(({ path }) => /order|leverage|marginType/i.test(path))).toEqual([]);
    usdm.cancelAllAlgos('SOLUSDT');
    scene.strike();
    await scene.eventually('the next one is traded', async () => {
      if (scene.resting('BTCUSDT').length === 1) return true;
      scene.post(entryOn('BTC', 60_000 - Math.floor(Math.random() * 500)));
      await new Promise((done) => setTimeout(done, 300));
      return scene.resting('BTCUSDT').length === 1;
    });
    scene.recovered();
  },
);

interface Kind {
  id: string;
  kind: TroubleClass;
  rate: number;
  /** A signal that waits for the exchange must grow old before the breaker lets it through. */
  maxAge: string;
  fault: string;
  answer: ReturnType<typeof preset>;
  /** What the fourth signal is told. */
  denied: string;
  says: string;
  /** The symbols of the first signals; a breaker by symbol needs them to be one. */
  coins: readonly string[];
}

const refuse = (options: PresetOptions) => preset('refuse', options);
const KINDS: readonly Kind[] = [
  {
    id: '74',
    kind: 'server',
    rate: 5,
    maxAge: '10s',
    fault: 'three entries in a row get no clear answer (503, not carried out)',
    answer: { ...preset('unavailable503') },
    denied: 'exchange_unreachable',
    says: 'no clear answers',
    coins: ['ETH', 'SOL', 'XRP'],
  },
  {
    id: '74b',
    kind: 'margin',
    rate: 20,
    maxAge: '60s',
    fault: 'three entries in a row are refused for want of margin (-2019)',
    answer: refuse({ code: -2019 }),
    denied: 'refused_lately',
    says: '-2019',
    coins: ['ETH', 'SOL', 'XRP'],
  },
  {
    id: '74c',
    kind: 'filters',
    rate: 20,
    maxAge: '60s',
    fault: 'three entries on one symbol are refused by its filters (-4164)',
    answer: refuse({ code: -4164 }),
    denied: 'refused_lately',
    says: '-4164',
    coins: ['ETH', 'ETH', 'ETH'],
  },
];
const PRICES: Readonly<Record<string, number>> = { ETH: 2_990, SOL: 149, XRP: 2 };

for (const { id, kind, rate, maxAge, fault, answer, denied, says, coins } of KINDS) {
  row(
    {
      id,
      fault,
      does: 'opens a circuit breaker: no entry is sent for a while, stops go on; then one is tried, and closes it',
      sees: `an alert; “Denied” with ${denied}; /status shows the breaker`,
      rig: { ...quick(rate), maxAge, risk: '  maxOpenTrades: 20\n  maxTradesPerSymbol: 20' },
      rate,
    },
    async (scene) => {
      for (const [coin, price] of Object.entries(PRICES)) scene.price(`${coin}USDT`, price * 1.005);
      await openAtMarket(scene);
      scene.binance.faults.add({ ...ENTRY, ...answer, count: 3 });
      for (const [index, coin] of coins.entries()) {
        scene.post(entryOn(coin, (PRICES[coin] ?? 1) * (1 - index / 1_000)));
        await scene.eventually('the fault has struck', () => hits(scene) > index);
        // Else it counts as one failure with the next.
        await passes(scene, 2 * TOGETHER_MS);
      }
      await alerted(scene, 'fails at orders again and again');
      const coin = coins[0] ?? 'ETH';
      scene.post(entryOn(coin, (PRICES[coin] ?? 1) * 0.99));
      await scene.says('Denied', denied, says);
      expect(hits(scene)).toBe(3);
      const status = await scene.command('status');
      expect(JSON.stringify(status)).toContain('OPEN');
      // What protects is not held back.
      scene.price('BTCUSDT', 61_010);
      await isProtected(scene);
      await passes(scene, POLICIES[kind].openMs - 10_000);
      scene.strike();
      await scene.eventually('one is tried, and taken', async () => {
        if (scene.resting(`${coin}USDT`).length === 1) return true;
        scene.post(entryOn(coin, (PRICES[coin] ?? 1) * (0.98 - Math.random() / 100)));
        await new Promise((done) => setTimeout(done, 500));
        return scene.resting(`${coin}USDT`).length >= 1;
      });
      scene.recovered();
      await alerted(scene, 'takes orders again');
    },
  );
}

function hits(scene: Scene): number {
  return scene.binance.faults.list().reduce((sum, fault) => sum + fault.hits, 0);
}
