import { z } from 'zod';
import { refusal } from './refusal.ts';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PATTERN = /^(\d{1,9})([smhd])$/;

function isUnit(text: string): text is keyof typeof UNIT_MS {
  return text in UNIT_MS;
}

/** `90s`, `5m`, `4h`, `1d` → milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const [, count, unit] = PATTERN.exec(text.trim()) ?? [];
  if (count === undefined || unit === undefined || !isUnit(unit)) return null;
  return Number(count) * UNIT_MS[unit];
}

/** The shortest text that `parseDuration` reads back: 90000 → `90s`, 14400000 → `4h`. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    if (ms > 0 && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`;
  }
  return `${Math.round(ms / UNIT_MS.s)}s`;
}

/** A duration in the config file; milliseconds in memory. */
export function duration(minMs = 1_000, maxMs = Number.MAX_SAFE_INTEGER) {
  const min = formatDuration(minMs);
  const max = formatDuration(maxMs);
  return z.string(refusal('duration')).transform((text, context) => {
    const ms = parseDuration(text);
    if (ms === null) context.addIssue({ code: 'custom', ...refusal('duration') });
    else if (ms < minMs) context.addIssue({ code: 'custom', ...refusal('at_least', { min }) });
    else if (ms > maxMs) context.addIssue({ code: 'custom', ...refusal('at_most', { max }) });
    else return ms;
    return z.NEVER;
  });
}

/** A moment, in milliseconds since the epoch, as people read it: `2027-01-05 09:00 UTC`. */
export function minuteOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
