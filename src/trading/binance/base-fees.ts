import { Decimal } from '../decimal.ts';
import type { Exchange } from '../exchange.ts';
import type { Market } from '../model.ts';
import { Refused } from './rest.ts';

type Rates = Awaited<ReturnType<Exchange['commission']>>;

/** Of an account without any discount, the dearest there is (https://www.binance.com/en/fee/schedule). */
const BASE: Record<Market, Rates> = {
  usdm: { maker: new Decimal('0.0002'), taker: new Decimal('0.0005') },
  spot: { maker: new Decimal('0.001'), taker: new Decimal('0.001') },
};

/** An account's rates, or the base ones where a proxy or gateway before the exchange has no such address. */
export async function orBaseFees(market: Market, read: Promise<Rates>): Promise<Rates> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Refused && error.code === 404) return BASE[market];
    throw error;
  }
}
