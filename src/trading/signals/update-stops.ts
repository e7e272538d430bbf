import type { Decimal } from '../decimal.ts';
import { sideOf } from './recognise-side.ts';
import { has, hasAny, isPunct, type Token } from './token.ts';
import { speaksOfThose } from './update-chinese.ts';
import type { Clause } from './update-clauses.ts';
import type { ClauseView } from './update-view.ts';

/** Whether a clause tells that the stop was hit. */
export function isStopHit(view: ClauseView): boolean {
  const phrase = view.tokens.some(
    (token, index) =>
      has(token, 'stopOut') && !isStopLabel(view, index) && !speaksOfThose(view.tokens, index),
  );
  const marked =
    view.any('stop') &&
    view.tokens.some((token) => has(token, 'hit') && !hasAny(token, 'move', 'to', 'breakEven')) &&
    !isPunct(view.tokens[view.find('hit') + 1], '=') &&
    !view.any('move', 'target');
  // "Re-entering the long we got stopped out of" opens a trade.
  const reenters = view.tokens.some((token) => /^re\W?(?:ent|load)/i.test(token.text));
  return (phrase || marked) && !view.any('crowd') && !reenters;
}

/** `Stop loss hit = 5.3%`, `Stop-out: 0.0136` and 触发止损36 tell a distance and a price, no news. */
function isStopLabel(view: ClauseView, index: number): boolean {
  if (isPunct(view.tokens[index + 1], '=')) return true;
  let at = index + 1;
  while (
    at < index + 4 &&
    (isPunct(view.tokens[at], ':=@-|') || view.tokens[at]?.emoji === 'arrow' || /^at$/i.test(view.text(at)))
  )
    at++;
  const labels = isPunct(view.tokens[index + 1], ':') || view.tokens[at]?.number?.form === 'price';
  return has(view.tokens[index], 'stop') && labels;
}

/**
 * Where a clause puts the stop: at break-even, or at a price.
 * @param ordered whether the clause has given another order already, beside which 保本 alone is one
 */
export function movedStop(view: ClauseView, ordered: boolean): 'break_even' | Decimal | null {
  const stop = view.find('stop');
  const at = view.tokens.findIndex(
    (token, index) =>
      has(token, 'breakEven') &&
      (index !== stop || view.any('move', 'rest')) &&
      !has(token, 'noise') &&
      !isEntryChange(view, index),
  );
  if (at !== -1 && breaksEven(view, stop, at, ordered)) return 'break_even';
  if (stop === -1) return null;
  if (view.any('move', 'change')) return stopPrice(view, stop);
  const crowd = /^stops$/i.test(view.text(stop)) || view.any('crowd');
  return view.any('entry') || crowd || isRemark(view, stop) ? null : stopPrice(view, stop);
}

/** "Long with a stop at 3060", "the thesis is invalidated below 4.55": without a verb that moves it the stop is only spoken of. */
function isRemark(view: ClauseView, stop: number): boolean {
  if (view.tokens.some((token) => /^invalidated\b/i.test(token.text))) return true;
  const at = has(view.tokens[stop - 1], 'filler') ? stop - 2 : stop - 1;
  if (/^(?:with|mit|con|com|avec|met|z|ze|dengan)$/i.test(view.text(at))) return true;
  return (
    view.tokens.filter((token) => token.kind === 'word' && /^\p{L}{2,}$/u.test(token.text)).length >
    MAX_UNKNOWN
  );
}

/** Unknown words around a stop that is given without a verb. */
const MAX_UNKNOWN = 3;

/** 入场改成102100: the entry is what changes. */
const isEntryChange = (view: ClauseView, index: number): boolean =>
  has(view.tokens[index], 'entry') && hasAny(view.tokens[index + 1], 'change', 'move') && !view.any('stop');

function breaksEven(view: ClauseView, stop: number, at: number, ordered: boolean): boolean {
  const before = view.tokens[at - 1];
  const pure = !has(view.tokens[at], 'entry');
  if (stop !== -1 && stop !== at)
    return (
      pure ||
      view.any('move', 'change') ||
      has(before, 'to') ||
      (before?.emoji === 'arrow' && stop < at && at - stop <= 3) ||
      isEquated(view, at) ||
      /^(?:on|at|в|a|to|em|al|para|na|no|ke)$/i.test(articleBefore(view, at)?.text ?? '')
    );
  if (!pure) return stop === at;
  if (ordered || view.any('move', 'change', 'rest', 'partial')) return true;
  if (has(before, 'to') && /^(?:everything|else)$/i.test(view.text(at - 2))) return true;
  if (/^go(?:es|ing)?$/i.test(before?.text ?? '') || /^[推设拉移]/.test(view.text(at))) return true;
  const statesCost = view.tokens[at + 1]?.number?.form === 'price';
  const rest = view.tokens.filter((each) => !['emoji', 'symbol', 'punct'].includes(each.kind));
  return !statesCost && rest.length <= 2;
}

/** The word before the entry, past its article: "stop a la entrada", "sl to the entry". */
const articleBefore = (view: ClauseView, at: number): Token | undefined =>
  view.tokens[/^(?:la|el|o|a|the|our|my|il|den)$/i.test(view.text(at - 1)) && at > 2 ? at - 2 : at - 1];

/** "SL to 7.48 = entry". */
const isEquated = (view: ClauseView, at: number): boolean =>
  isPunct(view.tokens[at - 1], '=') && view.tokens[at - 2]?.number?.form === 'price';

