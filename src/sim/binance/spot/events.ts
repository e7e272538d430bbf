import { balanceOf } from './account.ts';
import type { Core } from './core.ts';
import type { RejectReason } from './errors.ts';
import type { Order, OrderList, Trade, UserEvent } from './model.ts';

/**
 * Events of the account, field by field as
 * https://github.com/binance/binance-spot-api-docs/blob/master/user-data-stream.md documents them.
 */

export type ExecutionType = 'NEW' | 'TRADE' | 'CANCELED' | 'EXPIRED' | 'REJECTED';

export interface ExecutionDetails {
  trade?: Trade;
  /** Of a cancellation: the client id that it was given; the order's own goes to `C`. */
  cancelId?: string;
  rejectReason?: RejectReason;
}

export function executionReport(
  core: Core,
  order: Order,
  execution: ExecutionType,
  { trade, cancelId, rejectReason = 'NONE' }: ExecutionDetails = {},
): UserEvent {
  const money = (value: { toFixed(places: number): string } | undefined) => value?.toFixed(8) ?? '0.00000000';
  return {
    e: 'executionReport',
    E: core.now(),
    s: order.symbol,
    c: cancelId ?? order.clientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: money(order.quantity),
    p: money(order.price),
    P: money(order.stopPrice),
    ...(order.trailingDelta === null ? {} : { d: order.trailingDelta }),
    F: money(order.icebergQuantity ?? undefined),
    g: order.orderListId,
    C: cancelId === undefined ? '' : order.clientOrderId,
    x: execution,
    X: order.status,
    r: rejectReason,
    i: order.orderId,
    l: money(trade?.quantity),
    z: money(order.executed),
    L: money(trade?.price),
    n: trade === undefined ? '0' : money(trade.commission),
    N: trade?.commissionAsset ?? null,
    T: order.updateTime,
    t: trade?.id ?? -1,
    I: core.ids.execution++,
    w: order.working,
    m: trade?.maker ?? false,
    M: trade !== undefined,
    O: order.time,
    Z: money(order.cumQuote),
    Y: money(trade?.price.times(trade.quantity)),
    Q: money(order.quoteQuantity),
    ...(order.workingTime === -1 ? {} : { W: order.workingTime }),
    V: order.selfTradePreventionMode,
    ...(order.strategyId === null ? {} : { j: order.strategyId }),
    ...(order.strategyType === null ? {} : { J: order.strategyType }),
    ...(order.expiryReason === null ? {} : { eR: order.expiryReason }),
  };
}

/** What a list of orders has come to, as its event and every answer about it say. */
export function listState(list: OrderList): { type: string; status: string } {
  return list.done ? { type: 'ALL_DONE', status: 'ALL_DONE' } : { type: 'EXEC_STARTED', status: 'EXECUTING' };
}

export function listStatus(core: Core, list: OrderList): UserEvent {
  const { type, status } = listState(list);
  return {
    e: 'listStatus',
    E: core.now(),
    s: list.symbol,
    g: list.orderListId,
    c: list.contingencyType,
    l: type,
    L: status,
    r: 'NONE',
    C: list.listClientOrderId,
    T: list.transactionTime,
    O: list.orderIds.map((orderId) => ({
      s: list.symbol,
      i: orderId,
      c: core.orders.get(orderId)?.clientOrderId ?? '',
    })),
  };
}

export function accountPosition(core: Core, assets: readonly string[]): UserEvent {
  return {
    e: 'outboundAccountPosition',
    E: core.now(),
    u: core.account.updateTime,
    B: assets.map((asset) => {
      const { free, locked } = balanceOf(core, asset);
      return { a: asset, f: free.toFixed(8), l: locked.toFixed(8) };
    }),
  };
}

/** A deposit, a withdrawal or a transfer between wallets. */
export function balanceUpdate(core: Core, asset: string, delta: string): UserEvent {
  return { e: 'balanceUpdate', E: core.now(), a: asset, d: delta, T: core.now() };
}

export function externalLockUpdate(core: Core, asset: string, delta: string): UserEvent {
  return { e: 'externalLockUpdate', E: core.now(), a: asset, d: delta, T: core.now() };
}
