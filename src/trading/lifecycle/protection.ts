import type { Trade } from '../model.ts';
import { byRole, covered, held, isLive } from './facts.ts';

/**
 * `with_entry`: the exchange itself places the stop once an entry has filled; `own_stop`: one that the user has placed;
 * `closing`: what is held is on its way out.
 */
export type Protection = 'waiting' | 'with_entry' | 'protected' | 'own_stop' | 'closing' | 'unprotected';

/** Whether what is held now has a stop that stands on the exchange. */
export function protectionOf(trade: Trade): Protection {
  const quantity = held(trade);
  if (quantity.isZero()) return hasStopsWithEntries(trade) ? 'with_entry' : 'waiting';
  if (covered(trade).gte(quantity)) return 'protected';
  if (trade.userStop) return 'own_stop';
  return trade.phase === 'closing' ? 'closing' : 'unprotected';
}

/** Every entry that still waits goes with a stop. */
export function hasStopsWithEntries(trade: Trade): boolean {
  const waiting = byRole(trade, 'entry').filter(isLive);
  return waiting.length > 0 && waiting.every(({ attached }) => attached !== undefined);
}
