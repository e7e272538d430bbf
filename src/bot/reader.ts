import { coinsOf } from '../risk/listing.ts';
import type { Instrument } from '../trading/exchange.ts';
import type { parseMessage } from '../trading/signals/parse.ts';
import { BUNDLED_SYMBOLS, type SymbolList } from '../trading/signals/symbols.ts';
import type { Read } from './ports.ts';

type Instruments = ReadonlyMap<string, Instrument>;

/** What a message is read by, which need not be loaded before there is one. */
export type Parser = () => typeof parseMessage;

/** Reads messages with the exchange's own list of coins, made anew only when the exchange's list is. */
export function createRead(instruments: () => Instruments, parser: Parser): Read {
  let from: Instruments | null = null;
  let listed: SymbolList = BUNDLED_SYMBOLS;
  return (text) => {
    const current = instruments();
    if (current !== from) {
      from = current;
      listed = current.size === 0 ? BUNDLED_SYMBOLS : { bases: coinsOf(current) };
    }
    return parser()(text, { listed });
  };
}
