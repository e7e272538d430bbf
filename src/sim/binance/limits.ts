import { ApiError, apiError } from './errors.ts';
import type { RateLimits } from './usdm/market-data.ts';

/**
 * Request weights and order counts of one IP: headers on every answer, 429 beyond the limit, 418 for who goes on.
 * Source: https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#limits
 */

export const REAL_LIMITS: RateLimits = { weightPerMinute: 2_400, ordersPerMinute: 1_200, ordersPer10s: 300 };

const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;
const FIRST_BAN_MS = 120_000;

/** How many requests after the first 429 of a minute are answered 429 before the ban. */
const WARNINGS = 10;

export class Limiter {
  readonly limits: RateLimits;
  #minute = 0;
  #weight = 0;
  #orders = 0;
  #tenSeconds = 0;
  #ordersTen = 0;
  #warned = 0;
  #bannedUntil = 0;

  constructor(limits: RateLimits) {
    this.limits = limits;
  }

  /** Counts the request. Throws 418 while banned, 429 beyond a limit. */
  count(weight: number, orders: number, nowMs: number): void {
    this.#turn(nowMs);
    if (nowMs < this.#bannedUntil) throw this.#banned(nowMs);
    this.#weight += weight;
    this.#orders += orders;
    this.#ordersTen += orders;
    if (this.#weight > this.limits.weightPerMinute) throw this.#tooMany(nowMs);
    if (orders === 0) return;
    if (this.#ordersTen > this.limits.ordersPer10s) {
      throw this.#wait(apiError(-1015, this.limits.ordersPer10s, '10 SECONDS'), TEN_SECONDS_MS, nowMs);
    }
    if (this.#orders > this.limits.ordersPerMinute) {
      throw this.#wait(apiError(-1015, this.limits.ordersPerMinute, '1 MINUTE'), MINUTE_MS, nowMs);
    }
  }

  /** What is used up, as the answer's headers tell it. */
  headers(): Record<string, string> {
    return {
      'x-mbx-used-weight-1m': String(this.#weight),
      'x-mbx-order-count-10s': String(this.#ordersTen),
      'x-mbx-order-count-1m': String(this.#orders),
    };
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
      this.#orders = 0;
      this.#warned = 0;
    }
    const tenSeconds = Math.floor(nowMs / TEN_SECONDS_MS);
    if (tenSeconds !== this.#tenSeconds) {
      this.#tenSeconds = tenSeconds;
      this.#ordersTen = 0;
    }
  }

  #tooMany(nowMs: number): ApiError {
    this.#warned += 1;
    if (this.#warned > WARNINGS) {
      this.#bannedUntil = nowMs + FIRST_BAN_MS;
      return this.#banned(nowMs);
    }
    return this.#wait(apiError(-1003, this.limits.weightPerMinute), MINUTE_MS, nowMs);
  }

  #banned(nowMs: number): ApiError {
    const text = `Way too many requests; IP banned until ${this.#bannedUntil}. Please use the websocket for live updates to avoid bans.`;
    return new ApiError(-1003, text, 418, {
      'retry-after': String(Math.ceil((this.#bannedUntil - nowMs) / 1000)),
    });
  }

  #wait(error: ApiError, windowMs: number, nowMs: number): ApiError {
    const seconds = Math.ceil((windowMs - (nowMs % windowMs)) / 1000);
    return new ApiError(error.code, error.message, error.status, { 'retry-after': String(seconds) });
  }
}
