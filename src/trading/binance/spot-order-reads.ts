import type { Exchange, OrderHistory, OrderReport } from '../exchange.ts';
import { asList, Refused } from './calls.ts';
import { isNoSuchOrder } from './errors.ts';
import type { OrderMemory } from './order-memory.ts';
import { AHEAD_MS, HISTORY_MS, pageByTime } from './paging.ts';
import type { Rest } from './rest.ts';
import { spotReport, spotTradeFill } from './spot-orders.ts';
import type { WireSpotOrder, WireSpotTrade } from './spot-wire.ts';
import type { Id } from './usdm-wire.ts';

/** myTrades and allOrders answer for at most a day at once. */
const WINDOW_MS = 24 * 3_600_000;
const PAGE = 1_000;

export type SpotOrderReads = Pick<Exchange, 'openOrders' | 'findOrder' | 'fillsSince'> & OrderHistory;

export interface SpotOrderReadsOptions {
  rest: Rest;
  memory: OrderMemory;
  /** The exchange's time. */
  serverNow(): number;
}

export function createSpotOrderReads(options: SpotOrderReadsOptions): SpotOrderReads {
  const { rest, memory, serverNow } = options;
  const { spot } = rest;

  function known(wire: WireSpotOrder): OrderReport {
    const report = spotReport(wire);
    memory.note(report.clientId, report.orderId, report.conditional);
    return report;
  }

  /**
   * Rows of a symbol since a time. The newest thousand come by one request; only what reaches further back is asked
   * for day by day.
   */
  async function since<Row extends { time?: number }>(
    what: string,
    path: string,
    range: { symbol: string; sinceMs: number },
    { rowsOf, idOf }: { rowsOf: (body: Row[]) => Row[]; idOf: (row: Row) => Id },
  ): Promise<Row[]> {
    const { symbol } = range;
    const timeOf = (row: Row) => row.time ?? 0;
    const fetch = (params: Record<string, number>) =>
      rest.read(what, () => spot.getPrivate(path, { symbol, limit: PAGE, ...params }), rowsOf);
    const newest = await fetch({});
    const untilMs = serverNow() + AHEAD_MS;
    const sinceMs = Math.max(range.sinceMs, untilMs - HISTORY_MS);
    const reachesBack = newest.length < PAGE || newest.some((row) => timeOf(row) < sinceMs);
    if (reachesBack) {
      return newest.filter((row) => timeOf(row) >= sinceMs).sort((a, b) => timeOf(a) - timeOf(b));
    }
    return await pageByTime<Row>({
      sinceMs,
      untilMs,
      windowMs: WINDOW_MS,
      limit: PAGE,
      fetch: (startTime, endTime) => fetch({ startTime, endTime }),
      timeOf,
      idOf: (row) => String(idOf(row)),
    });
  }

  async function ordersSince(symbol: string, sinceMs: number): Promise<OrderReport[]> {
    const rows = await since<WireSpotOrder>(
      'orders',
      'api/v3/allOrders',
      { symbol, sinceMs },
      { rowsOf: noted, idOf: (row) => row.orderId },
    );
    return rows.map(spotReport);
  }

  /** Older ones too: an order of long ago may have filled only now. */
  function noted(body: WireSpotOrder[]): WireSpotOrder[] {
    for (const row of asList(body)) known(row);
    return body;
  }

  return {
    async openOrders(seen) {
      const open = await rest.read(
        'open orders',
        () => spot.getPrivate('api/v3/openOrders'),
        (body: WireSpotOrder[]) => body.map(known),
      );
      seen?.(open);
      return open;
    },

    async findOrder(symbol, clientId) {
      try {
        return await rest.read(
          'order',
          () => spot.getPrivate('api/v3/order', { symbol, origClientOrderId: clientId }),
          (body: WireSpotOrder) => known(body),
        );
      } catch (error) {
        if (error instanceof Refused && isNoSuchOrder(error)) return null;
        throw error;
      }
    },

    ordersSince,

    async fillsSince(symbol, sinceMs) {
      const rows = await since<WireSpotTrade>(
        'fills',
        'api/v3/myTrades',
        { symbol, sinceMs },
        { rowsOf: asList, idOf: (row) => row.id },
      );
      // Whose order it was tells whose coins they are: the user trades the same ones. Asked for (a weight of 20) only
      // where one is not known yet.
      if (rows.some(({ orderId }) => memory.clientOf(String(orderId)) === undefined)) {
        await ordersSince(symbol, sinceMs);
      }
      return rows.map((row) => spotTradeFill(row, memory.clientOf(String(row.orderId)) ?? ''));
    },
  };
}
