import type { Decimal } from '../decimal.ts';
import type { Fill, Trade } from '../model.ts';
import { due, patch, type Work } from './types.ts';

/**
 * Commissions paid in another asset (BNB) count in the result with what they were worth in the quote asset at the
 * time. The price is asked for until it is known; a trade that is over waits for it, though not for long.
 */

const ASK_MIN_MS = 1_000;
const ASK_MAX_MS = 60_000;
const CLOSE_PATIENCE_MS = 30_000;

/** Executions whose commission has no value in the quote asset yet. */
export function unvalued(trade: Trade): Fill[] {
  const { quote } = trade.plan;
  const known = new Set([quote, trade.terms.spot?.base, '']);
  return trade.fills.filter(
    (fill) =>
      fill.commissionValue === undefined && !fill.commission.isZero() && !known.has(fill.commissionAsset),
  );
}

export function askForFeeValues(work: Work): void {
  const { trade, now } = work;
  const fills = unvalued(trade);
  if (fills.length === 0 || (trade.feesAskAt !== undefined && !due(work, trade.feesAskAt))) return;
  const waited = now - (trade.lastFillAt ?? now);
  const askAt = now + Math.min(Math.max(waited, ASK_MIN_MS), ASK_MAX_MS);
  patch(work, { feesAskAt: askAt });
  due(work, askAt);
  work.effects.push({ type: 'value_fees', fills });
}

/** The result can be counted, or has been waited for long enough. */
export function feesSettled(work: Work): boolean {
  const { trade } = work;
  if (unvalued(trade).length === 0) return true;
  return due(work, (trade.lastFillAt ?? trade.createdAt) + CLOSE_PATIENCE_MS);
}

/** @param values in quote currency, by the fill's `tradeId` */
export function noteFeeValues(work: Work, values: ReadonlyMap<string, Decimal>): void {
  const fresh = unvalued(work.trade).filter(({ tradeId }) => values.has(tradeId));
  if (fresh.length === 0) return;
  patch(work, {
    fills: work.trade.fills.map((fill) => {
      const value = values.get(fill.tradeId);
      return value && fresh.includes(fill) ? { ...fill, commissionValue: value } : fill;
    }),
  });
}
