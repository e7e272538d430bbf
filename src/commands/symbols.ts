import type { Trade } from '../trading/model.ts';

/** Symbols as users type them. */

/** `btc/usdt` as the exchange writes it. */
export function symbolIn(typed: string): string {
  return typed.toUpperCase().replaceAll(/[/\s]/g, '');
}

/** `BTC` means `BTCUSDT`. */
export function isOf({ plan }: Trade, symbol: string): boolean {
  return plan.symbol === symbol || plan.symbol === `${symbol}${plan.quote}`;
}
