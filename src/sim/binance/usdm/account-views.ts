import type { Decimal } from '../../../trading/decimal.ts';
import { initialMargin, liquidationOf, type Margins, margins, openOrderMargin } from './account.ts';
import type { Core } from './core.ts';
import { marketOf } from './fills.ts';
import { breakEvenPrice, maintenance, notional, notionalLimit, unrealized } from './margin.ts';
import type { Order, Position } from './model.ts';

/** Account, balances and positions as the REST API writes them (v2 and v3). */

type Json = Record<string, unknown>;
const EIGHT = 8;
const money = (value: Decimal) => value.toFixed(EIGHT);
const ZERO_TEXT = '0.00000000';

const resting = (core: Core): Order[] => [...core.openOrders.values()];

/** The assets beside USDT that the wallet could hold; the paper account holds none of them. */
const otherAssets = ({ account }: Core): Set<string> => new Set(['BNB', 'USDC', ...account.others.keys()]);

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Futures-Account-Balance-V3 */
export function balanceView(core: Core): Json[] {
  const totals = margins(core.account, core.markets, resting(core));
  const row = (asset: string, own: Margins | null): Json => ({
    accountAlias: accountAlias(core.account.uid),
    asset,
    balance: own === null ? otherBalance(core, asset) : money(own.wallet),
    crossWalletBalance: own === null ? otherBalance(core, asset) : money(own.crossWallet),
    crossUnPnl: own === null ? ZERO_TEXT : money(own.crossUnrealized),
    availableBalance: own === null ? ZERO_TEXT : money(own.available),
    maxWithdrawAmount: own === null ? ZERO_TEXT : money(own.available),
    marginAvailable: true,
    updateTime: core.account.updateTime,
  });
  return [row('USDT', totals), ...[...otherAssets(core)].map((asset) => row(asset, null))];
}

/** Beside the quote asset only BNB for commissions are kept, and what a script has set. */
function otherBalance({ account }: Core, asset: string): string {
  const other = asset === 'BNB' ? account.bnb : account.others.get(asset);
  return other === undefined ? ZERO_TEXT : money(other);
}

