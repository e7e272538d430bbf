import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';

export interface RateLimitRule {
  limit: number;
  windowMs: number;
}

/**
 * Buckets that routes share. Discord publishes no numbers ("should not be hard coded"); these are what its headers
 * have shown bots for years. https://docs.discord.com/developers/topics/rate-limits
 */
const DEFAULT_RULES = {
  'message-create': { limit: 5, windowMs: 5_000 },
  'message-edit': { limit: 5, windowMs: 5_000 },
  'message-delete': { limit: 5, windowMs: 1_000 },
  'message-read': { limit: 5, windowMs: 5_000 },
  reaction: { limit: 1, windowMs: 250 },
  'dm-open': { limit: 10, windowMs: 10_000 },
  'commands-write': { limit: 5, windowMs: 20_000 },
  webhook: { limit: 5, windowMs: 2_000 },
  'gateway-bot': { limit: 2, windowMs: 5_000 },
  other: { limit: 50, windowMs: 1_000 },
} as const satisfies Record<string, RateLimitRule>;

export type BucketName = keyof typeof DEFAULT_RULES;
export type RateLimitOptions = 'off' | Partial<Record<BucketName, RateLimitRule>>;

/** All bots: 50 requests a second, interaction endpoints excepted. */
const GLOBAL_RULE: RateLimitRule = { limit: 50, windowMs: 1_000 };

export interface RateLimitVerdict {
  headers: Record<string, string>;
  /** Seconds to wait when the request is refused. */
  retryAfterS?: number;
  global: boolean;
}

interface Window {
  count: number;
  resetsAt: number;
}

export interface RateLimiter {
  /** Counts the request against its bucket; `major` is the top-level resource in its path. */
  take(bucket: BucketName, major: string, countsGlobally: boolean): RateLimitVerdict;
}

export function createRateLimiter(clock: Clock, options: RateLimitOptions): RateLimiter {
  const windows = new Map<string, Window>();

  const count = (key: string, rule: RateLimitRule): Window => {
    const now = clock.now();
    const open = windows.get(key);
    const window =
      open !== undefined && open.resetsAt > now ? open : { count: 0, resetsAt: now + rule.windowMs };
    windows.set(key, window);
    window.count += 1;
    return window;
  };

  return {
    take(bucket, major, countsGlobally) {
      if (options === 'off') return { headers: {}, global: false };
      if (countsGlobally) {
        const window = count('global', GLOBAL_RULE);
        if (window.count > GLOBAL_RULE.limit) return globalRefusal((window.resetsAt - clock.now()) / 1000);
      }
      const rule = options[bucket] ?? DEFAULT_RULES[bucket];
      const window = count(`${bucket}:${major}`, rule);
      const resetAfterS = Math.max(0.001, (window.resetsAt - clock.now()) / 1000);
      const headers = bucketHeaders(bucket, rule, window, resetAfterS);
      if (window.count <= rule.limit) return { headers, global: false };
      return {
        headers: { ...headers, 'x-ratelimit-scope': 'user' },
        retryAfterS: resetAfterS,
        global: false,
      };
    },
  };
}

function bucketHeaders(
  bucket: string,
  rule: RateLimitRule,
  window: Window,
  resetAfterS: number,
): Record<string, string> {
  return {
    'x-ratelimit-limit': String(rule.limit),
    'x-ratelimit-remaining': String(Math.max(0, rule.limit - window.count)),
    'x-ratelimit-reset': (window.resetsAt / 1000).toFixed(3),
    'x-ratelimit-reset-after': resetAfterS.toFixed(3),
    'x-ratelimit-bucket': createHash('md5').update(bucket).digest('hex'),
  };
}

function globalRefusal(retryAfterS: number): RateLimitVerdict {
  return {
    headers: { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' },
    retryAfterS: Math.max(0.001, retryAfterS),
    global: true,
  };
}

/** 401, 403 and 429 count, except 429s of a shared resource. */
const INVALID_STATUSES: readonly number[] = [401, 403, 429];
const INVALID_WINDOW_MS = 10 * 60_000;

/** https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans */
export interface InvalidRequests {
  count(status: number, scope: string | undefined): void;
  /** Too many in ten minutes: everything is refused by the proxy in front of Discord. */
  blocked(): boolean;
  /** In the last ten minutes. */
  readonly recent: number;
}

export function createInvalidRequests(clock: Clock, limit = 10_000): InvalidRequests {
  let times: number[] = [];
  const recent = (): number[] => {
    times = times.filter((at) => at > clock.now() - INVALID_WINDOW_MS);
    return times;
  };
  return {
    count: (status, scope) => {
      if (INVALID_STATUSES.includes(status) && scope !== 'shared') times.push(clock.now());
    },
    blocked: () => times.length >= limit && recent().length >= limit,
    get recent() {
      return recent().length;
    },
  };
}
