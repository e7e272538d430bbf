import type { Decimal } from '../decimal.ts';
import type { FilterPrice, Instrument, LeverageBracket, Prices } from '../exchange.ts';
import type { Denial, MarginMode, Market, PlanNote, Signal } from '../model.ts';
import type { TradingSettings } from '../settings.ts';
import { withoutEmpty } from './format.ts';

/** Everything a plan depends on. */
export interface PlanInput {
  /** In the instrument's symbol and price scale. */
  signal: Signal;
  market: Market;
  instrument: Instrument;
  prices: Prices;
  /** Spot: what the exchange's price filters go by, where that is known. */
  filterPrice?: FilterPrice;
  /** By rising notional; none on spot. */
  brackets: readonly LeverageBracket[];
  fees: { maker: Decimal; taker: Decimal };
  /** In quote currency. `available` is what new orders may still bind. */
  account: { equity: Decimal; available: Decimal; hedgeMode: boolean };
  trading: TradingSettings;
  limits: PlanLimits;
  /** What a position or working orders of ours already fix for the symbol. */
  kept: KeptMode | null;
  /** Spot: coins that count towards MAX_POSITION already. */
  coins?: Decimal;
  /** Spot: how many order lists the symbol has room for. */
  maxLists?: number;
  /** What was changed before planning. */
  notes: readonly PlanNote[];
}

export interface PlanLimits {
  riskPerTradePct: Decimal;
  maxLeverage: number;
  minLiquidationBufferPct: Decimal;
  allowCross: boolean;
  requireStopLoss: boolean;
  defaultStopPct: Decimal | null;
  /** Cut the quantity, in this order. */
  caps: readonly Cap[];
}

/** How much notional or risk may still be added, in quote currency. */
export interface Cap {
  code: 'notional_limit' | 'risk_limit';
  setting: string;
  /** Whose limit it is: one trade's, the channel's or the account's. */
  scope: 'trade' | 'channel' | 'account';
  limitPct: Decimal;
  limit: Decimal;
  used: Decimal;
}

export interface KeptMode {
  leverage: number | null;
  marginMode: MarginMode | null;
  /** Trades of ours on the same side: the exchange makes one position of them all. Null without any. */
  beside: Beside | null;
}

export interface Beside {
  /** What is held already, by the exchange's mean price. */
  quantity: Decimal;
  entryPrice: Decimal;
  /** Of what they hold and what their working entries may add, in quote currency. */
  notional: Decimal;
  /** `entering`: what its working entries may add, and where. */
  trades: readonly {
    entryPrice: Decimal;
    stopPrice: Decimal;
    isHeld: boolean;
    entering: readonly { quantity: Decimal; price: Decimal }[];
  }[];
}

/** One order to enter, before it has a quantity. */
export interface EntrySlot {
  type: 'market' | 'limit' | 'stop_market';
  /** As it will be ordered; the mark price for market. */
  price: Decimal;
  /** Relative to the other slots' weights. */
  weight: Decimal;
}

/** Prices of a plan, before sizes. */
export interface Sketch {
  /** The one farthest from the stop first: long from high to low. */
  slots: EntrySlot[];
  /** How many slots there were before some were merged. */
  wanted: number;
  /** Weighted mean of the planned prices. */
  entryPrice: Decimal;
  /** Null when the signal names none and no default applies. */
  stopPrice: Decimal | null;
  notes: PlanNote[];
}

export type Refused = { kind: 'refused'; denial: Denial };

export function refused(code: Denial['code'], setting: string | null, numbers: Denial['numbers']): Refused {
  return { kind: 'refused', denial: { code, setting, numbers: withoutEmpty(numbers) } };
}
