import type { Fact, PriceField } from './facts.ts';
import { opensCell } from './recognise-lines.ts';
import { isPunct, type Token } from './token.ts';
import { hasFailedStop } from './value-lookahead.ts';

/** The price that a sign labels (`🎯 1.61`, `🛑 1.48`), and where its values begin; null where it labels none. */
export function emojiLabel(
  tokens: readonly Token[],
  at: number,
  facts: readonly Fact[],
): { readonly field: PriceField; readonly from: number } | null {
  const sign = tokens[at]?.emoji;
  let from = at + 1;
  while (isPunct(tokens[from], ':-=') && from < at + 3) from++;
  if (tokens[from]?.number?.form !== 'price') return null;
  if (sign === 'stop' || sign === 'fail') return { field: 'stop', from };
  if (sign === 'target' || (sign === 'arrow' && isAfterEntry(tokens, at, facts)))
    return { field: 'target', from };
  if (sign === 'entry') return { field: 'entry', from };
  return sign === 'check' && isTickedTarget(tokens, at, facts) ? { field: 'target', from } : null;
}

/** `✅ 0.2140` as the first thing on a line behind an entry, with `❌ 0.2246` below, in a call without another target. */
function isTickedTarget(tokens: readonly Token[], at: number, facts: readonly Fact[]): boolean {
  const lists = facts.filter((fact) => fact.kind === 'prices');
  return (
    opensCell(tokens, at) &&
    lists.some(
      (fact) =>
        (fact.field === 'entry' || (fact.field === 'bare' && fact.adjacent)) && fact.list.values.length > 0,
    ) &&
    !lists.some((fact) => fact.list.checked) &&
    (hasFailedStop(tokens, at) || lists.some((fact) => isSignedStop(tokens, fact)))
  );
}

/** `⛔ 2.962` on a line above: the signs of this message are labels. */
const isSignedStop = (tokens: readonly Token[], fact: Fact): boolean =>
  fact.kind === 'prices' &&
  fact.field === 'stop' &&
  fact.opensCell &&
  (tokens[fact.at]?.emoji === 'stop' || tokens[fact.at]?.emoji === 'fail');

/** `long 3105 -> 3180`: the arrow leads from the entry to the target. */
function isAfterEntry(tokens: readonly Token[], at: number, facts: readonly Fact[]): boolean {
  const last = facts[facts.length - 1];
  return (
    tokens[at - 1]?.kind === 'number' && last?.kind === 'prices' && last.field === 'bare' && last.end === at
  );
}
