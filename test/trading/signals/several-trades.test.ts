import { expect, test } from 'vitest';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { readingToJson } from '../../../src/trading/signals/reading-json.ts';

const updatesOf = (content: string): unknown =>
  (readingToJson('', parseMessage({ content }).reading) as { updates?: unknown }).updates;

test.each([
  [
    'TAO: close at market\nZEC: SL to entry',
    [
      { action: 'close', symbol: 'TAOUSDT' },
      { action: 'break_even', symbol: 'ZECUSDT' },
    ],
  ],
  [
    'close TAO, ZEC SL to 405, cancel SOL',
    [
      { action: 'close', symbol: 'TAOUSDT' },
      { action: 'move_stop', symbol: 'ZECUSDT', price: '405' },
      { action: 'cancel_entry', symbol: 'SOLUSDT' },
    ],
  ],
  [
    'BTC止损移到97100\nXRP推保本',
    [
      { action: 'move_stop', symbol: 'BTCUSDT', price: '97100' },
      { action: 'break_even', symbol: 'XRPUSDT' },
    ],
  ],
])('%s — an order for one coin takes nothing from that for another', (content, updates) => {
  expect(updatesOf(content)).toEqual(updates);
});

test.each(['close TAO, stop to entry', 'Closed TAO at break-even', 'Close TAO. Move its stop to entry.'])(
  '%s — a trade that is closed has no stop to move',
  (content) => {
    expect(updatesOf(content)).toEqual([{ action: 'close', symbol: 'TAOUSDT' }]);
  },
);

const ALL_TO_ENTRY = { action: 'break_even', symbol: null, scope: 'all' };

test.each([
  'Close TAO. All stops to entry.',
  'All stops to entry. Close TAO.',
  'TAO平掉，所有止损移到开仓价',
  '平TAO，其他全部保本',
  'TAO平了，其余都保本',
])('%s — the close of one trade takes nothing from the stops of all', (content) => {
  expect(updatesOf(content)).toEqual([{ action: 'close', symbol: 'TAOUSDT' }, ALL_TO_ENTRY]);
});

test.each(['TAO stopped out. All other stops to entry', 'SL hit on TAO, move all stops to entry'])(
  '%s — nor does the stop of one trade',
  (content) => {
    expect(updatesOf(content)).toEqual([ALL_TO_ENTRY, { action: 'stop_hit', symbol: 'TAOUSDT' }]);
  },
);

test.each(['Close all TAO, stops to entry', 'TAO全平 保本', 'Closed TAO at break even, all good'])(
  '%s — all of one trade is not all trades',
  (content) => {
    expect(updatesOf(content)).toEqual([{ action: 'close', symbol: 'TAOUSDT' }]);
  },
);

test.each([
  'ETH and SOL longs, close 50% of each',
  "Let's take risk off: ETH and SOL longs, close 50% of each",
  'ETH和SOL多单，各平一半',
])('%s — the coins stand before their order', (content) => {
  expect(updatesOf(content)).toMatchObject([
    { action: 'close_partial', symbol: 'ETHUSDT', fraction: '0.5' },
    { action: 'close_partial', symbol: 'SOLUSDT', fraction: '0.5' },
  ]);
});

test('where nothing says that both are meant, the order is for the last coin', () => {
  expect(updatesOf('BTC and ETH both look weak, close half')).toEqual([
    { action: 'close_partial', symbol: 'ETHUSDT', fraction: '0.5' },
  ]);
});

test.each([
  ['手上的单子全部平掉', 'all'],
  ['手里的单子都平了吧', 'all'],
  ['手上所有多单平掉', 'longs'],
  ['手里所有空单平掉', 'shorts'],
  ['close all open positions please', 'all'],
  ['Going into the weekend flat, close all open positions', 'all'],
])('%s — closes %s', (content, scope) => {
  expect(updatesOf(content)).toEqual([{ action: 'close', symbol: null, scope }]);
});

test.each(['My open positions: BTC long 95000, ETH short 2900', 'Open positions: 3, closed: 12'])(
  '%s — is a list, no order',
  (content) => {
    expect(updatesOf(content)).toBeUndefined();
  },
);

