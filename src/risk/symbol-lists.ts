import { QUOTES } from '../trading/signals/symbols.ts';

/** Lists of symbols in settings: `BTCUSDT` is that symbol, `BTC` every symbol of the coin. */

/** A coin of tiny price is listed by the thousand or more; who names the coin means that, too. */
const MANY = /^(?:1000000|10000|1000|1M)(?=[^\d])/u;

/** Is one of these symbols, or its coin, in the list? */
export function isListed(list: readonly string[], ...symbols: readonly string[]): boolean {
  return list.some((entry) => symbols.some((symbol) => means(entry, symbol)));
}

function means(entry: string, symbol: string): boolean {
  return [symbol, symbol.replace(MANY, '')].some(
    (name) => name === entry || (name.startsWith(entry) && QUOTES.includes(name.slice(entry.length))),
  );
}
