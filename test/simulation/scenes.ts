import type { Happening, Item, Script, Setting, SignalItem, SpotSetting } from './script.ts';

/** Lives of trades in which nothing goes wrong, each through other paths: crashes are let into them everywhere. */
export interface Scene {
  name: string;
  script: Script;
}

const SETTING: Setting = {
  hedgeMode: false,
  symbols: ['BTCUSDT'],
  stopTrigger: 'last',
  breakEvenAfter: 1,
  entryTimeoutMs: 600_000,
  maxTradesPerSymbol: 2,
  trailing: false,
  closeOnOpposite: false,
  maxConsecutiveLosses: 0,
  bnb: 0,
  weightPerMinute: 2_400,
  reduceOnlyMarket: 'reject',
  reduceOnlyLimit: 'reject',
  stormMs: 12_000,
};

export const SIGNAL: SignalItem = {
  do: 'signal',
  atMs: 1_000,
  symbol: 'BTCUSDT',
  side: 'long',
  entryBps: [],
  stopBps: 150,
  targetBps: [60, 120],
  trigger: false,
  isZone: false,
  shares: [],
  againMs: 6_000,
};

export const SPOT: SpotSetting = { usdt: '20000', own: { BTC: '0.35', BNB: '3' }, paysInBnb: false };
const COINS: SignalItem = { ...SIGNAL, market: 'spot' };

export function price(atMs: number, bps: number): Happening {
  return { do: 'price', atMs, symbol: 'BTCUSDT', bps, markBps: null };
}

function part(atMs: number, fraction: string): Happening {
  return { do: 'part', atMs, symbol: 'BTCUSDT', fraction };
}

function request(
  atMs: number,
  what: 'close' | 'close_half' | 'move_stop' | 'set_targets',
  bps = 0,
): Happening {
  return { do: 'request', atMs, trade: 0, what, bps };
}

export function scene(name: string, items: readonly Item[], setting: Partial<Setting> = {}): Scene {
  return { name, script: { seed: 1, setting: { ...SETTING, ...setting }, items } };
}

