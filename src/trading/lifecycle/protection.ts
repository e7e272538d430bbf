import type { AttachedStop, Trade } from '../model.ts';
import { byRole, covered, held, isLive } from './facts.ts';

/**
 * `with_entry`: the exchange itself places the stop once an entry has filled; `exits_with_entry`: the target, too;
 * `own_stop`: one that the user has placed; `closing`: what is held is on its way out.
 */
export type Protection =
  | 'waiting'
  | 'with_entry'
  | 'exits_with_entry'
  | 'protected'
  | 'own_stop'
  | 'closing'
  | 'unprotected';

/** Whether what is held now has a stop that stands on the exchange. */
export function protectionOf(trade: Trade): Protection {
  const quantity = held(trade);
  if (quantity.isZero()) {
    const attached = stopWithEntry(trade);
    if (attached === null) return 'waiting';
    return attached.target ? 'exits_with_entry' : 'with_entry';
  }
  if (covered(trade).gte(quantity)) return 'protected';
  if (trade.userStop) return 'own_stop';
  return trade.phase === 'closing' ? 'closing' : 'unprotected';
}

/** What goes with the entry that still waits; null where it goes alone, or none waits. */
export function stopWithEntry(trade: Trade): AttachedStop | null {
  const waiting = byRole(trade, 'entry').filter(isLive);
  return waiting.every(({ attached }) => attached !== undefined) ? (waiting[0]?.attached ?? null) : null;
}
