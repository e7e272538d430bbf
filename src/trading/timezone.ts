/** Days in a timezone, by the runtime's own timezone data. Times are milliseconds since the epoch. */

interface CivilTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws RangeError for a name that is no IANA timezone. */
function formatFor(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timezone, format);
  return format;
}

export function isTimezone(name: string): boolean {
  try {
    formatFor(name);
    return true;
  } catch {
    return false;
  }
}

function civilTime(at: number, timezone: string): CivilTime {
  if (timezone === 'UTC') return civilUtc(at);
  const civil: CivilTime = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatFor(timezone).formatToParts(at)) {
    if (type in civil) civil[type as keyof CivilTime] = Number(value);
  }
  return civil;
}

/** The default, without the runtime's timezone data, which take 8 MB once they are asked. */
function civilUtc(at: number): CivilTime {
  const date = new Date(at);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** How far the timezone's clock is ahead of UTC at that moment. */
export function offsetMs(at: number, timezone: string): number {
  const { year, month, day, hour, minute, second } = civilTime(at, timezone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** `2026-11-22`: the day in the timezone. */
export function dayOf(at: number, timezone: string): string {
  const { year, month, day } = civilTime(at, timezone);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The last 00:00 at or before that moment. */
export function dayStart(at: number, timezone: string): number {
  const { year, month, day } = civilTime(at, timezone);
  return firstMoment(Date.UTC(year, month - 1, day), timezone);
}

/** The first 00:00 after that moment. */
export function nextDayStart(at: number, timezone: string): number {
  const { year, month, day } = civilTime(at, timezone);
  return firstMoment(Date.UTC(year, month - 1, day + 1), timezone);
}

/** The next time the clock shows this time of day (`21:00`), strictly after `at`. */
export function nextTimeOfDay(at: number, hour: number, minute: number, timezone: string): number {
  const { year, month, day } = civilTime(at, timezone);
  const today = firstMoment(Date.UTC(year, month - 1, day, hour, minute), timezone);
  return today > at ? today : firstMoment(Date.UTC(year, month - 1, day + 1, hour, minute), timezone);
}

/**
 * The first moment at which the timezone's clock shows `civil` (given as if it were UTC), or, where the clock jumps
 * over it, the moment of the jump: Santiago has days that begin at 01:00.
 */
function firstMoment(civil: number, timezone: string): number {
  const before = offsetMs(civil - 86_400_000, timezone);
  const after = offsetMs(civil + 86_400_000, timezone);
  const candidates = [civil - before, civil - after];
  const shown = candidates.filter((at) => at + offsetMs(at, timezone) === civil);
  return shown.length > 0
    ? Math.min(...shown)
    : jump(civil - Math.max(before, after), civil - Math.min(before, after), timezone);
}

/** The change of the offset between two moments, to the millisecond. */
function jump(from: number, to: number, timezone: string): number {
  const old = offsetMs(from, timezone);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle, timezone) === old) low = middle;
    else high = middle;
  }
  return high;
}
