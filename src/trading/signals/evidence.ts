import type { Fact } from './facts.ts';
import type { NormalText } from './normalise.ts';
import type { Token } from './token.ts';

/** Words of the message and what was read from them. */
export interface Evidence {
  /** A field of the reading (`side`, `entry`, `stop`, …), an update's action, or `reason`. */
  readonly field: string;
  /** For `reason`, its code; otherwise empty. */
  readonly code: string;
  readonly text: string;
  /** Offset in the flattened message (content, embeds, parts, joined by line breaks); -1 for the message as a whole. */
  readonly offset: number;
}

const FIELDS: Readonly<Record<Fact['kind'], string>> = {
  symbol: 'symbol',
  side: 'side',
  prices: 'prices',
  leverage: 'leverage',
  margin: 'marginMode',
  market: 'entry',
  here: 'entry',
  limit: 'entry',
  alert: 'alert',
  trigger: 'trigger',
};

export function evidenceOf(facts: readonly Fact[], tokens: readonly Token[], normal: NormalText): Evidence[] {
  return facts.map((fact) => {
    const words = tokens.slice(fact.at, fact.end);
    return {
      field: fact.kind === 'prices' ? fact.field : FIELDS[fact.kind],
      code: '',
      ...span(words, normal),
    };
  });
}

export function reasonEvidence(code: string, words: readonly Token[] | null, normal: NormalText): Evidence[] {
  return [
    {
      field: 'reason',
      code,
      ...(words === null || words.length === 0 ? { text: '', offset: -1 } : span(words, normal)),
    },
  ];
}

function span(words: readonly Token[], normal: NormalText): { text: string; offset: number } {
  const first = words[0];
  const last = words[words.length - 1];
  if (first === undefined || last === undefined) return { text: '', offset: -1 };
  return { text: normal.shown.slice(first.start, last.end), offset: normal.offsets[first.start] ?? -1 };
}
