import type { Decimal } from '../decimal.ts';
import type { Update, UpdateAction } from '../model.ts';
import type { Refined } from './refine.ts';
import { has, hasAny, isPunct, type Token } from './tokens.ts';
import { actionsOf } from './update-actions.ts';
import { type Clause, clausesOf } from './update-clauses.ts';
import { partOf } from './update-parts.ts';
import { aimOf, sideOnly } from './update-scope.ts';
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
  readonly clause: Clause;
  /** Whether the words report what has happened rather than ask for something. */
  readonly status: boolean;
}

/** Strongest first: what takes most risk away leads. */
const ORDER: Record<UpdateAction, number> = {
  close: 0,
  close_partial: 1,
  break_even: 2,
  move_stop: 2,
  cancel_entry: 3,
  set_targets: 4,
  take_profit_hit: 5,
  stop_hit: 5,
};

/** More unknown words than this in one clause are talk, not an order. */
const MAX_UNKNOWN_IN_CLAUSE = 6;

/** Nobody gives an order of this length without a comma. */
const MAX_TOKENS_IN_CLAUSE = 60;

/** Every management order in the message, in reading order; conditions and questions are left out. */
export function findUpdates(refined: Refined): readonly FoundUpdate[] {
  const { tokens } = refined;
  if (tokens.some((token) => isPunct(token, '?') || hasAny(token, 'template')) || teaches(tokens)) return [];
  const clauses = clausesOf(tokens);
  const found: FoundUpdate[] = [];
  for (const [index, clause] of clauses.entries()) {
    if (clause.conditional || isTalk(clause)) continue;
    const actions = actionsOf(clause, refined);
    const before = clauses[index - 1];
    if (actions.length > 0) found.push(...actions);
    else
      found.push(
        ...continuedStop(clause, before, found, refined),
        ...continuedPart(clause, before, found, refined),
      );
  }
  const parted = found.map((update) => restOfKept(update, clauses, found, refined));
  return withExceptions(statesLevels(tokens) ? parted.filter((update) => !isLevel(update)) : parted, clauses);
}

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
    const fraction = kept ? partOf(new ClauseView(beside, refined)) : null;
    if (fraction !== null && !found.some((other) => other.clause === beside))
      return { ...update, action: 'close_partial', fraction };
  }
  return update;
}

/** 纪律再说一遍： and the like as a heading: what follows are rules. */
function teaches(tokens: readonly Token[]): boolean {
  const end = tokens.findIndex((token) => token.kind === 'newline' || isPunct(token, ':'));
  const heading = end === -1 ? [] : tokens.slice(0, end);
  return (
    heading.some((token, index) => has(token, 'lesson') || isOwnMethod(heading, index)) &&
    !heading.some(
      (token) => token.symbol !== null || token.number !== null || hasAny(token, 'stop', 'target', 'close'),
    )
  );
}

/** "Our strategy:", "my system:". */
const isOwnMethod = (heading: readonly Token[], index: number): boolean =>
  /^(?:strategy|system|approach|method|workflow|playbook|plan|routine)$/i.test(heading[index]?.text ?? '') &&
  /^(?:our|my|the)$/i.test(heading[index - 1]?.text ?? '');

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
  const announced =
    before?.line === clause.line &&
    before.tokens.some((token) => hasAny(token, 'stop')) &&
    !found.some((update) => update.clause === before);
  const price = clause.tokens.find((token) => token.number?.form === 'price');
  const value = price === undefined ? null : refined.valueOf(price);
  if (!announced || value === null || !clause.tokens.some((token) => hasAny(token, 'move', 'change')))
    return [];
  return [
    {
      action: 'move_stop',
      symbols: [],
      fraction: null,
      price: value,
      takeProfits: [],
      scope: null,
      except: [],
      clause,
      status: false,
    },
  ];
}

/** "Closing 1/2 SUI, 1/2 OP here": the verb of the clause before holds for another part and coin. */
function continuedPart(
  clause: Clause,
  before: Clause | undefined,
  found: readonly FoundUpdate[],
  refined: Refined,
): readonly FoundUpdate[] {
  const last = found[found.length - 1];
  const view = new ClauseView(clause, refined);
  const fraction = partOf(view);
  const continues =
    last?.action === 'close_partial' && last.clause === before && before?.line === clause.line;
  if (!continues || fraction === null || !view.namesCoin) return [];
  return [{ ...last, ...aimOf(view), fraction, price: null, clause }];
}

function isTalk(clause: Clause): boolean {
  const unknown = clause.tokens.filter((token) => token.kind === 'word').length;
  if (unknown > MAX_UNKNOWN_IN_CLAUSE || clause.tokens.length > MAX_TOKENS_IN_CLAUSE) return true;
  const ordered = isImperative(clause);
  const cancels = ordered && clause.tokens.some((token) => has(token, 'cancel'));
  return clause.tokens.some(
    (token, index) =>
      token.kind === 'keyword' &&
      (hasAny(token, 'lesson', 'speech') ||
        (hasAny(token, 'past') && !cancels && !tellsOldLevel(clause.tokens, index)) ||
        (hasAny(token, 'news') && !ordered) ||
        (hasAny(token, 'ask', 'intent') && !hasAny(token, 'some', 'partial'))) &&
      !hasAny(token, 'stop', 'target', 'entry', 'close', 'hit', 'breakEven'),
  );
}

