import type { Params } from './params.ts';
import { optional, optionalInteger } from './params.ts';

/** What the list routes of both markets share. */

/** A weight that depends on whether a symbol is named. */
export const withoutSymbol = (one: number, all: number) => (params: Params) =>
  optional(params, 'symbol') === undefined ? all : one;

/** The part of a list that startTime, endTime and limit ask for: from the start with one, else the newest. */
export function page<T>(
  list: readonly T[],
  params: Params,
  limitByDefault: number,
  timeOf: (row: T) => number,
  forward = false,
): T[] {
  const limit = Math.min(optionalInteger(params, 'limit') ?? limitByDefault, 1000);
  const startTime = optionalInteger(params, 'startTime');
  const endTime = optionalInteger(params, 'endTime');
  const within = list.filter(
    (row) => timeOf(row) >= (startTime ?? 0) && timeOf(row) <= (endTime ?? Number.POSITIVE_INFINITY),
  );
  return startTime !== undefined || forward ? within.slice(0, limit) : within.slice(-limit);
}
