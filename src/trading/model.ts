import { z } from 'zod';
import { Decimal } from './decimal.ts';

/**
 * The vocabulary of the program: what a message means, what we intend, what the exchange did.
 * Every amount is a Decimal inside and a decimal string in JSON.
 */

/** A decimal string in JSON, a Decimal in memory. */
export const amount = z.union([z.instanceof(Decimal), z.string()]).transform((value) => new Decimal(value));

export const side = z.enum(['long', 'short']);
export type Side = z.infer<typeof side>;

export const marginMode = z.enum(['cross', 'isolated']);
export type MarginMode = z.infer<typeof marginMode>;

export const market = z.enum(['usdm', 'spot']);
export type Market = z.infer<typeof market>;

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
  /** The channel's name in the config (`alpha`). */
  channel: z.string(),
  messageId: z.string(),
  authorId: z.string(),
  /** Which of the message's signals, from 0. */
  index: z.number().int().nonnegative(),
  postedAt: z.number(),
});
export type Source = z.infer<typeof source>;

/** `BOTH` in one-way mode; in hedge mode each side is a position of its own. */
export const positionSide = z.enum(['BOTH', 'LONG', 'SHORT']);
export type PositionSide = z.infer<typeof positionSide>;

export const action = z.enum(['BUY', 'SELL']);
export type Action = z.infer<typeof action>;

/** Spot's names for them: STOP_LOSS is `stop_market`, STOP_LOSS_LIMIT is `stop_limit`. */
export const orderType = z.enum([
  'market',
  'limit',
  'limit_maker',
  'stop_market',
  'stop_limit',
  'take_profit_market',
  'trailing_stop_market',
]);
export type OrderType = z.infer<typeof orderType>;

export const workingType = z.enum(['mark', 'last']);
export type WorkingType = z.infer<typeof workingType>;

/** An order as we ask for it. `price` for limit ones, `triggerPrice` for conditional ones, both for `stop_limit`. */
export const orderRequest = z.object({
  clientId: z.string().max(36),
  symbol: z.string(),
  action,
  positionSide,
  type: orderType,
  quantity: amount,
  price: amount.nullable(),
  triggerPrice: amount.nullable(),
  workingType,
  reduceOnly: z.boolean(),
  callbackPct: amount.nullable(),
  /** The client id of the order list whose leg it is; absent for one that stands alone. Spot only. */
  listId: z.string().max(36).optional(),
});
export type OrderRequest = z.infer<typeof orderRequest>;

export const plannedEntry = z.object({
  type: z.enum(['market', 'limit', 'stop_market', 'stop_limit']),
  /** Limit price or trigger; null for market. */
  price: amount.nullable(),
  /** The price that a `stop_limit` entry may cost at most. */
  limitPrice: amount.optional(),
  quantity: amount,
});
export type PlannedEntry = z.infer<typeof plannedEntry>;

export const plannedTarget = z.object({ price: amount, sharePct: amount });
export type PlannedTarget = z.infer<typeof plannedTarget>;

/** Something the plan changed against the signal, to be said on the card. */
export const planNote = z.object({
  code: z.enum([
    'leverage_cut',
    'leverage_for_liquidation',
    'cross_as_isolated',
    'quantity_cut',
    'targets_merged',
    'entries_merged',
    'symbol_scaled',
    'default_stop',
    'keeps_margin_mode',
    'keeps_leverage',
  ]),
  numbers: z.record(z.string(), z.string()),
});
export type PlanNote = z.infer<typeof planNote>;

/** A signal fitted to the account and the exchange's filters: what would be ordered. */
export const plan = z.object({
  market,
  symbol: z.string(),
  quote: z.string(),
  side,
  positionSide,
  entries: z.array(plannedEntry).min(1),
  /** Weighted mean of the planned prices; the mark price for market. */
  entryPrice: amount,
  stopPrice: amount,
  targets: z.array(plannedTarget),
  quantity: amount,
  leverage: z.number().int().positive(),
  marginMode,
  /** All in quote currency, at the planned entry. */
  notional: amount,
  margin: amount,
  riskAmount: amount,
  riskPct: amount,
  /** Reward over risk, weighted over the targets; null without targets. */
  rewardRisk: amount.nullable(),
  liquidationPrice: amount.nullable(),
  markPrice: amount,
  equity: amount,
  /** Spot: how many order lists it may keep on the exchange. */
  maxLists: z.number().int().positive().optional(),
  notes: z.array(planNote),
});
export type Plan = z.infer<typeof plan>;

