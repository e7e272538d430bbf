import type { Role } from './keywords/table.ts';
import { hasOneOf, type Token } from './token.ts';

const LABELS: readonly Role[] = ['entry', 'stop', 'target'];

/**
 * `✅ Entry 2500 ✅ Targets 2550, 2600 ✅ SL 2400` on one line: where a tick stands before each label of a call it is a
 * bullet and tells no price that was reached, for no trade reaches its stop and its targets.
 */
export function leadingTicks(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some((token) => token.emoji === 'check')) return tokens;
  const bulleted = new Set<number>();
  for (const line of linesOf(tokens)) {
    const labels = line.flatMap((token, index) =>
      hasOneOf(token, LABELS) && valued(line, index) ? [index] : [],
    );
    const kinds = LABELS.filter((role) => labels.some((index) => line[index]?.roles.has(role)));
    const isCall = kinds.includes('stop') && kinds.includes('target');
    if (
      isCall &&
      labels.every((index) => line[index - 1]?.emoji === 'check') &&
      line.at(-1)?.emoji !== 'check'
    )
      bulleted.add(line[0]?.line ?? -1);
  }
  return tokens.map((token) =>
    token.emoji === 'check' && bulleted.has(token.line) ? { ...token, emoji: 'decoration' } : token,
  );
}

function linesOf(tokens: readonly Token[]): readonly Token[][] {
  const lines: Token[][] = [];
  for (const token of tokens) {
    if (token.kind === 'newline') continue;
    const line = lines[token.line];
    if (line === undefined) lines[token.line] = [token];
    else line.push(token);
  }
  return lines.filter((line) => line !== undefined);
}

/** Whether a number follows the label, past its sign and its count. */
const valued = (line: readonly Token[], label: number): boolean =>
  line.slice(label + 1, label + 4).some((token) => token.number !== null);
