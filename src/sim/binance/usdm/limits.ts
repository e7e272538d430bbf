import { apiError } from '../errors.ts';
import type { LimitRules } from '../limits.ts';

/** What an IP may ask of USDⓈ-M: weight a minute, orders a minute and in ten seconds. */
export interface RateLimits {
  weightPerMinute: number;
  ordersPerMinute: number;
  ordersPer10s: number;
}

const REAL: RateLimits = { weightPerMinute: 2_400, ordersPerMinute: 1_200, ordersPer10s: 300 };

/** The real ones but for what is changed. */
export function usdmRates(changed: Partial<RateLimits> = {}): RateLimits {
  return { ...REAL, ...changed };
}

export function usdmLimits(limits: RateLimits): LimitRules {
  return {
    weightPerMinute: limits.weightPerMinute,
    orders: [
      { interval: 'SECOND', intervalNum: 10, limit: limits.ordersPer10s },
      { interval: 'MINUTE', intervalNum: 1, limit: limits.ordersPerMinute },
    ],
    tooMuchWeight: (limit) => apiError(-1003, limit),
    tooManyOrders: ({ limit, interval, intervalNum }) =>
      apiError(-1015, limit, `${intervalNum} ${interval}${intervalNum === 1 ? '' : 'S'}`),
    banned: (untilMs) =>
      `Way too many requests; IP banned until ${untilMs}. Please use the websocket for live updates to avoid bans.`,
  };
}
