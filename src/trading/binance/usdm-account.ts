import { ZERO } from '../decimal.ts';
import type {
  Account,
  KeyRights,
  LeverageBracket,
  Position,
  PositionFee,
  SymbolSettings,
} from '../exchange.ts';
import type { PositionSide } from '../model.ts';
import { signedQuantity } from './usdm-events.ts';
import { positive } from './usdm-orders.ts';
import type { Id } from './usdm-wire.ts';
import { decimalOf } from './wire.ts';

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Account-Information-V3 */
export interface WireAccount {
  assets: {
    asset: string;
    walletBalance: string;
    unrealizedProfit: string;
    marginBalance: string;
    availableBalance: string;
    maintMargin?: string;
  }[];
}

export interface AccountMode {
  hedgeMode: boolean;
  multiAssets: boolean;
}

export function accountOf(wire: WireAccount, uid: string, mode: AccountMode, quote: string): Account {
  const wallets = new Map(
    wire.assets.map(({ asset, walletBalance, availableBalance }) => [
      asset,
      { balance: decimalOf(walletBalance), available: decimalOf(availableBalance) },
    ]),
  );
  const asset = wire.assets.find((one) => one.asset === quote);
  // An account that never held the asset has no row of it.
  if (asset === undefined) {
    return { uid, equity: ZERO, available: ZERO, walletBalance: ZERO, unrealised: ZERO, ...mode, wallets };
  }
  return {
    uid,
    equity: decimalOf(asset.marginBalance),
    available: decimalOf(asset.availableBalance),
    walletBalance: decimalOf(asset.walletBalance),
    unrealised: decimalOf(asset.unrealizedProfit),
    ...(asset.maintMargin === undefined ? {} : { maintenanceMargin: decimalOf(asset.maintMargin) }),
    ...mode,
    wallets,
  };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Position-Information-V3 */
export interface WirePosition {
  symbol: string;
  positionSide?: PositionSide;
  positionAmt: string;
  entryPrice: string;
  unRealizedProfit: string;
  liquidationPrice?: string;
}

export function positionOf(wire: WirePosition, config: SymbolSettings | undefined): Position {
  const positionSide = wire.positionSide ?? 'BOTH';
  return {
    symbol: wire.symbol,
    positionSide,
    quantity: signedQuantity(wire.positionAmt, positionSide),
    entryPrice: decimalOf(wire.entryPrice),
    unrealised: decimalOf(wire.unRealizedProfit),
    liquidationPrice: positive(wire.liquidationPrice),
    leverage: config?.leverage ?? null,
    marginMode: config?.marginMode ?? null,
  };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Symbol-Config */
export function symbolConfigs(
  rows: { symbol: string; marginType: string; leverage: number }[],
): Map<string, SymbolSettings> {
  return new Map(
    rows.map((row) => [
      row.symbol,
      { leverage: row.leverage, marginMode: /isolated/i.test(row.marginType) ? 'isolated' : 'cross' },
    ]),
  );
}

export interface WireBracket {
  bracket: number;
  initialLeverage: number;
  notionalCap: number | string;
  maintMarginRatio: number | string;
  cum: number | string;
}

/** Smallest notional first. https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Notional-and-Leverage-Brackets */
export function bracketsOf(brackets: readonly WireBracket[]): LeverageBracket[] {
  return brackets
    .map((wire) => ({
      notionalCap: decimalOf(wire.notionalCap),
      maxLeverage: wire.initialLeverage,
      maintenanceRate: decimalOf(wire.maintMarginRatio),
      maintenanceAmount: decimalOf(wire.cum),
    }))
    .sort((a, b) => a.notionalCap.comparedTo(b.notionalCap));
}

/** https://developers.binance.com/docs/wallet/account/api-key-permission */
export interface WireApiRestrictions {
  ipRestrict: boolean;
  enableWithdrawals: boolean;
  enableInternalTransfer: boolean;
  permitsUniversalTransfer: boolean;
  enableFutures: boolean;
  enableSpotAndMarginTrading: boolean;
}

/** @param trading which right it takes to trade the market */
export function rightsOf(
  wire: WireApiRestrictions,
  trading: 'enableFutures' | 'enableSpotAndMarginTrading',
): KeyRights {
  const flag = (value: boolean | undefined, name: string): boolean => {
    // A missing answer must not read as "may not withdraw".
    if (typeof value !== 'boolean') throw new TypeError(`the key's rights do not say ${name}`);
    return value;
  };
  return {
    withdraw: flag(wire.enableWithdrawals, 'enableWithdrawals'),
    transfer:
      flag(wire.enableInternalTransfer, 'enableInternalTransfer') ||
      flag(wire.permitsUniversalTransfer, 'permitsUniversalTransfer'),
    trade: flag(wire[trading], trading),
    ipRestricted: flag(wire.ipRestrict, 'ipRestrict'),
  };
}

export interface WireIncome {
  symbol: string;
  incomeType: string;
  income: string;
  asset: string;
  time: number;
  tranId: Id;
}

const FEE_KINDS: Readonly<Record<string, PositionFee['kind']>> = {
  FUNDING_FEE: 'funding',
  INSURANCE_CLEAR: 'liquidation',
};

/**
 * Null for what has nothing to do with holding a position. Ids are unique within a type of income:
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Get-Income-History
 */
export function feeOf(wire: WireIncome): PositionFee | null {
  const kind = FEE_KINDS[wire.incomeType];
  if (kind === undefined) return null;
  return {
    kind,
    id: kind === 'funding' ? `${wire.tranId}` : `${kind} ${wire.tranId}`,
    symbol: wire.symbol,
    amount: decimalOf(wire.income),
    asset: wire.asset,
    at: wire.time,
  };
}
