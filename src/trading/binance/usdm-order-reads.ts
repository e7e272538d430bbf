import type { Exchange, OrderHistory, OrderReport } from '../exchange.ts';
import { asList, Refused } from './calls.ts';
import { isNoSuchOrder } from './errors.ts';
import type { OrderMemory } from './order-memory.ts';
import { AHEAD_MS, HISTORY_MS, pageByTime } from './paging.ts';
import type { Rest } from './rest.ts';
import { algoReport, orderReport, tradeFill, withChild } from './usdm-orders.ts';
import type { Id, WireAlgoOrder, WireOrder, WireTrade } from './usdm-wire.ts';

/** userTrades and allOrders answer for at most seven days at once. */
const WINDOW_MS = 7 * 24 * 3_600_000;
const PAGE = 1_000;

export type UsdmOrderReads = Pick<Exchange, 'openOrders' | 'findOrder' | 'fillsSince'> &
  Required<Pick<Exchange, 'findByOrderId'>> &
  OrderHistory;

export interface UsdmOrderReadsOptions {
  rest: Rest;
  memory: OrderMemory;
  /** The exchange's time. */
  serverNow(): number;
}

export function createUsdmOrderReads(options: UsdmOrderReadsOptions): UsdmOrderReads {
  const { rest, memory, serverNow } = options;
  const { usdm } = rest;

  async function findConditional(clientAlgoId: string): Promise<OrderReport | null> {
    const parent = await rest.read(
      'conditional order',
      () => usdm.getAlgoOrder({ clientAlgoId }),
      (body: WireAlgoOrder) => algoReport(body),
    );
    memory.note(clientAlgoId, parent.orderId, true);
    if (parent.orderId === null) return parent;
    const child = await findByOrderId(parent.symbol, parent.orderId);
    return child === null ? parent : withChild(parent, child);
  }

  async function findByOrderId(symbol: string, orderId: string): Promise<OrderReport | null> {
    try {
      return await rest.read(
        'order by id',
        () => usdm.getPrivate('fapi/v1/order', { symbol, orderId }),
        (body: WireOrder) => orderReport(body),
      );
    } catch (error) {
      if (error instanceof Refused && isNoSuchOrder(error)) return null;
      throw error;
    }
  }

  /** A resting order that is the child of a conditional one goes by its parent's name. */
  function asKnown(report: OrderReport): OrderReport {
    const clientId =
      (report.orderId === null ? undefined : memory.clientOf(report.orderId)) ?? report.clientId;
    if (!memory.isConditional(clientId)) return { ...report, clientId };
    return { ...report, clientId, conditional: true, status: 'triggered' };
  }

  async function plainOrders(seen?: (book: readonly OrderReport[]) => void): Promise<OrderReport[]> {
    const plain = await rest.read(
      'open orders',
      () => usdm.getPrivate('fapi/v1/openOrders'),
      (body: WireOrder[]) => body.map(orderReport),
    );
    seen?.(plain.map(asKnown));
    return plain;
  }

  async function conditionalOrders(seen?: (book: readonly OrderReport[]) => void): Promise<OrderReport[]> {
    const conditional = await rest.read(
      'open conditional orders',
      () => usdm.getPrivate('fapi/v1/openAlgoOrders'),
      (body: WireAlgoOrder[]) => body.map(algoReport),
    );
    for (const report of conditional) memory.note(report.clientId, report.orderId, true);
    seen?.(conditional);
    return conditional;
  }

  /** Oldest first. @param ask sends the request for one page */
  async function since<Row>(
    what: string,
    sinceMs: number,
    ask: (page: { startTime: number; endTime: number; limit: number }) => Promise<unknown>,
    { timeOf, idOf }: { timeOf: (row: Row) => number; idOf: (row: Row) => Id },
  ): Promise<Row[]> {
    const untilMs = serverNow() + AHEAD_MS;
    return await pageByTime<Row>({
      sinceMs: Math.max(sinceMs, untilMs - HISTORY_MS),
      untilMs,
      windowMs: WINDOW_MS,
      limit: PAGE,
      fetch: (startTime, endTime) =>
        rest.read(what, () => ask({ startTime, endTime, limit: PAGE }), asList<Row>),
      timeOf,
      idOf: (row) => String(idOf(row)),
    });
  }

  return {
    async openOrders(seen) {
      const [plain, conditional] = await Promise.all([plainOrders(seen), conditionalOrders(seen)]);
      const parents = new Set(conditional.map((report) => report.clientId));
      return [...conditional, ...plain.map(asKnown).filter((report) => !parents.has(report.clientId))];
    },

    async findOrder(symbol, clientId, conditional) {
      try {
        if (conditional) return await findConditional(clientId);
        return await rest.read(
          'order',
          () => usdm.getOrder({ symbol, origClientOrderId: clientId }),
          (body: WireOrder) => orderReport(body),
        );
      } catch (error) {
        if (error instanceof Refused && isNoSuchOrder(error)) return null;
        throw error;
      }
    },

    async findByOrderId(symbol, orderId) {
      const report = await findByOrderId(symbol, orderId);
      if (report) memory.note(report.clientId, orderId, memory.isConditional(report.clientId));
      return report;
    },

    async ordersSince(symbol, sinceMs) {
      const rows = await since<WireOrder>(
        'orders',
        sinceMs,
        (page) => usdm.getAllOrders({ symbol, ...page }),
        { timeOf: (row) => row.time ?? row.updateTime ?? 0, idOf: (row) => row.orderId },
      );
      return rows.map(orderReport);
    },

    async fillsSince(symbol, sinceMs) {
      const rows = await since<WireTrade>(
        'fills',
        sinceMs,
        (page) => usdm.getAccountTrades({ symbol, ...page }),
        { timeOf: (row) => row.time, idOf: (row) => row.id },
      );
      return rows.map((row) => tradeFill(row, memory.clientOf(String(row.orderId)) ?? ''));
    },
  };
}
