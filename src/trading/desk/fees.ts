import type { Log } from '../../log.ts';
import type { Decimal } from '../decimal.ts';
import type { Exchange } from '../exchange.ts';
import type { Fill } from '../model.ts';

const MINUTE_MS = 60_000;

/**
 * What commissions in other assets were worth in the quote asset, by the fill's `tradeId`: at the last price of the
 * minute in which they were paid. Those of an asset that the exchange does not trade against the quote are left out.
 */
export async function feeValues(
  exchange: Pick<Exchange, 'instruments' | 'candles'>,
  quote: string,
  fills: readonly Fill[],
  log: Log,
): Promise<Map<string, Decimal>> {
  const values = new Map<string, Decimal>();
  const byMinute = Map.groupBy(fills, (fill) => `${fill.commissionAsset}${quote} ${minuteOf(fill)}`);
  for (const [key, ofMinute] of byMinute) {
    const [symbol = '', start] = key.split(' ');
    if (!exchange.instruments().has(symbol)) continue;
    try {
      const since = Number(start);
      const [candle] = await exchange.candles(symbol, '1m', since, since + MINUTE_MS - 1);
      if (!candle) continue;
      for (const fill of ofMinute) values.set(fill.tradeId, fill.commission.times(candle.close));
    } catch (error) {
      log.warn({ err: error, symbol }, 'a commission could not be valued');
    }
  }
  return values;
}

function minuteOf({ at }: Fill): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}
