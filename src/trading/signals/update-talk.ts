import { has, hasAny, isPunct, type Token } from './tokens.ts';
import type { ClauseView } from './update-view.ts';

/** English words of closing, each of which is also a noun, an adjective or a verb of other trades than trading. */
const VERBS =
  /^(?:market |manually |fully )?(?:clos(?:e|es|ed|ing)|exit|cut|kill|cover|scratch|bail|out of|get|getting|take|taking|took|trim|reduc(?:e|ed|ing)|bank|secur(?:e|ed|ing)|book|lock|shave|sell|flatten|dump)(?![a-z]{4})/i;

/** Words that may stand before the verb of an order. */
const MAY_PRECEDE =
  /^(?:may|can|re|ve|m|ll|s|time|manually|ok|okay|alright|so|well|pls|scalpers|swingers|holders|fam|boys|mates|lads|legends|better|must|too|but|because|since|due|decided|decision|sadly|unfortunately|early|safe|side|have|has|been|being|be|sig\d*)$/i;
/** Words that may follow it: adverbs, and what stands for a trade. */
const MAY_FOLLOW =
  /^(?:another|manually|by|due|exposure|chips|money|heat|weight|tokens|contracts|stack|holdings|early|asap|fast|quickly|instantly|both|any|your|yours|ur|what|too|as|because|since|before|via|these|those|that|positions?|trades?|bags?|everybody|mine|ours|one|two|three|up|down|out|off|for|near|right|slightly|tonight|today|if|[a-z]*\d+)$/i;
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
/** Selling and explaining: discounts, courses, broadcasts. */
const TRADE_TALK =
  /^(?:vip|memberships?|subscriptions?|subscribers?|plans|code|fees?|link|checkout|lifetime|discounts?|coupon|promo|referral|bonus|giveaway|registrations?|stream|streams|video|videos|article|course|episode|podcast|newsletter|anytime|earn|apy|apr|yield|staking|storage|contest|prizes)$/i;
/** "Close BTC #VIP" is an order with a tag. */
const isSales = (view: ClauseView, token: Token): boolean =>
  token.symbol === null && TRADE_TALK.test(token.text) && !(/^vip$/i.test(token.text) && view.namesCoin);

/** What is done as a rule is not asked for now. */
const HABIT =
  /^(?:automatically|automatic|automated|autopilot|auto|usually|normally|typically|generally|often|sometimes|always|alerts|bots?|software|robot|algorithm|ea)$/i;

/** Habits, programs, crowds, and words that only begin like a verb of closing. */
const CHINESE_TALK =
  /自动|自動|机器人|機器人|一般到|通常|习惯|習慣|会员费|會員費|主力|庄家|莊家|交易所|跑路|的人|后悔|後悔|减产|減產|走[强強弱高低]|提走/;

/** Whether the words of closing in a clause speak of something else, of a rule, or of somebody's habit. */
export function isTalkOfClosing(view: ClauseView): boolean {
  if (isHabit(view)) return true;
  const verbs = view.tokens.flatMap((token, index) =>
    VERBS.test(token.text) && hasAny(token, 'close', 'closed', 'partial', 'take', 'sell') ? [index] : [],
  );
  return verbs.length > 0 && verbs.every((at) => isNoOrder(view, at));
}

/** "Our bot moves the stop to entry", "I usually …", "… at TP1": what is done whenever the case comes. */
export const isHabit = (view: ClauseView): boolean =>
  CHINESE_TALK.test(view.tokens.map((token) => token.text).join('')) ||
  view.tokens.some((token, index) => HABIT.test(token.text) || isThirdPerson(view, index));

/** "moves stop to BE": somebody else does it; "stop moves to BE" tells what happens to the stop. */
function isThirdPerson(view: ClauseView, index: number): boolean {
  if (
    !/^(?:moves|sets|trails|shifts|raises|brings|adjusts|puts|places|closes|takes|cancels|secures|books|locks)$/i.test(
      view.text(index),
    )
  )
    return false;
  const before = view.tokens.slice(0, index).some((token) => hasAny(token, 'stop', 'target'));
  return (
    !before &&
    view.tokens
      .slice(index + 1, index + 6)
      .some((token) => hasAny(token, 'stop', 'target', 'all', 'everything') || token.fraction !== null)
  );
}

/** "Move SL to BE at TP1" holds once the target is reached, "closing half here at TP1" now. */
export function waitsForTarget(tokens: readonly Token[]): boolean {
  const waits = tokens.some(
    (token, index) =>
      has(token, 'target') && /^(?:at|on|upon|by|post|past)$/i.test(tokens[index - 1]?.text ?? ''),
  );
  if (
    !waits ||
    tokens.some(
      (token) => hasAny(token, 'hit', 'closed', 'here', 'market', 'change') || token.emoji === 'check',
    )
  )
    return false;
  if (tokens.some((token) => /^(?:clos|tak|trimm|bank|book|secur|mov)ing$|^took$|ed$/i.test(token.text)))
    return false;
  return tokens.some((token) => hasAny(token, 'close', 'partial', 'take', 'move', 'stop'));
}

function isNoOrder(view: ClauseView, at: number): boolean {
  const before = segmentBefore(view.tokens, at);
  const nearest = before.findLast((token) => !isPartOfName(token));
  if (isListOfClosed(view, at)) return true;
  if (/out of$/i.test(view.text(at)) && !leavesTrade(view, at)) return true;
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

/** "Out of SOL", "out of half of it", unlike "out of order" and "out of 100 traders". */
function leavesTrade(view: ClauseView, at: number): boolean {
  let i = at + 1;
  while (/^(?:the|my|our|this|your)$/i.test(view.text(i)) && i < at + 3) i++;
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
  if (!/^(?:cancel|remov|delet|scrap|void|abort|drop|pull|ignore)/i.test(view.text(at))) return false;
  if (view.tokens.some((token) => isSales(view, token))) return true;
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
  if (/^stop$/i.test(view.text(0)) && /ing$/i.test(view.text(1))) return true;
  const at = view.tokens.findIndex((token) => has(token, 'breakEven') && /^[a-z /.]+$/i.test(token.text));
  const next = view.tokens[at + 1];
  if (at === -1 || next === undefined) return false;
  if (/^(?:is|are|was|were|stops?|too)$/i.test(next.text)) return true;
  return isStranger(next) && !MAY_FOLLOW.test(next.text) && !MAY_PRECEDE.test(next.text);
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

/** What stands between the verb and its object: "half of your", "10% of the", "some". */
const isOfObject = (token: Token | undefined): boolean =>
  token !== undefined &&
  (/^(?:the|a|an|of|off|in|all|your|my|some)$/i.test(token.text) ||
    token.fraction !== null ||
    token.number?.form === 'percent');

/** "Exit liquidity", "kill zone", "closed the candle at", "out of the woods". */
function isNounBefore(view: ClauseView, at: number): boolean {
  let i = at + 1;
  while (isOfObject(view.tokens[i]) && i < at + 6) i++;
  const next = view.tokens[i];
  if (next === undefined) return false;
  if (NOUN_TAIL.test(next.text) || hasAny(next, 'candle', 'zone')) return true;
  return isStranger(next) && !MAY_FOLLOW.test(next.text) && next.symbol === null;
}
