import type { Chance } from './chance.ts';
import { MANUAL, several, signals } from './generate-market.ts';
import { HANDS } from './generate-spot.ts';
import type { Happening, Item, Setting, SignalItem, SpotSetting } from './script.ts';

/** Spot and futures of one name, traded at the same time, while somebody meddles with one of the two. */

/** Apart from each other, so that a price says which market's it is. */
const BASES = [-150, -40, 40, 150];

export function twinSetting(chance: Chance, base: Setting, spot: SpotSetting): Setting {
  return {
    ...base,
    symbols: base.symbols.slice(0, 2),
    maxTradesPerSymbol: chance.pick([1, 1, 2]),
    cooldownMs: chance.pick([0, 0, 45_000]),
    // Long enough for a second trade after the first.
    stormMs: chance.pick([60_000, 180_000]),
    spot: { ...spot, usdt: '100000', basisBps: chance.pick(BASES) },
  };
}

/** Each signal comes for both markets, one soon after the other; on futures also against what is bought on spot. */
export function twins(chance: Chance, setting: Setting): Item[] {
  return [...signals(chance, setting), ...signals(chance, setting)].flatMap((item): Item[] => {
    if (item.do !== 'signal') return [item];
    const near: SignalItem = { ...item, entryBps: chance.is(0.5) ? [] : item.entryBps, trigger: false };
    const gapMs = chance.pick([0, 40, 700, 6_000]);
    const bought: SignalItem = { ...near, market: 'spot', side: 'long' };
    const [first, second] = chance.is(0.5) ? [near, bought] : [bought, near];
    return [first, { ...second, atMs: first.atMs + gapMs }];
  });
}

/** By hand, and by the exchange itself, on one market alone: the other has no part in it. */
export function meddling(chance: Chance, setting: Setting): Item[] {
  const isSpot = chance.is(0.5);
  const atMs = () => chance.int(0, setting.stormMs);
  const symbol = () => chance.pick(setting.symbols);
  const hand = (): Happening => {
    const part = chance.pick(['0.25', '0.5', '0.9']);
    return isSpot
      ? { do: 'spot hand', atMs: 0, symbol: symbol(), what: chance.pick(HANDS), part }
      : { do: 'manual', atMs: 0, symbol: symbol(), what: chance.pick(MANUAL), part };
  };
  return [
    ...several(chance, 0.6, 3, () => ({ ...hand(), atMs: atMs() })),
    ...several(chance, 0.6, 3, () => ({
      do: 'when',
      what: chance.pick(['entry filled', 'stop sent', 'target filled', 'stop filled', 'close sent'] as const),
      nth: chance.int(1, 5),
      afterMs: chance.pick([0, 20, 400, 3_000]),
      happening: hand(),
    })),
    ...several(chance, 0.2, 2, () =>
      isSpot
        ? { do: 'gap', atMs: atMs(), symbol: symbol(), bps: chance.int(-500, 500) }
        : { do: 'halt', atMs: atMs(), symbol: symbol(), forMs: chance.pick([2_000, 20_000]) },
    ),
    ...several(chance, 0.3, 2, () => ({
      do: 'request',
      atMs: atMs(),
      trade: chance.int(0, 4),
      what: chance.pick(['close', 'close_half', 'break_even', 'cancel_entries'] as const),
      bps: 0,
    })),
    ...several(chance, 0.3, 2, () => ({
      do: 'funding',
      atMs: atMs(),
      symbol: symbol(),
      bps: chance.int(-20, 20),
    })),
    ...several(chance, 0.3, 1, () => ({
      do: 'pause',
      atMs: atMs(),
      forMs: chance.int(5_000, setting.stormMs / 2),
    })),
    ...several(chance, 0.2, 1, () => ({ do: 'panic', atMs: atMs() })),
    ...several(chance, 0.5, 1, () => ({
      do: 'resume',
      atMs: chance.int(setting.stormMs / 4, setting.stormMs),
    })),
  ];
}
