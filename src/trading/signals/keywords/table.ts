/**
 * What a word can mean in a signal. A word may have several roles; its neighbours decide.
 * Adding a language is adding a table, no rule needs to know it.
 */
export type Role =
  // sides
  | 'long'
  | 'short'
  | 'buy' // a side, or the label of the price to buy at
  | 'sell'
  | 'bareLong' // one-character sides, believed only among prices, coins and punctuation
  | 'bareShort'
  | 'crowd' // speaks of all traders: "longs are paying"
  | 'term' // short term, mid term
  // labels
  | 'entry'
  | 'zone'
  | 'dca'
  | 'limit'
  | 'stop'
  | 'target'
  | 'exitStop' // leaves the trade; with a price it is the stop
  | 'breakStop' // "if it breaks 100, out"
  | 'see' // "next 105": a target after the entry
  | 'aim' // "then 105", "trims at 105": a target if it lies in front of the entry
  | 'cutAt' // "out at 98", "risk to 98": the stop if it lies behind the entry
  | 'symbolLabel'
  | 'sideLabel'
  | 'leverage'
  | 'margin'
  | 'priceLabel' // where the market is: the reference of an alert, the entry of a hand-written call
  | 'alert' // a program wrote the message
  | 'noise' // the numbers after it are no prices
  // values
  | 'market'
  | 'here'
  | 'cross'
  | 'isolated'
  | 'above'
  | 'below'
  | 'breakout'
  | 'candle'
  | 'near'
  | 'between'
  | 'upTo'
  | 'to'
  | 'and'
  | 'runner'
  | 'quote'
  | 'ofProfit'
  | 'each'
  | 'none'
  | 'ordinal'
  | 'thousand'
  | 'tenThousand'
  | 'times'
  | 'points'
  // management
  | 'close'
  | 'closed'
  | 'partial'
  | 'take'
  | 'profit'
  | 'keep'
  | 'move'
  | 'change'
  | 'breakEven'
  | 'cancel'
  | 'order'
  | 'hit'
  | 'stopOut'
  | 'all'
  | 'everything'
  | 'some'
  | 'rest'
  | 'except'
  // reasons to trade nothing
  | 'if'
  | 'ask'
  | 'intent'
  | 'past'
  | 'speech'
  | 'template'
  | 'lesson' // rules and reminders
  | 'not'
  | 'watch'
  | 'news'
  | 'result'
  // words that change nothing
  | 'filler';

export type Words = Partial<Record<Role, readonly string[]>>;

export interface KeywordTable {
  /** Whether the language writes 59,50 for 59.5. */
  readonly decimalComma?: boolean;
  /** Letters that hardly another language of the tables writes: half a proof of this one. */
  readonly letters?: RegExp;
  readonly words: Words;
  /** Parts of a position in words → decimal string from 0 to 1. */
  readonly fractions?: Readonly<Record<string, string>>;
  /** Names of coins in this language → base asset. */
  readonly coins?: Readonly<Record<string, string>>;
}
