import { z } from 'zod';
import { amount, marginMode, side } from './basics.ts';

/** What a message means, and where it came from. */

export const entry = z.discriminatedUnion('type', [
  /** `reference` is a price beside a market word ("now ~65k"): where the analyst saw the market. */
  z.object({ type: z.literal('market'), reference: amount.optional() }),
  /** `shares` are percentages of the position, one per price. */
  z.object({ type: z.literal('limit'), prices: z.array(amount).min(1), shares: z.array(amount).optional() }),
  z.object({ type: z.literal('zone'), low: amount, high: amount }),
]);
export type Entry = z.infer<typeof entry>;

/** An absolute price, or a distance in percent of the entry. */
export const level = z.union([z.object({ price: amount }), z.object({ percent: amount })]);
export type Level = z.infer<typeof level>;

/** `share` is the percentage of the position that leaves at this target; absent unless the message gives it. */
export const target = z.union([
  z.object({ price: amount, share: amount.optional() }),
  z.object({ percent: amount, share: amount.optional() }),
]);
export type Target = z.infer<typeof target>;

/** One trade idea as its author wrote it, before any rule or exchange filter was applied. */
export const signal = z.object({
  /** As Binance writes it (`BTCUSDT`), quote included; not yet checked against the exchange's list. */
  symbol: z.string(),
  side,
  entry,
  trigger: z.enum(['above', 'below']).nullable(),
  stopLoss: level.nullable(),
  /** What stands where its stop should be and gives none (`SL abc`), as written; absent where nothing does. */
  stopWords: z.string().optional(),
  takeProfits: z.array(target),
  leverage: z.number().int().positive().nullable(),
  marginMode: marginMode.nullable(),
});
export type Signal = z.infer<typeof signal>;

export const updateAction = z.enum([
  'close',
  'close_partial',
  'move_stop',
  'break_even',
  'cancel_entry',
  'set_targets',
  'take_profit_hit',
  'stop_hit',
]);
export type UpdateAction = z.infer<typeof updateAction>;

/** A management message: what its author wants done with a trade that already exists. */
export const update = z.object({
  action: updateAction,
  symbol: z.string().nullable(),
  /** Part of the position to close, 0 to 1. */
  fraction: amount.optional(),
  price: amount.optional(),
  takeProfits: z.array(amount).optional(),
  scope: z.enum(['all', 'longs', 'shorts']).optional(),
  except: z.array(z.string()).optional(),
  /** The side that the words give the trade: "BTC short closed". */
  side: side.optional(),
});
export type Update = z.infer<typeof update>;

export const invalidReason = z.enum([
  'sl_wrong_side',
  'tp_wrong_side',
  'tp_not_in_order',
  'sl_equals_entry',
  'side_conflict',
  'side_missing',
  'symbol_missing',
  'entry_missing',
  'price_magnitude',
  'number_unreadable',
  'leverage_out_of_range',
  'tp_shares_exceed_100',
  'part_out_of_range',
]);
export type InvalidReason = z.infer<typeof invalidReason>;

/** Why a signal cannot be meant as it is written, with the prices or words that contradict each other, by name. */
export interface Contradiction {
  readonly reason: InvalidReason;
  readonly numbers?: Readonly<Record<string, string>>;
}

/** Everything that a message can turn out to be. */
export type Reading =
  | { kind: 'signal'; signals: Signal[] }
  | { kind: 'update'; updates: Update[] }
  | ({ kind: 'invalid' } & Contradiction)
  | { kind: 'none' };

/** Where a signal came from. Snowflakes are strings; times are milliseconds since the epoch. */
export const source = z.object({
  guildId: z.string(),
  channelId: z.string(),
  /** Where in the channel it was posted, if in a thread or a forum's post. */
  threadId: z.string().optional(),
  /** The channel's name in the config (`alpha`). */
  channel: z.string(),
  messageId: z.string(),
  authorId: z.string(),
  /** Which of the message's signals, from 0. */
  index: z.number().int().nonnegative(),
  postedAt: z.number(),
});
export type Source = z.infer<typeof source>;
