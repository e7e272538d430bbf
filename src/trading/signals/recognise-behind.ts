import { Decimal } from '../decimal.ts';
import type { Fact, PriceField } from './facts.ts';
import type { Role } from './keywords/table.ts';
import { isBroken, isHan } from './recognise-lines.ts';
import type { Refined } from './refine.ts';
import { has, hasAny, hasOneOf, isPunct, type Token } from './token.ts';
import type { ValueList } from './value-list.ts';
import { listedShares, noteShares, shareOf } from './value-shares.ts';

const LABELS: readonly Role[] = ['entry', 'stop', 'target', 'close', 'exitStop', 'cutAt', 'aim'];

/**
 * What the label behind a list says of it, where values are written before their labels (`97000止损 101000止盈`, 98000补).
 * @param isValueFirst whether the clause of a token writes values first
 * @returns the field, `bare` if no label follows, and the index of a label that is used up by it
 */
export function labelBehind(
  tokens: readonly Token[],
  list: ValueList,
  isValueFirst: (index: number) => boolean,
): { readonly field: PriceField; readonly taken: number | null } {
  let at = list.next;
  if (isLimitBehind(tokens, at)) return { field: 'entry', taken: at };
  while (
    (hasAny(tokens[at], 'near', 'quote', 'filler', 'above', 'below', 'candle') ||
      isBroken(tokens[at]) ||
      isHan(tokens[at])) &&
    !hasOneOf(tokens[at], LABELS)
  )
    at++;
  const label = tokens[at];
  const after = tokens[at + 1];
  const sameLine = label?.line === list.values[0]?.token.line;
  const exit = sameLine && isValueFirst(at) ? exitField(label) : null;
  if (exit !== null) return { field: exit, taken: null };
  const closesPart = after === undefined || after.kind === 'newline' || isPunct(after, ',，');
  const taken = closesPart && hasAny(label, 'dca', 'entry') ? at : null;
  const isNext = after?.kind !== 'number' || hasOneOf(tokens[at + 2], LABELS);
  if (has(label, 'dca') && !isPunct(after, ':=') && isNext) return { field: 'dca', taken };
  const enters = has(label, 'entry') && !isPunct(after, ':=') && sameLine;
  return { field: enters ? 'entry' : 'bare', taken };
}

/** "4,512 limit, 4,575 stop": between a price and the end of its clause the word labels that price. */
const isLimitBehind = (tokens: readonly Token[], at: number): boolean =>
  /^limit$/i.test(tokens[at]?.text ?? '') &&
  tokens[at - 1]?.kind === 'number' &&
  (isPunct(tokens[at + 1], ',，;|') || hasAny(tokens[at + 1], 'stop'));

function exitField(label: Token | undefined): PriceField | null {
  if (has(label, 'stop')) return 'stop';
  if (has(label, 'target')) return 'target';
  if (hasAny(label, 'exitStop', 'cutAt')) return 'exitAt';
  if (has(label, 'aim')) return 'aimAt';
  return has(label, 'close') ? 'closeAt' : null;
}

/** `43 / 45.5 / 48 止盈（30%/30%/40%）`: the shares stand behind the label. */
export function readSharesBehind(refined: Refined, list: ValueList, facts: readonly Fact[]): void {
  const { tokens } = refined;
  let i = list.next;
  while (i < list.next + 5 && !isPunct(tokens[i], '(') && tokens[i]?.kind !== 'newline') i++;
  const shares = listedShares(tokens, i, list.values.length, refined);
  if (shares === null) return readPartBehind(refined, list, facts);
  noteShares(list.values, shares.percents);
  list.next = shares.end;
}

/** 90.5走一半，93全走: the part that goes stands behind the verb, or in it. */
function readPartBehind(refined: Refined, list: ValueList, facts: readonly Fact[]): void {
  const { tokens } = refined;
  const [value, other] = list.values;
  const verb = tokens[list.next];
  if (value === undefined || other !== undefined || !hasAny(verb, 'close', 'partial') || has(verb, 'stop'))
    return;
  const own = verb === undefined ? null : shareOf(verb, refined);
  if (own !== null) {
    value.share = own;
    return;
  }
  const part = tokens[list.next + 1];
  const share = part === undefined || part.gap ? null : shareOf(part, refined);
  if (share !== null) {
    value.share = share;
    list.next += 2;
  } else if (/^[全清都]/.test(verb?.text ?? '') && hasParts(facts))
    value.share = { percent: new Decimal(100), style: 'rest' };
}

/** Whether a part of the position has its price already, beside which 全走 names the rest. */
const hasParts = (facts: readonly Fact[]): boolean =>
  facts.some(
    (fact) =>
      fact.kind === 'prices' &&
      ['closeAt', 'target', 'aimAt'].includes(fact.field) &&
      fact.list.values.some(({ share }) => share !== null),
  );
