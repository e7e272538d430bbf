import type { LimitRules } from '../limits.ts';
import { spotError } from './errors.ts';

/** What may be asked of the spot market: weight a minute by IP, unfilled orders by account. */
export interface RateLimits {
  weightPerMinute: number;
  ordersPer10s: number;
  ordersPerDay: number;
}

const REAL: RateLimits = { weightPerMinute: 6_000, ordersPer10s: 100, ordersPerDay: 200_000 };

/** How many orders stop counting when one of them has filled: as maker several. https://github.com/binance/binance-spot-api-docs/blob/master/faqs/order_count_decrement.md */
export const RELEASED_BY_FILL = { taker: 1, maker: 5 } as const;

export function spotLimits(changed: Partial<RateLimits> = {}): LimitRules {
  const limits = { ...REAL, ...changed };
  return {
    weightPerMinute: limits.weightPerMinute,
    orders: [
      { interval: 'SECOND', intervalNum: 10, limit: limits.ordersPer10s },
      { interval: 'DAY', intervalNum: 1, limit: limits.ordersPerDay },
    ],
    tooMuchWeight: (limit) => spotError(-1003, limit, '1 MINUTE'),
    tooManyOrders: ({ limit, interval, intervalNum }) =>
      spotError(-1015, limit, `${intervalNum} ${interval}`),
    banned: (untilMs) =>
      `Way too much request weight used; IP banned until ${untilMs}. Please use WebSocket Streams for live updates to avoid bans.`,
  };
}
