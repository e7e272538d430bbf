import { byRole, held, isLive } from '../lifecycle/facts.ts';
import type { Trade } from '../model.ts';
import type { Keeper } from './keeper.ts';
import type { Runner } from './runner.ts';

/**
 * Tells trades whether a position is theirs alone. Where it is not, because another trade or the user has a part of it,
 * an order too many would not end by itself when the trade is flat: it would take what belongs to others.
 */
export function tellSharing(runner: Runner, keeper: Keeper): void {
  const open = runner.all().filter(({ phase }) => phase !== 'closed');
  for (const sharing of Map.groupBy(open, ({ plan }) => `${plan.symbol}:${plan.positionSide}`).values()) {
    const isForeign = sharing.some(({ plan }) => keeper.book.foreignSymbols.has(plan.symbol));
    const shared = isForeign || sharing.filter(mayHold).length > 1;
    for (const trade of sharing) {
      if ((trade.shared ?? false) !== shared) void runner.feed(trade.id, { type: 'shared', shared });
    }
  }
}

function mayHold(trade: Trade): boolean {
  return held(trade).gt(0) || byRole(trade, 'entry').some(isLive);
}
