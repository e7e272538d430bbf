import type { PriceField } from './facts.ts';
import type { Role } from './keywords/table.ts';
import type { Refined } from './refine.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';

/** Two prices of one ladder are nearer than this; an index and a price hardly ever are. */
const LADDER_FACTOR = 3;

const isSmallInteger = (token: Token | undefined): boolean =>
  token?.number?.form === 'price' &&
  token.number.scale === 0 &&
  !token.number.currency &&
  /^[1-9]\d?$/.test(token.number.raw) &&
  Number(token.number.raw) <= 20;

/**
 * Where the values of the label at `label` begin, past an index of it: `TP1 96200`, `Target 1: 1.2`, `Entry 1 - 159.8`,
 * `Entry 1/2: 3.4 / 3.5`.
 */
export function indexSkip(tokens: readonly Token[], label: number, field: PriceField): number {
  const first = tokens[label + 1];
  if (countsWithNeighbours(tokens, label)) return label + 2;
  if (first?.kind === 'index' || isHanCount(first)) return label + 2;
  if (isPunct(first, '(') && isSmallInteger(tokens[label + 2]) && isPunct(tokens[label + 3], ')'))
    return label + 4;
  if (isPunct(first, '#') && isSmallInteger(tokens[label + 2])) return label + 3;
  if (first?.kind === 'noise' && /^#\d{1,2}$/.test(first.text)) return label + 2;
  if (isGluedDash(first) && isGluedIndex(tokens, label + 2)) return label + 3;
  if (!isSmallInteger(first)) return label + 1;
  if (
    isPunct(tokens[label + 2], '/-&') &&
    isSmallInteger(tokens[label + 3]) &&
    isPunct(tokens[label + 4], ':=')
  )
    return label + 4;
  return isIndex(tokens, label + 1, field) ? label + 2 : label + 1;
}

const COUNTED: readonly Role[] = ['target', 'entry', 'stop', 'dca', 'buy', 'sell'];
/** How far the next label of the same kind may be. */
const MAX_APART = 14;

/** `TP 1 1.537` and `TP 2 1.513`: the integers count up from label to label, however near they are to the prices. */
function countsWithNeighbours(tokens: readonly Token[], label: number): boolean {
  const role = COUNTED.find((each) => has(tokens[label], each));
  const index = countAt(tokens, label);
  if (role === undefined || index === null) return false;
  const next = nearest(tokens, label, role, 1);
  const before = nearest(tokens, label, role, -1);
  return (
    (next !== null && countAt(tokens, next) === index + 1) ||
    (before !== null && countAt(tokens, before) === index - 1)
  );
}

/** The small integer right behind a label, if a price follows it on the line. */
function countAt(tokens: readonly Token[], label: number): number | null {
  const token = tokens[label + 1];
  if (!isSmallInteger(token)) return null;
  let i = label + 2;
  while (i < label + 6 && (isPunct(tokens[i], ':=-|>@)$~') || tokens[i]?.kind === 'emoji')) i++;
  const value = tokens[i];
  return value?.kind === 'number' && value.line === token?.line ? Number(token.number?.raw) : null;
}

/** The next label of the kind before or after `from`. */
function nearest(tokens: readonly Token[], from: number, role: Role, step: 1 | -1): number | null {
  for (let i = from + step; Math.abs(i - from) <= MAX_APART; i += step) if (has(tokens[i], role)) return i;
  return null;
}

const isGluedDash = (token: Token | undefined): boolean => isPunct(token, '-_.') && token?.gap === false;

/** The `1` of `Target-1: 27.1` and of `TP-1 27.1`: glued to its label, and a price behind it. */
function isGluedIndex(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (!isSmallInteger(token) || token?.gap !== false) return false;
  let i = at + 1;
  while (i < at + 4 && (isPunct(tokens[i], ':=-|>@)$~') || tokens[i]?.kind === 'emoji')) i++;
  return tokens[i]?.kind === 'number' && tokens[i]?.line === token.line;
}

/** 止盈一 146 止盈二 151. */
const isHanCount = (token: Token | undefined): boolean =>
  token?.kind === 'word' && /^[一二三四五六七八九]$/.test(token.text);

function isIndex(tokens: readonly Token[], at: number, field: PriceField): boolean {
  const token = tokens[at];
  const next = tokens[at + 1];
  const glued = token?.gap === false;
  if (token === undefined) return false;
  if (next === undefined || next.kind === 'newline') return glued && !/^\d\d/.test(token.text);
  if (isPunct(next, ':=)@')) return true;
  if (isPunct(next, '、,，/')) return glued && isPunct(next, ',，') && isCountBeforeWord(tokens, at + 2);
  if (isPunct(next, '.')) return next.gap === false && field !== 'stop';
  if (next.kind === 'number' || isPunct(next, '$')) return glued || isFar(token, next);
  if (isPunct(next, '-|~>')) {
    const value = tokens.slice(at + 2, at + 6).find((each) => each.number !== null);
    return glued || (value !== undefined && value.line === token.line && isFar(token, value));
  }
  if (next.kind === 'emoji') return glued || tokens[at + 2]?.kind === 'number' || next.emoji === 'check';
  return (
    glued ||
    hasAny(next, 'hit', 'market', 'runner') ||
    /^(?:is|has|was|gets|got|gives|there|prints?|fills?|lands|comes|completes|touches)$/i.test(next.text)
  );
}

/** "After TP1, move the stop": no price stands behind the comma, so none stands before it. */
function isCountBeforeWord(tokens: readonly Token[], at: number): boolean {
  const [next, after] = [tokens[at], tokens[at + 1]];
  if (after?.kind === 'number') return false;
  if (has(next, 'and')) return after !== undefined;
  return next?.kind === 'word' || (next?.kind === 'keyword' && !hasAny(next, 'runner', 'ordinal'));
}

function isFar(a: Token, b: Token): boolean {
  const ratio = Number(a.number?.raw) / Number(b.number?.raw.replaceAll(',', ''));
  return (
    !(ratio < LADDER_FACTOR && ratio > 1 / LADDER_FACTOR) ||
    (b.number?.raw.includes('.') === true && a.number?.raw === '1' && b.number.scale !== 0)
  );
}

/** `TP11.2500 TP21.2800 TP31.3000`: the first digit counts the targets if it does so in every one of them. */
export function strippedTargets(refined: Refined): Refined {
  const labels = refined.tokens.flatMap((token, index) =>
    has(token, 'target') &&
    /^[a-z]/i.test(token.text) &&
    refined.tokens[index + 1]?.gap === false &&
    refined.tokens[index + 1]?.kind === 'number'
      ? [index + 1]
      : [],
  );
  const counted = labels.every((at, position) =>
    countsFrom(refined.tokens[at]?.number?.raw ?? '', position + 1),
  );
  const glued = labels.filter((at) =>
    /^\d{2,}\.\d|^\d\.\d+\.\d|^\d{5,}/.test(refined.tokens[at]?.number?.raw ?? ''),
  );
  if (labels.length < 2 || !counted || glued.length === 0 || !isOneCall(refined, labels)) return refined;
  const tokens = [...refined.tokens];
  for (const at of glued) {
    const token = tokens[at];
    if (token?.number == null) continue;
    tokens[at] = { ...token, number: { ...token.number, raw: token.number.raw.slice(1).replace(/^\./, '') } };
  }
  return { ...refined, tokens };
}

/** The prices that are left lie within one call's span; 目标102100 and 目标2495 are targets of two coins. */
function isOneCall(refined: Refined, labels: readonly number[]): boolean {
  const left = labels.map((at) =>
    Number((refined.tokens[at]?.number?.raw ?? '').slice(1).replace(/^\./, '')),
  );
  const lines = labels.flatMap((at) => refined.tokens[at]?.line ?? []);
  const coins = new Set(
    refined.tokens.flatMap((token) =>
      token.symbol !== null && token.line >= Math.min(...lines) && token.line <= Math.max(...lines)
        ? [token.symbol.symbol]
        : [],
    ),
  );
  const prices = left.filter((price) => price > 0);
  if (prices.length < left.length || fitsWhole(refined, labels)) return false;
  return coins.size < 2 && Math.max(...prices) < LADDER_FACTOR * Math.min(...prices);
}

/** `sl18.2 tp19.3 tp25`: as they are written they lie where the stop does, and without their first digit they do not. */
function fitsWhole(refined: Refined, labels: readonly number[]): boolean {
  const stop = refined.tokens.find(
    (token, index) => token.number?.form === 'price' && has(refined.tokens[index - 1], 'stop'),
  );
  const near = Number(stop?.number?.raw);
  if (!(near > 0)) return false;
  const fits = (price: number): boolean => price < LADDER_FACTOR * near && near < LADDER_FACTOR * price;
  const raws = labels.map((at) => refined.tokens[at]?.number?.raw ?? '');
  return (
    raws.every((raw) => fits(Number(raw))) &&
    !raws.every((raw) => fits(Number(raw.slice(1).replace(/^\./, ''))))
  );
}

const countsFrom = (raw: string, position: number): boolean =>
  raw === String(position) ||
  (raw.startsWith(String(position)) && /^\.?\d/.test(raw.slice(1)) && !/^\d\.\d+$/.test(raw));