export const denialCode = z.enum([
  'paused',
  'duplicate_signal',
  'symbol_not_listed',
  'symbol_denied',
  'symbol_halted',
  'short_on_spot',
  'no_stop',
  'stop_too_far',
  'entry_too_far',
  'reward_too_small',
  'liquidation_too_near',
  'too_many_trades',
  'too_many_on_symbol',
  'notional_limit',
  'risk_limit',
  'daily_loss',
  'loss_streak',
  'cooldown',
  'order_rate',
  'size_too_small',
  'balance_too_small',
  'opposite_position',
  'margin_mode_conflict',
  'foreign_position',
  'target_passed',
  'trigger_not_reached',
  'exchange_unreachable',
  'refused_lately',
  'order_limit',
  'not_ready',
]);
export type DenialCode = z.infer<typeof denialCode>;

/** Our own "no": the rule, the setting behind it (config key, null where there is none) and the numbers compared. */
export const denial = z.object({
  code: denialCode,
  setting: z.string().nullable(),
  numbers: z.record(z.string(), z.string()),
});
export type Denial = z.infer<typeof denial>;

/** One execution, as the exchange reports it. */
export const fill = z.object({
  /** The exchange's trade id: the same fill reported twice has the same one. */
  tradeId: z.string(),
  orderId: z.string(),
  clientId: z.string(),
  symbol: z.string(),
  action,
  positionSide,
  price: amount,
  quantity: amount,
  commission: amount,
  commissionAsset: z.string(),
  /** In quote currency, for a commission paid in another asset (BNB), at the price of its minute; absent until known. */
  commissionValue: amount.optional(),
  /** Zero on spot, where it follows from the fills themselves. */
  realisedPnl: amount,
  maker: z.boolean(),
  at: z.number(),
});
export type Fill = z.infer<typeof fill>;

/**
 * `pending`: journalled, no answer yet. `unknown`: an answer that is neither yes nor no. `working`: on the book
 * (a conditional one armed). `triggered`: a conditional one whose child order is under way. The rest is final.
 */
export const orderStatus = z.enum([
  'pending',
  'unknown',
  'working',
  'triggered',
  'filled',
  'cancelled',
  'expired',
  'rejected',
  'failed',
]);
export type OrderStatus = z.infer<typeof orderStatus>;

export const orderRole = z.enum(['entry', 'stop', 'target', 'close', 'trail']);
export type OrderRole = z.infer<typeof orderRole>;

/** An order of a trade: what we asked for and what we know of it. */
export const order = orderRequest.extend({
  role: orderRole,
  /** Which entry or target, from 0. */
  slot: z.number().int().nonnegative(),
  status: orderStatus,
  /** The exchange's id; of the child order once a conditional order has triggered. */
  orderId: z.string().nullable(),
  /** Executed quantity as far as we know: the larger of reports and fills, never falling. */
  executed: amount,
  createdAt: z.number(),
  /** Not sent yet: to be sent at this time (again, after the exchange refused for load). */
  sendAt: z.number().nullable(),
  /** When the status last changed; queries and time-outs count from here. */
  since: z.number(),
  /** When the executed quantity last grew. */
  filledAt: z.number().nullable(),
  /** How often we asked for it in vain, and when we may ask again. */
  queries: z.number().int().nonnegative(),
  queryAt: z.number().nullable(),
  cancelAskedAt: z.number().nullable(),
  /** Why it was refused, cancelled or expired: the exchange's code and text. */
  code: z.number().nullable(),
  reason: z.string().nullable(),
});
export type Order = z.infer<typeof order>;

export const closeReason = z.enum([
  'targets',
  'stop',
  'trailing_stop',
  'user',
  'message',
  'panic',
  'opposite',
  'elsewhere',
  'liquidated',
  'adl',
  'settled',
  'stop_unplaceable',
  'stop_crossed',
  'entry_timeout',
  'target_passed',
  'entry_cancelled',
  'entry_rejected',
  'entry_failed',
  /** Less is held than the exchange takes an order for: it is left to the user. */
  'too_small',
]);
export type CloseReason = z.infer<typeof closeReason>;

/** What a trade on spot knows of its market. */
export const spotTerms = z.object({
  /** The asset that is bought, and that the commission may be taken from. */
  base: z.string(),
  /** How many orders with a stop, and so how many order lists, it may keep on the exchange. */
  maxLists: z.number().int().positive(),
  /** The symbol takes STOP_LOSS; else the stop is a STOP_LOSS_LIMIT this far (percent) below its trigger. */
  stopMarket: z.boolean(),
  stopLimitPct: amount,
});
export type SpotTerms = z.infer<typeof spotTerms>;

/** Who took a position, or a part of it, out without an order of ours. `settled`: the contract was delisted. */
export type OutsideCause = 'user' | 'liquidated' | 'adl' | 'settled';

