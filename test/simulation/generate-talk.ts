import type { Chance } from './chance.ts';
import { several } from './generate-market.ts';
import type {
  DiscordTrouble,
  EditKind,
  Happening,
  InFlight,
  Item,
  Occasion,
  Setting,
  TalkSetting,
} from './script.ts';

/** What people do in a Discord server, and what goes wrong around it. */

const IN_FLIGHT: readonly InFlight[] = ['all', 'none', 'some'];
const EDITS: readonly EditKind[] = ['stop', 'stop', 'targets', 'same', 'unreadable'];
const TROUBLES: readonly DiscordTrouble[] = ['silent', 'refused', 'answers lost'];
/** Confirm, half, reject; what else a message has is pressed by its number. */
const BUTTONS = [0, 0, 0, 0, 1, 2, 3, 5] as const;
const SOON = [0, 0, 30, 150, 600, 2_500] as const;

export function talkSetting(chance: Chance): TalkSetting {
  return { confirmMs: chance.pick([10_000, 20_000, 60_000]), maxAgeMs: chance.pick([5_000, 20_000, 60_000]) };
}

/** Said in the channels as the parser reads it; most of them where they wait for a click. */
export function saidOnly(chance: Chance, items: readonly Item[]): Item[] {
  return items.map((item): Item => {
    if (item.do !== 'signal') return item;
    return { ...item, trigger: false, shares: [], ...(chance.is(0.65) ? { asks: true } : {}) };
  });
}

export function talk(chance: Chance, setting: Setting & { talk: TalkSetting }): Item[] {
  const atMs = () => chance.int(0, setting.stormMs);
  const { confirmMs } = setting.talk;
  const press = (on: number): Happening => ({
    do: 'press',
    atMs: 0,
    on,
    button: chance.pick(BUTTONS),
    againMs: chance.is(0.4) ? chance.pick([0, 20, 80, 400, 2_000]) : null,
  });
  const aimed = (what: Occasion, nth: number, afterMs: number, happening: Happening): Item => ({
    do: 'when',
    what,
    nth,
    afterMs,
    happening,
  });
  // Most questions are answered: at once, after a while, at the last moment, too late.
  const answers = Array.from({ length: 6 }, (_, index) => index + 1).filter(() => chance.is(0.8));
  const late = [confirmMs - 150, confirmMs - 60, confirmMs, confirmMs + 400];
  return [
    ...answers.map((nth) => aimed('asked', nth, chance.pick([200, 1_500, 4_000, ...late]), press(0))),
    ...several(chance, 0.6, 4, () => ({ ...press(chance.int(0, 6)), atMs: atMs() })),
    ...several(chance, 0.5, 3, () =>
      aimed(chance.pick(['said', 'asked', 'pressed']), chance.int(1, 3), chance.pick(SOON), authors(chance)),
    ),
    ...several(chance, 0.4, 2, () => ({ ...authors(chance), atMs: atMs() })),
    ...several(chance, 0.7, 3, () =>
      aimed(chance.pick(['said', 'asked', 'pressed', 'entry sent']), chance.int(1, 4), chance.pick(SOON), {
        do: 'kill',
        atMs: 0,
        downMs: chance.pick([100, 1_000, 6_000, 25_000, 70_000]),
        requests: chance.pick(IN_FLIGHT),
        writes: chance.pick(IN_FLIGHT),
      }),
    ),
    ...several(chance, 0.3, 2, () => ({
      do: 'gateway',
      atMs: atMs(),
      forMs: chance.pick([300, 4_000, 30_000]),
    })),
    ...several(chance, 0.3, 2, () => ({
      do: 'discord',
      atMs: atMs(),
      forMs: chance.pick([300, 4_000, 20_000]),
      how: chance.pick(TROUBLES),
    })),
  ];
}

function authors(chance: Chance): Happening {
  const message = chance.int(0, 2);
  if (chance.is(0.35)) return { do: 'remove', atMs: 0, message };
  return { do: 'edit', atMs: 0, message, how: chance.pick(EDITS), bps: chance.pick([-30, -8, 8, 30]) };
}
