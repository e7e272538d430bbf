import type { Chance } from './chance.ts';
import { several } from './generate-market.ts';
import type { Item, Setting, SpotHand, SpotSetting } from './script.ts';

/** What the spot market adds to a script. */

export const HANDS: readonly SpotHand[] = [
  'sell_own',
  'sell_all',
  'buy_own',
  'cancel_list',
  'cancel_list',
  'cancel_entry',
  'own_stop',
  'expire_order',
  'cancel_only',
  'withdraw',
  'filters',
];

export function spotSetting(chance: Chance): SpotSetting {
  return {
    usdt: chance.pick(['3000', '20000', '100000']),
    own: chance.is(0.5)
      ? { BTC: '0.35', ETH: '4.2', XRP: '2500', BNB: '3' }
      : { BNB: chance.pick(['0', '3']) },
    paysInBnb: chance.is(0.4),
  };
}

/** Some of the signals are bought on spot; all of them where `isOnly`. Spot buys only, but shorts are posted, too. */
export function onSpot(chance: Chance, items: readonly Item[], isOnly: boolean): Item[] {
  return items.map((item): Item => {
    if (item.do !== 'signal' || !(isOnly || chance.is(0.6))) return item;
    return { ...item, market: 'spot', side: chance.is(0.97) ? 'long' : item.side };
  });
}

/** Some of those that buy by one limit have one target alone, which goes with the entry. */
export function oneTarget(chance: Chance, items: readonly Item[]): Item[] {
  return items.map((item): Item => {
    const isLimit = item.do === 'signal' && item.market === 'spot' && item.entryBps.length === 1;
    if (!isLimit || item.trigger || !chance.is(0.3)) return item;
    return { ...item, targetBps: [item.targetBps[0] ?? 120], shares: [] };
  });
}

export function spotPeople(chance: Chance, setting: Setting): Item[] {
  const atMs = () => chance.int(0, setting.stormMs);
  return [
    ...several(chance, 0.5, 4, () => ({
      do: 'spot hand',
      atMs: atMs(),
      symbol: chance.pick(setting.symbols),
      what: chance.pick(HANDS),
      part: chance.pick(['0.25', '0.5', '0.9']),
    })),
    ...several(chance, 0.3, 3, () => ({
      do: 'gap',
      atMs: atMs(),
      symbol: chance.pick(setting.symbols),
      bps: chance.int(-500, 500),
    })),
    ...several(chance, 0.3, 3, () => ({
      do: 'when',
      what: chance.pick(['stop sent', 'entry filled', 'target filled', 'cancel sent'] as const),
      nth: chance.int(1, 5),
      afterMs: chance.pick([0, 0, 20, 60, 400]),
      happening: {
        do: 'spot hand',
        atMs: 0,
        symbol: chance.pick(setting.symbols),
        what: chance.pick(HANDS),
        part: '0.5',
      },
    })),
  ];
}
