import { foreignReason } from './foreign-reasons.ts';
import type { Role } from './keywords/table.ts';
import { beginsCell, misspelt, priceFollows } from './misspelt.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';

/** Words and letters that are labels only where one can stand and a price follows. */
const LABELS: Readonly<Record<string, Role>> = {
  e: 'entry',
  s: 'stop',
  t: 'target',
  open: 'entry',
  in: 'entry',
  out: 'close',
  x: 'leverage',
  protect: 'cutAt',
};

/** Any of these words; most tokens are none, and a pattern says so without a copy of the word in lower case. */
const MAY_LABEL = /^(?:[estlbx]|open|in|out|protect)$/i;

/** Letters that are sides where the message labels its stop otherwise. */
const SIDES: Readonly<Record<string, Role>> = { l: 'long', b: 'long', s: 'short' };

// Asked of every token: as literals there they would be objects each time.
const LOWER_CASE = /^[a-z]{3,}$/;
const SPECIAL = /^(?:be|but|bar|save|minus|sans|bag|bagging|拿|ladder|laddering|scale|scaling)$/i;

/** Gives words their role that have one only by their place: `E 67800`, `Open: 0.4817`, `S 38.9`, "WLD longs between", "be". */
export function placedWords(tokens: readonly Token[]): readonly Token[] {
  const stop = tokens.some((token) => has(token, 'stop'));
  const labelled = stop || tokens.some((token) => hasAny(token, 'target', 'cutAt', 'exitStop', 'aim'));
  const sided = tokens.some((token) =>
    hasAny(token, 'long', 'short', 'buy', 'sell', 'bareLong', 'bareShort'),
  );
  const shouted = !tokens.some((token) => LOWER_CASE.test(token.text));
  return tokens.map((token, index) => {
    const isWord = token.kind === 'word' || token.kind === 'keyword';
    const special = isWord && SPECIAL.test(token.text) ? specialRole(tokens, index, shouted) : null;
    if (special === 'filler') return { ...token, roles: new Set<Role>([special]) };
    if (special !== null) return { ...token, kind: 'keyword', roles: new Set<Role>([special]) };
    if (!isWord || !(labelled || token.kind === 'word')) return token;
    const foreign = token.kind === 'word' ? foreignReason(tokens, index) : null;
    if (foreign !== null) return { ...token, kind: 'keyword', roles: new Set<Role>([foreign]) };
    if (!labelled && !(token.text.length === 7 && /^protect$/i.test(token.text))) return token;
    const role =
      labelAt(tokens, index, stop && !sided) ??
      goalAt(tokens, index) ??
      pluralSide(tokens, index) ??
      misspelt(tokens, index);
    return role === null ? token : { ...token, kind: 'keyword', roles: new Set<Role>([role]) };
  });
}

/** What one of the few special words is at its place; null if it is what it always is. */
function specialRole(tokens: readonly Token[], index: number, shouted: boolean): Role | null {
  const { text } = tokens[index] as Token;
  if (/^be$/i.test(text)) return isBreakEven(tokens, index, shouted || text === 'be') ? null : 'filler';
  if (/^(?:bag|拿)/i.test(text)) return takesPart(tokens, index) ? 'take' : null;
  if (/^(?:ladder|scal)/i.test(text)) return headsLadder(tokens, index) ? 'entry' : null;
  return isException(tokens, index) ? 'except' : null;
}

