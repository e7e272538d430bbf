import type { EmojiMeaning } from './emoji.ts';
import type { Role } from './keywords/table.ts';
import type { NumberShape } from './lex-number.ts';
import type { SymbolShape } from './lex-symbol.ts';

export type TokenKind =
  | 'word'
  | 'keyword'
  | 'number'
  | 'symbol'
  | 'emoji'
  | 'punct'
  | 'index'
  | 'newline'
  | 'noise';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** Whether white space stands before it. */
  readonly gap: boolean;
  readonly roles: ReadonlySet<Role>;
  /** Part of a position that the words name, as a decimal string. */
  readonly fraction: string | null;
  readonly number: NumberShape | null;
  readonly symbol: SymbolShape | null;
  readonly emoji: EmojiMeaning | null;
  /** Of a list index (`1)`, ①, a keycap). */
  readonly index: number;
}

export const has = (token: Token | undefined, role: Role): boolean => token?.roles.has(role) === true;
/** A plain loop with an early end: it is asked dozens of times for every token. */
export function hasAny(token: Token | undefined, ...roles: readonly Role[]): boolean {
  if (token === undefined || token.roles.size === 0) return false;
  for (let i = 0; i < roles.length; i++) if (token.roles.has(roles[i] as Role)) return true;
  return false;
}
export const isPunct = (token: Token | undefined, chars: string): boolean =>
  token?.kind === 'punct' && chars.includes(token.text);

/** Roles whose number may be glued or follow a colon, so that `TP1:12` is no time of day. */
export const PRICE_LABELS: readonly Role[] = [
  'target',
  'stop',
  'entry',
  'dca',
  'limit',
  'buy',
  'sell',
  'long',
  'short',
  'exitStop',
  'breakStop',
  'see',
  'market',
  'zone',
];
