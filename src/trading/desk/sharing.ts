import { byRole, held, isLive } from '../lifecycle/facts.ts';
import type { Trade } from '../model.ts';
import type { Keeper } from './keeper.ts';
import type { Runner } from './runner.ts';

/** Which position a trade is a part of, and whether it has, or may come to have, any of it. */
interface Stake {
  position: string;
  mayHold: boolean;
}

/** All open trades are looked at with every change of one; none is ever changed in place. */
const stakes = new WeakMap<Trade, Stake>();

/**
 * Tells trades whether a position is theirs alone. Where it is not, because another trade or the user has a part of it,
 * an order too many would not end by itself when the trade is flat: it would take what belongs to others.
 */
export function tellSharing(runner: Pick<Runner, 'all' | 'feed'>, { book }: Pick<Keeper, 'book'>): void {
  const trades = runner.all();
  const holders = new Map<string, number>();
  for (const trade of trades) {
    const { position, mayHold } = stakeOf(trade);
    if (mayHold && trade.phase !== 'closed') holders.set(position, (holders.get(position) ?? 0) + 1);
  }
  for (const trade of trades) {
    if (trade.phase === 'closed') continue;
    const isForeign = book.foreignSymbols.has(trade.plan.symbol);
    const shared = isForeign || (holders.get(stakeOf(trade).position) ?? 0) > 1;
    if ((trade.shared ?? false) !== shared) void runner.feed(trade.id, { type: 'shared', shared });
  }
}

function stakeOf(trade: Trade): Stake {
  const known = stakes.get(trade);
  if (known) return known;
  const { symbol, positionSide } = trade.plan;
  const mayHold = held(trade).gt(0) || byRole(trade, 'entry').some(isLive);
  const stake = { position: `${symbol}:${positionSide}`, mayHold };
  stakes.set(trade, stake);
  return stake;
}
