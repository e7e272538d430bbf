import type { Chance } from './chance.ts';
import { several } from './generate-market.ts';
import type { Happening, InFlight, Item, Setting } from './script.ts';

/** The program dies, and by its next start somebody, or an empty battery, has set the computer's clock. */

const HOUR_MS = 3_600_000;
const JUMPS = [-10, -3, -1, 1, 3, 10].map((hours) => hours * HOUR_MS);
const IN_FLIGHT: readonly InFlight[] = ['all', 'none', 'some'];

/** Much of it ends by itself, and soon. */
export function endingSoon(chance: Chance, setting: Setting): Setting {
  return {
    ...setting,
    entryTimeoutMs: chance.pick([20_000, 45_000]),
    cooldownMs: chance.pick([0, 20_000, 90_000]),
    // Long enough for what has begun to be over.
    stormMs: chance.pick([60_000, 180_000]),
  };
}

export function clocks(chance: Chance, setting: Setting): Item[] {
  const atMs = () => chance.int(0, setting.stormMs);
  const away = (): Happening => ({
    do: 'kill',
    atMs: 0,
    downMs: chance.pick([100, 1_000, 6_000, 25_000]),
    requests: chance.pick(IN_FLIGHT),
    writes: chance.pick(IN_FLIGHT),
    clockMs: chance.is(0.8) ? chance.pick(JUMPS) : chance.pick([-40_000, 40_000]),
  });
  return [
    ...several(chance, 0.6, 2, () => ({ ...away(), atMs: atMs() })),
    ...several(chance, 0.7, 2, () => ({
      do: 'when',
      what: chance.pick(['said', 'asked', 'pressed', 'entry sent', 'entry filled', 'stop filled'] as const),
      nth: chance.int(1, 3),
      afterMs: chance.pick([0, 50, 400, 2_000]),
      happening: away(),
    })),
    ...several(chance, 0.6, 2, () => ({
      do: 'pause',
      atMs: atMs(),
      // Nobody lifts it.
      forMs: 2 * setting.stormMs,
      endsMs: chance.pick([8_000, 30_000, 120_000]),
    })),
    ...several(chance, 0.2, 1, () => ({ do: 'ban', atMs: atMs(), forMs: chance.pick([5_000, 30_000]) })),
    ...several(chance, 0.2, 1, () => ({
      do: 'outage',
      atMs: atMs(),
      forMs: chance.pick([4_000, 25_000]),
      how: chance.pick(['silent', 'refused', 'broken']),
    })),
  ];
}
