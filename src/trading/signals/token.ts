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
/** One of up to six. It is asked dozens of times for every token: a rest parameter would be an array each time. */
export function hasAny(
  token: Token | undefined,
  a: Role,
  b?: Role,
  c?: Role,
  d?: Role,
  e?: Role,
  f?: Role,
): boolean {
  return token !== undefined && holdsAny(token.roles, a, b, c, d, e, f);
}
export function holdsAny(
  roles: ReadonlySet<Role>,
  a: Role,
  b?: Role,
  c?: Role,
  d?: Role,
  e?: Role,
  f?: Role,
): boolean {
  if (roles.size === 0) return false;
  return (
    roles.has(a) ||
    (b !== undefined && roles.has(b)) ||
    (c !== undefined && roles.has(c)) ||
    (d !== undefined && roles.has(d)) ||
    (e !== undefined && roles.has(e)) ||
    (f !== undefined && roles.has(f))
  );
}
/** One of a longer list. */
export function hasOneOf(token: Token | undefined, roles: readonly Role[]): boolean {
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
