import { offsetMs } from '../trading/timezone.ts';

/** Round values between two bounds, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low) || count < 1) return [];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** As many decimals as the distance between two ticks needs, no exponent. */
export function tickText(value: number, all: readonly number[]): string {
  const step = Math.abs((all[1] ?? value) - (all[0] ?? 0)) || Math.abs(value) || 1;
  const decimals = Math.min(Math.max(-Math.floor(Math.log10(step) + 1e-9), 0), 12);
  return value.toFixed(decimals);
}

/** Maps values onto pixels. */
export function linear(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  const factor = to === from ? 0 : (end - start) / (to - from);
  return (value) => start + (value - from) * factor;
}

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720]
  .map((minutes) => minutes * MINUTE_MS)
  .concat([1, 2, 7, 14, 30, 60, 90, 180, 365].map((days) => days * DAY_MS));

/** Round moments of the day in the user's zone, at most `count` of them, with what to write at them. */
export function timeTicks(
  fromMs: number,
  untilMs: number,
  count: number,
  timeZone: string,
): { at: number; text: string }[] {
  const span = untilMs - fromMs;
  const step = STEPS_MS.find((candidate) => span / candidate <= count) ?? span;
  const offset = offsetMs(fromMs, timeZone);
  const found: { at: number; text: string }[] = [];
  for (let local = Math.ceil((fromMs + offset) / step) * step; local - offset <= untilMs; local += step) {
    found.push({ at: local - offset, text: step < DAY_MS ? clockText(local) : dayText(local) });
  }
  return found;
}

/** `14:30`; at midnight the day, `11-26`. */
function clockText(localMs: number): string {
  const text = new Date(localMs).toISOString();
  return localMs % DAY_MS === 0 ? dayText(localMs) : text.slice(11, 16);
}

function dayText(localMs: number): string {
  return new Date(localMs).toISOString().slice(5, 10);
}
