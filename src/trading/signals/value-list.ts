import type { Decimal } from '../decimal.ts';
import type { Token } from './token.ts';

/** What a list of values is for. */
export type Field = 'entry' | 'stop' | 'target' | 'bare';

/** How a value hangs on the one before it. */
export type Join = 'start' | 'dash' | 'slash' | 'comma' | 'space' | 'line' | 'to' | 'and' | 'index';

export interface Share {
  readonly percent: Decimal;
  /** `close`: the words say that this part is closed; the other forms may as well be gains. */
  readonly style: 'paren' | 'dash' | 'close' | 'profit' | 'rest';
}

export interface Value {
  readonly kind: 'price' | 'percent' | 'multiple' | 'points';
  readonly amount: Decimal;
  readonly join: Join;
  readonly token: Token;
  share: Share | null;
}

export interface ValueList {
  readonly values: Value[];
  market: boolean;
  limit: boolean;
  zone: boolean;
  between: boolean;
  /** `break`: the way the trade goes. */
  trigger: 'above' | 'below' | 'break' | null;
  checked: boolean;
  gain: boolean;
  none: boolean;
  unreadable: Token | null;
  placeholder: boolean;
  /** Index of the first token after the list. */
  next: number;
}

/** @param next index of the first token after the list */
export const emptyList = (next: number): ValueList => ({
  values: [],
  market: false,
  limit: false,
  zone: false,
  between: false,
  trigger: null,
  checked: false,
  gain: false,
  none: false,
  unreadable: null,
  placeholder: false,
  next,
});
