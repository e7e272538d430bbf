import { has, hasAny, isPunct, type Token } from './token.ts';
import type { ClauseView } from './update-view.ts';

/** What is done as a rule is not asked for now. */
const HABIT =
  /^(?:automatically|automatic|automated|autopilot|auto|usually|normally|typically|generally|often|sometimes|always|alerts|bots?|software|robot|algorithm|ea)$/i;

const CHINESE_HABIT = /一般|通常|习惯|習慣|总是|總是|每次|每单|每單|平时|平時|从来|從來/;

/** Whether a clause holds only once something has happened, or is told as what is done as a rule, to the end of its sentence. */
export const waits = (tokens: readonly Token[]): boolean =>
  speaksOfHabit(tokens) ||
  waitsForTarget(tokens) ||
  (tokens.some(({ text }) => text.charCodeAt(0) >= FIRST_HAN) &&
    (waitsForReach(tokens) || waitsForBreak(tokens)));

/** "I usually take half at TP1, stop to entry": a habit. */
export const speaksOfHabit = (tokens: readonly Token[]): boolean =>
  tokens.some(({ kind, text }) => (kind === 'word' || kind === 'keyword') && HABIT.test(text)) ||
  (tokens.some(({ text }) => text.charCodeAt(0) >= FIRST_HAN) &&
    CHINESE_HABIT.test(tokens.map((token) => token.text).join('')));

const FIRST_HAN = 0x4e00;

/** "Our bot moves the stop to entry", "I usually …", "… at TP1": what is done whenever the case comes. */
export const isHabit = (view: ClauseView): boolean =>
  speaksOfHabit(view.tokens) || view.tokens.some((_, index) => isThirdPerson(view, index));

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

/** 到TP1就减仓30%, 每到一个目标减仓, TP1一到就减一半: a verb of reaching that waits, unlike 到TP1了，减仓30%. */
const CHINESE_WAIT =
  /每(?:到|过|過|当|當)|一(?:到|触及|碰到)就|到(?:达|達|了)?(?:第?[一二三四五]?(?:止盈|目标|目標)[位价價]?|tp)\d?(?:就|都|时|時|后|後|之后|以后|的时候|记得|記得)/i;

const waitsForReach = (tokens: readonly Token[]): boolean =>
  tokens.some(({ text }) => text.includes('到') || text === '每') &&
  tokens.some((token) => has(token, 'target')) &&
  CHINESE_WAIT.test(tokens.map((token) => token.text).join(''));

/** "Move SL to BE at TP1" holds once the target is reached, "closing half here at TP1" now. */
function waitsForTarget(tokens: readonly Token[]): boolean {
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

/** 138.5破位离场, 跌破138.5走人: what is done once a price is broken, unlike 138.5破了，离场. */
function waitsForBreak(tokens: readonly Token[]): boolean {
  const broken = tokens.findIndex((token) => hasAny(token, 'breakStop', 'below', 'above'));
  if (broken === -1 || !/[\u4e00-\u9fff]/.test(tokens[broken]?.text ?? '')) return false;
  return (
    tokens.slice(broken + 1).some((token) => hasAny(token, 'close', 'exitStop')) &&
    [tokens[broken - 1], tokens[broken - 2], tokens[broken + 1]].some(
      (token) => token?.number?.form === 'price',
    ) &&
    !tokens.some((token) => /了$|^[已刚]/.test(token.text))
  );
}

/** 纪律再说一遍：, "our process:", "how we trade:" and the like as a heading: what follows are rules. */
export function teaches(tokens: readonly Token[]): boolean {
  const end = tokens.findIndex((token) => token.kind === 'newline' || isPunct(token, ':'));
  const heading = end === -1 ? [] : tokens.slice(0, end);
  if (/^how$/i.test(heading[0]?.text ?? '') && /^(?:we|i|to)$/i.test(heading[1]?.text ?? '')) return true;
  return (
    heading.some((token, index) => has(token, 'lesson') || isMethod(heading, index)) &&
    !heading.some(
      (token) => token.symbol !== null || token.number !== null || hasAny(token, 'stop', 'target', 'close'),
    )
  );
}

/** "Our strategy:", "plan for all trades:", "game plan for the week:". */
function isMethod(heading: readonly Token[], index: number): boolean {
  if (
    !/^(?:strategy|system|approach|method|workflow|playbook|plan|routine|process|checklist|management|exits?)$/i.test(
      heading[index]?.text ?? '',
    )
  )
    return false;
  const owned = /^(?:our|my|the|game|trading|risk|trade)$/i.test(heading[index - 1]?.text ?? '');
  return owned || /^(?:for|on)$/i.test(heading[index + 1]?.text ?? '');
}

const OPENS_CHOICE = /^(?:up|up to|its|it's|your)$|^[随看自]/i;

/** "You can also run it with the stop at entry, up to you": what everyone may do as he likes is no order. */
export function optionalLines(tokens: readonly Token[]): ReadonlySet<number> {
  const lines = new Set<number>();
  tokens.forEach(({ text, line }, index) => {
    if (!OPENS_CHOICE.test(text)) return;
    const next = [tokens[index + 1]?.text ?? '', tokens[index + 2]?.text ?? ''].join(' ');
    if (
      (/^(?:up|its|it's)$/i.test(text) && /^to (?:you|each)\b/i.test(next)) ||
      (/^up to$/i.test(text) && /^(?:you|each)\b/i.test(next)) ||
      (/^your$/i.test(text) && /^(?:choice|call|decision)\b/i.test(next)) ||
      /^(?:随你|随意|看你|自己决定|自行决定)/.test(text + next.replaceAll(' ', ''))
    )
      lines.add(line);
  });
  return lines;
}
