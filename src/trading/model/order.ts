import { z } from 'zod';
import { action, amount, positionSide } from './basics.ts';

/** What is asked of the exchange, and what it did. */

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

/**
 * A stop that the exchange itself is to place once the entry has filled whole: the pending order of an OTO list, or with
 * a target the pending pair of an OTOCO.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#new-order-list---oto-trade
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#new-order-list---otoco-trade
 */
export const attachedStop = z.object({
  clientId: z.string().max(36),
  /** Of the list. */
  listId: z.string().max(36),
  type: z.enum(['stop_market', 'stop_limit']),
  quantity: amount,
  price: amount.nullable(),
  triggerPrice: amount,
  /** A `limit_maker` for the same coins: whichever of the two executes ends the other. */
  target: z.object({ clientId: z.string().max(36), price: amount }).optional(),
});
export type AttachedStop = z.infer<typeof attachedStop>;

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
  /** Of an entry on spot whose stop the exchange places, or stop and target; they go with it, whatever becomes of it. */
  attached: attachedStop.optional(),
});
export type OrderRequest = z.infer<typeof orderRequest>;

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
  /** By the mean price of the whole position, whoever has a part of it; zero on spot. */
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
  /** For so long from `since` the exchange may carry it out; absent where that is what is usual for its kind. */
  windowMs: z.number().int().positive().optional(),
  /** By the exchange's time: after this it is not carried out any more. Absent where nothing limits that, or it was not known. */
  validUntil: z.number().optional(),
  code: z.number().nullable(),
  reason: z.string().nullable(),
});
export type Order = z.infer<typeof order>;
