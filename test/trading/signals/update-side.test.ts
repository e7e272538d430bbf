import { expect, it } from 'vitest';
import { parseMessage } from '../../../src/trading/signals/parse.ts';

function sidesOf(content: string) {
  const { reading } = parseMessage({ content, embeds: [] });
  if (reading.kind !== 'update') throw new Error(`${content}: ${reading.kind}`);
  return reading.updates.map(({ side = null }) => side);
}

it.each([
  ['Close BTC long', 'long'],
  ['closing my BTC short', 'short'],
  ['cut the ETH short here', 'short'],
  ['get out of BTC longs now', 'long'],
  ['BTC空单平仓', 'short'],
  ['大饼空单走三分之一', 'short'],
  ['ETH多单减半', 'long'],
  ['平空', 'short'],
  ['BTC 平多', 'long'],
  ['空单平仓', 'short'],
] as const)('the side of the trade that an order speaks of: %s', (content, side) => {
  expect(sidesOf(content)).toEqual([side]);
});

it.each([
  'close BTC before going short',
  'Closing BTC here, looking to short',
  'BTC short-term top, closing here',
  '大饼平一半',
  'Close BTC long and BTC short',
  'BTC多单平仓\nBTC空单平仓',
])('none where the words are of a trade to come, of a time, or of both sides: %s', (content) => {
  expect(new Set(sidesOf(content))).toEqual(new Set([null]));
});
