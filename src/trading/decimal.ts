import { Decimal } from 'decimal.js';

// 40 digits hold every product of a price and a quantity that Binance accepts, and no number of ours may
// ever be printed with an exponent: Binance answers -1100 to one.
Decimal.set({ precision: 40, toExpNeg: -40, toExpPos: 40, rounding: Decimal.ROUND_HALF_UP });

export { Decimal };
export const ZERO: Decimal = new Decimal(0);
