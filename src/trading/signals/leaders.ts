import { hasAny, type Token } from './token.ts';

/** Shorter runs are a dash or the end of a sentence. */
const SHORTEST = 3;

/** `Target 1 ...... 0.2065`, `Stop ----- 0.1915`: dots that lead from a label to its price stand for a colon. */
export function withoutLeaders(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some((_, index) => opensRun(tokens, index))) return tokens;
  const result: Token[] = [];
  let i = 0;
  while (i < tokens.length) {
    const token = tokens[i] as Token;
    let end = i + 1;
    if (opensRun(tokens, i)) while (tokens[end]?.text === token.text) end++;
    if (end - i >= SHORTEST && tokens[end]?.kind === 'number' && isLabelled(result)) {
      result.push({ ...token, text: ':', end: (tokens[end - 1] as Token).end });
      i = end;
    } else {
      // A run that leads nowhere is passed over as a whole, or a long one would be measured from each of its signs.
      for (; i < end; i++) result.push(tokens[i] as Token);
    }
  }
  return result;
}

const opensRun = (tokens: readonly Token[], at: number): boolean => {
  const token = tokens[at];
  return (
    token?.kind === 'punct' &&
    (token.text === '.' || token.text === '-') &&
    tokens[at + 1]?.text === token.text &&
    tokens[at + 2]?.text === token.text
  );
};

/** Whether a label, or a label and its count, has been read last. */
function isLabelled(before: readonly Token[]): boolean {
  const last = before[before.length - 1];
  const label = /^\d$/.test(last?.text ?? '') || last?.kind === 'index' ? before[before.length - 2] : last;
  return hasAny(label, 'entry', 'stop', 'target', 'leverage', 'zone', 'dca');
}
