import { QUOTES } from '../trading/signals/symbols.ts';
import { namesOf } from './listing.ts';

/** Lists of symbols in settings: `BTCUSDT` is that symbol, `BTC` every symbol of the coin. */

/** Is one of these symbols, or its coin, in the list? */
export function isListed(list: readonly string[], ...symbols: readonly string[]): boolean {
  return list.some((entry) => symbols.some((symbol) => means(entry, symbol)));
}

/** Who names a coin of tiny price means what is listed by the thousand, too. */
function means(entry: string, symbol: string): boolean {
  return namesOf(symbol).some(
    (name) => name === entry || (name.startsWith(entry) && QUOTES.includes(name.slice(entry.length))),
  );
}
