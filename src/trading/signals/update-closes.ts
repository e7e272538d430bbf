import type { Decimal } from '../decimal.ts';
import { has, hasAny, type Token } from './token.ts';
import { isBeforePart } from './update-parts.ts';
import type { ClauseView } from './update-view.ts';

/** Whether a clause closes a trade or a part of it; null if neither. */
export function closingOf(view: ClauseView, part: Decimal | null): 'close' | 'part' | null {
  if (closesPart(view, part)) return 'part';
  const at = view.tokens.findIndex(
    (token) => hasAny(token, 'close', 'closed', 'exitStop') && !hasAny(token, 'candle', 'term'),
  );
  if (isFlat(view)) return 'close';
  if (at === -1) return null;
  if (view.any('some') && part === null) return 'part';
  if (has(view.tokens[at - 1], 'crowd') && !view.any('all', 'everything')) return null;
  return isCloseOrder(view, at) ? 'close' : null;
}

function closesPart(view: ClauseView, part: Decimal | null): boolean {
  const hasPart = part !== null || view.any('some');
  if (view.any('take') && hasPart) return true;
  if (isPartOff(view) || (part !== null && (sells(view) || takesProfit(view)))) return true;
  const verb = view.tokens.find(
    (token) =>
      has(token, 'partial') &&
      (!hasAny(token, 'target', 'close') || isBeforePart(view, token) || !isTargetLabel(view, token)),
  );
  if (verb !== undefined && (hasPart || !hasAny(verb, 'target', 'close'))) {
    if (has(verb, 'hit') && view.any('target')) return hasPart;
    if (hasPart || (!has(verb, 'target') && reducesPosition(view, verb))) return true;
  }
  if (view.any('keep') && part !== null && view.any('close', 'partial', 'target')) return true;
  return keepsOnly(view);
}

/** "Half off PENDLE". */
const isPartOff = (view: ClauseView): boolean =>
  view.namesCoin &&
  view.tokens.some((token, index) => token.fraction !== null && /^off\b/i.test(view.text(index + 1)));

const firstWord = (view: ClauseView): Token | undefined =>
  view.tokens.find((token) => token.kind !== 'emoji' && token.kind !== 'punct' && token.symbol === null);

/** "Sell half your DOGE here", "sold half of my DOGE"; what is said of the coin itself ("SOL sold off 20%") is news. */
function sells(view: ClauseView): boolean {
  const first = firstWord(view);
  if (!has(first, 'sell') || view.any('stop', 'target')) return false;
  return !/ing$|^sold$/i.test(first?.text ?? '') || (view.namesCoin && opensClause(view, first as Token));
}

/** Past the signs that may stand before any message. */
const opensClause = (view: ClauseView, word: Token): boolean =>
  view.tokens
    .slice(0, view.tokens.indexOf(word))
    .every((token) => token.kind === 'emoji' || token.kind === 'punct');

/** "Take profit 50%". */
const takesProfit = (view: ClauseView): boolean =>
  view.tokens.some((token) => has(token, 'target') && /^take|^tomar|^realiz|^fix/i.test(token.text)) &&
  !view.any('hit');

/** Without an amount the verb needs its object: "reduce risk" is advice, "secure profits" an order. */
function reducesPosition(view: ClauseView, verb: Token): boolean {
  // "Stop to 1.2 to lock in profit": the verb tells the purpose of the move.
  if (view.any('stop') && view.any('move', 'change')) return false;
  const complete =
    /^partial|partials$|^scal|[\u0400-\u04ff\u4e00-\u9fff]/i.test(verb.text) && verb.text.length > 1;
  return complete || (leads(view, verb) && (view.namesCoin || view.any('profit', 'order')));
}

/** Whether only a coin and small words stand before a verb: "ETH: secure profits", but not "order book". */
const leads = (view: ClauseView, verb: Token): boolean =>
  view.tokens
    .slice(0, view.tokens.indexOf(verb))
    .every((token) => token.symbol !== null || (token.kind !== 'word' && !hasAny(token, 'order', 'noise')));

const isTargetLabel = (view: ClauseView, token: Token): boolean => has(token, 'target') && !view.any('move');

/** 留40%, "keep only 20%": what stays is told, the rest goes. 剩余30%继续拿 tells what is left already. */
const keepsOnly = (view: ClauseView): boolean =>
  view.tokens.some(
    (token, index) =>
      has(token, 'keep') &&
      (/^[留保]|^剩$/.test(token.text) || /^(?:only|just)$/i.test(view.text(index + 1))) &&
      view.tokens
        .slice(index + 1, index + 4)
        .some((part) => part.number?.form === 'percent' || part.fraction !== null),
  );

/** "Flat BTC": the word is a verb before a coin and nothing else. */
function isFlat(view: ClauseView): boolean {
  const words = view.tokens.filter((token) => !['emoji', 'punct'].includes(token.kind));
  return (
    /^flat$/i.test(words[0]?.text ?? '') &&
    words[1]?.symbol != null &&
    words.slice(2).every((token) => hasAny(token, 'here', 'market', 'filler') || token.symbol !== null)
  );
}

/** One-character verbs (走, 出, 平) need to be the clause, or its end. */
function isCloseOrder(view: ClauseView, at: number): boolean {
  const token = view.tokens[at];
  const before = view.tokens[at - 1];
  if (token === undefined) return false;
  if (token.text.length > 1 || !/[\u4e00-\u9fff]/.test(token.text))
    return !hasAny(before, 'candle', 'noise') && before?.kind !== 'noise';
  // 第一止盈已到，保本走: what is left goes on at break-even.
  if (has(before, 'breakEven') && view.refined.tokens.some((other) => has(other, 'hit'))) return false;
  const behind = view.tokens.slice(at + 1);
  return (
    !((before?.kind === 'word' || before?.text === '提') && !token.gap) &&
    (behind.every((later) => has(later, 'filler') || later.kind === 'emoji') || view.tokens.length <= 3)
  );
}
