import type { Decimal } from '../decimal.ts';
import type { MarginMode, Side } from '../model.ts';
import type { SymbolShape } from './lex-symbol.ts';
import type { ValueList } from './value-list.ts';

/**
 * What a list of prices is said to be. `buyAt` and `sellAt` become entry or targets once the side is known; `closeAt`
 * ("close 3450 3380") and `exitAt` (離場, "out at") are a stop behind the entry and a target in front of it, `aimAt`
 * ("then 105") only the latter; `priceAt` is a price without a purpose ("Price: 27.45"); `bare` stands next to a side or a coin without a label.
 */
export type PriceField =
  | 'entry'
  | 'dca'
  | 'stop'
  | 'target'
  | 'buyAt'
  | 'sellAt'
  | 'closeAt'
  | 'exitAt'
  | 'aimAt'
  | 'priceAt'
  | 'bare';

interface Place {
  /** Index of the first token. */
  readonly at: number;
  /** Index after the last token. */
  readonly end: number;
  readonly line: number;
  /** Number of the clause: lines, sentences and comma parts counted together. */
  readonly clause: number;
}

/** `break`: the way the trade goes. */
export type TriggerWord = 'above' | 'below' | 'break';

export type SideStrength = 'word' | 'trade' | 'emoji';

export type Fact = Place &
  (
    | { readonly kind: 'symbol'; readonly shape: SymbolShape }
    /** `trade` words (buy, sell) may be labels of prices instead. */
    | { readonly kind: 'side'; readonly side: Side; readonly strength: SideStrength }
    | {
        readonly kind: 'prices';
        readonly field: PriceField;
        readonly list: ValueList;
        readonly adjacent: boolean;
        /** Whether it is the first thing on its line or in its cell. */
        readonly opensCell: boolean;
      }
    | { readonly kind: 'leverage'; readonly values: readonly Decimal[] }
    | { readonly kind: 'margin'; readonly mode: MarginMode }
    /** `limit`: the kind of order, told without its price. */
    | { readonly kind: 'market' | 'here' | 'limit' }
    /** `ticker`: a program's line that begins with its ticker and interval. */
    | { readonly kind: 'alert'; readonly ticker: boolean }
    | { readonly kind: 'trigger'; readonly direction: TriggerWord }
  );

export type PricesFact = Extract<Fact, { kind: 'prices' }>;