/** The short code that balances carry for an account: stable, and different for every uid. */
function accountAlias(uid: number): string {
  return uid.toString(36);
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Account-Information-V3 */
export function accountView(core: Core, version: 2 | 3): Json {
  const totals = margins(core.account, core.markets, resting(core));
  const { account } = core;
  const head: Json = {
    totalInitialMargin: money(totals.positionInitial.plus(totals.openOrderInitial)),
    totalMaintMargin: money(totals.maintenance),
    totalWalletBalance: money(totals.wallet),
    totalUnrealizedProfit: money(totals.unrealized),
    totalMarginBalance: money(totals.marginBalance),
    totalPositionInitialMargin: money(totals.positionInitial),
    totalOpenOrderInitialMargin: money(totals.openOrderInitial),
    totalCrossWalletBalance: money(totals.crossWallet),
    totalCrossUnPnl: money(totals.crossUnrealized),
    availableBalance: money(totals.available),
    maxWithdrawAmount: money(totals.available),
    assets: [
      assetView(core, 'USDT', totals),
      ...[...otherAssets(core)].map((asset) => assetView(core, asset, null)),
    ],
  };
  if (version === 3) {
    return { ...head, positions: concerned(core).map((position) => accountPositionV3(core, position)) };
  }
  return {
    feeTier: 0,
    feeBurn: account.feeBurn,
    canTrade: account.canTrade,
    canDeposit: true,
    canWithdraw: true,
    updateTime: 0,
    multiAssetsMargin: account.multiAssets,
    tradeGroupId: -1,
    ...head,
    positions: everyPosition(core).map((position) => accountPositionV2(core, position)),
  };
}

function assetView(core: Core, asset: string, totals: Margins | null): Json {
  const text = (pick: (own: Margins) => Decimal) => (totals === null ? ZERO_TEXT : money(pick(totals)));
  return {
    asset,
    walletBalance: totals === null ? otherBalance(core, asset) : money(totals.wallet),
    unrealizedProfit: text((own) => own.unrealized),
    marginBalance: text((own) => own.marginBalance),
    maintMargin: text((own) => own.maintenance),
    initialMargin: text((own) => own.positionInitial.plus(own.openOrderInitial)),
    positionInitialMargin: text((own) => own.positionInitial),
    openOrderInitialMargin: text((own) => own.openOrderInitial),
    crossWalletBalance: text((own) => own.crossWallet),
    crossUnPnl: text((own) => own.crossUnrealized),
    availableBalance: text((own) => own.available),
    maxWithdrawAmount: text((own) => own.available),
    marginAvailable: true,
    updateTime: core.account.updateTime,
  };
}

/** v3 lists what has a position or an open order. */
function concerned(core: Core, symbol?: string): Position[] {
  const ordered = new Set([...resting(core), ...core.openAlgos.values()].map((order) => order.symbol));
  return everyPosition(core, symbol).filter(
    (position) => !position.amount.isZero() || (!core.account.hedgeMode && ordered.has(position.symbol)),
  );
}

/** v2 lists every contract, in hedge mode with both sides. */
function everyPosition(core: Core, symbol?: string): Position[] {
  const symbols = symbol === undefined ? [...core.markets.keys()] : [symbol];
  return symbols.flatMap((name) => core.account.sides().map((side) => core.account.position(name, side)));
}

interface Figures {
  mark: Decimal;
  size: Decimal;
  gain: Decimal;
  initial: Decimal;
  ordersInitial: Decimal;
  maint: Decimal;
  isolated: boolean;
}

function figures(core: Core, position: Position): Figures {
  const market = marketOf(core, position.symbol);
  return {
    mark: market.mark,
    size: notional(position, market.mark),
    gain: unrealized(position, market.mark),
    initial: initialMargin(core.account, position, market.mark),
    ordersInitial: openOrderMargin(core.account, position.symbol, resting(core)),
    maint: maintenance(market.instrument, position, market.mark),
    isolated: core.account.marginTypeOf(position.symbol) === 'ISOLATED',
  };
}

function accountPositionV3(core: Core, position: Position): Json {
  const own = figures(core, position);
  return {
    symbol: position.symbol,
    positionSide: position.positionSide,
    positionAmt: amountText(core, position),
    unrealizedProfit: money(own.gain),
    isolatedMargin: own.isolated ? money(position.isolatedWallet.plus(own.gain)) : ZERO_TEXT,
    notional: money(own.size),
    isolatedWallet: money(position.isolatedWallet),
    initialMargin: money(own.initial.plus(own.ordersInitial)),
    maintMargin: money(own.maint),
    updateTime: position.updateTime,
  };
}

function accountPositionV2(core: Core, position: Position): Json {
  const own = figures(core, position);
  const settings = core.account.settingsOf(position.symbol);
  const { instrument } = marketOf(core, position.symbol);
  return {
    symbol: position.symbol,
    initialMargin: money(own.initial.plus(own.ordersInitial)),
    maintMargin: money(own.maint),
    unrealizedProfit: money(own.gain),
    positionInitialMargin: money(own.initial),
    openOrderInitialMargin: money(own.ordersInitial),
    leverage: String(settings.leverage),
    isolated: own.isolated,
    entryPrice: entryText(position),
    breakEvenPrice: breakEvenText(position),
    maxNotional: String(notionalLimit(instrument, settings.leverage)),
    bidNotional: '0',
    askNotional: '0',
    positionSide: position.positionSide,
    positionAmt: amountText(core, position),
    notional: money(own.size),
    isolatedWallet: money(position.isolatedWallet),
    updateTime: position.updateTime,
  };
}

const amountText = (core: Core, position: Position) =>
  position.amount.toFixed(marketOf(core, position.symbol).instrument.quantityPrecision);
const entryText = (position: Position) =>
  position.amount.isZero() ? '0.0' : position.entryPrice.toDecimalPlaces(EIGHT).toFixed();
const breakEvenText = (position: Position) =>
  position.amount.isZero() ? '0.0' : breakEvenPrice(position).toDecimalPlaces(EIGHT).toFixed();

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Position-Information-V3 */
export function positionRiskView(core: Core, version: 2 | 3, symbol?: string): Json[] {
  if (version === 3) return concerned(core, symbol).map((position) => riskV3(core, position));
  return everyPosition(core, symbol).map((position) => riskV2(core, position));
}

function riskV3(core: Core, position: Position): Json {
  const own = figures(core, position);
  const precision = marketOf(core, position.symbol).instrument.pricePrecision;
  return {
    symbol: position.symbol,
    positionSide: position.positionSide,
    positionAmt: amountText(core, position),
    entryPrice: entryText(position),
    breakEvenPrice: breakEvenText(position),
    markPrice: money(own.mark),
    unRealizedProfit: money(own.gain),
    liquidationPrice: liquidationOf(core.account, core.markets, position).toFixed(precision),
    isolatedMargin: own.isolated ? money(position.isolatedWallet.plus(own.gain)) : ZERO_TEXT,
    notional: money(own.size),
    marginAsset: 'USDT',
    isolatedWallet: money(position.isolatedWallet),
    initialMargin: money(own.initial.plus(own.ordersInitial)),
    maintMargin: money(own.maint),
    positionInitialMargin: money(own.initial),
    openOrderInitialMargin: money(own.ordersInitial),
    adl: position.amount.isZero() ? 0 : 2,
    bidNotional: '0',
    askNotional: '0',
    updateTime: position.updateTime,
  };
}

function riskV2(core: Core, position: Position): Json {
  const own = figures(core, position);
  const { instrument } = marketOf(core, position.symbol);
  const settings = core.account.settingsOf(position.symbol);
  return {
    symbol: position.symbol,
    positionAmt: amountText(core, position),
    entryPrice: entryText(position),
    breakEvenPrice: breakEvenText(position),
    markPrice: money(own.mark),
    unRealizedProfit: money(own.gain),
    liquidationPrice: liquidationOf(core.account, core.markets, position).toFixed(instrument.pricePrecision),
    leverage: String(settings.leverage),
    maxNotionalValue: String(notionalLimit(instrument, settings.leverage)),
    marginType: own.isolated ? 'isolated' : 'cross',
    isolatedMargin: own.isolated ? money(position.isolatedWallet.plus(own.gain)) : ZERO_TEXT,
    isAutoAddMargin: 'false',
    positionSide: position.positionSide,
    notional: money(own.size),
    isolatedWallet: money(position.isolatedWallet),
    updateTime: position.updateTime,
    isolated: own.isolated,
    adlQuantile: position.amount.isZero() ? 0 : 2,
  };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Symbol-Config */
export function symbolConfigView(core: Core, symbol?: string): Json[] {
  const symbols = symbol === undefined ? [...core.markets.keys()] : [symbol];
  return symbols.map((name) => {
    const settings = core.account.settingsOf(name);
    return {
      symbol: name,
      marginType: settings.marginType,
      isAutoAddMargin: false,
      leverage: settings.leverage,
      maxNotionalValue: String(notionalLimit(marketOf(core, name).instrument, settings.leverage)),
    };
  });
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Notional-and-Leverage-Brackets */
export function bracketsView(core: Core, symbol?: string): Json[] {
  const symbols = symbol === undefined ? [...core.markets.keys()] : [symbol];
  return symbols.map((name) => ({
    symbol: name,
    notionalCoef: 1,
    brackets: marketOf(core, name).instrument.brackets.map((row) => ({
      bracket: row.bracket,
      initialLeverage: row.initialLeverage,
      notionalCap: row.notionalCap,
      notionalFloor: row.notionalFloor,
      maintMarginRatio: row.maintMarginRatio.toNumber(),
      cum: row.cum.toNumber(),
    })),
  }));
}
