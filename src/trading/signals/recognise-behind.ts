import type { PriceField } from './facts.ts';
import type { Role } from './keywords/table.ts';
import { isHan } from './recognise-lines.ts';
import { has, hasAny, isPunct, type Token } from './tokens.ts';
import type { ValueList } from './value-list.ts';

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
  while (
    (hasAny(tokens[at], 'near', 'quote', 'filler', 'above', 'below') || isHan(tokens[at])) &&
    !hasAny(tokens[at], ...LABELS)
  )
    at++;
  const label = tokens[at];
  const after = tokens[at + 1];
  const sameLine = label?.line === list.values[0]?.token.line;
  const exit = sameLine && isValueFirst(at) ? exitField(label) : null;
  if (exit !== null) return { field: exit, taken: null };
  const closesPart = after === undefined || after.kind === 'newline' || isPunct(after, ',，');
  const taken = closesPart && hasAny(label, 'dca', 'entry') ? at : null;
  if (has(label, 'dca') && !isPunct(after, ':=') && after?.kind !== 'number') return { field: 'dca', taken };
  const enters = has(label, 'entry') && !isPunct(after, ':=') && sameLine;
  return { field: enters ? 'entry' : 'bare', taken };
}

function exitField(label: Token | undefined): PriceField | null {
  if (has(label, 'stop')) return 'stop';
  if (has(label, 'target')) return 'target';
  if (hasAny(label, 'exitStop', 'cutAt')) return 'exitAt';
  if (has(label, 'aim')) return 'aimAt';
  return has(label, 'close') ? 'closeAt' : null;
}
