import { type Chance, createChance } from './chance.ts';
import { clocks, endingSoon } from './generate-clocks.ts';
import { inLists, listSetting, rewrites } from './generate-lists.ts';
import { people, prices, signals } from './generate-market.ts';
import { oneTarget, onSpot, spotPeople, spotSetting } from './generate-spot.ts';
import { saidOnly, talk, talkSetting } from './generate-talk.ts';
import { aimed, crashes, network, trouble } from './generate-trouble.ts';
import { meddling, twinSetting, twins } from './generate-twins.ts';
import type { Script, Setting } from './script.ts';

/**
 * What a script's signals are for. Left out, spot changes nothing of what a seed means. `talk`: both markets, and signals
 * are said in a Discord server; `clocks`: the same, and the computer's clock is set while the program is away; `twins`:
 * both markets hold trades on one symbol's name at the same time.
 */
export const MARKETS = ['usdm', 'spot', 'mixed', 'talk', 'clocks', 'twins'] as const;
export type Markets = (typeof MARKETS)[number];

/** In seeds of `talk` from here on, messages hold several signals; those before it mean what they always have. */
export const LISTS_FROM = 20_000_001;

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'XRPUSDT'] as const;

/**
 * A script for a seed. Every seed has its own mixture: most kinds of trouble are absent from most runs, so that what is
 * there meets the paths that more trouble would never let it reach.
 */
export function generate(seed: number, markets: Markets = 'usdm'): Script {
  // Each part draws from a stream of its own: one that changes leaves the others of every seed as they were.
  let part = 0;
  const draw = (): Chance => {
    part += 1;
    return createChance((Math.imul(seed, 0x9e3779b1) ^ Math.imul(part, 0x85ebca6b)) >>> 0);
  };
  if (markets === 'talk' && seed >= LISTS_FROM) return listScript(seed, draw);
  if (markets === 'talk' || markets === 'clocks') return talkScript(seed, draw, markets === 'clocks');
  if (markets === 'twins') return twinScript(seed, draw);
  const setting = settingOf(draw());
  const items = [
    ...signals(draw(), setting),
    ...prices(draw(), setting),
    ...people(draw(), setting),
    ...trouble(draw(), setting),
    ...crashes(draw()),
    ...network(draw()),
    ...aimed(draw(), setting),
  ];
  if (markets === 'usdm') return { seed, setting, items };
  const isOnly = markets === 'spot';
  const spot = spotSetting(draw());
  const bought = [...onSpot(draw(), items, isOnly), ...spotPeople(draw(), setting)];
  return { seed, setting: { ...setting, spot }, items: oneTarget(draw(), bought) };
}

/** People and the program between them; of the rest of the world there is less trouble, so that this is met. */
function talkScript(seed: number, draw: () => Chance, isAboutClocks: boolean): Script {
  const base = settingOf(draw());
  const chance = draw();
  const setting = {
    ...(isAboutClocks ? endingSoon(draw(), base) : base),
    talk: talkSetting(chance),
    ...(chance.is(0.4) ? { spot: spotSetting(draw()) } : {}),
  };
  const said = saidOnly(draw(), [...signals(draw(), setting), ...signals(draw(), setting)]);
  const troubles = chance.is(0.3) ? [...trouble(draw(), setting), ...network(draw())] : [];
  return {
    seed,
    setting,
    items: [
      ...(setting.spot ? onSpot(draw(), said, false) : said),
      ...prices(draw(), setting),
      ...(chance.is(0.3) ? people(draw(), setting) : []),
      ...talk(draw(), setting),
      ...troubles,
      ...(isAboutClocks ? clocks(draw(), setting) : crashes(draw())),
    ],
  };
}

/** The same of messages that hold several signals, whose authors add some, take some out, reorder and change them. */
function listScript(seed: number, draw: () => Chance): Script {
  const base = listSetting(draw(), settingOf(draw()), SYMBOLS);
  const chance = draw();
  const setting = {
    ...base,
    talk: talkSetting(chance),
    ...(chance.is(0.3) ? { spot: spotSetting(draw()) } : {}),
  };
  const said = saidOnly(draw(), signals(draw(), setting));
  const onBoth = setting.spot ? onSpot(draw(), said, false) : said;
  return {
    seed,
    setting,
    items: [
      ...inLists(draw(), setting, onBoth),
      ...rewrites(draw(), setting),
      ...prices(draw(), setting),
      ...talk(draw(), setting),
      ...(chance.is(0.2) ? people(draw(), setting) : []),
      ...(chance.is(0.3) ? [...trouble(draw(), setting), ...network(draw())] : []),
      ...(chance.is(0.5) ? crashes(draw()) : []),
    ],
  };
}

/** What is one market's and what is the other's has to be told apart; of other trouble there is less, so that it can be. */
function twinScript(seed: number, draw: () => Chance): Script {
  const setting = twinSetting(draw(), settingOf(draw()), spotSetting(draw()));
  const chance = draw();
  return {
    seed,
    setting,
    items: [
      ...twins(draw(), setting),
      ...prices(draw(), setting),
      ...meddling(draw(), setting),
      ...crashes(draw()),
      ...(chance.is(0.3) ? [...trouble(draw(), setting), ...network(draw())] : []),
    ],
  };
}

function settingOf(chance: Chance): Setting {
  return {
    hedgeMode: chance.is(0.25),
    symbols: SYMBOLS.slice(0, chance.pick([1, 1, 2, 3])),
    stopTrigger: chance.pick(['mark', 'last']),
    breakEvenAfter: chance.pick([0, 1, 1, 2]),
    entryTimeoutMs: chance.pick([45_000, 600_000]),
    maxTradesPerSymbol: chance.pick([1, 1, 2, 3]),
    trailing: chance.is(0.2),
    closeOnOpposite: chance.is(0.3),
    maxConsecutiveLosses: chance.is(0.2) ? chance.int(1, 2) : 0,
    weightPerMinute: chance.is(0.05) ? 500 : 2_400,
    reduceOnlyMarket: chance.pick(['knock-out', 'reject']),
    reduceOnlyLimit: chance.pick(['reject', 'accept']),
    stormMs: chance.pick([30_000, 60_000, 180_000]),
    // Drawn last, so that the rest of each seed is as it was.
    bnb: chance.is(0.4) ? chance.pick([0.05, 0.3, 5]) : 0,
  };
}
