import type { Decimal } from '../decimal.ts';
import type { Side, UpdateAction } from '../model.ts';
import type { Refined } from './refine.ts';
import { has, hasAny, hasOneOf, isPunct, type Token } from './token.ts';
import { actionsOf } from './update-actions.ts';
import { type Clause, clausesOf } from './update-clauses.ts';
import { optionalLines, teaches } from './update-habits.ts';
import { withLabels } from './update-labels.ts';
import { impossiblePart, partOf } from './update-parts.ts';
import { aimOf, sideOnly } from './update-scope.ts';
import { correctsStop, isSlip } from './update-stops.ts';
import { ClauseView } from './update-view.ts';

/** An order to manage a trade, with the clause it was read from. */
export interface FoundUpdate {
  readonly action: UpdateAction;
  readonly symbols: readonly string[];
  readonly fraction: Decimal | null;
  readonly price: Decimal | null;
  readonly takeProfits: readonly Decimal[];
  readonly scope: 'all' | 'longs' | 'shorts' | null;
  readonly except: readonly string[];
  /** Of the trade that is spoken of, where one is named. */
  readonly side: Side | null;
  readonly clause: Clause;
  /** Whether the words report what has happened rather than ask for something. */
  readonly status: boolean;
}

/** More unknown words than this in one clause are talk, not an order. */
const MAX_UNKNOWN_IN_CLAUSE = 6;

/** Nobody gives an order of this length without a comma. */
const MAX_TOKENS_IN_CLAUSE = 60;

/** Every management order in the message, in reading order; conditions and questions are left out. */
export function findUpdates(refined: Refined): readonly FoundUpdate[] {
  const { tokens } = refined;
  if (
    tokens.some(
      (token, index) =>
        isPunct(token, '?') || (hasAny(token, 'template') && !isSlip(tokens, index)) || isWallet(token),
    )
  )
    return [];
  if (teaches(tokens) || endsAsking(tokens)) return [];
  const clauses = clausesOf(tokens);
  const found: FoundUpdate[] = [];
  for (const [index, clause] of clauses.entries()) {
    if (clause.conditional || isTalk(clause)) continue;
    const actions = actionsOf(clause, refined);
    const before = clauses[index - 1];
    if (actions.length > 0) found.push(...actions.map((update) => ofEach(update, before, found)));
    else
      found.push(
        ...continuedStop(clause, before, found, refined),
        ...continuedPart(clause, before, found, refined),
      );
  }
  if (found.length === 0) return [];
  const optional = optionalLines(tokens);
  const parted = found
    .filter((update) => update.status || !optional.has(update.clause.line))
    .filter((update) => !isMaxim(update, found, clauses, tokens) && !endedThere(update, clauses))
    .map((update) => restOfKept(update, clauses, found, refined));
  const told = withLabels(parted, clauses, refined);
  return withExceptions(statesLevels(tokens) ? told.filter((update) => !isLevel(update)) : told, clauses);
}

/** "ETH and SOL longs, close half of each", ETH和SOL多单，各平一半: the coins stand a clause before the order. */
function ofEach(update: FoundUpdate, before: Clause | undefined, found: readonly FoundUpdate[]): FoundUpdate {
  const { clause } = update;
  if (update.symbols.length > 0 || update.scope !== null || before?.line !== clause.line) return update;
  const speaksOfBoth = clause.tokens.some(
    (token) => has(token, 'each') || /^(?:both|either|两个都?)$|^全?都/i.test(token.text),
  );
  if (!speaksOfBoth || before.conditional || found.some((other) => other.clause === before)) return update;
  const symbols = new Set(before.tokens.flatMap((token) => token.symbol?.symbol ?? []));
  return symbols.size > 1 ? { ...update, symbols: [...symbols] } : update;
}

/** `0x9e…71`: what is told of somebody's wallet. */
const isWallet = ({ kind, text }: Token): boolean =>
  kind === 'word' && text.charCodeAt(0) === ZERO && /^0x[\da-f]{2}/i.test(text);
const ZERO = 48;

const PLACING = ['here', 'market', 'some', 'long', 'short', 'crowd', 'order'] as const;

