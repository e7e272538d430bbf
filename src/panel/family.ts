import type { Book } from '../risk/book.ts';
import { COUNTED, type Counted } from '../telemetry/counters.ts';
import type { Duration } from '../telemetry/timings.ts';
import type { Decimal } from '../trading/decimal.ts';
import type { ExchangeHealth } from '../trading/exchange.ts';
import { knownValues } from './known-values.ts';
import type { Reading } from './metrics.ts';
import type { FamilyHead, Sample } from './openmetrics.ts';

/** The kinds of metrics that are told, by what they are read from. */

export interface MetricFamily extends FamilyHead {
  read(reading: Reading): readonly Sample[];
}

const EDGES_SECONDS = [
  0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600,
];

type Gauge = Omit<MetricFamily, 'type'>;

export const gauge = (family: Gauge): MetricFamily => ({ ...family, type: 'gauge' });

/** One that has no labels; null: there is nothing to tell now. */
export const single = (
  head: Pick<MetricFamily, 'name' | 'help'> & Pick<FamilyHead, 'unit'>,
  value: (reading: Reading) => number | null,
): MetricFamily =>
  gauge({
    ...head,
    labels: [],
    read(reading) {
      const now = value(reading);
      return now === null ? [] : [{ labels: [], value: now }];
    },
  });

export const counter = (name: string, what: Counted, help: string): MetricFamily => ({
  name,
  type: 'counter',
  help,
  labels: COUNTED[what],
  read(reading) {
    const counts = new Map(knownValues(what, reading).map((values) => [values.join('\n'), 0]));
    for (const { values, count } of reading.telemetry.counters.read(what))
      counts.set(values.join('\n'), count);
    return [...counts].map(([key, value]) => ({ labels: key.split('\n'), value }));
  },
});

export const durations = (name: string, of: readonly Duration[], help: string): MetricFamily => ({
  name,
  type: 'histogram',
  unit: 'seconds',
  help,
  labels: of.length > 1 ? ['stage'] : [],
  read: ({ telemetry }) => of.map((one) => histogram(telemetry, one, of.length > 1 ? [one] : [])),
});

function histogram({ timings }: Reading['telemetry'], of: Duration, labels: readonly string[]): Sample {
  const total = timings.total(of);
  const buckets = EDGES_SECONDS.map((upTo) => ({ upTo, count: total?.countUpTo(upTo * 1_000) ?? 0 }));
  return { labels, buckets, count: total?.count ?? 0, sum: (total?.sumMs ?? 0) / 1_000 };
}

export const perMarket = (
  head: Pick<MetricFamily, 'name' | 'help'> & Pick<FamilyHead, 'unit'>,
  value: (exchange: ExchangeHealth, now: number) => number | null,
): MetricFamily =>
  gauge({
    ...head,
    labels: ['market'],
    read: ({ exchanges, now }) =>
      [...exchanges].flatMap(([market, exchange]) => {
        const figure = value(exchange, now);
        return figure === null ? [] : [{ labels: [market], value: figure }];
      }),
  });

export const perBook = (name: string, help: string, value: (book: Book) => Decimal): MetricFamily =>
  gauge({
    name,
    help,
    labels: ['market'],
    read: ({ services }) =>
      services.desk.books().map((book) => ({ labels: [book.market], value: value(book).toNumber() })),
  });
