import { Counters } from './counters.ts';
import { Journeys } from './journeys.ts';
import { PriceAges } from './price-ages.ts';
import { Timings } from './timings.ts';

/** What the program knows of its own work. All of it is memory: it begins anew with each start. */
export interface Telemetry {
  timings: Timings;
  journeys: Journeys;
  counters: Counters;
  prices: PriceAges;
}

/** `now` in milliseconds since the epoch; `steadyMs` from an arbitrary start, and never backwards. */
export function createTelemetry(now: () => number, steadyMs: () => number): Telemetry {
  const timings = new Timings(now);
  return {
    timings,
    journeys: new Journeys(timings, steadyMs),
    counters: new Counters(),
    prices: new PriceAges(steadyMs),
  };
}