test.each([
  ['大饼空单先走一半 另一半保本损', 'BTCUSDT'],
  ['ETH先平一半 剩下的推保本', 'ETHUSDT'],
  ['ETH先平一半，其余保本损', 'ETHUSDT'],
])('%s — Chinese goes on behind a space', (content, symbol) => {
  expect(updatesOf(content)).toMatchObject([
    { action: 'close_partial', symbol, fraction: '0.5' },
    { action: 'break_even', symbol },
  ]);
});

test.each([
  ['sorry, SL is 2.31 not 2.13', '2.31'],
  ['更正：止损是2.31，不是2.13', '2.31'],
  ['止损打错了，应该是2.31', '2.31'],
  ['止损写错了，是2.31不是2.13', '2.31'],
])('%s — puts the stop right', (content, price) => {
  expect(updatesOf(content)).toEqual([{ action: 'move_stop', symbol: null, price }]);
});

test.each([
  '进场写错了，是3.12不是3.21',
  '止盈打错了，应该是0.485',
  '点位写错了，撤回重发',
  '止损打错了，等下重发',
])('%s — is no stop put right', (content) => {
  expect(updatesOf(content)).toBeUndefined();
});

test.each([
  ['Closing PUMP manually at 0.00518', 'close'],
  ['Cancel the second entry on PUMP', 'cancel_entry'],
  ['PUMP的挂单取消', 'cancel_entry'],
])('%s — PUMP is a coin where something is done with it', (content, action) => {
  expect(updatesOf(content)).toMatchObject([{ action, symbol: 'PUMPUSDT' }]);
});

test.each([
  ['close ETH, the pump is over', 'ETHUSDT'],
  ['close ETH, PUMP is over', 'ETHUSDT'],
])('%s — elsewhere it is what the market does', (content, symbol) => {
  expect(updatesOf(content)).toEqual([{ action: 'close', symbol }]);
});

test.each(['WLFI和KAITO太弱，市价都平了', 'WLFI and KAITO are weak, closing both'])(
  '%s closes both coins',
  (content) => {
    expect(updatesOf(content)).toMatchObject([
      { action: 'close', symbol: 'WLFIUSDT' },
      { action: 'close', symbol: 'KAITOUSDT' },
    ]);
  },
);

test.each([
  ['all stops to entry please', 'all'],
  ['所有止损推到成本', 'all'],
  ['所有多单止损推到成本', 'longs'],
])('%s — is for %s trades', (content, scope) => {
  expect(updatesOf(content)).toEqual([{ action: 'break_even', symbol: null, scope }]);
});

test('a plan that is scratched closes no trade', () => {
  expect(updatesOf('scratch that ENA idea, cancel the orders')).toEqual([
    { action: 'cancel_entry', symbol: 'ENAUSDT' },
  ]);
  expect(updatesOf('scratching ENA here at entry')).toEqual([{ action: 'close', symbol: 'ENAUSDT' }]);
});

test.each([
  'TP1 is not a must. You can also let it all run with the stop at entry, up to you.',
  'Close half or keep it, your choice',
  '减一半还是全拿着，随你',
  '+$2,310 on the BTC short, closed it in my sleep. entry 97,350, exit 95,800',
])('%s — orders nothing', (content) => {
  expect(updatesOf(content)).toBeUndefined();
});

test.each([
  'Move SL to 95k for BTC and 2,850 for ETH',
  'SL updates: BTC 95,000 / ETH 2,850',
  'BTC SL to 95k ETH SL to 2,850',
  'BTC止损移到95000 ETH止损移到2850',
])('%s — each coin has its own stop', (content) => {
  expect(updatesOf(content)).toEqual([
    { action: 'move_stop', symbol: 'BTCUSDT', price: '95000' },
    { action: 'move_stop', symbol: 'ETHUSDT', price: '2850' },
  ]);
});

test.each(['BTC and ETH stops to 95k and 2,850', 'BTC和ETH止损分别上移到95000和2850'])(
  '%s — which stop is whose is not told beside the coins: none is moved',
  (content) => {
    expect(updatesOf(content)).toBeUndefined();
  },
);

