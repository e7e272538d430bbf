import { averageEntry, held } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import { price } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { plannedPrice, tradeName } from './plan-view.ts';

/**
 * `BTCUSDT LONG`; where another of `among` is called the same, with where it was entered, or is to be:
 * `BTCUSDT LONG @ 65000`. `among` may hold the trade itself.
 */
export function nameAmong(trade: Trade, among: readonly Trade[], t: Catalogue): string {
  const name = tradeName(trade.plan, t);
  const isShared = among.some(({ id, plan }) => id !== trade.id && tradeName(plan, t) === name);
  return isShared ? `${name} @ ${enteredAt(trade, t)}` : name;
}

function enteredAt(trade: Trade, t: Catalogue): string {
  // An average has more digits than the exchange writes.
  if (!held(trade).isZero()) return price(averageEntry(trade).toSignificantDigits(8));
  const [first] = trade.plan.entries;
  return first === undefined ? t.plan.market : plannedPrice(first, trade.plan.side, t);
}
