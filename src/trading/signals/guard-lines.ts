import type { Fact } from './facts.ts';
import type { Token } from './token.ts';

/** Why a message that looks like a signal is none. */
export interface Refusal {
  readonly code:
    | 'question'
    | 'condition'
    | 'intent'
    | 'past'
    | 'speech'
    | 'template'
    | 'negated'
    | 'watching'
    | 'news'
    | 'result'
    | 'quoted'
    | 'not_understood';
  readonly token: Token | null;
}

/** A line of the message as the guards see it. */
export interface Line {
  readonly tokens: { readonly token: Token; readonly index: number }[];
  /** Index of the last token that gives a side or an entry, or -1. */
  call: number;
  /** Whether any price of the trade stands on it. */
  prices: boolean;
  /** Index behind its last price, or -1. */
  end: number;
}

/** Three labelled parts make a layout that a loose remark on another line cannot undo. */
export const STRUCTURED = 2;

export function linesOf(tokens: readonly Token[], facts: readonly Fact[]): Line[] {
  const lines: Line[] = [];
  tokens.forEach((token, index) => {
    let line = lines[token.line];
    if (line === undefined) {
      line = { tokens: [], call: -1, prices: false, end: -1 };
      lines[token.line] = line;
    }
    if (token.kind !== 'newline') line.tokens.push({ token, index });
  });
  for (const fact of facts) {
    const line = lines[fact.line];
    if (line === undefined) continue;
    if (fact.kind === 'prices') line.end = Math.max(line.end, fact.end);
    if (fact.kind === 'prices' && fact.field !== 'bare') line.prices = true;
    const isCall =
      (fact.kind === 'side' && fact.strength !== 'emoji') ||
      (fact.kind === 'prices' &&
        (fact.field === 'entry' || fact.field === 'buyAt' || (fact.field === 'bare' && fact.adjacent))) ||
      fact.kind === 'market';
    if (isCall) line.call = Math.max(line.call, fact.at);
  }
  return lines.filter((line) => line !== undefined);
}
