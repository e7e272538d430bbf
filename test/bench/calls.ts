/** What a signal may call: its price in the simulated market, and the digits behind the point that the exchange takes. */
export interface Called {
  symbol: string;
  last: number;
  digits: number;
}

/** What most signals call, in turn: a symbol may have a hundred open trades. */
export const CALLED: readonly Called[] = [
  { symbol: 'BTCUSDT', last: 60_500, digits: 1 },
  { symbol: 'ETHUSDT', last: 3_025, digits: 2 },
  { symbol: 'BNBUSDT', last: 605, digits: 2 },
];

/** One of many different signals, by its number: its entry is below the price, and no other of the symbol has it. */
export interface Call {
  symbol: string;
  entry: number;
  /** Where its symbol stands. */
  last: number;
  text: string;
}

/** Up to number 900 it is a limit order that waits. */
export function callOf(number: number, among: readonly Called[] = CALLED): Call {
  const { symbol, last, digits } = among[number % among.length] ?? { symbol: '', last: 0, digits: 0 };
  const at = (share: number): number => Number((last * share).toFixed(digits));
  const entry = at(0.972 + number / 40_000);
  const text = `#${symbol.replace('USDT', '')}/USDT LONG\nEntry: ${entry}\nTP1: ${at(1.1)}\nTP2: ${at(1.2)}\nSL: ${at(0.88)}\nLeverage: 5x`;
  return { symbol, entry, last, text };
}

/** Below every entry, above every stop. */
export function fillingPrice({ last, digits }: Called): string {
  return (last * 0.965).toFixed(digits);
}
