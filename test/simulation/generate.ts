import { type Chance, createChance } from './chance.ts';
import type { Fate, InFlight, Item, ManualKind, RequestKind, Script, Setting } from './script.ts';

const REQUESTS: readonly RequestKind[] = [
  'close',
  'close_half',
  'break_even',
  'move_stop',
  'cancel_entries',
  'set_targets',
];
const MANUAL: readonly ManualKind[] = [
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
];
const FATES: readonly Fate[] = [
  'lost',
  'answer lost',
  'dropped',
  'unsent',
  'late',
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
const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'XRPUSDT'] as const;

/** Requests, events and steps that a run of common length has. */
const COMMON_REQUESTS = 150;
const COMMON_EVENTS = 120;
const COMMON_STEPS = 900;

/**
 * A script for a seed. Every seed has its own mixture: most kinds of trouble are absent from most runs, so that what is
 * there meets the paths that more trouble would never let it reach.
 */
export function generate(seed: number): Script {
  const chance = createChance(seed);
  const stormMs = chance.pick([60_000, 180_000, 400_000]);
  const setting: Setting = {
    hedgeMode: chance.is(0.25),
    symbols: SYMBOLS.slice(0, chance.pick([1, 1, 2, 3])),
    stopTrigger: chance.pick(['mark', 'last']),
    breakEvenAfter: chance.pick([0, 1, 1, 2]),
    entryTimeoutMs: chance.pick([45_000, 600_000]),
    maxTradesPerSymbol: chance.is(0.3) ? 2 : 1,
    trailing: chance.is(0.2),
    reduceOnlyMarket: chance.pick(['knock-out', 'reject']),
    reduceOnlyLimit: chance.pick(['reject', 'accept']),
    stormMs,
  };
  const items = [
    ...signals(chance, setting),
    ...prices(chance, setting),
    ...people(chance, setting),
    ...trouble(chance, setting),
    ...network(chance),
  ];
  return { seed, setting, items };
}

function signals(chance: Chance, setting: Setting): Item[] {
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
      againMs: chance.is(0.4) ? chance.int(0, 30_000) : null,
    };
  });
}

/** A random walk with gaps, around where entries, stops and targets lie. */
function prices(chance: Chance, setting: Setting): Item[] {
  const items: Item[] = [];
  const pauseMs = chance.pick([400, 1_500, 5_000]);
  const stepBps = chance.pick([8, 20, 60]);
  const gaps = chance.pick([0, 0.05, 0.2]);
  const parts = chance.pick([0, 0, 0.4]);
  for (const symbol of setting.symbols) {
    let bps = 0;
    for (let atMs = 1_000; atMs < setting.stormMs; atMs += chance.int(pauseMs / 2, pauseMs * 3)) {
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

function people(chance: Chance, setting: Setting): Item[] {
  const items: Item[] = [];
  const at = () => chance.int(0, setting.stormMs);
  if (chance.is(0.5)) {
    for (let n = chance.int(1, 5); n > 0; n -= 1) {
      items.push({
        do: 'request',
        atMs: at(),
        trade: chance.int(0, 4),
        what: chance.pick(REQUESTS),
        bps: chance.int(-80, 80),
      });
    }
  }
  if (chance.is(0.35)) {
    for (let n = chance.int(1, 4); n > 0; n -= 1) {
      items.push({
        do: 'manual',
        atMs: at(),
        symbol: chance.pick(setting.symbols),
        what: chance.pick(MANUAL),
        part: chance.pick(['0.25', '0.5', '0.9']),
      });
    }
  }
  if (chance.is(0.2)) items.push({ do: 'pause', atMs: at(), forMs: chance.int(5_000, setting.stormMs) });
  if (chance.is(0.1)) items.push({ do: 'panic', atMs: at() });
  if (chance.is(0.4)) {
    for (let n = chance.int(1, 3); n > 0; n -= 1) {
      items.push({
        do: 'funding',
        atMs: at(),
        symbol: chance.pick(setting.symbols),
        bps: chance.int(-20, 20),
      });
    }
  }
  return items;
}

function trouble(chance: Chance, setting: Setting): Item[] {
  const items: Item[] = [];
  const at = () => chance.int(0, setting.stormMs);
  if (chance.is(0.5)) {
    for (let n = chance.int(1, 4); n > 0; n -= 1) {
      items.push({
        do: 'crash',
        step: chance.int(10, COMMON_STEPS),
        downMs: chance.pick([100, 1_000, 20_000]),
        requests: chance.pick(IN_FLIGHT),
        writes: chance.pick(IN_FLIGHT),
      });
    }
  }
  if (chance.is(0.25)) {
    for (let n = chance.int(1, 2); n > 0; n -= 1) {
      items.push({
        do: 'outage',
        atMs: at(),
        forMs: chance.pick([500, 4_000, 25_000]),
        how: chance.pick(['silent', 'refused', 'broken']),
      });
    }
  }
  if (chance.is(0.3)) {
    for (let n = chance.int(1, 3); n > 0; n -= 1) {
      items.push({
        do: 'stream',
        atMs: at(),
        forMs: chance.pick([800, 5_000, 25_000]),
        noticed: chance.is(0.5),
      });
    }
  }
  if (chance.is(0.2)) {
    items.push({
      do: 'store',
      atMs: at(),
      forMs: chance.pick([100, 3_000, 15_000]),
      applied: chance.is(0.3),
    });
  }
  if (chance.is(0.15)) {
    for (let n = chance.int(1, 2); n > 0; n -= 1) {
      items.push({
        do: 'clock',
        atMs: at(),
        byMs: chance.pick([-3_600_000, -5_000, -400, 400, 5_000, 70_000, 3_600_000]),
      });
    }
  }
  return items;
}

function network(chance: Chance): Item[] {
  const items: Item[] = [];
  const requestRate = chance.pick([0, 0, 0.02, 0.06, 0.2]);
  const fates = chance.is(0.4) ? [chance.pick(FATES)] : FATES;
  for (let request = 1; request <= COMMON_REQUESTS && requestRate > 0; request += 1) {
    if (!chance.is(requestRate)) continue;
    items.push({ do: 'fault', request, fate: chance.pick(fates), ms: chance.pick([300, 1_500, 4_500]) });
  }
  const eventRate = chance.pick([0, 0, 0.03, 0.1, 0.35]);
  const kinds = ['lost', 'double', 'late'] as const;
  const kindsHere = chance.is(0.4) ? [chance.pick(kinds)] : kinds;
  for (let event = 1; event <= COMMON_EVENTS && eventRate > 0; event += 1) {
    if (!chance.is(eventRate)) continue;
    items.push({ do: 'event', event, fate: chance.pick(kindsHere), ms: chance.pick([50, 700, 6_000]) });
  }
  return items;
}