test('a coin with its own order behind that of another begins a new one, whatever parts them', () => {
  expect(updatesOf('ETH平30% BTC平50% SOL全平')).toEqual([
    { action: 'close', symbol: 'SOLUSDT' },
    { action: 'close_partial', symbol: 'ETHUSDT', fraction: '0.3' },
    { action: 'close_partial', symbol: 'BTCUSDT', fraction: '0.5' },
  ]);
  expect(updatesOf('ETH 减仓30% 止损保本 / BTC 止损出局')).toEqual([
    { action: 'close_partial', symbol: 'ETHUSDT', fraction: '0.3' },
    { action: 'break_even', symbol: 'ETHUSDT' },
    { action: 'stop_hit', symbol: 'BTCUSDT' },
  ]);
});

test.each(['close BTC ETH', 'close BTC and ETH', 'BTC ETH 全部平掉', 'BTC/ETH: close both'])(
  '%s — coins in a row share their order',
  (content) => {
    expect(updatesOf(content)).toEqual([
      { action: 'close', symbol: 'BTCUSDT' },
      { action: 'close', symbol: 'ETHUSDT' },
    ]);
  },
);

test.each(['BTC long sl now 95k, tp 98k', 'update: BTC long sl now 95k, next targets 98k 99k'])(
  '%s — moves a stop and opens nothing',
  (content) => {
    expect(updatesOf(content)).toMatchObject([{ action: 'move_stop', symbol: 'BTCUSDT', price: '95000' }]);
  },
);

test('"now" beside the side still enters at market', () => {
  for (const content of ['BTC short now sl 96000 tp 93000', 'BTC short now, sl 96000, tp 93000'])
    expect(parseMessage({ content }).reading).toMatchObject({
      kind: 'signal',
      signals: [{ side: 'short', entry: { type: 'market' } }],
    });
});

test('a stop that is spoken of opens nothing', () => {
  expect(parseMessage({ content: 'BTC current stop 95k, target 98k, still long' }).reading.kind).not.toBe(
    'signal',
  );
});

test('"close BTC at 97k and ETH at 3000" tells neither coin the price of the other', () => {
  expect(updatesOf('Close 50% BTC at 97k and ETH at 3000')).toEqual([
    { action: 'close_partial', symbol: 'BTCUSDT', fraction: '0.5' },
    { action: 'close_partial', symbol: 'ETHUSDT', fraction: '0.5' },
  ]);
});

const CLOSE_TAO = { action: 'close', symbol: 'TAOUSDT' };

test.each([
  ['Close TAO. All stops to entry.', [CLOSE_TAO, ALL_TO_ENTRY]],
  ['All stops to entry. Close TAO.', [CLOSE_TAO, ALL_TO_ENTRY]],
  ['Close TAO, rest to breakeven', [CLOSE_TAO, ALL_TO_ENTRY]],
  ['Close TAO, everything else to breakeven', [CLOSE_TAO, ALL_TO_ENTRY]],
  ['Close TAO. Move everything else to breakeven.', [CLOSE_TAO, ALL_TO_ENTRY]],
  ['Close TAO. Stops on the rest to entry.', [CLOSE_TAO, ALL_TO_ENTRY]],
  ['Closing TAO here, all other stops to BE', [CLOSE_TAO, ALL_TO_ENTRY]],
  ['close TAO and move all other stops to entry', [CLOSE_TAO, ALL_TO_ENTRY]],
  ['TAO 平仓，其他全部保本', [CLOSE_TAO, ALL_TO_ENTRY]],
  ['TAO平仓，所有单子止损移到保本', [CLOSE_TAO, ALL_TO_ENTRY]],
  ['所有单子推保本，TAO平掉', [CLOSE_TAO, ALL_TO_ENTRY]],
  ['Close all longs. All stops to entry.', [{ action: 'close', symbol: null, scope: 'longs' }, ALL_TO_ENTRY]],
])('%s — an order for one coin takes nothing from that for all', (content, updates) => {
  expect(updatesOf(content)).toEqual(updates);
});

test('what is closed with all the others has no stop to move', () => {
  expect(updatesOf('Close all. BTC stop to entry.')).toEqual([
    { action: 'close', symbol: null, scope: 'all' },
  ]);
});

test('the rest of a trade is no other trade', () => {
  expect(updatesOf('close half of TAO, rest stop to BE')).toEqual([
    { action: 'close_partial', symbol: 'TAOUSDT', fraction: '0.5' },
    { action: 'break_even', symbol: 'TAOUSDT' },
  ]);
});
