import { z } from 'zod';
import { amount } from './basics.ts';
import { fill, order, workingType } from './order.ts';
import { plan, plannedTarget } from './plan.ts';
import { signal, source } from './signal.ts';

/** A trade: what was meant, what was ordered, and what has become of it. */

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

/**
 * What took a position, or a part of it, out without an order of its trade. `settled`: the contract was delisted;
 * `other_trade`: an order of another trade that shares it.
 */
export type OutsideCause = 'user' | 'liquidated' | 'adl' | 'settled' | 'other_trade';

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
  /** What the exchange was seen to hold after a start, where that may be less; counts until then. */
  seenHeld: z.object({ quantity: amount, until: z.number() }).nullable().optional(),
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
  /** Spot: the symbol takes no orders, and until then no cover goes to make room for another, or for a sale. */
  keepUntil: z.number().nullable().optional(),
  /**
   * Spot: no further stop was taken beside those that stood, and something goes before the next one is placed. False once
   * something has gone: one more is taken.
   */
  replacesApart: z.boolean().optional(),
  /**
   * Spot: a moved stop was refused, as the price had passed it, and went back, while another that was sent with it had no
   * answer yet. Where it came from and went to.
   */
  stopWentBack: z.object({ from: amount, to: amount, at: z.number() }).nullable().optional(),
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
   * `clearTargets`: the exchange refused it because resting targets take the quantity; `clearingSince`: when it began to
   * wait for them to go.
   */
  closing: z
    .object({
      until: amount.nullable(),
      reason: closeReason,
      clearTargets: z.boolean(),
      clearingSince: z.number().optional(),
    })
    .nullable(),
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