/** "New stop: 0.1805 (was 0.1769)". */
export const tellsOldLevel = (tokens: readonly Token[], index: number): boolean =>
  isPunct(tokens[index - 1], '([') && tokens[index + 1]?.number?.form === 'price';

/** "Close all longs before the CPI print": an order gives its reason behind the verb. */
export function isImperative(clause: Clause): boolean {
  const first = clause.tokens.find(
    (token) => token.kind !== 'emoji' && token.kind !== 'punct' && token.symbol === null,
  );
  if (has(first, 'cancel')) return true;
  return (
    hasAny(first, 'close', 'partial', 'cancel', 'move', 'take') &&
    /^[a-z]+(?<!ing|ed)(?![a-z])/i.test(first?.text ?? '')
  );
}

/**
 * Puts found orders in the model's form: symbols filled in, doubles and weaker repetitions dropped, strongest first.
 * @param quoted the coin of the words that the message quotes
 */
export function resolveUpdates(
  found: readonly FoundUpdate[],
  tokens: readonly Token[],
  quoted: string | null,
): Update[] {
  const kept = dropImplied(found);
  const excluded = new Set(kept.flatMap((update) => update.except));
  const symbols = [
    ...new Set(
      tokens.flatMap((token) =>
        token.symbol === null || excluded.has(token.symbol.symbol) ? [] : [token.symbol.symbol],
      ),
    ),
  ];
  const updates: Update[] = [];
  const seen = new Map<string, Update>();
  for (const update of [...kept].sort((a, b) => ORDER[a.action] - ORDER[b.action])) {
    const own = update.symbols.filter((symbol) => !excluded.has(symbol));
    const spoken = update.scope === null ? quoted : null;
    const everything = update.scope !== null && update.except.length > 0;
    const targets: readonly (string | null)[] =
      own.length > 0
        ? own
        : [everything ? null : (symbolBefore(update, tokens, excluded) ?? symbols[0] ?? spoken)];
    for (const symbol of targets) {
      const key = `${update.action} ${symbol}`;
      const same = seen.get(key);
      if (same !== undefined) {
        if (update.price !== null && same.fraction === undefined) same.price ??= update.price;
        if (update.fraction !== null && update.symbols.length === 0) same.fraction ??= update.fraction;
        if (update.scope !== null) same.scope ??= update.scope;
        continue;
      }
      const made = toUpdate(update, symbol);
      seen.set(key, made);
      updates.push(made);
    }
  }
  return updates;
}

/** The last coin named before the clause. */
function symbolBefore(
  update: FoundUpdate,
  tokens: readonly Token[],
  excluded: ReadonlySet<string>,
): string | null {
  const start = update.clause.tokens[0]?.start ?? 0;
  let last: string | null = null;
  for (const token of tokens) {
    if (token.start >= start) break;
    if (token.symbol !== null && !excluded.has(token.symbol.symbol)) last = token.symbol.symbol;
  }
  return last;
}

/** "Closed SUI at break-even" closes and nothing else; a stop moved to the entry is a break-even, whatever price is told. */
function dropImplied(found: readonly FoundUpdate[]): readonly FoundUpdate[] {
  const closes = found.some((update) => update.action === 'close');
  const breakEven = found.some((update) => update.action === 'break_even');
  const cancels = found.some((update) => update.action === 'cancel_entry');
  const stopped = found.some((update) => update.action === 'stop_hit');
  const reasoned = (update: FoundUpdate): boolean =>
    closes && update.clause.tokens.some((token) => /^invalid|失效|无效/i.test(token.text));
  return found.filter((update) => {
    if (update.action === 'break_even') return !closes && !stopped;
    if (update.action === 'move_stop') return !closes && !breakEven && !cancels && !stopped;
    if (update.action === 'set_targets') return !cancels;
    if (update.action === 'close') return !stopped && !isRestOfKept(update, found);
    if (update.action === 'close_partial')
      return !closes || update.fraction !== null || update.symbols.length > 0;
    if (update.action === 'take_profit_hit') return !cancels;
    if (update.action === 'cancel_entry') return !reasoned(update);
    return true;
  });
}

/** 留30%仓位，其余平掉: the rest that goes was counted already. */
const isRestOfKept = (update: FoundUpdate, found: readonly FoundUpdate[]): boolean =>
  update.clause.tokens.some((token) => hasAny(token, 'rest')) &&
  found.some(
    (other) =>
      other.action === 'close_partial' &&
      other.clause.line === update.clause.line &&
      other.clause.tokens.some((token) => hasAny(token, 'keep')),
  );

function toUpdate(update: FoundUpdate, symbol: string | null): Update {
  const result: Update = { action: update.action, symbol };
  if (update.fraction !== null) result.fraction = update.fraction;
  if (update.price !== null) result.price = update.price;
  if (update.takeProfits.length > 0) result.takeProfits = [...update.takeProfits];
  if (update.scope !== null) result.scope = update.scope;
  if (update.except.length > 0) result.except = [...update.except];
  return result;
}
