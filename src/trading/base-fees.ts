import { Decimal } from './decimal.ts';
import type { Market } from './model.ts';

/** Shares of the notional that an account without any discount pays, the dearest there are (https://www.binance.com/en/fee/schedule). */
export const BASE_FEES: Readonly<Record<Market, { maker: Decimal; taker: Decimal }>> = {
  usdm: { maker: new Decimal('0.0002'), taker: new Decimal('0.0005') },
  spot: { maker: new Decimal('0.001'), taker: new Decimal('0.001') },
};
