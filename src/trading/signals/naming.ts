import type { Role } from './keywords/table.ts';
import { isCoinInLowerCase, isWordLike, type SymbolList } from './symbols.ts';
import { hasAny, hasOneOf, isPunct, type Token } from './token.ts';

/** Coins with the names of words, which no order is made of. */
const WORD_NAMES: ReadonlySet<string> = new Set([
  'NEAR',
  'ALGO',
  'PEOPLE',
  'SUN',
  'GAS',
  'HOME',
  'TREE',
  'TURBO',
  'CITY',
]);

/** Words of every day that are coins only where something is bought or closed: "out of SUPER", "long on POWER". */
const PLACED_NAMES: ReadonlySet<string> = new Set([
  'SUPER',
  'POWER',
  'TRUST',
  'TRUTH',
  'BOND',
  'LIGHT',
  'NIGHT',
  'PLAY',
  'PORT',
  'SAFE',
  'SIGN',
  'DEEP',
  'FUN',
  'USELESS',
  'COOL',
  'PUMP',
]);

/**
 * Names a coin by its place where the message names none by a sign or a list: `LONG NEAR`, `NEAR hit target 1`, `link long`,
 * `buy ton`.
 */
export function namedByPlace(written: readonly Token[], listed: SymbolList): readonly Token[] {
  const tokens = withoutShoutedWords(written);
  if (tokens.some((token) => token.symbol !== null)) return namedOnLines(tokens, listed);
  const chinese = tokens.some((token) => /[\u4e00-\u9fff]/.test(token.text));
  const shouted =
    !chinese &&
    !tokens.some((token) => /^\p{L}?\p{Ll}{2,}$/u.test(token.text) && !hasAny(token, 'long', 'short'));
  return tokens.map((token, index) => {
    const named = WORD_NAMES.has(token.text)
      ? !shouted || isNamedInCapitals(tokens, index)
      : isCoinInLowerCase(token.text, listed) &&
        (chinese ||
          (token.text.length === 2
            ? isGluedToSide(tokens, index)
            : isBesideSide(tokens, index) || isPriced(tokens, index)));
    const base = token.text.toUpperCase();
    if (
      !named &&
      !(PLACED_NAMES.has(token.text) && !shouted && isPlaced(tokens, index)) &&
      !headsForm(tokens, index, listed) &&
      !(isLabelled(tokens, index) && listed.bases.has(base))
    )
      return token;
    return { ...token, kind: 'symbol', symbol: { symbol: `${base}USDT`, base, marker: 'bare' } };
  });
}

/** Where everything is in capitals they are no sign: `THAT IS HOW A PLAN LOOKS`. A coin with the name of a word needs its place. */
function withoutShoutedWords(tokens: readonly Token[]): readonly Token[] {
  const words = tokens.filter((token) => /^\p{L}{2,}$/u.test(token.text) && token.symbol === null);
  if (words.length < MIN_SHOUTED || words.some((token) => /\p{Ll}|\p{Lo}/u.test(token.text))) return tokens;
  return tokens.map((token, index) =>
    token.symbol?.marker === 'bare' && isWordLike(token.symbol.base) && !hasCoinsPlace(tokens, index)
      ? { ...token, kind: 'word', symbol: null }
      : token,
  );
}

/** Fewer words in capitals are a headline, in which a coin may stand anywhere. */
const MIN_SHOUTED = 8;

/** At the head of a line or a part of it, beside a side, an order, a number or a preposition. */
function hasCoinsPlace(tokens: readonly Token[], index: number): boolean {
  const [before, after] = [tokens[index - 1], tokens[index + 1]];
  return (
    before === undefined ||
    ['newline', 'punct', 'emoji', 'symbol', 'number', 'index'].includes(before.kind) ||
    ['number', 'symbol'].includes(after?.kind ?? '') ||
    hasOneOf(before, BESIDE_COIN) ||
    hasOneOf(after, BESIDE_COIN) ||
    /^(?:on|of|in|for|my|our|your|the|new|and|with)$/i.test(before.text)
  );
}

const BESIDE_COIN: readonly Role[] = [
  'long',
  'short',
  'buy',
  'sell',
  'close',
  'closed',
  'partial',
  'cancel',
  'stop',
  'target',
  'entry',
  'hit',
  'symbolLabel',
  'all',
  'rest',
];

/** `link long 11.42` on a line of its own, where other lines name other coins. */
function namedOnLines(tokens: readonly Token[], listed: SymbolList): readonly Token[] {
  const named = new Set(tokens.flatMap((token) => (token.symbol === null ? [] : [token.line])));
  return tokens.map((token, index) => {
    const coin = isCoinInLowerCase(token.text, listed) || WORD_NAMES.has(token.text);
    if (named.has(token.line) || !coin) return token;
    const opens =
      tokens[index - 1]?.kind === 'newline' ||
      tokens[index - 1]?.kind === 'emoji' ||
      tokens[index - 1]?.kind === 'index';
    if (!isGluedToSide(tokens, index) || !(opens || hasAny(tokens[index - 1], 'long', 'short'))) return token;
    const base = token.text.toUpperCase();
    return { ...token, kind: 'symbol', symbol: { symbol: `${base}USDT`, base, marker: 'bare' } };
  });
}

/** `op short`, `long op`. */
const isGluedToSide = (tokens: readonly Token[], index: number): boolean =>
  hasAny(tokens[index - 1], 'long', 'short') ||
  hasAny(tokens[index + 1], 'long', 'short', 'bareLong', 'bareShort');