/** The new stop: the price behind the label, or behind a verb or `to` later in the clause. */
function stopPrice(view: ClauseView, stop: number): Decimal | null {
  for (let i = stop + 1; i < view.tokens.length; i++) {
    const token = view.tokens[i];
    const nextCall = token !== undefined && sideOf(token) !== null && view.tokens[i + 1]?.kind === 'number';
    if (token === undefined || (has(token, 'target') && !isGoal(view, stop, i)) || nextCall) break;
    if (isCountOfTarget(view, i)) continue;
    if (token.number?.form === 'price' && token.number.sign === '')
      return isFarFetched(view, stop, i) ? null : view.refined.valueOf(lastOfMove(view, i));
  }
  const before = view.tokens.slice(0, stop).findLast((token) => token.number?.form === 'price');
  const closesClause = view.any('move', 'change') && stop === view.tokens.length - 1;
  return before !== undefined && closesClause ? view.refined.valueOf(before) : null;
}

/** "Invalidation of the bullish thesis is 92k": without a verb that moves it, the price stands near its label. */
const isFarFetched = (view: ClauseView, stop: number, price: number): boolean =>
  !view.any('move', 'change') &&
  view.tokens
    .slice(stop + 1, price)
    .filter((token) => token.kind === 'word' && /^[a-z]{3,}$/i.test(token.text)).length > 1;

/** 止损移到第一目标148.6, "move SL to TP1 (1.42)": the target names the place where the stop goes. */
export const isGoal = (view: ClauseView, stop: number, target: number): boolean =>
  stop !== -1 &&
  stop < target &&
  view.tokens
    .slice(stop + 1, target)
    .some((token) => hasAny(token, 'move', 'to') || token.emoji === 'arrow') &&
  view.tokens.slice(stop + 1, target).every((token) => token.number === null && token.kind !== 'punct');

/** The 1 of TP1. */
const isCountOfTarget = (view: ClauseView, index: number): boolean =>
  has(view.tokens[index - 1], 'target') && /^\d$/.test(view.tokens[index]?.number?.raw ?? '');

/** `1.29 ➜ 1.36`, "1.29 to 1.36", 5.62 改 5.48: the price that the stop moves to. */
function lastOfMove(view: ClauseView, at: number): Token {
  const [first, join, last] = view.tokens.slice(at, at + 3);
  const moves =
    join?.emoji === 'arrow' ||
    (has(join, 'to') && !view.any('target')) ||
    (hasAny(join, 'change', 'move') && /[\u4e00-\u9fff]/.test(join?.text ?? ''));
  return (moves && last?.number?.form === 'price' ? last : first) as Token;
}

/**
 * `BTC 95,000 / ETH 2,850`, "95k for BTC and 2,850 for ETH": the stop of each coin. Null where the clause names one coin
 * or one price; empty where several prices are not each beside their coin.
 */
export function stopsOfCoins(view: ClauseView): readonly (readonly [string, Decimal])[] | null {
  const { tokens } = view;
  const coins = tokens.flatMap((token, index) => (token.symbol === null ? [] : [index]));
  if (coins.length < 2) return null;
  const prices = tokens.flatMap((token, index) =>
    token.number?.form === 'price' && !isCountOfTarget(view, index) ? [index] : [],
  );
  if (prices.length < 2) return null;
  const pairs = coins.flatMap((coin) => {
    const behind = prices.find((price) => price > coin && joins(tokens.slice(coin + 1, price)));
    const before = prices.findLast((price) => price < coin && belongs(tokens.slice(price + 1, coin)));
    const price = before ?? behind;
    const value = price === undefined ? null : view.refined.valueOf(tokens[price] as Token);
    const symbol = tokens[coin]?.symbol?.symbol;
    return symbol === undefined || value?.gt(0) !== true ? [] : [[symbol, value] as const];
  });
  const used = new Set(pairs.map(([, price]) => price.toFixed()));
  return pairs.length === coins.length && used.size === prices.length ? pairs : [];
}

/** What may stand between a coin and its stop: `BTC: 95,000`, "BTC SL to 95,000", ETH止损2850. */
const joins = (between: readonly Token[]): boolean =>
  between.length <= 3 &&
  between.every(
    (token) =>
      isPunct(token, ':=-@') || token.emoji === 'arrow' || hasAny(token, 'to', 'stop', 'move', 'filler'),
  ) &&
  !between.some((token) => has(token, 'and') || /^for$/i.test(token.text));

/** "95k for BTC", "95k on BTC". */
const belongs = (between: readonly Token[]): boolean =>
  between.length === 1 && /^(?:for|on|in)$/i.test(between[0]?.text ?? '');

/** 止损写错, 止损价打错: the slip is in the stop. */
export const isSlip = (tokens: readonly Token[], index: number): boolean =>
  tokens[index]?.text === '写错' &&
  tokens.slice(Math.max(0, index - 2), index).some((token) => has(token, 'stop'));

/** 止损打错了，应该是0.6385: the price behind 是 or 为 is the right one. */
export const correctsStop = (clause: Clause, before: Clause): boolean =>
  /(?:[打写发搞弄标]错|有误|笔误)/.test(before.tokens.map((token) => token.text).join('')) &&
  !before.tokens.some((token) => hasAny(token, 'target', 'entry')) &&
  clause.tokens.some(
    (token, index) =>
      /[是为]$/.test(token.text) &&
      !/不$/.test(clause.tokens[index - 1]?.text ?? '') &&
      clause.tokens[index + 1]?.number?.form === 'price' &&
      clause.tokens.findIndex(({ number }) => number !== null) === index + 1,
  );
