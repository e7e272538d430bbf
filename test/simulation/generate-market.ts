import type { Chance } from './chance.ts';
import type { Item, ManualKind, RequestKind, Setting } from './script.ts';

/** What the author, the market and the people around do, in order or not. */

const REQUESTS: readonly RequestKind[] = [
  'close',
  'close_half',
  'break_even',
  'move_stop',
  'cancel_entries',
  'set_targets',
];

/** Percentages by target. */
const SHARES: readonly (readonly number[])[] = [
  [50, 30, 10, 10],
  [25, 25, 25, 25],
  [5, 5, 60, 20],
];

export const MANUAL: readonly ManualKind[] = [
  'close_part',
  'close_all',
  'cancel_stop',
  'cancel_target',
  'cancel_entry',
  'own_stop',
  'own_position',
  'liquidate',
  'deleverage',
  'expire_stop',
  'reject_stop',
  'expire_order',
  'leverage',
  'margin_type',
  'position_mode',
  'multi_assets',
  'filters',
];

export function signals(chance: Chance, setting: Setting): Item[] {
  const count = chance.pick([1, 1, 2, 3, 5]);
  return Array.from({ length: count }, (): Item => {
    const first = chance.int(5, 60);
    const entries = chance.pick([0, 1, 1, 2, 3]);
    const trigger = entries === 1 && chance.is(0.2);
    const targets = chance.int(0, 4);
    return {
      do: 'signal',
      atMs: chance.int(0, setting.stormMs * 0.6),
      symbol: chance.pick(setting.symbols),
      side: chance.pick(['long', 'short']),
      entryBps: Array.from({ length: entries }, (_, index) => first + index * chance.int(5, 30)),
      stopBps: first + 90 + chance.int(20, 200),
      targetBps: Array.from({ length: targets }, (_, index) => 40 + first * 2 + index * chance.int(20, 60)),
      trigger,
      isZone: entries === 2 && chance.is(0.4),
      shares: chance.is(0.25) ? chance.pick(SHARES).slice(0, targets) : [],
      againMs: chance.is(0.4) ? chance.int(0, 30_000) : null,
    };
  });
}

/** A random walk with gaps, around where entries, stops and targets lie. */
export function prices(chance: Chance, setting: Setting): Item[] {
  const items: Item[] = [];
  const pauseMs = chance.pick([setting.stormMs / 400, 1_500, 5_000]);
  const stepBps = chance.pick([8, 20, 60]);
  const gaps = chance.pick([0, 0.05, 0.2]);
  const parts = chance.pick([0, 0, 0.4]);
  for (const symbol of setting.symbols) {
    let bps = 0;
    for (let atMs = 1_000; atMs < setting.stormMs; atMs += Math.round(chance.int(pauseMs / 2, pauseMs * 3))) {
      const reach = chance.is(gaps) ? 400 : stepBps;
      bps = Math.max(-900, Math.min(900, bps * 0.97 + chance.int(-reach, reach)));
      bps = Math.round(bps);
      if (chance.is(parts)) {
        items.push({ do: 'part', atMs, symbol, fraction: chance.pick(['0.1', '0.35', '0.5', '0.8']) });
      }
      const markBps = chance.is(0.3) ? chance.pick([0, chance.int(-15, 15)]) : null;
      items.push({ do: 'price', atMs, symbol, bps, markBps });
    }
  }
  return items;
}

/** `most` of them, where there are any at all. */
export function several(chance: Chance, probability: number, most: number, make: () => Item): Item[] {
  return chance.is(probability) ? Array.from({ length: chance.int(1, most) }, make) : [];
}

export function people(chance: Chance, setting: Setting): Item[] {
  const atMs = () => chance.int(0, setting.stormMs);
  const symbol = () => chance.pick(setting.symbols);
  const part = () => chance.pick(['0.25', '0.5', '0.9']);
  return [
    ...several(chance, 0.5, 5, () => ({
      do: 'request',
      atMs: atMs(),
      trade: chance.int(0, 4),
      what: chance.pick(REQUESTS),
      bps: chance.int(-80, 80),
    })),
    ...several(chance, 0.35, 4, () => ({
      do: 'manual',
      atMs: atMs(),
      symbol: symbol(),
      what: chance.pick(MANUAL),
      part: part(),
    })),
    ...several(chance, 0.2, 1, () => ({
      do: 'pause',
      atMs: atMs(),
      forMs: chance.int(5_000, setting.stormMs),
    })),
    ...several(chance, 0.15, 2, () => ({ do: 'resume', atMs: atMs() })),
    ...several(chance, 0.1, 1, () => ({ do: 'panic', atMs: atMs() })),
    ...several(chance, 0.4, 3, () => ({
      do: 'funding',
      atMs: atMs(),
      symbol: symbol(),
      bps: chance.int(-20, 20),
    })),
    ...several(chance, 0.1, 2, () => ({
      do: 'halt',
      atMs: atMs(),
      symbol: symbol(),
      forMs: chance.pick([2_000, 20_000, 90_000]),
    })),
  ];
}
