import { has, hasAny, isPunct, type Token } from './token.ts';
import { waits } from './update-habits.ts';

/** A part of a sentence that can hold one order. */
export interface Clause {
  readonly tokens: readonly Token[];
  /** Index of its first token in the message. */
  readonly at: number;
  readonly line: number;
  /** Whether it only holds if something happens first, or tells what is done as a rule. */
  readonly conditional: boolean;
}

/**
 * Splits at lines, sentence ends and commas. A condition takes its own clause with it, and the one behind it in the same
 * sentence ("when TP1 hits, close 50%"); what was said before it stands.
 */
export function clausesOf(tokens: readonly Token[]): readonly Clause[] {
  const clauses: Clause[] = [];
  let start = 0;
  let condition = false;
  const close = (end: number, sentenceEnds: boolean, next = end + 1): void => {
    const part = tokens.slice(start, end);
    const happened = part.findIndex((token) => hasAny(token, 'closed', 'stopOut'));
    const reached = clauses[clauses.length - 1]?.tokens.some((token) => has(token, 'hit')) === true;
    const own =
      waits(part) ||
      part.some(
        (token, index) =>
          isCondition(token, part[index + 1], reached && index === 0) &&
          !/^[不别]$/.test(part[index - 1]?.text ?? '') &&
          !namesUnfilled(part, index) &&
          (happened === -1 || index < happened),
      );
    if (part.length > 0)
      clauses.push({ tokens: part, at: start, line: part[0]?.line ?? 0, conditional: own || condition });
    condition = sentenceEnds ? false : condition || own;
    start = next;
  };
  tokens.forEach((token, index) => {
    if (token.kind === 'newline') close(index, true);
    else if (
      isPunct(token, '。！!；;') ||
      (isPunct(token, '.') &&
        token.gap === false &&
        tokens[index + 1]?.gap !== false &&
        !isLabelDot(tokens[index - 1]))
    )
      close(index, true);
    else if (index > start && (isSpacedRest(tokens, index) || opensNextCoin(tokens, start, index)))
      close(index, false, index);
    else if (index > start && isPunct(token, '/|') && opensNextCoin(tokens, start, index + 1))
      close(index, true);
    else if (isSparedList(tokens, start, index)) return;
    else if (isPunct(token, '，') || (isPunct(token, ',') && !isListComma(tokens, index)))
      close(index, false);
  });
  close(tokens.length, true);
  return clauses;
}

/** 先走一半 另一半保本: a space stands for the comma where Chinese goes on with the rest of a position. */
const isSpacedRest = (tokens: readonly Token[], index: number): boolean =>
  tokens[index]?.gap === true &&
  has(tokens[index], 'rest') &&
  /^[\u4e00-\u9fff]/.test(tokens[index]?.text ?? '') &&
  /[\u4e00-\u9fff]$/.test(tokens[index - 1]?.text ?? '');

/** `ETH平30% BTC平50% SOL全平`, `ETH TP1 ✅ | BTC stopped out`: a coin with its own order behind that of another one. */
function opensNextCoin(tokens: readonly Token[], start: number, index: number): boolean {
  const coin = tokens[index]?.symbol;
  if (coin == null) return false;
  const before = tokens.slice(Math.max(start, index - MAX_BETWEEN_COINS), index);
  const own = before.findLastIndex((token) => token.symbol !== null);
  if (own === -1 || before[own]?.symbol?.symbol === coin.symbol) return false;
  const last = before[before.length - 1];
  if (hasAny(last, 'and', 'except', 'filler') || /^(?:for|on|of|in)$/i.test(last?.text ?? '')) return false;
  return before.slice(own + 1).some(isOrder) && untilNext(tokens, index + 1).some(isOrder);
}

const isOrder = (token: Token): boolean =>
  hasAny(token, 'close', 'closed', 'partial', 'cancel') ||
  hasAny(token, 'hit', 'target', 'stop', 'stopOut', 'breakEven');

/** The tokens up to the next coin or the end of the part of the sentence. */
function untilNext(tokens: readonly Token[], from: number): readonly Token[] {
  let end = from;
  while (
    end < from + MAX_BETWEEN_COINS &&
    tokens[end] !== undefined &&
    tokens[end]?.kind !== 'newline' &&
    tokens[end]?.symbol === null &&
    !isPunct(tokens[end], '，,。;；/|')
  )
    end++;
  return tokens.slice(from, end);
}

/** `TP3. DONE` is one clause. */
const isLabelDot = (before: Token | undefined): boolean =>
  before?.number?.form === 'price' && /^\d$/.test(before.number.raw);

/** "Close everything except ETH, SOL and BTC": the coins that are spared belong together. */
const isSparedList = (tokens: readonly Token[], start: number, index: number): boolean =>
  isPunct(tokens[index], ',，、') &&
  tokens[index - 1]?.kind === 'symbol' &&
  endsSpared(tokens, has(tokens[index + 1], 'and') ? index + 2 : index + 1) &&
  tokens.slice(Math.max(start, index - MAX_BETWEEN_COINS), index).some((token) => has(token, 'except'));

/** Whether nothing is told of the coin at `at` itself: "except ETH, SOL stays open" is another sentence. */
const endsSpared = (tokens: readonly Token[], at: number): boolean => {
  const after = tokens[at + 1];
  return (
    tokens[at]?.kind === 'symbol' &&
    (after === undefined ||
      after.kind === 'newline' ||
      after.kind === 'punct' ||
      hasAny(after, 'and', 'except'))
  );
};

/** Tokens from one coin of a sentence to the next, and of a list of coins that are spared. */
const MAX_BETWEEN_COINS = 24;

const isListComma = (tokens: readonly Token[], index: number): boolean =>
  tokens[index - 1]?.kind === 'number' && tokens[index + 1]?.kind === 'number';

/** "Cancel if not filled" says which order goes now; "… if not filled within a day" waits. */
function namesUnfilled(tokens: readonly Token[], at: number): boolean {
  if (!tokens.slice(0, at).some((token) => has(token, 'cancel'))) return false;
  const words = tokens.slice(at + 1).map((token) => token.text);
  return /^(?:(?:it is|it'?s|you are|you're|still)? ?(?:not|un) ?(?:yet )?(?:filled|triggered|activated|entered|in)(?: yet)?)$/i.test(
    words.join(' '),
  );
}

/**
 * Words that share their role with a label are no conditions. 再 within a clause waits for what stands before it; at its
 * beginning it may go on from what has been reached ("第二目标到达，再减三分之一").
 */
const isCondition = (token: Token, next: Token | undefined, goesOn: boolean): boolean =>
  (token.kind === 'keyword' && has(token, 'if') && !has(token, 'and')) ||
  (token.text === '再' && next !== undefined && !goesOn);
