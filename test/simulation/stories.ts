import { generate } from './generate.ts';
import { price, type Scene, SIGNAL, SPOT, scene } from './scenes.ts';
import type { Happening, Item, Occasion, Script } from './script.ts';

/**
 * Single misfortunes, written down: what once went wrong, or would without one of the safeguards. Seeds find such
 * things; a script says the same whatever becomes of the seeds.
 */

const HOUR_MS = 3_600_000;
const QUIET = { ...SIGNAL, targetBps: [], againMs: null };

function when(what: Occasion, nth: number, afterMs: number, happening: Happening) {
  return { do: 'when', what, nth, afterMs, happening } as const;
}

function kill(downMs: number, arrives: 'all' | 'none' = 'all'): Happening {
  return { do: 'kill', atMs: 0, downMs, requests: arrives, writes: arrives };
}

/** Nothing can be written from then on. */
function endUnwritten(since: Occasion): Item[] {
  return [
    { ...SIGNAL, againMs: null },
    when(since, 1, 0, { do: 'store', atMs: 0, forMs: 5_000, how: 'full' }),
    price(3_000, 65),
    price(5_000, 125),
    { ...kill(800), atMs: 6_000 },
    // Those for the targets, and what is asked beside them, after the start.
    { do: 'fault', of: 'question', nth: 4, times: 2, fate: 'late', ms: 300 },
    { do: 'fault', of: 'other', nth: 20, times: 9, fate: 'late', ms: 600 },
  ];
}

/** With new targets that are ahead of a short, where a seed has asked for some that the price has passed: none are set there. */
function aimedAhead(script: Script): Script {
  const items = script.items.map((item) =>
    item.do === 'when' && item.happening.do === 'request' && item.happening.what === 'set_targets'
      ? { ...item, happening: { ...item.happening, bps: -300 } }
      : item,
  );
  return { ...script, items };
}

