import { positionOf } from '../../trading/lifecycle/ids.ts';
import { lossKey } from '../book.ts';
import { isOn, isOpposite } from '../reach.ts';
import { check, type Rule, share, tighter } from './rule.ts';

/** Rules on how much is open and how fast it comes, before sizes are known. */

/** So long a signal of the same author, symbol, side, entry and stop counts as the same. */
export const DUPLICATE_WINDOW_MS = 10 * 60_000;

export const duplicateSignal: Rule = ({ book, fingerprint, source, now }) => {
  const seen = book.recentSignals.get(fingerprint);
  const isItself =
    seen?.messageId === source.messageId && positionOf(seen.index) === positionOf(source.index);
  const ageMs = seen && !isItself ? now - seen.at : Number.POSITIVE_INFINITY;
  const duplicate = ageMs < DUPLICATE_WINDOW_MS;
  return check('duplicate_signal', null, !duplicate, () => ({
    seconds: duplicate ? String(Math.max(0, Math.round(ageMs / 1000))) : '',
    windowSeconds: String(DUPLICATE_WINDOW_MS / 1000),
  }));
};

/** In one-way mode the exchange would net both sides. With `closeOnOpposite` ours are closed first. */
export const oppositePosition: Rule = ({ book, channel, signal }) => {
  const opposite = channel.trading.closeOnOpposite
    ? undefined
    : book.trades.find((trade) => isOpposite(trade, signal, book));
  return check('opposite_position', 'closeOnOpposite', opposite === undefined, () => ({
    symbol: signal.symbol,
    side: opposite?.plan.side ?? '',
  }));
};

/** What the signal itself has had closed to come in its place is no reason to leave it out. */
export const cooldown: Rule = ({ book, channel, signal, closedForIt, now }) => {
  const lastLoss = book.lastLossAt.get(lossKey(channel.market, signal.symbol));
  const sinceMs =
    lastLoss === undefined || closedForIt.includes(lastLoss) ? null : Math.max(0, now - lastLoss);
  const waitMs = sinceMs === null ? 0 : channel.risk.cooldown - sinceMs;
  return check('cooldown', 'cooldown', waitMs <= 0, () => ({
    symbol: signal.symbol,
    sinceSeconds: sinceMs === null ? '' : String(Math.floor(sinceMs / 1000)),
    seconds: String(Math.max(0, Math.ceil(waitMs / 1000))),
  }));
};

export const tooManyTrades: Rule = (situation) => {
  const { channel, trades, channelTrades } = situation;
  return tighter(situation, 'too_many_trades', 'maxOpenTrades', (scope) => {
    const limit = (scope === 'account' ? channel.accountRisk : channel.risk).maxOpenTrades;
    const open = (scope === 'account' ? trades : channelTrades).length;
    return {
      passed: open < limit,
      numbers: () => ({ open: String(open), limit: String(limit) }),
      closeness: () => share(open, limit),
    };
  });
};

/** Counts every channel's trades on the symbol, as far as they are on the same market. */
export const tooManyOnSymbol: Rule = ({ channel, trades, signal }) => {
  const open = trades.filter((trade) => isOn(trade, channel.market, signal.symbol)).length;
  const limit = channel.risk.maxTradesPerSymbol;
  return check(
    'too_many_on_symbol',
    'maxTradesPerSymbol',
    open < limit,
    () => ({ symbol: signal.symbol, open: String(open), limit: String(limit) }),
    () => share(open, limit),
  );
};
