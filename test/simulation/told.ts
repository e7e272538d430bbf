import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import { tagOf } from './books.ts';

/**
 * What the program has been told of executions of its orders, by whatever way: from that moment it has to protect.
 * Read off what reached it, never off what it made of that.
 */
export interface Told {
  /** Of that trade's entries, in all, until then. */
  entered(tradeId: string, untilMs?: number): Decimal;
  /** Of everything that leaves its position. */
  exited(tradeId: string): Decimal;
  onEvent(event: unknown): void;
  onAnswer(body: unknown): void;
}

interface Row {
  /** Of a cancelled order on spot: its own, the other is the cancellation's. */
  origClientOrderId?: string;
  orderReports?: Row[];
  cancelResponse?: Row | null;
  newOrderResponse?: Row | null;
  clientOrderId?: string;
  clientAlgoId?: string;
  executedQty?: string;
  orderId?: number | string;
  qty?: string;
}

interface Wire {
  /** Of spot. */
  e?: string;
  c?: string;
  C?: string;
  z?: string;
  o?: { c?: string; caid?: string; z?: string; aq?: string };
}

interface Seen {
  at: number;
  quantity: Decimal;
}

export function createTold(clientIdOf: (orderId: number) => string | undefined, now: () => number): Told {
  /** By trade and client id, growing. */
  const entries = new Map<string, Map<string, Seen[]>>();
  const exits = new Map<string, Map<string, Seen[]>>();
  /** Executions read back one by one. */
  const listed = new Map<string, Map<string, Decimal>>();

  function note(clientId: string | undefined, executed: string | undefined): void {
    const tag = clientId === undefined ? null : tagOf(clientId);
    if (!clientId || !tag || !executed) return;
    const quantity = new Decimal(executed);
    const byTrade = tag.role === 'entry' ? entries : exits;
    const orders = byTrade.get(tag.tradeId) ?? new Map<string, Seen[]>();
    const known = orders.get(clientId) ?? [];
    if (!quantity.gt(known.at(-1)?.quantity ?? ZERO)) return;
    known.push({ at: now(), quantity });
    byTrade.set(tag.tradeId, orders.set(clientId, known));
  }

  function noteListed({ id, orderId, qty }: Row & { id?: number }): void {
    const clientId = clientIdOf(Number(orderId));
    if (clientId === undefined || qty === undefined) return;
    const parts = listed.get(clientId) ?? new Map<string, Decimal>();
    listed.set(clientId, parts.set(String(id), new Decimal(qty)));
    note(clientId, [...parts.values()].reduce((sum, part) => sum.plus(part), ZERO).toFixed());
  }

  return {
    entered: (tradeId, untilMs = now()) => sumOf(entries.get(tradeId), untilMs),
    exited: (tradeId) => sumOf(exits.get(tradeId), now()),
    onEvent(event) {
      const { e, c, C, z, o: order } = event as Wire;
      if (e === 'executionReport') return note(C === undefined || C === '' ? c : C, z);
      if (order?.c !== undefined) note(order.c, order.z);
      if (order?.caid !== undefined) note(order.caid, order.aq);
    },
    onAnswer(body) {
      for (const row of Array.isArray(body) ? (body as Row[]) : [body as Row | null]) {
        if (row === null || typeof row !== 'object') continue;
        const { orderReports, cancelResponse, newOrderResponse } = row;
        for (const part of [...(orderReports ?? []), cancelResponse, newOrderResponse]) {
          if (part?.executedQty !== undefined)
            note(part.origClientOrderId ?? part.clientOrderId, part.executedQty);
        }
        if (row.executedQty !== undefined) note(row.origClientOrderId ?? row.clientOrderId, row.executedQty);
        else if (row.qty !== undefined) noteListed(row);
      }
    },
  };
}

function sumOf(orders: ReadonlyMap<string, readonly Seen[]> | undefined, untilMs: number): Decimal {
  let sum = ZERO;
  for (const seen of orders?.values() ?? []) {
    sum = sum.plus(seen.findLast(({ at }) => at <= untilMs)?.quantity ?? ZERO);
  }
  return sum;
}