export const STORIES: readonly Scene[] = [
  {
    name: 'the removal of targets overtakes them, and they stand in the way of a close',
    script: aimedAhead(generate(54159)),
  },
  scene('an entry fills while the store is locked and answers are waiting', [
    { ...QUIET, atMs: 2_000, entryBps: [20, 30, 40] },
    when('entry sent', 1, 10, { do: 'store', atMs: 0, forMs: 6_000, how: 'lock' }),
    price(2_300, -22),
  ]),
  scene(
    'ADL takes a part while the program is down, and another trade enters before that is found',
    [
      {
        ...SIGNAL,
        atMs: 22_788,
        side: 'short',
        entryBps: [45, 57],
        stopBps: 211,
        targetBps: [130, 163, 198],
        againMs: null,
      },
      {
        ...SIGNAL,
        atMs: 10_669,
        side: 'short',
        entryBps: [6],
        stopBps: 148,
        targetBps: [52, 76],
        againMs: null,
      },
      price(8_540, -18),
      { do: 'part', atMs: 36_939, symbol: 'BTCUSDT', fraction: '0.8' },
      price(36_939, -6),
      price(38_026, 7),
      price(39_385, 326),
      when('stop sent', 2, 0, kill(1_000)),
      { do: 'manual', atMs: 38_469, symbol: 'BTCUSDT', what: 'deleverage', part: '0.25' },
    ],
    { hedgeMode: true, stormMs: 60_000 },
  ),
  scene(
    'both stops were rejected while the program was down, of which it knows the looser one to have stood',
    [
      { ...SIGNAL, againMs: null },
      price(4_000, 65),
      when('stop sent', 2, 0, kill(4_000)),
      { do: 'manual', atMs: 5_000, symbol: 'BTCUSDT', what: 'reject_stop', part: '1' },
      { do: 'manual', atMs: 5_100, symbol: 'BTCUSDT', what: 'reject_stop', part: '1' },
      price(6_000, -5),
    ],
  ),
  scene('a trade was closed in what is the future after the clock has been set back', [
    { ...SIGNAL, entryBps: [50], againMs: 7_000 },
    { do: 'clock', atMs: 500, byMs: HOUR_MS },
    { do: 'request', atMs: 3_000, trade: 0, what: 'close', bps: 0 },
    { do: 'clock', atMs: 5_000, byMs: -HOUR_MS },
    { ...kill(500), atMs: 6_000 },
  ]),
  scene(
    "one trade's question tells of another's entry",
    [
      { ...SIGNAL, atMs: 4_903, entryBps: [38], stopBps: 315, targetBps: [], againMs: null },
      { ...SIGNAL, atMs: 13_206, side: 'short', stopBps: 285, targetBps: [], againMs: null },
      price(4_049, 27),
      price(12_736, -20),
      { do: 'stream', atMs: 12_430, forMs: 25_000, noticed: true },
    ],
    { hedgeMode: true, stormMs: 40_000 },
  ),
  scene('the word of a position comes when that is closed, ahead of another signal', [
    QUIET,
    { do: 'event', of: 'account', nth: 1, times: 4, fate: 'late', ms: 6_000 },
    price(3_000, -400),
    price(7_900, 300),
    { ...QUIET, atMs: 8_000, stopBps: 160 },
  ]),
  scene('entries are paused while the symbol is prepared', [
    { ...QUIET, atMs: 3_000 },
    { do: 'pause', atMs: 3_110, forMs: 5_000 },
  ]),
  scene('a panic comes while nothing can be written', [
    QUIET,
    { do: 'store', atMs: 3_000, forMs: 6_500, how: 'full' },
    { do: 'panic', atMs: 3_500 },
  ]),
  scene(
    'nine entries never left, and the exchange grants a fifth of the usual weight',
    [
      { ...QUIET, entryBps: [20, 30, 40] },
      { ...QUIET, atMs: 2_000, entryBps: [25, 35, 45], stopBps: 160 },
      { ...QUIET, atMs: 3_000, entryBps: [22, 32, 42], stopBps: 170 },
      { do: 'fault', of: 'entry', nth: 1, times: 9, fate: 'unknown before', ms: 0 },
    ],
    { weightPerMinute: 500, maxTradesPerSymbol: 3, stormMs: 20_000 },
  ),
  scene('funding is charged just before the trade is closed', [
    QUIET,
    { do: 'funding', atMs: 3_000, symbol: 'BTCUSDT', bps: 3 },
    { do: 'request', atMs: 3_050, trade: 0, what: 'close', bps: 0 },
  ]),
  scene('a close by hand is told twice', [
    QUIET,
    { do: 'event', of: 'account', nth: 1, times: 60, fate: 'double', ms: 300 },
    { do: 'manual', atMs: 3_000, symbol: 'BTCUSDT', what: 'close_part', part: '0.25' },
  ]),
  scene('all is closed by hand, of which the program knows a part', [
    { ...QUIET, entryBps: [20, 40] },
    price(2_000, -25),
    { do: 'event', of: 'entry', nth: 4, times: 1, fate: 'lost', ms: 0 },
    price(4_000, -45),
    { do: 'manual', atMs: 4_500, symbol: 'BTCUSDT', what: 'close_all', part: '1' },
  ]),
  scene('a stop is said to stand long after it was cancelled by hand', [
    QUIET,
    { do: 'event', of: 'stop', nth: 1, times: 1, fate: 'late', ms: 6_000 },
    { do: 'manual', atMs: 3_000, symbol: 'BTCUSDT', what: 'cancel_stop', part: '1' },
  ]),
  scene('the removal of a stop overtakes it, and so does the question that follows', [
    { ...SIGNAL, againMs: null },
    { ...QUIET, atMs: 1_500, stopBps: 200 },
    { do: 'fault', of: 'stop', nth: 3, times: 1, fate: 'late', ms: 75 },
    price(4_000, 130),
    price(6_000, -40),
  ]),
  scene('a stop that was given up arrives after all, and nobody tells', [
    QUIET,
    { do: 'fault', of: 'stop', nth: 1, times: 1, fate: 'unknown later', ms: 4_500 },
    { do: 'event', of: 'stop', nth: 2, times: 1, fate: 'lost', ms: 0 },
  ]),
  scene(
    'the price has passed the stop, and the close is lost',
    [
      QUIET,
      when('entry filled', 1, 0, price(0, -400)),
      { do: 'fault', of: 'close', nth: 1, times: 1, fate: 'lost', ms: 0 },
    ],
    { stormMs: 40_000 },
  ),
  scene(
    'the price has passed the stop, and the close is refused eight times',
    [
      QUIET,
      when('entry filled', 1, 0, price(0, -400)),
      { do: 'fault', of: 'close', nth: 1, times: 8, fate: 'refused', ms: 0 },
    ],
    { stormMs: 60_000 },
  ),
  scene('executions are asked for after the clock was set back', [
    QUIET,
    { do: 'event', of: 'entry', nth: 1, times: 2, fate: 'lost', ms: 0 },
    when('entry filled', 1, 300, kill(500)),
    when('entry filled', 1, 320, { do: 'clock', atMs: 0, byMs: -HOUR_MS }),
  ]),
  scene('the clock is set back while an entry waits to be sent once more', [
    QUIET,
    { do: 'fault', of: 'entry', nth: 1, times: 2, fate: 'busy', ms: 0 },
    when('entry sent', 1, 200, { do: 'clock', atMs: 0, byMs: -HOUR_MS }),
  ]),
  scene('the clock is set ahead, and the program ends, while an entry waits to be sent once more', [
    QUIET,
    { do: 'fault', of: 'entry', nth: 1, times: 1, fate: 'busy', ms: 0 },
    when('entry sent', 1, 200, { do: 'clock', atMs: 0, byMs: HOUR_MS }),
    when('entry sent', 1, 250, kill(500)),
  ]),
  scene('the program ends while a closed trade is archived', [
    QUIET,
    { do: 'request', atMs: 3_000, trade: 0, what: 'close', bps: 0 },
    when('close filled', 1, 50, { do: 'store', atMs: 0, forMs: 5_000, how: 'torn' }),
    when('close filled', 1, 2_400, kill(6_000)),
  ]),
  scene('what is held is liquidated', [
    { ...QUIET, entryBps: [] },
    { ...QUIET, atMs: 2_000, stopBps: 200 },
    { do: 'manual', atMs: 4_000, symbol: 'BTCUSDT', what: 'liquidate', part: '1' },
  ]),
  scene(
    'much has gathered behind a rate limit, and a ban stands when that ends',
    [
      ...['BTCUSDT', 'ETHUSDT', 'XRPUSDT'].flatMap((symbol) =>
        [1_000, 1_500].map((atMs) => ({ ...QUIET, symbol, atMs, entryBps: [20, 30, 40] })),
      ),
      { do: 'fault', of: 'entry', nth: 1, times: 18, fate: 'lost', ms: 0 },
      { do: 'fault', of: 'question', nth: 3, times: 1, fate: 'throttled', ms: 0 },
      when('question sent', 3, 1_000, { do: 'ban', atMs: 0, forMs: 20_000 }),
    ],
    { symbols: ['BTCUSDT', 'ETHUSDT', 'XRPUSDT'], stormMs: 40_000 },
  ),
  scene(
    'a trade ends while nothing can be written, and of its end the stop is known first',
    endUnwritten('stop sent'),
  ),
  scene(
    'a trade ends while nothing can be written, and its entry is found before its end is known',
    endUnwritten('entry sent'),
  ),
  scene('another entry fills while the removal of a larger stop waits for the rate limit', [
    { ...QUIET, entryBps: [20, 40] },
    price(2_000, -25),
    { do: 'request', atMs: 3_000, trade: 0, what: 'close_half', bps: 0 },
    { do: 'fault', of: 'cancel', nth: 1, times: 1, fate: 'throttled', ms: 0 },
    // After two seconds the removal is asked for again.
    price(5_500, -45),
  ]),
  scene(
    'on spot a gap triggers a breakout and leaves its limit behind, then all is to be closed',
    [
      { ...QUIET, market: 'spot', entryBps: [21], stopBps: 168, trigger: true },
      { do: 'gap', atMs: 4_000, symbol: 'BTCUSDT', bps: 238 },
    ],
    { spot: SPOT },
  ),
  scene(
    'on spot entries are to be removed while nothing can leave',
    [
      { ...SIGNAL, market: 'spot', entryBps: [19, 46], againMs: null },
      { do: 'outage', atMs: 3_000, forMs: 8_000, how: 'refused' },
      { do: 'request', atMs: 4_000, trade: 0, what: 'cancel_entries', bps: 0 },
    ],
    { spot: SPOT },
  ),
  scene(
    "on spot an entry is lost while the user's own order buys the same coin",
    [
      { ...QUIET, market: 'spot', entryBps: [30] },
      { do: 'fault', of: 'entry', nth: 1, times: 1, fate: 'lost', ms: 0 },
      { do: 'spot hand', atMs: 2_000, symbol: 'BTCUSDT', what: 'buy_own', part: '1' },
    ],
    { spot: SPOT },
  ),
  scene(
    'on spot a signal comes between an execution and the balance that it leaves',
    [
      { ...QUIET, market: 'spot', entryBps: [20], stopBps: 600 },
      price(3_000, -25),
      when('entry filled', 1, 15, { ...QUIET, market: 'spot', stopBps: 700 }),
    ],
    { spot: SPOT },
  ),
  scene(
    'on spot a stop is moved, and a close asked for, while the symbol takes no orders',
    [
      { ...QUIET, market: 'spot', targetBps: [300] },
      { do: 'spot hand', atMs: 5_000, symbol: 'BTCUSDT', what: 'cancel_only', part: '1' },
      { do: 'request', atMs: 20_500, trade: 0, what: 'move_stop', bps: -40 },
      { do: 'request', atMs: 22_500, trade: 0, what: 'close_half', bps: 0 },
    ],
    { spot: SPOT, stormMs: 45_000 },
  ),
  scene(
    'on spot a list is taken away by hand, and only its own end is told, not that of its orders',
    [
      { ...QUIET, market: 'spot', targetBps: [300] },
      { do: 'event', of: 'stop', nth: 2, times: 1, fate: 'lost', ms: 0 },
      { do: 'event', of: 'target', nth: 2, times: 1, fate: 'lost', ms: 0 },
      { do: 'spot hand', atMs: 4_000, symbol: 'BTCUSDT', what: 'cancel_list', part: '1' },
    ],
    { spot: SPOT },
  ),
  scene(
    'on spot a gap passes a stop that is on its way, the answer that says so is lost, and a panic follows',
    [
      { ...QUIET, market: 'spot', entryBps: [20] },
      // Two that come too late: the third has a longer time, and would be waited for as long.
      { do: 'fault', of: 'stop', nth: 1, times: 1, fate: 'late', ms: 1_500 },
      { do: 'fault', of: 'stop', nth: 2, times: 1, fate: 'late', ms: 4_100 },
      { do: 'fault', of: 'stop', nth: 3, times: 1, fate: 'answer lost', ms: 0 },
      { do: 'gap', atMs: 3_000, symbol: 'BTCUSDT', bps: -300 },
      { do: 'panic', atMs: 9_800 },
    ],
    { spot: SPOT },
  ),
  scene(
    'on spot all is sold while nothing can be written, and the program ends before it can',
    [
      { ...QUIET, market: 'spot', targetBps: [300] },
      { do: 'store', atMs: 4_000, forMs: 5_000, how: 'lock' },
      { do: 'request', atMs: 4_500, trade: 0, what: 'close', bps: 0 },
      { do: 'kill', atMs: 6_000, downMs: 3_000, requests: 'all', writes: 'none' },
    ],
    { spot: SPOT, stormMs: 20_000 },
  ),
  scene(
    'on spot a gap fills an entry and passes the stop that goes with it, and no event tells of that',
    [
      { ...QUIET, market: 'spot', entryBps: [20] },
      { do: 'event', of: 'stop', nth: 2, times: 9, fate: 'lost', ms: 0 },
      // That of the list.
      { do: 'event', of: 'account', nth: 6, times: 1, fate: 'lost', ms: 0 },
      { do: 'gap', atMs: 3_000, symbol: 'BTCUSDT', bps: -160 },
    ],
    { spot: SPOT, stormMs: 45_000 },
  ),
  scene(
    'on spot a part of an entry fills, its removal is lost, and the rest fills after a crash',
    [
      { ...QUIET, market: 'spot', entryBps: [20] },
      { do: 'part', atMs: 2_900, symbol: 'BTCUSDT', fraction: '0.35' },
      { do: 'fault', of: 'cancel', nth: 1, times: 1, fate: 'lost', ms: 0 },
      price(3_000, -22),
      { ...kill(6_000), atMs: 3_400 },
      price(5_000, -25),
      price(6_000, -200),
    ],
    { spot: SPOT },
  ),
  scene(
    'on spot an entry fills whole while the program is down, and its stop is found there',
    [
      { ...SIGNAL, market: 'spot', entryBps: [20], againMs: null },
      { ...kill(4_000), atMs: 3_000 },
      price(4_000, -25),
      price(9_000, 65),
    ],
    { spot: SPOT },
  ),
  scene(
    'on spot an entry fills whole while the program is down, and so does the target that went with it',
    [
      { ...QUIET, market: 'spot', entryBps: [20], targetBps: [60] },
      { ...kill(5_000), atMs: 3_000 },
      price(4_000, -25),
      price(6_000, 65),
    ],
    { spot: SPOT },
  ),
  scene(
    'on spot an entry takes its target along, fills in part, and the ids of what went with it are not used again',
    [
      { ...QUIET, market: 'spot', entryBps: [20], targetBps: [60] },
      { do: 'part', atMs: 2_900, symbol: 'BTCUSDT', fraction: '0.35' },
      price(3_000, -22),
      price(5_000, -25),
      price(8_000, 65),
    ],
    { spot: SPOT },
  ),
  scene(
    'on spot the exchange refuses an entry for the stop that goes with it',
    [
      { ...SIGNAL, market: 'spot', entryBps: [20, 40], againMs: null },
      { do: 'fault', of: 'entry', nth: 1, times: 2, fate: 'refused', ms: 0 },
      price(4_000, -45),
    ],
    { spot: SPOT },
  ),
  scene(
    'on spot a stop grows while nothing can be written, and another entry fills before a start has looked round',
    [
      { ...QUIET, market: 'spot', entryBps: [20, 40, 60] },
      price(3_000, -22),
      { do: 'store', atMs: 4_000, forMs: 5_000, how: 'lock' },
      price(4_200, -45),
      { do: 'kill', atMs: 6_000, downMs: 3_000, requests: 'all', writes: 'none' },
      price(9_120, -65),
    ],
    { spot: SPOT, stormMs: 20_000 },
  ),
  scene(
    'on spot the list with a moved stop is lost on its way, and once more',
    [
      { ...QUIET, market: 'spot', targetBps: [300] },
      { do: 'fault', of: 'stop', nth: 2, times: 2, fate: 'lost', ms: 0 },
      { do: 'request', atMs: 4_000, trade: 0, what: 'move_stop', bps: -40 },
    ],
    { spot: SPOT, stormMs: 20_000 },
  ),
  scene(
    'on spot the program ends as the list with a moved stop is sent, and after the start it is asked to move it once more',
    [
      { ...QUIET, market: 'spot', targetBps: [300] },
      { do: 'fault', of: 'stop', nth: 2, times: 1, fate: 'lost', ms: 0 },
      { do: 'request', atMs: 4_000, trade: 0, what: 'move_stop', bps: -40 },
      { do: 'kill', atMs: 4_500, downMs: 700, requests: 'none', writes: 'all' },
      { do: 'request', atMs: 6_000, trade: 0, what: 'move_stop', bps: -40 },
    ],
    { spot: SPOT, stormMs: 20_000 },
  ),
  scene(
    'on spot the program ends as a close is sent, and that arrives seconds after the next start',
    [
      { ...QUIET, market: 'spot', targetBps: [300] },
      { do: 'fault', of: 'close', nth: 1, times: 1, fate: 'late', ms: 3_000 },
      { do: 'request', atMs: 4_000, trade: 0, what: 'close', bps: 0 },
      { ...kill(100), atMs: 4_500 },
    ],
    { spot: SPOT, stormMs: 20_000 },
  ),
  scene(
    'a signal is edited into its close, and the program ends between the receipt of that and the close',
    [
      { ...SIGNAL, atMs: 2_000, entryBps: [20], againMs: null },
      { do: 'edit', atMs: 5_000, message: 0, how: 'close', bps: 0 },
      { do: 'crash', io: 40, downMs: 1_000, requests: 'all', writes: 'all' },
    ],
    { talk: { confirmMs: 60_000, maxAgeMs: 60_000 }, stormMs: 60_000 },
  ),
];
