import type { Trade } from '../model.ts';
import { covered, held } from './facts.ts';

/** `own_stop`: one that the user has placed; `closing`: what is held is on its way out. */
export type Protection = 'waiting' | 'protected' | 'own_stop' | 'closing' | 'unprotected';

/** Whether what is held now has a stop that stands on the exchange. */
export function protectionOf(trade: Trade): Protection {
  const quantity = held(trade);
  if (quantity.isZero()) return 'waiting';
  if (covered(trade).gte(quantity)) return 'protected';
  if (trade.userStop) return 'own_stop';
  return trade.phase === 'closing' ? 'closing' : 'unprotected';
}