/** "gala 0.0218 short", "resting on link at 17.35", "tia: …": with its price, or leading a line. */
function isPriced(tokens: readonly Token[], index: number): boolean {
  const [before, after] = [tokens[index - 1], tokens[index + 1]];
  const leads =
    before === undefined || before.kind === 'newline' || before.kind === 'emoji' || isPunct(before, ':.;,');
  if (leads && (after?.number?.form === 'price' || isPunct(after, ':'))) return true;
  const placed = /^(?:on|in|of|for|into|some|my|your)$/i.test(before?.text ?? '');
  return (
    placed &&
    (after === undefined ||
      after.kind === 'newline' ||
      after.kind === 'number' ||
      isPunct(after, '.,:;@') ||
      /^(?:at|here|around|near|from|now)$/i.test(after.text))
  );
}

const isPlaced = (tokens: readonly Token[], index: number): boolean => {
  const [verb, before] = [tokens[index - 2], tokens[index - 1]];
  return (
    hasOneOf(before, BEFORE_COIN) ||
    isAmongHan(tokens, index) ||
    (/^(?:on|of|in|the|my|your)$/i.test(before?.text ?? '') && hasOneOf(verb, BEFORE_COIN))
  );
};

const BEFORE_COIN: readonly Role[] = [
  'long',
  'short',
  'close',
  'closed',
  'partial',
  'buy',
  'sell',
  'cancel',
  'entry',
  'dca',
];

/** PUMP的挂单, PUMP 空单: at the head of a line, before a Chinese word of trading. */
function isAmongHan(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (before !== undefined && before.kind !== 'newline' && before.kind !== 'emoji') return false;
  const after = tokens[tokens[index + 1]?.text === '的' ? index + 2 : index + 1];
  return /^[\u4e00-\u9fff]/.test(after?.text ?? '') && hasOneOf(after, HAN_OF_TRADE);
}

const HAN_OF_TRADE: readonly Role[] = [
  'long',
  'short',
  'order',
  'stop',
  'target',
  'entry',
  'close',
  'partial',
  'ordinal',
  'move',
  'cancel',
  'bareLong',
  'bareShort',
];

/** `Near` on the first line for itself, above a form of labels with colons. */
function headsForm(tokens: readonly Token[], index: number, listed: SymbolList): boolean {
  const word = tokens[index]?.text ?? '';
  const base = word.toUpperCase();
  if (!/^[A-Z]?[a-z]{1,9}$/.test(word) || tokens[index + 1]?.kind !== 'newline') return false;
  if (
    !isCoinInLowerCase(word, listed) &&
    !(WORD_NAMES.has(base) && base !== 'HOME' && listed.bases.has(base))
  )
    return false;
  if (tokens.slice(0, index).some((token) => token.kind !== 'emoji')) return false;
  const labels = tokens.filter(
    (token, at) => hasAny(token, 'sideLabel', 'entry', 'stop', 'target') && isPunct(tokens[at + 1], ':='),
  );
  return labels.length >= 3;
}

/** `Coin: ONE`: the label is the sign. */
const isLabelled = (tokens: readonly Token[], index: number): boolean =>
  tokens[index]?.kind !== 'number' &&
  isPunct(tokens[index - 1], ':=') &&
  hasAny(tokens[index - 2], 'symbolLabel');

const BEHIND_LEADING_COIN = [
  'long',
  'short',
  'bareLong',
  'bareShort',
  'hit',
  'target',
  'stop',
  'close',
  'closed',
] as const;

/** In a message all in capitals: beside a side or an event of a trade. */
function isNamedInCapitals(tokens: readonly Token[], index: number): boolean {
  const [before, after] = [tokens[index - 1], tokens[index + 1]];
  const leads = before === undefined || before.kind === 'newline' || before.kind === 'emoji';
  const ends = after === undefined || after.kind === 'newline' || after.kind === 'punct';
  const [ahead, behind] = [neighbour(tokens, index, -1), tokens[index + 2]];
  const priced = isPunct(after, '@') && behind?.number?.form === 'price';
  return (
    (priced && hasAny(ahead, 'long', 'short', 'buy', 'sell', 'limit')) ||
    (leads && hasOneOf(after, BEHIND_LEADING_COIN)) ||
    (ends && hasAny(before, 'long', 'short', 'close', 'partial'))
  );
}

/** `link long`, `tia - sell`, `buy ton`, `short (link)`. */
function isBesideSide(tokens: readonly Token[], index: number): boolean {
  const before = neighbour(tokens, index, -1);
  const after = neighbour(tokens, index, 1);
  const leads = before === undefined || before.kind === 'newline' || before.kind === 'emoji';
  return (
    hasAny(before, 'long', 'short', 'buy', 'sell', 'symbolLabel') ||
    (hasAny(after, 'long', 'short') && !hasAny(before, 'not')) ||
    (leads && hasAny(after, 'buy', 'sell', 'stop', 'target', 'hit')) ||
    hasAny(before, 'close', 'cancel')
  );
}

function neighbour(tokens: readonly Token[], index: number, step: 1 | -1): Token | undefined {
  let i = index + step;
  while (
    Math.abs(i - index) < 4 &&
    (isPunct(tokens[i], '-,|:(') ||
      tokens[i]?.kind === 'emoji' ||
      /^(?:open|go|going|opening|new)$/i.test(tokens[i]?.text ?? ''))
  )
    i += step;
  return tokens[i];
}
