import type { Decimal } from '../decimal.ts';
import type { MarginMode, PositionSide } from '../model.ts';

/** What the account has and may do. */

/** One asset of a spot account; what orders bind is locked. */
export interface Balance {
  free: Decimal;
  locked: Decimal;
}

/** What a futures account has of one asset; contracts that are quoted in it are paid from there. */
export interface FuturesWallet {
  /** Without what open positions have gained. */
  balance: Decimal;
  available: Decimal;
}

/** Amounts in USDT. */
export interface Account {
  uid: string;
  /** Margin balance: wallet plus unrealised profit. */
  equity: Decimal;
  available: Decimal;
  walletBalance: Decimal;
  unrealised: Decimal;
  /** USDⓈ-M alone: where the margin balance falls to it, positions are liquidated. */
  maintenanceMargin?: Decimal;
  hedgeMode: boolean;
  multiAssets: boolean;
  /** USDⓈ-M alone: every asset of the account, USDT among them. */
  wallets?: ReadonlyMap<string, FuturesWallet>;
  /** Spot alone: every asset that is not zero. `equity`, `walletBalance` and `available` are then USDT alone. */
  balances?: ReadonlyMap<string, Balance>;
  /** With them, where the exchange says it: everything until then (its time) is in them. */
  balancesAt?: number;
}

/** `quantity` is signed in one-way mode (short < 0), and signed by its side in hedge mode too. */
export interface Position {
  symbol: string;
  positionSide: PositionSide;
  quantity: Decimal;
  entryPrice: Decimal;
  unrealised: Decimal;
  liquidationPrice: Decimal | null;
  leverage: number | null;
  marginMode: MarginMode | null;
}

/** What a position was charged, or paid, beside the commissions of its executions. */
export interface PositionFee {
  kind: 'funding' | 'liquidation';
  /** Unique over both kinds. */
  id: string;
  symbol: string;
  /** Negative where it was charged. */
  amount: Decimal;
  asset: string;
  at: number;
}

export interface KeyRights {
  withdraw: boolean;
  transfer: boolean;
  trade: boolean;
  ipRestricted: boolean;
}

/** The user may change them whenever nothing of ours is on the symbol, and the leverage even then. */
export interface SymbolSettings {
  leverage: number;
  marginMode: MarginMode;
}
