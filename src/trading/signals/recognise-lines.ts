import { sideOf } from './recognise-side.ts';
import { hasAny, isPunct, type Token } from './tokens.ts';

const CLAUSE_ENDS = '.。;；!！?,，|';

/** For each token the number of its clause: lines, sentences and comma parts counted together. */
export function clausesOf(tokens: readonly Token[]): Uint32Array {
  const clauses = new Uint32Array(tokens.length);
  let clause = 0;
  tokens.forEach((token, index) => {
    clauses[index] = clause;
    if (token.kind === 'newline' || isPunct(token, CLAUSE_ENDS)) clause++;
  });
  return clauses;
}

/**
 * Lines that write values before their labels: a number stands right before the line's first label, and none after its
 * last.
 */
export function valueFirstLines(tokens: readonly Token[]): Set<number> {
  const lines = new Set<number>();
  let first = -1;
  let open = false;
  const close = (line: number): void => {
    if (first > 0 && !open && numberBefore(tokens, first)) lines.add(line);
    first = -1;
    open = false;
  };
  tokens.forEach((token, index) => {
    if (token.kind === 'newline') close(token.line);
    else if (hasAny(token, 'stop', 'target') && sideOf(token) === null) {
      if (first === -1) first = index;
      open = isPunct(tokens[index + 1], ':=');
    } else if (
      first >= 0 &&
      (token.kind === 'number' || token.kind === 'index' || hasAny(token, 'breakEven', 'hit', 'none'))
    )
      open = true;
  });
  close(tokens[tokens.length - 1]?.line ?? 0);
  return lines;
}

function numberBefore(tokens: readonly Token[], label: number): boolean {
  let i = label - 1;
  while (i > label - 3 && hasAny(tokens[i], 'near', 'quote', 'filler')) i--;
  const before = tokens[i];
  return (
    before?.number?.form === 'price' && before.line === tokens[label]?.line && !isPunct(tokens[i - 1], ':=')
  );
}
