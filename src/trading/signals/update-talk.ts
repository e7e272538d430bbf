import { has, hasAny, isPunct, type Token } from './token.ts';
import { isChineseTalk } from './update-chinese.ts';
import { isHabit } from './update-habits.ts';
import type { ClauseView } from './update-view.ts';

/** English words of closing, each of which is also a noun, an adjective or a verb of other trades than trading. */
const VERBS =
  /^(?:market |manually |fully )?(?:clos(?:e|es|ed|ing)|exit(?:ed|ing)?|cut|kill|cover|scratch|bail|(?:i['’]?m |we are |are )?out(?: of)?|get|getting|take|taken|taking|took|trim|reduc(?:e|ed|ing)|bank|secur(?:e|ed|ing)|book|lock|shave|scal(?:e|ed|ing) (?:out|off)|sell|sold|flatten|dump|bag(?:ging)?|shut down|unwind(?:ing)?)(?![a-z]{4})/i;

/** Words that may stand before the verb of an order. */
const MAY_PRECEDE =
  /^(?:may|can|re|ve|m|ll|s|time|manually|ok|okay|alright|so|well|pls|scalpers|swingers|holders|fam|boys|mates|lads|legends|better|must|too|but|because|since|due|decided|decision|sadly|unfortunately|early|safe|side|have|has|been|being|be|sig\d*)$/i;
/** Words that may follow it: adverbs, and what stands for a trade. */
const MAY_FOLLOW =
  /^(?:another|more|extra|manually|by|due|exposure|chips|money|heat|weight|tokens|contracts|stack|holdings|early|asap|fast|quickly|instantly|both|any|your|yours|ur|what|too|as|because|since|before|via|these|those|that|positions?|trades?|bags?|everybody|mine|ours|one|two|three|up|down|out|off|for|near|right|slightly|tonight|today|if|[a-z]*\d+)$/i;
const DETERMINER =
  /^(?:the|a|an|my|his|her|their|our|its|this|that|your|every|each|next|last|weekly|daily|monthly)$/i;
/** "Friday's close", but "let's close". */
const POSSESSIVE = /^(?!(?:let|that|it|here|there|what|who)['’])[a-z]+['’]s$/i;
const CONJUNCTION = /^(?:so|and|then|but|therefore|hence|therefor|thus)$/i;
const PREPOSITION =
  /^(?:at|on|in|into|before|by|until|till|near|for|from|of|about|without|with|is|are|was|were|am)$/i;
/** What makes a noun or a story of the verb before it: "closing price", "close of the month", "cut in rates". */
const NOUN_TAIL =
  /^(?:price|prices|time|soon|call|level|zone|strategy|plan|idea|signals?|day|week|month|session|candle|hour|year|date|poll|friends?|family|eye|attention|is|are|was|were|will)$/i;
/** What a market does and has; none of it can be closed: "exit pump", "exit the range". */
const MARKET_NOUN =
  /^(?:pump|dump|momentum|reversal|pullback|retest|dip|top|bottom|bounce|rejection|support|resistance|exchanges?|crypto|gap|breakout)$/i;
/** Selling and explaining: discounts, courses, broadcasts. */
const TRADE_TALK =
  /^(?:vip|memberships?|subscriptions?|subscribers?|plans|code|fees?|link|checkout|lifetime|discounts?|coupon|promo|referral|bonus|giveaway|registrations?|stream|streams|video|videos|article|course|episode|podcast|newsletter|anytime|earn|apy|apr|yield|staking|storage|contest|prizes)$/i;
/** What is said of an action: "paid off", "cost us", "is for beginners". */
const PREDICATE =
  /^(?:is|was|were|are|pays|paid|costs?|saved|saves|lets|makes|made|hurts?|helps|helped|proved|turned|kills|worked|works|feels|felt|keeps|kept|gave|gives|beats|means|takes)$/i;
/** "Close BTC #VIP" is an order with a tag. */
const isSales = (view: ClauseView, token: Token): boolean =>
  token.symbol === null && TRADE_TALK.test(token.text) && !(/^vip$/i.test(token.text) && view.namesCoin);

/** Whether the words of closing in a clause speak of something else, of a rule, or of somebody's habit. */
export function isTalkOfClosing(view: ClauseView): boolean {
  if (
    isHabit(view) ||
    isSubject(view) ||
    isChineseTalk(view, 'close', 'closed', 'partial', 'exitStop', 'keep', 'sell')
  )
    return true;
  const verbs = view.tokens.flatMap((token, index) =>
    VERBS.test(token.text) && hasAny(token, 'close', 'closed', 'partial', 'take', 'sell') ? [index] : [],
  );
  return verbs.length > 0 && verbs.every((at) => isNoOrder(view, at));
}

function isNoOrder(view: ClauseView, at: number): boolean {
  if (announcesClosed(view, at)) return false;
  const before = segmentBefore(view.tokens, at);
  const nearest = before.findLast((token) => !isPartOfName(token));
  if (isListOfClosed(view, at) || isCountOfClosed(view, at) || isCompound(view, at)) return true;
  if (isOutOf(view, at) && !leavesTrade(view, at)) return true;
  if (isAway(view, at)) return true;
  // "BTC shut down the 95k bulls".
  if (/^shut/i.test(view.text(at)) && before.some((token) => token.symbol !== null)) return true;
  if (isPassive(view, at) || speaksOfLeverage(view, before, at) || isOthersDoing(before)) return true;
  if (isOfMeasure(before) || isElsewhere(before) || isDoneByMarket(view, before, at)) return true;
  if (POSSESSIVE.test(nearest?.text ?? '') || DETERMINER.test(nearest?.text ?? '')) return true;
  if (PREPOSITION.test(view.text(at - 1)))
    return (
      !/(?:ing|ed)$|^out of$/i.test(view.text(at)) || !/^(?:is|are|was|were|am)$/i.test(view.text(at - 1))
    );
  if (
    before.some(
      (token, index) => isStranger(token) && !MAY_PRECEDE.test(token.text) && !isOwnWill(before, index),
    )
  )
    return true;
  return isNounBefore(view, at) || view.tokens.slice(at + 1).some((token) => isSales(view, token));
}

const isOutOf = (view: ClauseView, at: number): boolean =>
  /out of$/i.test(view.text(at)) || (/out$/i.test(view.text(at)) && /^of$/i.test(view.text(at + 1)));

/** "I'm out for the day": the author leaves his desk. */
const isAway = (view: ClauseView, at: number): boolean =>
  /out$/i.test(view.text(at)) &&
  /^for$/i.test(view.text(at + 1)) &&
  !view.namesCoin &&
  view.tokens
    .slice(at + 2, at + 5)
    .some((token) =>
      /^(?:day|night|evening|week|weekend|holidays?|lunch|dinner|tonight|today)$/i.test(token.text),
    );

/** "Out of SOL", "out of half of it", unlike "out of order" and "out of 100 traders". */
function leavesTrade(view: ClauseView, at: number): boolean {
  let i = at + 1;
  while (/^(?:of|the|my|our|this|your)$/i.test(view.text(i)) && i < at + 4) i++;
  const next = view.tokens[i];
  return (
    next === undefined ||
    next.symbol !== null ||
    next.number?.form === 'percent' ||
    next.fraction !== null ||
    hasAny(next, 'long', 'short', 'all', 'everything', 'crowd') ||
    /^(?:it|this|that|trade|trades|position|positions|here|these|those|both)$/i.test(next.text)
  );
}

/** "Cancel culture", "cancel my flight", "conference cancelled": other things are called off than orders. */
export function isTalkOfCancelling(view: ClauseView, at: number): boolean {
  if (isChineseTalk(view, 'cancel')) return true;
  if (!/^(?:cancel|remov|delet|scrap|void|abort|drop|pull|ignore)/i.test(view.text(at))) return false;
  if (view.tokens.some((token) => isSales(view, token) || /^order ?book$/i.test(token.text))) return true;
  // "… posted a call and deleted it": only an order or the head of the sentence makes it a cancellation.
  const leads = view.tokens
    .slice(0, at)
    .every((token) => token.symbol !== null || ['emoji', 'punct'].includes(token.kind));
  if (/^(?:delet|remov)ed$/i.test(view.text(at)) && !leads && !view.any('order')) return true;
  let i = at + 1;
  while (/^(?:the|a|an|my|our|your|this|that|all)$/i.test(view.text(i)) && i < at + 4) i++;
  const [before, next] = [view.tokens[at - 1], view.tokens[i]];
  return [before, next].some(
    (token) =>
      token !== undefined &&
      isStranger(token) &&
      !MAY_FOLLOW.test(token.text) &&
      !MAY_PRECEDE.test(token.text),
  );
}

/** "Moving stops to breakeven is for beginners", "stop moving your stop", "be patient": words about stops that move none. */
export function isTalkOfBreakEven(view: ClauseView): boolean {
  if (isChineseTalk(view, 'breakEven') || isStandingStop(view) || isSubject(view)) return true;
  if (/^stop$/i.test(view.text(0)) && /ing$/i.test(view.text(1))) return true;
  const at = view.tokens.findIndex((token) => has(token, 'breakEven') && /^[a-z /.]+$/i.test(token.text));
  const next = view.tokens[at + 1];
  if (at === -1 || next === undefined) return false;
  if (/^(?:is|are|was|were|stops?|too)$/i.test(next.text)) return true;
  return isStranger(next) && !MAY_FOLLOW.test(next.text) && !MAY_PRECEDE.test(next.text);
}

/** "Our stops are at breakeven since Monday", 止损都在保本位了: where stops have been for a while, or all of them are. */
function isStandingStop(view: ClauseView): boolean {
  if (view.any('move', 'change')) return false;
  const text = view.tokens.map((token) => token.text).join(' ');
  if (/(?:都|一直|早就|早已|本来就) ?(?:就 )?在/.test(text)) return true;
  if (!/\b(?:is|are|was|were|been|sits?|stays?|remains?|stand|stands)\b/i.test(text)) return false;
  const lasting = /\b(?:since|already|still|stays?|remains?|days|weeks|hours|ages|all (?:day|week))\b/i.test(
    text,
  );
  return lasting || (/\bstops\b/i.test(text) && !/\bnow\b/i.test(text));
}

/** The tokens before the verb, back to a sign or a word that parts sentences. */
function segmentBefore(tokens: readonly Token[], at: number): readonly Token[] {
  const start = tokens
    .slice(0, at)
    .findLastIndex(
      (token) => isPunct(token, ':-/|([)]~"+=') || token.kind === 'emoji' || CONJUNCTION.test(token.text),
    );
  return tokens.slice(start + 1, at);
}

const isPartOfName = (token: Token): boolean =>
  token.kind === 'symbol' || token.kind === 'noise' || /^(?:us|ny|session|market|stock)$/i.test(token.text);

const isStranger = (token: Token): boolean => token.kind === 'word' && /^[a-z'’]+$/i.test(token.text);

/** "We will close BTC": the author's will, unlike the market's ("BTC will close green"). */
const isOwnWill = (before: readonly Token[], index: number): boolean =>
  /^(?:will|shall)$/i.test(before[index]?.text ?? '') &&
  /^(?:we|i|i'll|we'll)$/i.test(before[index - 1]?.text ?? '');

/** "Closed trades, last 7 days", "closed signals: 14": the heading of a list. */
const isListOfClosed = (view: ClauseView, at: number): boolean =>
  /^closed$/i.test(view.text(at)) &&
  /^(?:trades|positions|signals|calls|orders|setups|deals)$/i.test(view.text(at + 1)) &&
  !view.namesCoin;

/** "The exchange closed my BTC", "shorts reduce on ETH": the noun before a verb that is not in -ing does it. */
function isDoneByMarket(view: ClauseView, before: readonly Token[], at: number): boolean {
  const subject = before[before.length - 1];
  if (subject === undefined || /ing$/i.test(view.text(at))) return false;
  return (
    MARKET_NOUN.test(subject.text) || (has(subject, 'crowd') && !view.any('all', 'everything', 'closed'))
  );
}

/** "Closing BTC early cost us 2%": a sentence about closing, whose verb comes later. */
export function isSubject(view: ClauseView): boolean {
  const first = view.tokens.findIndex((token) => !['emoji', 'punct', 'symbol'].includes(token.kind));
  return (
    /^(?!being)[a-z]{2,}ing$/i.test(view.text(first)) &&
    view.tokens.slice(first + 2).some((token) => PREDICATE.test(token.text))
  );
}

/** "Trader Kite closed a position: OPUSDT": the heading of a program that copies its trader. */
const announcesClosed = (view: ClauseView, at: number): boolean =>
  /^closed$/i.test(view.text(at)) &&
  /^(?:a|the)$/i.test(view.text(at + 1)) &&
  /^(?:position|trade)$/i.test(view.text(at + 2)) &&
  isPunct(view.tokens[at + 3], ':') &&
  view.tokens[at + 4]?.symbol != null;

/** "Closed 14 of 16 signals", "closed 9 trades last week": statistics. */
function isCountOfClosed(view: ClauseView, at: number): boolean {
  const count = view.tokens[at + 1];
  if (count?.number?.form !== 'price' || !/^\d{1,3}$/.test(count.number.raw)) return false;
  const next = view.text(at + 2);
  return (
    (/^of$/i.test(next) && view.tokens[at + 3]?.kind === 'number') ||
    /^(?:trades|positions|signals|calls|setups|deals|winners|losers|wins)$/i.test(next)
  );
}

/** "Cut-off", "exit-only", "cut off from": the verb is part of another word. */
const isCompound = (view: ClauseView, at: number): boolean => {
  const [dash, next] = [view.tokens[at + 1], view.tokens[at + 2]];
  if (/^off$/i.test(dash?.text ?? '') && /^from$/i.test(next?.text ?? '')) return true;
  return (
    isPunct(dash, '-') &&
    dash?.gap === false &&
    next?.gap === false &&
    ['word', 'keyword'].includes(next.kind)
  );
};

/** "All shorts closed by the pump", unlike "closed by hand" and "cut by half". */
function isPassive(view: ClauseView, at: number): boolean {
  const by = view.tokens.findIndex((token, index) => index > at && /^by$/i.test(token.text));
  const agent = view.tokens[by + 1];
  return (
    by !== -1 &&
    /ed$/i.test(view.text(at)) &&
    agent !== undefined &&
    agent.number === null &&
    agent.fraction === null &&
    !/^(?:a|one|two|hand|us|me|myself|admin|now|mistake)$/i.test(agent.text)
  );
}

/** "BTC leverage cut to 20x", "reduce leverage", "SOL cut to 25x": the leverage goes down and the trade stays. */
const speaksOfLeverage = (view: ClauseView, before: readonly Token[], at: number): boolean =>
  [...before, ...view.tokens.slice(at + 1, at + 4)].some(
    (token) => has(token, 'leverage') || /^(?:leverage|margin|risk to)$/i.test(token.text),
  ) ||
  view.tokens.some(
    (token, index) => index > at && has(token, 'to') && view.tokens[index + 1]?.number?.form === 'leverage',
  );

/** "Holders are closing BTC": who does it is named, and is not the author. */
function isOthersDoing(before: readonly Token[]): boolean {
  const at = before.findLastIndex((token) => /^(?:is|are|was|were|been|have|has)$/i.test(token.text));
  const subject = before.slice(0, at).filter((token) => ['word', 'keyword'].includes(token.kind));
  return (
    at !== -1 &&
    subject.length > 0 &&
    !subject.some((token) => /^(?:we|i|us|our|my|trades?|positions?|this|it)$/i.test(token.text)) &&
    !subject.some((token) => hasAny(token, 'long', 'short', 'rest', 'order', 'stop', 'target'))
  );
}

/** "Fees on ETH cut by 40%": what is measured of a coin goes down. */
const isOfMeasure = (before: readonly Token[]): boolean =>
  before.some(
    (token, index) =>
      token.kind === 'keyword' &&
      hasAny(token, 'noise', 'news') &&
      /^(?:on|of|for|in)$/i.test(before[index + 1]?.text ?? ''),
  );

/** "VIP closed BTC at 108k, free group still holding": what is told of another channel. */
const isElsewhere = (before: readonly Token[]): boolean =>
  before.some(
    (token, index) =>
      /^(?:vip|premium)$/i.test(token.text) &&
      (index === before.length - 1 || /^(?:in|our)$/i.test(before[index - 1]?.text ?? '')),
  );

/** What stands between the verb and its object: "half of your", "10% of the", "some". */
const isOfObject = (token: Token | undefined): boolean =>
  token !== undefined &&
  (/^(?:the|a|an|of|off|in|all|your|my|some|binance|bybit|okx|bitget|mexc|kucoin)$/i.test(token.text) ||
    token.fraction !== null ||
    token.number?.form === 'percent');

/** "Exit liquidity", "kill zone", "closed the candle at", "out of the woods". */
function isNounBefore(view: ClauseView, at: number): boolean {
  let i = at + 1;
  while (isOfObject(view.tokens[i]) && i < at + 6) i++;
  const next = view.tokens[i];
  if (next === undefined) return false;
  if (NOUN_TAIL.test(next.text) || (MARKET_NOUN.test(next.text) && next.symbol === null)) return true;
  if (hasAny(next, 'candle', 'zone', 'noise') && next.kind === 'keyword') return true;
  return isStranger(next) && !MAY_FOLLOW.test(next.text) && next.symbol === null;
}
