import { Decimal } from '../../../trading/decimal.ts';
import type { Account } from './account.ts';
import { margins } from './account.ts';
import type { Core } from './core.ts';
import { breakEvenPrice, unrealized } from './margin.ts';
import type { AlgoOrder, Order, Position, Trade, UserEvent } from './model.ts';
import { averagePrice } from './model.ts';

/**
 * Events of the private stream, field by field as
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams documents them
 * (Event-Order-Update, Event-Algo-Order-Update, Event-Balance-and-Position-Update, Event-Trade-Lite,
 * Event-Account-Configuration-Update-previous-Leverage-Update).
 */

export type ExecutionType = 'NEW' | 'TRADE' | 'CANCELED' | 'EXPIRED' | 'CALCULATED' | 'AMENDMENT';
export type AccountUpdateReason =
  | 'ORDER'
  | 'FUNDING_FEE'
  | 'DEPOSIT'
  | 'WITHDRAW'
  | 'MARGIN_TRANSFER'
  | 'ADJUSTMENT'
  | 'INSURANCE_CLEAR';

const QUOTE = 'USDT';

/**
 * Why an order expired: 0 none, 2 IOC remainder, 4 knocked out by a reduce-only order of higher priority or
 * because it would reverse the position, 5 liquidation, 9 market order remainder.
 */
export type ExpiryReason = '0' | '2' | '4' | '5' | '9';

export function orderUpdate(
  core: Core,
  order: Order,
  execution: ExecutionType,
  trade?: Trade,
  expiryReason: ExpiryReason = '0',
): UserEvent {
  const now = core.now();
  const { bids, asks } = restingNotional(core, order.symbol);
  return {
    e: 'ORDER_TRADE_UPDATE',
    E: now,
    T: order.updateTime,
    o: {
      s: order.symbol,
      c: order.clientOrderId,
      S: order.side,
      o: order.type,
      f: order.timeInForce,
      q: order.quantity.toFixed(),
      p: order.price.toFixed(),
      ap: averagePrice(order).toDecimalPlaces(8).toFixed(),
      sp: order.stopPrice.toFixed(),
      x: execution,
      X: order.status,
      i: order.orderId,
      l: trade?.quantity.toFixed() ?? '0',
      z: order.executed.toFixed(),
      L: trade?.price.toFixed() ?? '0',
      // Without a commission neither is sent.
      ...(trade === undefined ? {} : { N: trade.commissionAsset ?? QUOTE, n: trade.commission.toFixed() }),
      T: order.updateTime,
      t: trade?.id ?? 0,
      b: bids.toFixed(),
      a: asks.toFixed(),
      m: trade?.maker ?? false,
      R: order.reduceOnly,
      wt: order.workingType,
      ot: order.origType,
      ps: order.positionSide,
      cp: order.closePosition,
      rp: trade?.realized.toFixed() ?? '0',
      pP: order.priceProtect,
      si: 0,
      ss: 0,
      V: order.selfTradePreventionMode,
      pm: order.priceMatch,
      gtd: order.goodTillDate,
      er: expiryReason,
      ...trailing(core, order),
    },
  };
}

/** Activation price and callback rate, sent for trailing stops only. */
function trailing(core: Core, order: Order): Record<string, string> {
  const algo = order.algoId === null ? undefined : core.algos.get(order.algoId);
  if (algo?.callbackRate == null) return {};
  return { AP: algo.activatePrice?.toFixed() ?? '0', cr: algo.callbackRate.toFixed() };
}

function restingNotional(core: Core, symbol: string): { bids: Decimal; asks: Decimal } {
  let bids = new Decimal(0);
  let asks = new Decimal(0);
  for (const order of core.openOrders.values()) {
    if (order.symbol !== symbol) continue;
    const value = order.quantity.minus(order.executed).times(order.price);
    if (order.side === 'BUY') bids = bids.plus(value);
    else asks = asks.plus(value);
  }
  return { bids, asks };
}