/** "Secure profits, stay humble", 落袋为安，知足常乐: an order without amount, coin, place or time beside words of wisdom. */
function isMaxim(
  update: FoundUpdate,
  found: readonly FoundUpdate[],
  clauses: readonly Clause[],
  tokens: readonly Token[],
): boolean {
  if (update.action !== 'close_partial' || update.fraction !== null || found.length > 1) return false;
  const placed =
    tokens.some((token) => token.symbol !== null || token.number !== null) ||
    update.clause.tokens.some(
      (token) =>
        hasOneOf(token, PLACING) || /^(?:this|it|now|today|partials?|these|先|这里)$/i.test(token.text),
    );
  return !placed && clauses.some((other) => other !== update.clause && saysSomething(other));
}

const saysSomething = (clause: Clause): boolean =>
  clause.tokens.filter((token) => token.kind === 'word' || hasAny(token, 'filler', 'watch')).length > 1;

/** "Moved my stop to entry, got tagged to the tick": the stop that is told of has closed the trade. */
function endedThere(update: FoundUpdate, clauses: readonly Clause[]): boolean {
  if (update.action !== 'break_even' && update.action !== 'move_stop') return false;
  if (!update.clause.tokens.some((token) => has(token, 'move'))) return false;
  const at = clauses.indexOf(update.clause);
  return clauses
    .slice(at, at + 2)
    .some(
      (clause) =>
        clause.line === update.clause.line &&
        clause.tokens.some(
          ({ text }, index) => /^got$/i.test(text) && TAKEN_OUT.test(clause.tokens[index + 1]?.text ?? ''),
        ),
    );
}

const TAKEN_OUT = /^(?:wicked|tagged|clipped|swept|hunted|taken|shaken|kicked|stopped|knocked|tapped)/i;

/** "Keep 25%, close the rest": the clause beside the order tells what stays. */
function restOfKept(
  update: FoundUpdate,
  clauses: readonly Clause[],
  found: readonly FoundUpdate[],
  refined: Refined,
): FoundUpdate {
  if (update.action !== 'close' || !update.clause.tokens.some((token) => has(token, 'rest'))) return update;
  const at = clauses.indexOf(update.clause);
  for (const beside of [clauses[at - 1], clauses[at + 1]]) {
    if (beside === undefined || beside.line !== update.clause.line || beside.conditional) continue;
    const kept = beside.tokens.some((token) => has(token, 'keep'));
    const view = new ClauseView(beside, refined);
    const fraction = kept ? (partOf(view) ?? impossiblePart(view)) : null;
    if (fraction !== null && !found.some((other) => other.clause === beside))
      return { ...update, action: 'close_partial', fraction };
  }
  return update;
}

/** 止损 3%，止盈 5%: distances from the entry, no parts to close. */
const statesLevels = (tokens: readonly Token[]): boolean =>
  tokens.some(
    (token, index) =>
      hasAny(token, 'stop') && !hasAny(token, 'breakEven') && tokens[index + 1]?.number?.form === 'percent',
  );

const isLevel = (update: FoundUpdate): boolean =>
  update.action === 'close_partial' && update.clause.tokens.some((token) => hasAny(token, 'target'));

/** "Close everything, except BTC": an exception that is a clause of its own holds for every order of its line. */
function withExceptions(found: readonly FoundUpdate[], clauses: readonly Clause[]): readonly FoundUpdate[] {
  const spared = clauses.filter(
    (clause) =>
      clause.tokens.some((token) => hasAny(token, 'except')) &&
      !found.some((update) => update.clause === clause),
  );
  if (spared.length === 0) return found;
  return found.map((update) => {
    const except = spared
      .filter((clause) => clause.line === update.clause.line)
      .flatMap((clause) => clause.tokens.flatMap((token) => token.symbol?.symbol ?? []));
    const symbols = update.symbols.filter((symbol) => !except.includes(symbol));
    if (except.length === 0) return update;
    return {
      ...update,
      symbols,
      except,
      scope: update.scope ?? (symbols.length === 0 ? (sideOnly(update.clause.tokens) ?? 'all') : null),
    };
  });
}

/** "止损下移500点，改到93300": the price of the new stop comes a clause after its label. */
function continuedStop(
  clause: Clause,
  before: Clause | undefined,
  found: readonly FoundUpdate[],
  refined: Refined,
): readonly FoundUpdate[] {
  if (
    before?.line !== clause.line ||
    !before.tokens.some((token) => hasAny(token, 'stop')) ||
    !(clause.tokens.some((token) => hasAny(token, 'move', 'change')) || correctsStop(clause, before)) ||
    found.some((update) => update.clause === before)
  )
    return [];
  const price = clause.tokens.find((token) => token.number?.form === 'price');
  const value = price === undefined ? null : refined.valueOf(price);
  if (value?.gt(0) !== true) return [];
  return [
    {
      action: 'move_stop',
      symbols: [],
      fraction: null,
      price: value,
      takeProfits: [],
      scope: null,
      except: [],
      side: null,
      clause,
      status: false,
    },
  ];
}

