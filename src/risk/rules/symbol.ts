import { minuteOf } from '../../trading/duration.ts';
import { isListed } from '../symbol-lists.ts';
import { check, type Rule } from './rule.ts';

/** Rules on the symbol and the market. */

export const symbolNotListed: Rule = ({ instrument, original }) =>
  check('symbol_not_listed', null, instrument !== null, () => ({ symbol: original.symbol }));

/** Both names count: the author's `PEPEUSDT` and the exchange's `1000PEPEUSDT`. */
export const symbolDenied: Rule = ({ channel, original, signal }) => {
  const names = [original.symbol, signal.symbol];
  const { allowSymbols, denySymbols } = channel.risk;
  const denied = isListed(denySymbols, ...names);
  const allowed = allowSymbols.length === 0 || isListed(allowSymbols, ...names);
  const setting = denied || allowed ? 'denySymbols' : 'allowSymbols';
  return check('symbol_denied', setting, !denied && allowed, () => ({ symbol: original.symbol }));
};

export const symbolHalted: Rule = ({ instrument }) =>
  instrument &&
  check('symbol_halted', null, instrument.status === 'trading' && instrument.delistsAt === undefined, () => ({
    symbol: instrument.symbol,
    status:
      instrument.status === 'trading' && instrument.delistsAt !== undefined ? 'delisting' : instrument.status,
    ...(instrument.delistsAt === undefined ? {} : { delistsAt: minuteOf(instrument.delistsAt) }),
  }));

export const shortOnSpot: Rule = ({ channel, signal }) =>
  check('short_on_spot', 'market', channel.market !== 'spot' || signal.side === 'long', () => ({
    symbol: signal.symbol,
  }));

/** On spot, coins that are not ours are no position. */
export const foreignPosition: Rule = ({ channel, book, signal }) =>
  check(
    'foreign_position',
    null,
    channel.market === 'spot' || !book.foreignSymbols.has(signal.symbol),
    () => ({
      symbol: signal.symbol,
    }),
  );