export function tradeLite(core: Core, order: Order, trade: Trade): UserEvent {
  return {
    e: 'TRADE_LITE',
    E: core.now(),
    T: trade.time,
    s: order.symbol,
    q: order.quantity.toFixed(),
    p: order.price.toFixed(),
    m: trade.maker,
    c: order.clientOrderId,
    S: order.side,
    L: trade.price.toFixed(),
    l: trade.quantity.toFixed(),
    t: trade.id,
    i: order.orderId,
  };
}

/** `change` is the wallet's change that is neither profit nor commission (funding, transfers). */
export function accountUpdate(
  core: Core,
  reason: AccountUpdateReason,
  positions: readonly Position[],
  change: Decimal = new Decimal(0),
): UserEvent {
  const totals = margins(core.account, core.markets, []);
  return {
    e: 'ACCOUNT_UPDATE',
    E: core.now(),
    T: core.now(),
    a: {
      m: reason,
      B: [
        { a: QUOTE, wb: totals.wallet.toFixed(8), cw: totals.crossWallet.toFixed(8), bc: change.toFixed() },
      ],
      P: positions.map((position) => positionUpdate(core, core.account, position)),
    },
  };
}

function positionUpdate(core: Core, account: Account, position: Position): Record<string, unknown> {
  const mark = core.markets.get(position.symbol)?.mark ?? position.entryPrice;
  const isolated = account.marginTypeOf(position.symbol) === 'ISOLATED';
  return {
    s: position.symbol,
    pa: position.amount.toFixed(),
    ep: position.entryPrice.toDecimalPlaces(8).toFixed(),
    bep: breakEvenPrice(position).toDecimalPlaces(8).toFixed(),
    cr: position.accumulated.toFixed(),
    up: unrealized(position, mark).toFixed(8),
    mt: isolated ? 'isolated' : 'cross',
    iw: position.isolatedWallet.toFixed(8),
    ps: position.positionSide,
    ma: QUOTE,
  };
}

export function algoUpdate(core: Core, algo: AlgoOrder): UserEvent {
  return {
    e: 'ALGO_UPDATE',
    T: algo.updateTime,
    E: core.now(),
    o: {
      caid: algo.clientAlgoId,
      aid: algo.algoId,
      at: 'CONDITIONAL',
      o: algo.type,
      s: algo.symbol,
      S: algo.side,
      ps: algo.positionSide,
      f: algo.timeInForce,
      q: algo.quantity.toFixed(),
      X: algo.status,
      ai: algo.actualOrderId === null ? '' : String(algo.actualOrderId),
      ap: algo.actualPrice.toDecimalPlaces(8).toFixed(),
      aq: algo.actualQuantity.toFixed(),
      act: algo.actualType ?? '0',
      tp: algo.triggerPrice.toFixed(),
      p: algo.price.toFixed(),
      V: algo.selfTradePreventionMode,
      wt: algo.workingType,
      pm: algo.priceMatch,
      cp: algo.closePosition,
      pP: algo.priceProtect,
      R: algo.reduceOnly,
      tt: algo.triggerTime,
      gtd: algo.goodTillDate,
      rm: algo.reason,
      ...(algo.type === 'TRAILING_STOP_MARKET'
        ? {
            AP: algo.activatePrice?.toFixed() ?? '0',
            cr: algo.callbackRate?.toFixed() ?? '0',
            ia: algo.extreme !== null,
          }
        : {}),
    },
  };
}

export function leverageUpdate(core: Core, symbol: string, leverage: number): UserEvent {
  return { e: 'ACCOUNT_CONFIG_UPDATE', E: core.now(), T: core.now(), ac: { s: symbol, l: leverage } };
}

export function multiAssetsUpdate(core: Core, enabled: boolean): UserEvent {
  return { e: 'ACCOUNT_CONFIG_UPDATE', E: core.now(), T: core.now(), ai: { j: enabled } };
}
