import { BASE_FEES } from '../base-fees.ts';
import type { Exchange } from '../exchange.ts';
import type { Market } from '../model.ts';
import { Refused } from './calls.ts';

type Rates = Awaited<ReturnType<Exchange['commission']>>;

/** An account's rates, or the base ones where a proxy or gateway before the exchange has no such address. */
export async function orBaseFees(market: Market, read: Promise<Rates>): Promise<Rates> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Refused && error.code === 404) return BASE_FEES[market];
    throw error;
  }
}
