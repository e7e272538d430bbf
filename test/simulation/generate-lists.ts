import type { Chance } from './chance.ts';
import { several, signals } from './generate-market.ts';
import type { Happening, InFlight, Item, RewriteKind, RewriteStep, Setting, SignalItem } from './script.ts';

/** Messages that hold several signals, and what their authors make of them afterwards. */

const STEPS: readonly RewriteKind[] = [
  'add',
  'add',
  'take out',
  'take out',
  'reorder',
  'reorder',
  'stop',
  'stop',
  'targets',
  'replace',
  'merge',
  'split',
  'as first',
];
const SOON = [0, 0, 30, 150, 600, 2_500, 8_000] as const;
const IN_FLIGHT: readonly InFlight[] = ['all', 'none', 'some'];

/** Several symbols, so that what is said of each can be told apart. */
export function listSetting(chance: Chance, setting: Setting, symbols: readonly string[]): Setting {
  return { ...setting, symbols: symbols.slice(0, chance.pick([1, 2, 3, 3])) };
}

/** Most messages hold some more signals, mostly of other symbols. */
export function inLists(chance: Chance, setting: Setting, items: readonly Item[]): Item[] {
  return items.map((item): Item => {
    if (item.do !== 'signal' || !chance.is(0.8)) return item;
    const isMixed = chance.is(0.3);
    const others = setting.symbols.filter((symbol) => isMixed || symbol !== item.symbol);
    const beside = Array.from({ length: chance.pick([1, 1, 2, 3]) }, (_, index) => ({
      ...further(chance, setting),
      ...(others.length === 0 ? {} : { symbol: others[index % others.length] ?? item.symbol }),
    }));
    return { ...item, beside };
  });
}

export function rewrites(chance: Chance, setting: Setting): Item[] {
  const aimed = (happening: Happening): Item => ({
    do: 'when',
    what: chance.pick(['said', 'said', 'asked', 'pressed', 'entry sent', 'entry filled', 'rewritten']),
    nth: chance.int(1, 4),
    afterMs: chance.pick(SOON),
    happening,
  });
  return [
    ...several(chance, 0.95, 5, () => aimed(rewrite(chance, setting))),
    ...several(chance, 0.5, 3, () => ({
      ...rewrite(chance, setting),
      atMs: chance.int(0, setting.stormMs),
    })),
    ...several(chance, 0.5, 2, () => ({
      do: 'when',
      what: 'rewritten',
      nth: chance.int(1, 4),
      afterMs: chance.pick([0, 30, 80, 150, 300, 600, 2_500]),
      happening: {
        do: 'kill',
        atMs: 0,
        downMs: chance.pick([100, 1_000, 6_000, 25_000]),
        requests: chance.pick(IN_FLIGHT),
        writes: chance.pick(IN_FLIGHT),
      },
    })),
  ];
}

function rewrite(chance: Chance, setting: Setting): Happening {
  return {
    do: 'rewrite',
    atMs: 0,
    message: chance.pick([0, 0, 0, 1, 2]),
    steps: Array.from(
      { length: chance.pick([1, 1, 1, 2]) },
      (): RewriteStep => ({
        how: chance.pick(STEPS),
        at: chance.int(0, 3),
        bps: chance.pick([-30, -8, 8, 30]),
        added: further(chance, setting),
      }),
    ),
    againMs: chance.is(0.3) ? chance.pick([0, 50, 1_000, 10_000]) : null,
  };
}

/** One that is said with others. */
function further(chance: Chance, setting: Setting): SignalItem {
  const [item] = signals(chance, setting);
  if (item?.do !== 'signal') throw new Error('no signal was drawn');
  return { ...item, atMs: 0, trigger: false, shares: [], againMs: null };
}
