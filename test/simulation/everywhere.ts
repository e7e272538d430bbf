import type { Scene } from './scenes.ts';
import type { InFlight, Item, Script } from './script.ts';
import { type Outcome, play } from './world.ts';

/** What becomes of what was on its way to the exchange, and to the disk. */
const FATES: readonly { requests: InFlight; writes: InFlight }[] = [
  { requests: 'all', writes: 'all' },
  { requests: 'none', writes: 'none' },
  { requests: 'all', writes: 'none' },
  { requests: 'none', writes: 'all' },
];
const DOWN_MS = 700;
/** How far into the start that follows the second of two crashes strikes, in requests and writes. */
const INTO_THE_START = 7;

export interface Interrupted {
  script: Script;
  outcome: Outcome;
}

/**
 * Plays a scene once for every moment at which the program can be interrupted. Whatever it waits for, it has sent
 * something first or set a timer: so a crash ahead of each request and write, with everything that can have become of
 * those before, and one after each step, are all that a crash at any await can lead to. Then the same with a second
 * crash in the start that follows.
 */
export async function* crashEverywhere({ script }: Scene): AsyncGenerator<Interrupted> {
  const clean = await play(script);
  yield { script, outcome: clean };
  if (clean.violation) return;
  for (const crashes of moments(clean, script.setting.talk !== undefined)) {
    const interrupted: Script = { ...script, items: [...script.items, ...crashes] };
    yield { script: interrupted, outcome: await play(interrupted) };
  }
}

/** Where people talk: ahead of each request, post and write alone, all of which arrive or none. The rest is the desk's. */
function* moments({ storm }: Outcome, talks: boolean): Generator<Item[]> {
  for (let io = 1; io <= storm.sendings; io += 1) {
    for (const fate of talks ? FATES.slice(0, 2) : FATES)
      yield [{ do: 'crash', io, downMs: DOWN_MS, ...fate }];
    const [all, none] = FATES;
    if (all && none) {
      yield [
        { do: 'crash', io, downMs: DOWN_MS, ...all },
        { do: 'crash', io: io + INTO_THE_START, downMs: DOWN_MS, ...none },
      ];
    }
  }
  for (let step = 1; step <= storm.steps && !talks; step += 1) {
    yield [{ do: 'crash', step, downMs: DOWN_MS, requests: 'all', writes: 'all' }];
  }
}
