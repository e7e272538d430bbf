import type { Role } from './keywords/table.ts';
import { sideOf } from './recognise-side.ts';
import { has, hasAny, hasOneOf, isPunct, type Token } from './token.ts';

const CLAUSE_ENDS = '.。;；!！?,，|';

/** `time = 2025-06-19T08:00:00Z`: a program wrote the message. */
export const isStamp = (tokens: readonly Token[], at: number): boolean =>
  /^(?:time|timestamp|timenow)$/i.test(tokens[at]?.text ?? '') &&
  isPunct(tokens[at + 1], '=:') &&
  /^\d{4}-\d{2}-\d{2}T/.test(tokens[at + 2]?.text ?? '');

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

/** `BTCUSDT.P, 15: …` and `LINKUSDT, 1h: …`, as alerts of chart programs begin. */
export function opensAlert(tokens: readonly Token[], at: number): boolean {
  const [ticker, comma, interval, colon] = tokens.slice(at, at + 4);
  let i = at - 1;
  while (tokens[i]?.kind === 'emoji' || isPunct(tokens[i], '-*')) i--;
  return (
    (tokens[i] === undefined || tokens[i]?.kind === 'newline') &&
    ticker?.symbol?.marker === 'pair' &&
    isPunct(comma, ',，') &&
    (interval?.kind === 'noise' || interval?.kind === 'number') &&
    isPunct(colon, ':')
  );
}

/** "All 9 signals today". */
export function isCount(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1];
  return (next?.kind === 'word' || next?.kind === 'keyword') && COUNTED.test(next.text);
}

const COUNTED = /^(?:signals|trades|calls|setups|wins|losses|members|traders|spots|seats)$/i;

const LABELS: readonly Role[] = ['stop', 'target', 'close', 'exitStop', 'cutAt', 'entry', 'dca', 'aim'];

/**
 * Clauses that write values before their labels (`97000止损 101000止盈`, "155 stop"): a number stands right before the
 * first label, and none after the last.
 */
export function valueFirstClauses(tokens: readonly Token[], clauses: Uint32Array): Set<number> {
  const found = new Set<number>();
  let state = newClause(-1);
  const close = (): void => {
    if (state.first > 0 && !state.open && !state.signed && numberBefore(tokens, state.first))
      found.add(state.clause);
  };
  tokens.forEach((token, index) => {
    if (clauses[index] !== state.clause) {
      close();
      state = newClause(clauses[index] ?? -1);
    }
    if (isPunct(token, '(')) state.parens++;
    else if (isPunct(token, ')')) state.parens--;
    else if (state.parens === 0 && hasOneOf(token, LABELS) && sideOf(token) === null) {
      if (state.first === -1) state.first = index;
      state.open = false;
      // A sign behind any of its labels: the clause writes labels first.
      state.signed ||= isPunct(tokens[index + 1], ':=');
    } else if (state.first >= 0 && state.parens === 0 && opensValue(token) && !isPartGone(tokens, index))
      state.open = true;
  });
  close();
  return found;
}

const newClause = (clause: number) => ({ clause, first: -1, open: false, signed: false, parens: 0 });

const opensValue = (token: Token): boolean =>
  (token.number !== null && token.number.form !== 'leverage') ||
  token.kind === 'index' ||
  hasAny(token, 'breakEven', 'hit', 'none');

/** 90.5出30%: the part that goes at the price before the verb. */
const isPartGone = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.number?.form === 'percent' &&
  has(tokens[at - 1], 'close') &&
  /[\u4e00-\u9fff]/.test(tokens[at - 1]?.text ?? '') &&
  tokens[at - 2]?.number?.form === 'price';

function numberBefore(tokens: readonly Token[], label: number): boolean {
  let i = label - 1;
  while (
    i > label - 4 &&
    (hasAny(tokens[i], 'near', 'quote', 'filler', 'below', 'above', 'candle') ||
      isBroken(tokens[i]) ||
      isHan(tokens[i]))
  )
    i--;
  const before = tokens[i];
  if (isLabelled(tokens, i)) return false;
  return (
    (before?.number?.form === 'price' || (i === label - 1 && before?.number?.form === 'percent')) &&
    before.line === tokens[label]?.line &&
    (!isPunct(tokens[i - 1], ':=') || tokens[i - 2]?.kind === 'symbol')
  );
}

/** `Stop | 2.14`, `Targets | 1.1 / 1.2`: the numbers have their label in front of them, behind a sign. */
function isLabelled(tokens: readonly Token[], number: number): boolean {
  let i = number - 1;
  let signed = false;
  while (i > number - MAX_LIST) {
    const token = tokens[i];
    const sign = isPunct(token, '|$@=:-~') || token?.kind === 'emoji';
    if (!sign && token?.kind !== 'number' && !isPunct(token, '/,&()') && !has(token, 'and')) break;
    signed ||= sign;
    i--;
  }
  return signed && hasAny(tokens[i], 'entry', 'stop', 'target', 'dca', 'zone');
}

/** Tokens of a list of prices with its separators. */
const MAX_LIST = 16;

/** 138.5破位离场: the word between the stop and its label. */
export const isBroken = (token: Token | undefined): boolean =>
  token?.text === '破位' || token?.text === '失守';

/** A character of 三档 or 下面 between the values and their label. */
export const isHan = (token: Token | undefined): boolean =>
  token?.kind === 'word' && /^[\u4e00-\u9fff]$/.test(token.text);

/** Whether only bullets stand between the beginning of the line or the cell and `at`. */
export function opensCell(tokens: readonly Token[], at: number): boolean {
  let i = at - 1;
  while (tokens[i]?.kind === 'emoji' || isPunct(tokens[i], '-*•($')) i--;
  return tokens[i] === undefined || tokens[i]?.kind === 'newline' || isPunct(tokens[i], '|');
}

/** The index behind the numbers of a label that is none of ours: risk, volume, accuracy. */
export function noiseEnd(tokens: readonly Token[], label: number): number {
  let i = label + 1;
  while (i < label + 8) {
    const token = tokens[i];
    const passes =
      token?.symbol == null &&
      (token?.kind === 'noise' ||
        isPunct(token, ':=-~(/#') ||
        (token?.kind === 'number' && token.number?.form !== 'leverage') ||
        hasAny(token, 'filler', 'near', 'to', 'noise'));
    if (!passes || hasAny(token, 'entry', 'stop', 'target', 'long', 'short', 'limit')) break;
    i++;
  }
  while (i > label + 1 && isPunct(tokens[i - 1], '-(')) i--;
  return i;
}
