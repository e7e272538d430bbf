import type { Fact, PricesFact } from './facts.ts';

/** One trade idea: the facts that belong together. */
export type Block = readonly Fact[];

const isEntry = (fact: Fact): boolean =>
  fact.kind === 'market' ||
  (fact.kind === 'prices' &&
    (fact.field === 'entry' ||
      fact.field === 'buyAt' ||
      fact.field === 'sellAt' ||
      (fact.field === 'bare' && fact.adjacent)));
const isExit = (fact: Fact): boolean =>
  fact.kind === 'prices' && ['stop', 'target', 'exitAt', 'closeAt', 'aimAt'].includes(fact.field);

/**
 * Parts a message with several calls. A new one begins where a side or another coin is named after the call before has
 * its prices, and prices of its own follow.
 */
export function splitBlocks(facts: readonly Fact[]): readonly Block[] {
  const starts = [0];
  const upcoming = entryAhead(facts);
  let state = newState();
  for (let i = 0; i < facts.length; i++) {
    const fact = facts[i];
    if (fact === undefined) continue;
    if (beginsBlock(facts, i, fact, state, upcoming)) {
      const start = Math.max(clauseStart(facts, i), (starts[starts.length - 1] ?? 0) + 1);
      starts.push(start);
      state = newState();
      for (let j = start; j < i; j++) note(state, facts[j]);
    }
    note(state, fact);
  }
  return starts.map((start, index) => facts.slice(start, starts[index + 1] ?? facts.length));
}

interface State {
  symbol: string | null;
  side: string | null;
  entry: boolean;
  exit: boolean;
  line: number;
}

const newState = (): State => ({ symbol: null, side: null, entry: false, exit: false, line: 0 });

function note(state: State, fact: Fact | undefined): void {
  if (fact === undefined) return;
  if (fact.kind !== 'symbol') state.line = fact.line;
  if (fact.kind === 'symbol') state.symbol ??= fact.shape.symbol;
  else if (fact.kind === 'side' && fact.strength !== 'emoji') state.side ??= fact.side;
  else if (isEntry(fact)) state.entry = true;
  else if (isExit(fact)) state.exit = true;
}

/** For each fact, whether an entry comes after it and before the next stop or target. */
function entryAhead(facts: readonly Fact[]): readonly boolean[] {
  const ahead = new Array<boolean>(facts.length).fill(false);
  let seen = false;
  for (let i = facts.length - 1; i >= 0; i--) {
    ahead[i] = seen;
    const fact = facts[i];
    if (fact === undefined) continue;
    if (isEntry(fact)) seen = true;
    else if (isExit(fact)) seen = false;
  }
  return ahead;
}

function beginsBlock(
  facts: readonly Fact[],
  index: number,
  fact: Fact,
  state: State,
  upcoming: readonly boolean[],
): boolean {
  if (fact.kind === 'symbol') {
    const other = state.symbol !== null && state.symbol !== fact.shape.symbol;
    return (
      other &&
      state.entry &&
      (state.side !== null || state.exit) &&
      (upcoming[index] === true || sideNear(facts, index)) &&
      fact.shape.marker !== 'tagUnlisted'
    );
  }
  if (fact.kind !== 'side' || fact.strength === 'emoji' || state.side === null || !state.entry) return false;
  const label = facts[index + 1];
  const isLabel = fact.strength === 'trade' && label?.kind === 'prices' && label.at === fact.at;
  const otherSymbol = symbolOnLine(facts, index, state.symbol);
  if (isLabel && !otherSymbol) return false;
  const prices = upcoming[index] === true || otherSymbol || bareBefore(facts, index) !== null;
  if (!prices) return false;
  return state.exit
    ? fact.line !== state.line ||
        otherSymbol ||
        bareBefore(facts, index) !== null ||
        fact.clause !== facts[index - 1]?.clause
    : otherSymbol && fact.line !== state.line;
}

function sideNear(facts: readonly Fact[], index: number): boolean {
  const here = facts[index];
  return (
    [facts[index - 1], facts[index + 1]].some(
      (fact) => fact?.kind === 'side' && fact.strength !== 'emoji' && fact.line === here?.line,
    ) && facts.slice(index, index + 4).some(isExit)
  );
}

function symbolOnLine(facts: readonly Fact[], index: number, symbol: string | null): boolean {
  const here = facts[index];
  return facts
    .slice(index + 1, index + 4)
    .some((fact) => fact.kind === 'symbol' && fact.line === here?.line && fact.shape.symbol !== symbol);
}

/** `105500附近空`: the price of the new call stands before its side. */
function bareBefore(facts: readonly Fact[], index: number): PricesFact | null {
  const here = facts[index];
  for (let i = index - 1; i >= Math.max(0, index - 3); i--) {
    const fact = facts[i];
    if (fact === undefined || fact.clause !== here?.clause) return null;
    if (fact.kind === 'prices') return fact.field === 'bare' ? fact : null;
  }
  return null;
}

/** The first fact of the clause that a boundary falls into, as far as it can belong to the new call. */
function clauseStart(facts: readonly Fact[], index: number): number {
  const here = facts[index];
  let start = index;
  while (start > 0) {
    const fact = facts[start - 1];
    if (fact === undefined || fact.clause !== here?.clause || isExit(fact) || fact.kind === 'side') break;
    start--;
  }
  return start;
}