/**
 * "Closing 1/2 SUI, 1/2 OP here": the verb of the clause before holds for another part and coin. "TP2 hit, another 25%
 * off": behind a target that was hit it needs none.
 */
function continuedPart(
  clause: Clause,
  before: Clause | undefined,
  found: readonly FoundUpdate[],
  refined: Refined,
): readonly FoundUpdate[] {
  const last = found[found.length - 1];
  if (last === undefined || last.clause !== before || before.line !== clause.line) return [];
  const view = new ClauseView(clause, refined);
  const fraction = partOf(view);
  if (fraction === null) return [];
  if (last.action === 'close_partial' && view.namesCoin)
    return [{ ...last, ...aimOf(view), fraction, price: null, clause }];
  const goesOff = view.tokens.some((token) => /^off\b/i.test(token.text));
  return last.action === 'take_profit_hit' && goesOff
    ? [{ ...last, action: 'close_partial', fraction, price: null, status: false, clause }]
    : [];
}

function isTalk(clause: Clause): boolean {
  let unknown = 0;
  for (let i = 0; i < clause.tokens.length; i++) if (clause.tokens[i]?.kind === 'word') unknown++;
  if (unknown > MAX_UNKNOWN_IN_CLAUSE || clause.tokens.length > MAX_TOKENS_IN_CLAUSE) return true;
  if (asksWhether(clause)) return true;
  const ordered = isImperative(clause) || isStopMove(clause);
  const cancels = ordered && clause.tokens.some((token) => has(token, 'cancel'));
  return clause.tokens.some(
    (token, index) =>
      token.kind === 'keyword' &&
      (hasAny(token, 'lesson', 'speech') ||
        (hasAny(token, 'past') &&
          !cancels &&
          !tellsOldLevel(clause.tokens, index) &&
          !isObjectOfOrder(clause.tokens, index)) ||
        (hasAny(token, 'news') && !ordered) ||
        (hasAny(token, 'ask', 'intent') && !hasAny(token, 'some', 'partial'))) &&
      !hasAny(token, 'stop', 'target', 'entry', 'close', 'hit', 'breakEven'),
  );
}

/** "Close all open positions": the list of what runs is what is closed, no report. */
const isObjectOfOrder = (tokens: readonly Token[], index: number): boolean =>
  /^(?:my|open|current|running|active) (?:positions|trades)$/i.test(tokens[index]?.text ?? '') &&
  tokens.slice(0, index).some((token) => hasAny(token, 'close', 'cancel', 'move', 'stop'));

/** 减掉一半，止损上移到93200吗: the particle at the end of a message asks about all of it. */
const endsAsking = (tokens: readonly Token[]): boolean =>
  tokens.findLast(({ kind }) => kind === 'word' || kind === 'keyword')?.text === '吗';

/** 你们平了没, 走了没有: the negation at the end asks. */
const asksWhether = ({ tokens }: Clause): boolean =>
  tokens.length > 1 && (tokens.at(-1)?.text === '没' || tokens.at(-1)?.text === '没有');

/** "SL for everything to breakeven before CPI". */
const isStopMove = ({ tokens }: Clause): boolean =>
  has(tokens[0], 'stop') &&
  tokens.some((token, index) => has(token, 'breakEven') && has(tokens[index - 1], 'to'));

/** "New stop: 0.1805 (was 0.1769)". */
export const tellsOldLevel = (tokens: readonly Token[], index: number): boolean =>
  isPunct(tokens[index - 1], '([') && tokens[index + 1]?.number?.form === 'price';

/** "Close all longs before the CPI print": an order gives its reason behind the verb. */
export function isImperative(clause: Clause): boolean {
  const first = clause.tokens.find(
    (token) => token.kind !== 'emoji' && token.kind !== 'punct' && token.symbol === null,
  );
  if (has(first, 'cancel') || clause.tokens.some((token) => /^(?:please|pls)$/i.test(token.text)))
    return true;
  return (
    hasAny(first, 'close', 'partial', 'cancel', 'move', 'take') &&
    /^[a-z]+(?<!ing|ed)(?![a-z])/i.test(first?.text ?? '')
  );
}
