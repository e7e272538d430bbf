import type { InvalidReason } from '../../trading/model.ts';
import type { Numbers } from './numbers.ts';

/** Why a signal contradicts itself: the numbers that do it, and how it must be. */

const named = (what: string, value: string | undefined): string => (value ? `${what} ${value}` : what);

const must = (side: string | undefined, ofLong: string, ofShort: string): string =>
  side === 'long' || side === 'short'
    ? `: for a ${side} it must be ${side === 'long' ? ofLong : ofShort}`
    : '';

export const invalidEn: Record<InvalidReason, (n: Numbers) => string> = {
  sl_wrong_side: (n) =>
    `${named('the stop', n.stop)} is on the wrong side of ${named('the entry', n.entry)}${must(n.side, 'below', 'above')}`,
  tp_wrong_side: (n) =>
    `${named(n.target ? 'the target' : 'a target', n.target)} is on the wrong side of ${named('the entry', n.entry)}${must(n.side, 'above', 'below')}`,
  tp_not_in_order: (n) => `${named('the targets', n.targets)} are not in order: the nearest must come first`,
  sl_equals_entry: (n) => `${named('the stop', n.stop)} equals the entry${must(n.side, 'below', 'above')}`,
  side_conflict: () => 'it says long and short at once: it must say one of them',
  side_missing: () => 'it says neither long nor short, and its prices do not tell',
  symbol_missing: () => 'it names no known coin: write it like #BTC or BTC/USDT',
  entry_missing: () => 'it names no entry: write a price, or "market"',
  price_magnitude: (n) =>
    n.price
      ? `the price ${n.price} is out of line with ${n.other ?? 'the others'}: look for a digit or a point too many or too few`
      : 'a price is out of line with the others: look for a digit or a point too many or too few',
  number_unreadable: (n) =>
    n.text
      ? `no price can be read for certain from “${n.text}”: write it like 1234.5`
      : 'a number cannot be read for certain: write it like 1234.5',
  leverage_out_of_range: (n) =>
    `${named('the leverage', n.leverage && `${n.leverage}x`)} is out of range${n.max ? `: 1x to ${n.max}x` : ''}`,
  tp_shares_exceed_100: (n) =>
    `the target shares add up to ${n.total ? `${n.total}%` : 'more than 100%'}: they must be 100% at most`,
  part_out_of_range: (n) =>
    `${n.part ? `${n.part}%` : 'the part that it closes'} is no part of a position: it must be more than 0% and 100% at most`,
};
