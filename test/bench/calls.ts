/** What the signals call, in turn: a symbol may have a hundred open trades. */
export const CALLED = [
  { symbol: 'BTCUSDT', last: 60_500 },
  { symbol: 'ETHUSDT', last: 3_025 },
  { symbol: 'BNBUSDT', last: 605 },
] as const;

/** One of many different signals, by its number: its entry is below the price, and no other of the symbol has it. */
export interface Call {
  symbol: string;
  entry: number;
  /** Where its symbol stands. */
  last: number;
  text: string;
}

/** Up to number 290 it is a limit order that waits. */
export function callOf(number: number): Call {
  const { symbol, last } = CALLED[number % CALLED.length] ?? CALLED[0];
  const at = (share: number): number => Number((last * share).toFixed(1));
  const entry = at(0.975 + number / 12_000);
  const text = `#${symbol.replace('USDT', '')}/USDT LONG\nEntry: ${entry}\nTP1: ${at(1.1)}\nTP2: ${at(1.2)}\nSL: ${at(0.95)}\nLeverage: 5x`;
  return { symbol, entry, last, text };
}