/** The trading settings a trade was opened with: later changes of the config do not reach it. */
export const tradeTerms = z.object({
  entryTimeoutMs: z.number(),
  breakEvenAfter: z.number().int().nonnegative(),
  stopTrigger: workingType,
  trailingStop: z.object({ activateAfter: z.number().int().nonnegative(), callbackPct: amount }).nullable(),
  makerFee: amount,
  takerFee: amount,
  tickSize: amount,
  stepSize: amount,
  minQuantity: amount,
  minNotional: amount,
  marketStepSize: amount,
  marketMaxQuantity: amount,
  spot: spotTerms.optional(),
});
export type TradeTerms = z.infer<typeof tradeTerms>;

export const trailing = z.object({
  /** The trailing order on the exchange that is followed, and the best price that it is known to have seen. */
  clientId: z.string().nullable(),
  best: amount.nullable(),
  /** Trailing orders refused or taken off the book; after too many the stop is moved by us. */
  refusals: z.number().int().nonnegative(),
  retryAt: z.number().nullable(),
});

export const trade = z.object({
  /** base36(message id)-index: unique per signal, and the stem of its client order ids. */
  id: z.string(),
  source,
  signal,
  plan,
  terms: tradeTerms,
  phase: z.enum(['entering', 'open', 'closing', 'closed']),
  orders: z.array(order),
  fills: z.array(fill),
  /** The stop we want now: the plan's, or moved since. */
  stopPrice: amount,
  stopKind: z.enum(['initial', 'break_even', 'moved', 'trailing']),
  /** The last stop price known to be active; a refused move goes back to it. */
  stopHeldPrice: amount.nullable(),
  /** Stop orders refused in a row. */
  stopRefusals: z.number().int().nonnegative(),
  /** A refused stop, target or closing order is not tried again before these times. */
  stopRetryAt: z.number().nullable(),
  targetRetryAt: z.number().nullable(),
  closeRetryAt: z.number().nullable(),
  closeRefusals: z.number().int().nonnegative(),
  /** A stop that the user placed in the app covers the whole position. */
  userStop: z.boolean(),
  /** Another trade has a part of the same position; absent before that was ever so. */
  shared: z.boolean().optional(),
  /** The exchange does not trade the symbol at the moment; absent before that was ever so. */
  halted: z.boolean().optional(),
  /** The exchange has announced when it settles the contract; absent where it never has. */
  delistsAt: z.number().nullable().optional(),
  /** Trailing, from the moment at which it began. */
  trail: trailing.optional(),
  /** Spot: the exchange has refused to take more lists than this. */
  listLimit: z.number().int().positive().optional(),
  /** Spot: targets whose list was refused; each stands with the stop alone until it may be tried again, or is reached. */
  bareTargets: z
    .array(z.object({ index: z.number().int().nonnegative(), retryAt: z.number(), reached: z.boolean() }))
    .optional(),
  /** Spot: it has been said that what is held is too little for any order. */
  tooSmallTold: z.boolean().optional(),
  targets: z.array(plannedTarget),
  /** Targets that have filled or were passed, counted from the first. */
  targetsHit: z.number().int().nonnegative(),
  /** How often the targets were replaced by a message. */
  targetRound: z.number().int().nonnegative(),
  /** The automatic move to break-even has been decided, whatever became of it. */
  breakEvenDone: z.boolean(),
  /**
   * A close under way: until the closing orders have executed `until` in all; null = until nothing is held.
   * `clearTargets`: the exchange refused it because resting targets take the quantity.
   */
  closing: z.object({ until: amount.nullable(), reason: closeReason, clearTargets: z.boolean() }).nullable(),
  entriesCancelled: closeReason.nullable(),
  /** Quantity that left without an order of ours. */
  elsewhere: amount,
  funding: amount,
  /** Ids of the funding fees in it: the exchange may report one twice. Only where their shares are not kept. */
  fundingIds: z.array(z.string()),
  /** The trade's share of each funding fee by its id: news of who held how much changes it. */
  fundingShares: z.record(z.string(), amount).optional(),
  /** The trade's share of each liquidation fee by its id, negative; absent before there was one. */
  liquidationShares: z.record(z.string(), amount).optional(),
  /** Commissions in other assets are not asked to be valued again before this time. */
  feesAskAt: z.number().optional(),
  /** Clock of the trade: opened (created), first fill, closed. */
  createdAt: z.number(),
  /** Entries that the exchange is too busy for wait until then. */
  sendUntil: z.number(),
  filledAt: z.number().nullable(),
  lastFillAt: z.number().nullable(),
  closedAt: z.number().nullable(),
  closeReason: closeReason.nullable(),
  /** Where the attempts of orders that leave the position begin to count; absent before the first restart. */
  generationFloor: z.number().int().nonnegative().optional(),
  /** Client id → executed quantity that has been told to the user. */
  announced: z.record(z.string(), amount),
  /** The `closedAt` of the end that has been told to the user; null before. */
  closingAnnounced: z.number().nullable(),
});
export type Trade = z.infer<typeof trade>;
