import { namesOf } from '../risk/listing.ts';
import type { Trade } from '../trading/model.ts';

/** Symbols as users type them. */

/** `btc/usdt` as the exchange writes it. */
export function symbolIn(typed: string): string {
  return typed.toUpperCase().replaceAll(/[/\s]/g, '');
}

/** `BTC` means `BTCUSDT`, and `PEPE` what is listed as `1000PEPEUSDT`. */
export function isOf({ plan }: Trade, symbol: string): boolean {
  return namesOf(plan.symbol).some((name) => name === symbol || name === `${symbol}${plan.quote}`);
}
