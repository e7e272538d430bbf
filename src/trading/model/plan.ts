import { z } from 'zod';
import { amount, marginMode, market, positionSide, side } from './basics.ts';

/** What would be ordered, or why nothing is. */

export const plannedEntry = z.object({
  type: z.enum(['market', 'limit', 'stop_market', 'stop_limit']),
  /** Limit price or trigger; null for market. */
  price: amount.nullable(),
  /** The price that a `stop_limit` entry may cost at most. */
  limitPrice: amount.optional(),
  quantity: amount,
  /** Spot: for so many coins the exchange itself places the stop once this entry has filled whole. */
  attached: amount.optional(),
  /** The plan's one target goes with it, too. */
  attachedTarget: z.literal(true).optional(),
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
  /** Spot: what the exchange's price filters went by, where that was known. */
  filterPrice: amount.optional(),
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
  'price_out_of_range',
  'trigger_not_reached',
  'exchange_unreachable',
  'refused_lately',
  'order_limit',
  'not_ready',
]);
export type DenialCode = z.infer<typeof denialCode>;

/** The symbol that a signal's own (`from`) is listed as, and how many of its coins make one there: `1000PEPEUSDT`. */
export const scaled = z.object({ from: z.string(), to: z.string(), factor: z.number().int().positive() });
export type Scaled = z.infer<typeof scaled>;

/** Our own "no": the rule, the setting behind it (config key, null where there is none) and the numbers compared. */
export const denial = z.object({
  code: denialCode,
  setting: z.string().nullable(),
  numbers: z.record(z.string(), z.string()),
  /** The numbers are of another symbol than the signal's; absent where they are not, or name neither price nor symbol. */
  scaled: scaled.optional(),
});
export type Denial = z.infer<typeof denial>;
