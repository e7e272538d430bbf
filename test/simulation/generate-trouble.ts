import type { Chance } from './chance.ts';
import { MANUAL, several } from './generate-market.ts';
import type {
  Errand,
  EventKind,
  Fate,
  Happening,
  InFlight,
  Item,
  Occasion,
  Setting,
  StoreTrouble,
} from './script.ts';

/** What goes wrong: anywhere, and aimed at the moments that hurt. */

const FATES: readonly Fate[] = [
  'lost',
  'answer lost',
  'dropped',
  'unsent',
  'late',
  'doubled',
  'slow answer',
  'unknown before',
  'unknown after',
  'unknown later',
  'html',
  'throttled',
  'busy',
  'refused',
  'not found',
];
const IN_FLIGHT: readonly InFlight[] = ['all', 'none', 'some'];
const STORE: readonly StoreTrouble[] = ['full', 'lock', 'torn', 'gone'];
const ERRANDS: readonly Exclude<Errand, 'other'>[] = [
  'entry',
  'stop',
  'target',
  'close',
  'cancel',
  'question',
];
const EVENTS: readonly EventKind[] = ['entry', 'stop', 'target', 'close', 'account'];
const OCCASIONS: readonly Occasion[] = [
  'entry sent',
  'stop sent',
  'target sent',
  'close sent',
  'cancel sent',
  'question sent',
  'entry filled',
  'entry filled',
  'stop filled',
  'target filled',
  'close filled',
];

/** Requests, events, steps and sendings that a run of common length has. */
const COMMON_REQUESTS = 150;
const COMMON_EVENTS = 120;
const COMMON_STEPS = 900;
const COMMON_SENDINGS = 180;

const jumpMs = (chance: Chance): number =>
  chance.pick([-3_600_000, -5_000, -400, 400, 5_000, 70_000, 3_600_000]);

export function trouble(chance: Chance, setting: Setting): Item[] {
  const atMs = () => chance.int(0, setting.stormMs);
  return [
    ...several(chance, 0.25, 2, () => ({
      do: 'outage',
      atMs: atMs(),
      forMs: chance.pick([500, 4_000, 25_000]),
      how: chance.pick(['silent', 'refused', 'broken']),
    })),
    ...several(chance, 0.06, 1, () => ({ do: 'ban', atMs: atMs(), forMs: chance.pick([2_000, 30_000]) })),
    ...several(chance, 0.3, 3, () => ({
      do: 'stream',
      atMs: atMs(),
      forMs: chance.pick([800, 5_000, 25_000]),
      noticed: chance.is(0.5),
    })),
    ...several(chance, 0.1, 2, () => ({ do: 'listen key', atMs: atMs() })),
    ...several(chance, 0.2, 2, () => ({
      do: 'store',
      atMs: atMs(),
      forMs: chance.pick([100, 600, 3_000, 15_000]),
      how: chance.pick(STORE),
    })),
    ...several(chance, 0.15, 2, () => ({ do: 'clock', atMs: atMs(), byMs: jumpMs(chance) })),
  ];
}

export function crashes(chance: Chance): Item[] {
  return several(chance, 0.5, 4, () => ({
    do: 'crash',
    ...(chance.is(0.5) ? { step: chance.int(10, COMMON_STEPS) } : { io: chance.int(5, COMMON_SENDINGS) }),
    downMs: chance.pick([100, 1_000, 20_000]),
    requests: chance.pick(IN_FLIGHT),
    writes: chance.pick(IN_FLIGHT),
  }));
}

export function network(chance: Chance): Item[] {
  const items: Item[] = [];
  const requestRate = chance.pick([0, 0, 0.02, 0.06, 0.2]);
  const fates = chance.is(0.4) ? [chance.pick(FATES)] : FATES;
  for (let nth = 1; nth <= COMMON_REQUESTS && requestRate > 0; nth += 1) {
    if (!chance.is(requestRate)) continue;
    const ms = chance.pick([300, 1_500, 4_500]);
    items.push({ do: 'fault', of: 'any', nth, times: 1, fate: chance.pick(fates), ms });
  }
  const eventRate = chance.pick([0, 0, 0.03, 0.1, 0.35]);
  const kinds = ['lost', 'double', 'late'] as const;
  const kindsHere = chance.is(0.4) ? [chance.pick(kinds)] : kinds;
  for (let nth = 1; nth <= COMMON_EVENTS && eventRate > 0; nth += 1) {
    if (!chance.is(eventRate)) continue;
    const ms = chance.pick([50, 700, 6_000]);
    items.push({ do: 'event', of: 'any', nth, times: 1, fate: chance.pick(kindsHere), ms });
  }
  return items;
}

/** Trouble that strikes one kind of request or event, and what happens at the very moment of another. */
export function aimed(chance: Chance, setting: Setting): Item[] {
  return [
    ...several(chance, 0.3, 3, () => ({
      do: 'fault',
      of: chance.pick(ERRANDS),
      nth: chance.int(1, 6),
      times: chance.pick([1, 1, 2, 4]),
      fate: chance.pick(FATES),
      ms: chance.pick([300, 1_500, 4_500]),
    })),
    ...several(chance, 0.3, 3, () => ({
      do: 'event',
      of: chance.pick(EVENTS),
      nth: chance.int(1, 10),
      times: chance.pick([1, 2, 4]),
      fate: chance.pick(['lost', 'double', 'late']),
      ms: chance.pick([50, 700, 6_000]),
    })),
    ...several(chance, 0.45, 3, () => ({
      do: 'when',
      what: chance.pick(OCCASIONS),
      nth: chance.int(1, 4),
      afterMs: chance.pick([0, 0, 20, 60, 400, 1_500]),
      happening: happening(chance, setting),
    })),
  ];
}

function happening(chance: Chance, setting: Setting): Happening {
  const symbol = chance.pick(setting.symbols);
  const kind = chance.pick([
    'kill',
    'kill',
    'clock',
    'manual',
    'manual',
    'price',
    'store',
    'stream',
    'request',
  ] as const);
  switch (kind) {
    case 'kill':
      return {
        do: 'kill',
        atMs: 0,
        downMs: chance.pick([100, 1_000, 20_000]),
        requests: chance.pick(IN_FLIGHT),
        writes: chance.pick(IN_FLIGHT),
      };
    case 'clock':
      return { do: 'clock', atMs: 0, byMs: jumpMs(chance) };
    case 'manual':
      return {
        do: 'manual',
        atMs: 0,
        symbol,
        what: chance.pick(MANUAL),
        part: chance.pick(['0.25', '0.5', '0.9']),
      };
    case 'price':
      return { do: 'price', atMs: 0, symbol, bps: chance.int(-500, 500), markBps: null };
    case 'store':
      return { do: 'store', atMs: 0, forMs: chance.pick([50, 600, 5_000]), how: chance.pick(STORE) };
    case 'stream':
      return { do: 'stream', atMs: 0, forMs: chance.pick([800, 5_000, 25_000]), noticed: chance.is(0.5) };
    case 'request':
      return {
        do: 'request',
        atMs: 0,
        trade: chance.int(0, 4),
        what: chance.pick(['close', 'close_half', 'set_targets']),
        bps: 0,
      };
  }
}
