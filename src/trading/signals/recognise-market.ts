import { sideOf } from './recognise-side.ts';
import { hasAny, isPunct, type Token } from './token.ts';

/** "Now we flip. Long SOL 147.2": `now` counts where its clause has the side, the coin or the entry, or nothing else. */
export function speaksOfEntry(tokens: readonly Token[], clauses: Uint32Array, at: number): boolean {
  const clause = clauses[at];
  let start = at;
  while (start > 0 && start > at - MAX_CLAUSE && clauses[start - 1] === clause) start--;
  let words = 0;
  for (let i = start; i < start + MAX_CLAUSE && clauses[i] === clause; i++) {
    const other = tokens[i];
    if (other === undefined) break;
    const names =
      other.symbol !== null ||
      other.number !== null ||
      sideOf(other) !== null ||
      hasAny(other, 'entry', 'bareLong', 'bareShort');
    if (names) return true;
    if (other.kind === 'word' || (other.kind === 'keyword' && i !== at)) words++;
  }
  return words === 0;
}

/** As far as a clause is looked through. */
const MAX_CLAUSE = 24;

/** "Sold some here 1.742": what was done at a price is not done again at another. */
export function reportsEntry(tokens: readonly Token[], clauses: Uint32Array, at: number): boolean {
  for (let i = at - 1; i >= 0 && i > at - 8 && clauses[i] === clauses[at]; i--)
    if (/^(?:sold|bought|shorted|longed|entered|opened|took)$/i.test(tokens[i]?.text ?? ''))
      return tokens[at + 1]?.number?.form === 'price';
  return false;
}

/** "SL now 95k", "stop 96,000 now", "current stop 95k", 止损现价: where an exit of a trade is, not how one is entered. */
export function isOfExit(tokens: readonly Token[], at: number): boolean {
  if (/^current$/i.test(tokens[at]?.text ?? '')) return hasAny(tokens[at + 1], 'stop', 'target');
  if (!/^(?:now|currently|现价|市价)$/i.test(tokens[at]?.text ?? '')) return false;
  const before = tokens[tokens[at - 1]?.number?.form === 'price' ? at - 2 : at - 1];
  const closes = tokens[at - 1]?.number == null || tokens[at + 1]?.number == null;
  return (
    before !== undefined &&
    before.line === tokens[at]?.line &&
    closes &&
    hasAny(before, 'stop', 'target') &&
    sideOf(before) === null
  );
}

/** "The market looks weak", "in this market", "crypto market recovering": what is traded on, not how it is entered. */
export function isOfAllMarket(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (!/^market$/i.test(token?.text ?? '')) return false;
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  return (
    (before?.line === token?.line &&
      /^(?:the|this|that|crypto|whole|overall|entire|our|bull|bear|stock|a)$/i.test(before?.text ?? '') &&
      !/^(?:at|@)$/i.test(tokens[at - 2]?.text ?? '') &&
      after?.number == null) ||
    /^(?:is|looks?|seems?|feels?|remains?|stays?|was|will|has|keeps?|sentiment|structure|cap|conditions?|update|overview|outlook|makers?)$/i.test(
      after?.text ?? '',
    )
  );
}

/** `Market: Binance Futures`, `Market: ROSE/USDT`: where it trades, not how it is entered. */
export function labelsMarket(tokens: readonly Token[], at: number): boolean {
  const value = tokens[at + 2];
  return (
    /^market$/i.test(tokens[at]?.text ?? '') &&
    isPunct(tokens[at + 1], ':=') &&
    (value?.kind === 'symbol' ||
      value?.kind === 'word' ||
      /^(?:binance|bybit|okx|bitget|mexc|kucoin|futures?|spot|perps?|usd)/i.test(value?.text ?? ''))
  );
}
