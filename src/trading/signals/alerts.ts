import { Decimal } from '../decimal.ts';
import type { Reading, Side } from '../model.ts';
import { checked, readJson } from './alert-json.ts';
import { lexSymbol } from './lex-symbol.ts';
import type { SymbolList } from './symbols.ts';

/**
 * Alerts that a program wrote: a JSON object, or the sentence of TradingView's strategy tester. Their `price` is where the
 * market was, so the entry is at market; a strategy that ends flat closes, whatever its action is called.
 * https://www.tradingview.com/support/solutions/43000531021-how-to-use-a-variable-value-in-alert/
 */
export function readAlert(text: string, listed: SymbolList): Reading | null {
  return readJson(text, listed) ?? readSentence(text, listed);
}

const SENTENCE =
  /order (buy|sell) @ ([\d.,]{1,20})(?: for ([\d.,]{1,20}))? filled on ([A-Z0-9:._/-]{2,32}?)(?:\.(?=\s|$)|(?=\s))[\s\S]{0,80}?new strategy position is (-?[\d.]{1,20}\d|-?\d)/i;

const NUMBER = /^-?(?:\d[\d,]*(?:\.\d*)?|\.\d+)$/;

/** Null for what is no number, as two dots in it. */
function plain(text: string): Decimal | null {
  return NUMBER.test(text) ? new Decimal(text.replaceAll(',', '').replace(/\.$/, '')) : null;
}

/**
 * "order sell @ 0.5 filled on BTCUSDT.P. New strategy position is 0": what follows `@` is the quantity, unless `for` gives it.
 */
function readSentence(text: string, listed: SymbolList): Reading | null {
  const at = text.search(/order (?:buy|sell) @ /i);
  const match = at === -1 ? null : SENTENCE.exec(text.slice(at, at + 400));
  if (match === null) return null;
  const [, action = '', first = '', second, ticker = '', left = '0'] = match;
  const symbol =
    lexSymbol(ticker.slice(ticker.lastIndexOf(':') + 1), 0, listed, 'tag', false)?.shape.symbol ?? null;
  const [reference, quantity, position] = [plain(first), plain(second ?? first), plain(left)];
  if (symbol === null || !reference || !quantity || !position) return { kind: 'none' };
  const side: Side = action.toLowerCase() === 'buy' ? 'long' : 'short';
  if (position.isZero()) return { kind: 'update', updates: [{ action: 'close', symbol }] };
  if (position.gt(0) !== (side === 'long')) {
    const fraction = quantity.div(quantity.plus(position.abs())).toDecimalPlaces(4);
    return { kind: 'update', updates: [{ action: 'close_partial', symbol, fraction }] };
  }
  return checked({
    symbol,
    side,
    entry: second === undefined ? { type: 'market' } : { type: 'market', reference },
    trigger: null,
    stopLoss: null,
    takeProfits: [],
    leverage: null,
    marginMode: null,
  });
}