export const SCENES: readonly Scene[] = [
  scene('bought at market, both targets reached', [SIGNAL, price(4_000, 65), price(7_000, 125)]),
  scene('a ladder that fills in parts and is stopped out', [
    { ...SIGNAL, entryBps: [20, 40], targetBps: [80] },
    part(2_900, '0.5'),
    price(3_000, -25),
    price(4_500, -45),
    price(8_000, -200),
  ]),
  scene('a breakout, its first target, the stop at break-even', [
    { ...SIGNAL, entryBps: [30], trigger: true, targetBps: [90, 150] },
    price(3_000, 35),
    price(5_000, 95),
    price(8_000, 20),
  ]),
  scene('a short one, half closed, the stop moved, the rest closed', [
    { ...SIGNAL, side: 'short' },
    request(3_000, 'close_half'),
    request(5_000, 'move_stop', 50),
    request(8_000, 'close'),
  ]),
  scene('other targets, then a gap through the stop', [
    SIGNAL,
    request(3_000, 'set_targets', 40),
    price(6_000, 20),
    price(8_000, -400),
  ]),
  scene('two trades that share a position', [
    SIGNAL,
    { ...SIGNAL, atMs: 2_500, stopBps: 200, targetBps: [90], againMs: null },
    price(5_000, 65),
    price(8_000, -160),
  ]),
  scene(
    'both sides in hedge mode',
    [SIGNAL, { ...SIGNAL, atMs: 2_500, side: 'short', againMs: null }, price(5_000, 65), price(8_000, -65)],
    { hedgeMode: true },
  ),
  scene(
    'turned round by the opposite signal',
    [SIGNAL, { ...SIGNAL, atMs: 4_000, side: 'short', againMs: null }, price(8_000, -65)],
    { closeOnOpposite: true },
  ),
  scene('trailed', [SIGNAL, price(4_000, 65), price(6_000, 110), price(8_000, 60)], { trailing: true }),
  scene(
    'entries that time out, one of them filled in part',
    [{ ...SIGNAL, entryBps: [20, 60], targetBps: [80] }, part(2_900, '0.35'), price(3_000, -25)],
    { entryTimeoutMs: 5_000 },
  ),
  scene('paid funding, closed in part by hand, then in panic', [
    SIGNAL,
    { do: 'funding', atMs: 3_000, symbol: 'BTCUSDT', bps: 3 },
    { do: 'manual', atMs: 5_000, symbol: 'BTCUSDT', what: 'close_part', part: '0.25' },
    { do: 'panic', atMs: 8_000 },
  ]),
  scene('paused, lifted and in panic while nothing can be written', [
    { ...SIGNAL, targetBps: [300], againMs: null },
    { do: 'store', atMs: 2_500, forMs: 1_000, how: 'lock' },
    { do: 'pause', atMs: 2_700, forMs: 1_600 },
    { do: 'store', atMs: 4_200, forMs: 1_000, how: 'torn' },
    { do: 'resume', atMs: 6_000 },
    { do: 'store', atMs: 6_500, forMs: 2_500, how: 'full' },
    { do: 'panic', atMs: 6_600 },
    { ...SIGNAL, atMs: 11_000, stopBps: 200, againMs: null },
  ]),
  scene(
    'coins bought at market, the first target, the second',
    [COINS, price(4_000, 65), price(7_000, 125)],
    {
      spot: SPOT,
    },
  ),
  scene(
    'coins bought by a ladder in parts, and stopped out',
    [
      { ...COINS, entryBps: [20, 40], targetBps: [80, 160] },
      part(2_900, '0.5'),
      price(3_000, -25),
      price(4_500, -45),
      price(8_000, -200),
    ],
    { spot: SPOT },
  ),
  scene(
    'coins bought by a limit that fills whole, the stop that goes with it moved before, and stopped out',
    [
      { ...COINS, entryBps: [20], targetBps: [80, 160] },
      request(2_000, 'move_stop', -120),
      price(3_500, -25),
      price(8_000, -200),
    ],
    { spot: SPOT },
  ),
  scene(
    'coins bought by a limit of which a part fills first, the rest later, and stopped out',
    [
      { ...COINS, entryBps: [20], targetBps: [80, 160] },
      part(2_900, '0.35'),
      price(3_000, -21),
      price(4_500, -25),
      price(8_000, -200),
    ],
    { spot: SPOT },
  ),
  scene(
    'coins half sold, the stop of the rest moved, other targets, the rest sold',
    [
      { ...COINS, targetBps: [100] },
      request(3_000, 'close_half'),
      request(5_000, 'move_stop', 50),
      request(6_500, 'set_targets', 40),
      request(8_500, 'close'),
    ],
    { spot: { ...SPOT, paysInBnb: true } },
  ),
  scene(
    'a contract and coins of the same symbol, closed in panic while nothing can be written',
    [
      { ...COINS, againMs: null },
      { ...SIGNAL, atMs: 2_000, againMs: null },
      { do: 'store', atMs: 4_000, forMs: 3_000, how: 'lock' },
      { do: 'panic', atMs: 4_300 },
      { ...SIGNAL, atMs: 9_000, stopBps: 200, againMs: null },
    ],
    { spot: SPOT },
  ),
  scene(
    'a contract and coins of the same symbol',
    [COINS, { ...SIGNAL, atMs: 2_000, againMs: null }, price(5_000, 65), price(8_000, -160)],
    { spot: SPOT },
  ),
  scene(
    'a question that is asked anew after an edit, and answered with yes',
    [
      { ...SIGNAL, asks: true, againMs: null, targetBps: [60] },
      { do: 'edit', atMs: 2_000, message: 0, how: 'stop', bps: -8 },
      { do: 'press', atMs: 4_500, on: 0, button: 0, againMs: 60 },
      price(7_000, 65),
    ],
    { talk: { confirmMs: 5_000, maxAgeMs: 3_000 }, stormMs: 9_000 },
  ),
];
