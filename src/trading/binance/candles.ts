import type { Candle } from '../exchange.ts';
import { asList } from './calls.ts';
import { pageByTime } from './paging.ts';
import type { Rest } from './rest.ts';
import { decimalOf } from './wire.ts';

/** A kline is an array: open time, open, high, low, close, … */
type WireKline = [number, string, string, string, string, ...unknown[]];

const PAGE = 1_000;

/** Both markets answer alike. @param ask sends the request for one page */
export async function readCandles(
  rest: Rest,
  range: { sinceMs: number; untilMs: number },
  ask: (page: { startTime: number; endTime: number; limit: number }) => Promise<unknown>,
): Promise<Candle[]> {
  const rows = await pageByTime<WireKline>({
    ...range,
    windowMs: Number.MAX_SAFE_INTEGER,
    limit: PAGE,
    fetch: (startTime, endTime) =>
      rest.read('candles', () => ask({ startTime, endTime, limit: PAGE }), asList<WireKline>),
    timeOf: (row) => row[0],
    idOf: (row) => String(row[0]),
  });
  return rows.map(candleOf);
}

function candleOf([openedAt, open, high, low, close]: WireKline): Candle {
  return {
    openedAt,
    open: decimalOf(open),
    high: decimalOf(high),
    low: decimalOf(low),
    close: decimalOf(close),
  };
}
