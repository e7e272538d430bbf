import type { OrderReport } from '../exchange.ts';
import { direction, exitAction, held } from '../lifecycle/facts.ts';
import { parseClientId } from '../lifecycle/ids.ts';
import type { Trade } from '../model.ts';
import type { Runner } from './runner.ts';

/** Orders of the user's own that protect a position of ours. */

/** An order of the user's that closes a position of ours, or a part of it; one at market is over before it could be more. */
export function protects(trades: readonly Trade[], report: OrderReport): boolean {
  return trades.some(
    (trade) =>
      trade.plan.symbol === report.symbol &&
      trade.plan.positionSide === report.positionSide &&
      held(trade).gt(0) &&
      report.action === exitAction(trade) &&
      (report.reduceOnly || report.conditional || isWithin(trade, report)),
  );
}

function isWithin(trade: Trade, { price, quantity }: OrderReport): boolean {
  return price === null && quantity.lte(held(trade));
}

export function noteUserStops(runner: Runner, open: readonly OrderReport[]): void {
  for (const trade of runner.all()) {
    const covers = open.some((report) => coversAll(trade, report));
    if (covers !== trade.userStop) void runner.feed(trade.id, { type: 'user_stop', covers });
  }
}

/** A conditional closing order of the user's for at least what the trade holds; quantity 0 closes the position. */
export function coversAll(trade: Trade, report: OrderReport): boolean {
  if (parseClientId(report.clientId) || !report.conditional || report.status !== 'working') return false;
  if (!protects([trade], report) || !report.triggerPrice) return false;
  const below = report.triggerPrice.lt(trade.plan.entryPrice);
  const isStop = direction(trade) === 1 ? below : !below;
  return isStop && (report.quantity.isZero() || report.quantity.gte(held(trade)));
}
