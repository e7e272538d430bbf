import { ApiError } from './errors.ts';

/**
 * Request weights of one IP and order counts of one account: headers on every answer, 429 beyond the limit, 418 for who
 * goes on. https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#limits and
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#limits
 */

const INTERVALS_MS = { SECOND: 1_000, MINUTE: 60_000, DAY: 86_400_000 } as const;

/** So many orders in so many of an interval. */
export interface OrderLimit {
  interval: keyof typeof INTERVALS_MS;
  intervalNum: number;
  limit: number;
}

export interface LimitRules {
  weightPerMinute: number;
  orders: readonly OrderLimit[];
  /** The texts of -1003 and -1015. */
  tooMuchWeight(limit: number): ApiError;
  tooManyOrders(limit: OrderLimit): ApiError;
  banned(untilMs: number): string;
}

const MINUTE_MS = 60_000;
const FIRST_BAN_MS = 120_000;

/** How many requests after the first 429 of a minute are answered 429 before the ban. */
const WARNINGS = 10;

interface Window {
  rule: OrderLimit;
  lengthMs: number;
  /** The number of the running interval, and what was counted in it. */
  current: number;
  count: number;
}

export class Limiter {
  readonly rules: LimitRules;
  readonly #windows: Window[];
  #minute = 0;
  #weight = 0;
  #warned = 0;
  #bannedUntil = 0;

  constructor(rules: LimitRules) {
    this.rules = rules;
    this.#windows = rules.orders.map((rule) => ({
      rule,
      lengthMs: INTERVALS_MS[rule.interval] * rule.intervalNum,
      current: 0,
      count: 0,
    }));
  }

  /** Counts the request. Throws 418 while banned, 429 beyond a limit. */
  count(weight: number, orders: number, nowMs: number): void {
    this.#turn(nowMs);
    if (nowMs < this.#bannedUntil) throw this.#banned(nowMs);
    this.#weight += weight;
    for (const window of this.#windows) window.count += orders;
    if (this.#weight > this.rules.weightPerMinute) throw this.#tooMany(nowMs);
    if (orders === 0) return;
    const full = this.#windows.find((window) => window.count > window.rule.limit);
    if (full !== undefined) throw wait(this.rules.tooManyOrders(full.rule), full.lengthMs, nowMs);
  }

  /** So many orders count no more: they have traded. */
  release(orders: number): void {
    for (const window of this.#windows) window.count = Math.max(0, window.count - orders);
  }

  /** What is used up, as the answer's headers tell it. */
  headers(): Record<string, string> {
    const counts = this.#windows.map(({ rule, count }) => [
      `x-mbx-order-count-${rule.intervalNum}${rule.interval[0]?.toLowerCase()}`,
      String(count),
    ]);
    return { 'x-mbx-used-weight-1m': String(this.#weight), ...Object.fromEntries(counts) };
  }

  /** The limits, as `exchangeInfo` lists them. */
  list(): Record<string, unknown>[] {
    const weight = {
      rateLimitType: 'REQUEST_WEIGHT',
      interval: 'MINUTE',
      intervalNum: 1,
      limit: this.rules.weightPerMinute,
    };
    return [weight, ...this.rules.orders.map((rule) => ({ rateLimitType: 'ORDERS', ...rule }))];
  }

  /** The order limits with what is used of them. */
  orderCounts(): Record<string, unknown>[] {
    return this.#windows.map(({ rule, count }) => ({ rateLimitType: 'ORDERS', ...rule, count }));
  }

  /** All limits with what is used of them, as the WebSocket API adds them to its answers. */
  usage(): Record<string, unknown>[] {
    const [weight] = this.list();
    return [...this.orderCounts(), { ...weight, count: this.#weight }];
  }

  /** Set by a script. */
  ban(untilMs: number): void {
    this.#bannedUntil = untilMs;
  }

  #turn(nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#weight = 0;
      this.#warned = 0;
    }
    for (const window of this.#windows) {
      const current = Math.floor(nowMs / window.lengthMs);
      if (current === window.current) continue;
      window.current = current;
      window.count = 0;
    }
  }

  #tooMany(nowMs: number): ApiError {
    this.#warned += 1;
    if (this.#warned > WARNINGS) {
      this.#bannedUntil = nowMs + FIRST_BAN_MS;
      return this.#banned(nowMs);
    }
    return wait(this.rules.tooMuchWeight(this.rules.weightPerMinute), MINUTE_MS, nowMs);
  }

  #banned(nowMs: number): ApiError {
    return new ApiError(-1003, this.rules.banned(this.#bannedUntil), 418, {
      'retry-after': String(Math.ceil((this.#bannedUntil - nowMs) / 1000)),
    });
  }
}

function wait(error: ApiError, windowMs: number, nowMs: number): ApiError {
  const seconds = Math.ceil((windowMs - (nowMs % windowMs)) / 1000);
  return new ApiError(error.code, error.message, error.status, { 'retry-after': String(seconds) });
}