/** "Bag 1/3 on HYPE" and 先拿 30% 利润, unlike "my bag is 50% up", 拿 30% 仓位, which holds it, and 老师拿 10% 利润. */
function takesPart(tokens: readonly Token[], index: number): boolean {
  const [next, slash, parts] = tokens.slice(index + 1, index + 4);
  const isPart =
    next?.fraction != null ||
    next?.number?.form === 'percent' ||
    (next?.number?.raw === '1' && isPunct(slash, '/') && parts?.kind === 'number');
  const before = tokens[index - 1];
  const ownWill =
    before === undefined ||
    ['newline', 'punct', 'emoji'].includes(before.kind) ||
    /^(?:and|now|please|pls|lets|let's|先|可以|这里|這裡|[多空]单|[多空]單)$/i.test(before.text);
  const english = /^[a-z]/i.test(tokens[index]?.text ?? '');
  if (!isPart || english) return isPart && ownWill;
  return (
    (ownWill || before.kind === 'symbol') &&
    tokens.slice(index + 2, index + 4).some((token) => hasAny(token, 'profit', 'ofProfit'))
  );
}

/** "Ladder in 🪜" or `Scaling in:` above the prices, unlike "scale in 3 parts". */
function headsLadder(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (before !== undefined && before.kind !== 'newline' && before.kind !== 'emoji') return false;
  let i = index + 1;
  while (i < index + 4 && (/^in$/i.test(tokens[i]?.text ?? '') || tokens[i]?.kind === 'emoji')) i++;
  return tokens[i]?.kind === 'newline' || isPunct(tokens[i], ':');
}

function labelAt(tokens: readonly Token[], index: number, unsided: boolean): Role | null {
  const text = tokens[index]?.text ?? '';
  if (!MAY_LABEL.test(text)) return null;
  const word = text.toLowerCase();
  const role = (unsided ? SIDES[word] : undefined) ?? LABELS[word];
  if (role === undefined || !priceFollows(tokens, index)) return null;
  // `ETH L 2,912 | SL 2,858`.
  const besideCoin = unsided && role === SIDES[word] && tokens[index - 1]?.symbol != null && text !== word;
  return besideCoin || beginsCell(tokens, index) ? role : null;
}

/** `Profits:`, `Goals`, 盈利： with a price behind them or on the next line; a profit in percent or dollars is a result. */
function goalAt(tokens: readonly Token[], index: number): Role | null {
  const word = tokens[index]?.text ?? '';
  if (!/^(?:profits?|goals?|盈利|获利)$/i.test(word) || !opensLabel(tokens, index)) return null;
  // `Profit 1: 0.279`: in the singular only with its count.
  const counted = /^profit$/i.test(word);
  if (counted && !(/^\d$/.test(tokens[index + 1]?.text ?? '') && isPunct(tokens[index + 2], ':')))
    return null;
  let i = index + (counted ? 2 : 1);
  let breaks = 0;
  while (
    i < index + 6 &&
    (isPunct(tokens[i], ':=-[]') || ['emoji', 'index', 'newline'].includes(tokens[i]?.kind ?? ''))
  ) {
    if (tokens[i]?.kind === 'newline') breaks++;
    i++;
  }
  const value = tokens[i];
  const sign = tokens[index + 1];
  const signed = counted || isPunct(sign, ':=') || sign?.kind === 'newline' || sign?.emoji === 'arrow';
  const plain = value?.number?.form === 'price' && value.number.sign === '' && /[\d]$/.test(value.text);
  return signed && breaks <= 1 && plain && !hasAny(tokens[i + 1], 'quote') ? 'target' : null;
}

const opensLabel = (tokens: readonly Token[], index: number): boolean =>
  beginsCell(tokens, index) || isPunct(tokens[index - 1], '[');

/** "WLD longs between 2.11 and 2.19": the author's own trades, beside their coin and with their price. */
function pluralSide(tokens: readonly Token[], index: number): Role | null {
  const word = tokens[index]?.text.toLowerCase() ?? '';
  if (!/^(?:longs|shorts|buys|sells)$/.test(word) || tokens[index - 1]?.kind !== 'symbol') return null;
  let i = index + 1;
  while (i < index + 3 && hasAny(tokens[i], 'between', 'near', 'filler', 'entry')) i++;
  if (tokens[i]?.number?.form !== 'price' || speaksOfCrowd(tokens, i)) return null;
  return word === 'longs' || word === 'buys' ? 'long' : 'short';
}

/** "… at 65k are getting squeezed": a verb behind the price tells what happens to everyone's longs. */
function speaksOfCrowd(tokens: readonly Token[], price: number): boolean {
  for (let i = price + 1; i < price + 10; i++) {
    const token = tokens[i];
    if (token === undefined || token.kind === 'newline' || isPunct(token, '.;')) return false;
    if (
      /^(?:are|were|get|gets|getting|got|is|was|have|had|being|will|squeezed|trapped|rekt|liquidated|underwater|paying)$/i.test(
        token.text,
      )
    )
      return true;
  }
  return false;
}

/** "Close everything but ETH", "all longs but the SOL one": behind a word for all of them, and a coin follows. */
function isException(tokens: readonly Token[], index: number): boolean {
  const named = tokens
    .slice(index + 1, index + 4)
    .findIndex((token) => token.kind !== 'keyword' || !/^(?:the|my|our|for)$/i.test(token.text));
  if (tokens[index + 1 + named]?.kind !== 'symbol') return false;
  for (let i = index - 1; i >= Math.max(0, index - 5); i--) {
    const token = tokens[i];
    if (token === undefined || token.kind === 'newline' || isPunct(token, '.;,') || token.symbol !== null)
      return false;
    if (hasAny(token, 'everything', 'all')) return true;
  }
  return false;
}

/** "stop to be", "sl be on the rest", but not "be patient" and "will be". */
function isBreakEven(tokens: readonly Token[], index: number, plain: boolean): boolean {
  const [before, after] = [tokens[index - 1], tokens[index + 1]];
  if (/^(?:will|would|may|might|could|should|can|must|ll|not|never|always|just)$/i.test(before?.text ?? ''))
    return false;
  return (
    !plain ||
    isPunct(before, '/') ||
    (after?.kind === 'symbol' && has(before, 'stop')) ||
    after === undefined ||
    after.kind === 'newline' ||
    after.kind === 'emoji' ||
    isPunct(after, '.,;!)+，') ||
    /^(?:now|here|and|after|on|at|for|once|when)$/i.test(after.text)
  );
}
