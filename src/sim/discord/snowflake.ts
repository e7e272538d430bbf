import type { Clock } from './clock.ts';

/** Discord's epoch, 2015-01-01T00:00:00Z. https://docs.discord.com/developers/reference#snowflakes */
const DISCORD_EPOCH_MS = 1_420_070_400_000n;
const TIMESTAMP_SHIFT = 22n;

export type Snowflake = string;

export interface SnowflakeSource {
  next(): Snowflake;
  /** An id of another moment (milliseconds since the Unix epoch), such as that of an older message. */
  at(epochMs: number): Snowflake;
  /** The last id that was given out; a restart goes on from it. */
  last(): Snowflake;
}

/** Time-based ids that only ever increase, also when the clock stands still or goes back. */
export function createSnowflakes(clock: Clock, startAfter: Snowflake = '0'): SnowflakeSource {
  let last = BigInt(startAfter);
  let increment = 0n;
  const timePart = (epochMs: number): bigint =>
    (BigInt(Math.floor(epochMs)) - DISCORD_EPOCH_MS) << TIMESTAMP_SHIFT;
  return {
    at(epochMs) {
      increment += 1n;
      return (timePart(epochMs) + increment).toString();
    },
    next() {
      const byTime = timePart(clock.now());
      last = byTime > last ? byTime : last + 1n;
      return last.toString();
    },
    last: () => last.toString(),
  };
}

/** Milliseconds since the Unix epoch at which the id was made. */
export function snowflakeTime(id: Snowflake): number {
  return Number((BigInt(id) >> TIMESTAMP_SHIFT) + DISCORD_EPOCH_MS);
}

export function isSnowflake(value: unknown): value is Snowflake {
  return typeof value === 'string' && /^\d{1,20}$/.test(value) && BigInt(value) < 1n << 63n;
}

/** Orders ids by age; `a` before `b` is negative. */
export function compareSnowflakes(a: Snowflake, b: Snowflake): number {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
