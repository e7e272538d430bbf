import type {
  Exchange,
  Instrument,
  OrderLists,
  OrderReport,
  Outcome,
  Refused,
  Replaced,
} from '../exchange.ts';
import type { OrderRequest } from '../model.ts';
import { type Answer, sentTime } from './calls.ts';
import { isNoSuchOrder } from './errors.ts';
import type { OrderMemory } from './order-memory.ts';
import type { OrderRoute } from './order-socket.ts';
import { type CauseOf, outcomeOf, rejected } from './outcome.ts';
import type { Rest } from './rest.ts';
import {
  attachedParams,
  cancelledReport,
  isSelling,
  listReports,
  ocoParams,
  ownReport,
  spotOrderParams,
  spotReport,
} from './spot-orders.ts';
import { isSpotMisfit, orderCause, spotCause } from './spot-refusals.ts';
import type { WireRefusal, WireReplaced, WireSpotList, WireSpotOrder } from './spot-wire.ts';

export type SpotWrites = Pick<Exchange, 'place' | 'cancel' | 'setLeverage' | 'setMarginMode'> & {
  lists: OrderLists;
};

export interface SpotWritesOptions {
  rest: Rest;
  memory: OrderMemory;
  instruments(): ReadonlyMap<string, Instrument>;
  findOrder(symbol: string, clientId: string, conditional: boolean): Promise<OrderReport | null>;
  /** An order or a cancellation, sent at this `performance.now()`, was confirmed: there must be an event of it. */
  onConfirmed(sentAt: number): void;
  /** An order did not fit the symbol's filters or status: what we know of them is out of date. */
  onMisfit(): void;
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md#trading-requests */
const ROUTES = {
  place: { verb: 'POST', path: 'api/v3/order', method: 'order.place' },
  cancel: { verb: 'DELETE', path: 'api/v3/order', method: 'order.cancel' },
  replace: { verb: 'POST', path: 'api/v3/order/cancelReplace', method: 'order.cancelReplace' },
  placeOco: { verb: 'POST', path: 'api/v3/orderList/oco', method: 'orderList.place.oco' },
  placeOto: { verb: 'POST', path: 'api/v3/orderList/oto', method: 'orderList.place.oto' },
  placeOtoco: { verb: 'POST', path: 'api/v3/orderList/otoco', method: 'orderList.place.otoco' },
  cancelList: { verb: 'DELETE', path: 'api/v3/orderList', method: 'orderList.cancel' },
} satisfies Record<string, OrderRoute>;

/** An entry goes with what is attached to it. */
function placing({ attached }: OrderRequest): OrderRoute {
  if (!attached) return ROUTES.place;
  return attached.target ? ROUTES.placeOtoco : ROUTES.placeOto;
}

function placedParams(order: OrderRequest): Record<string, string> {
  return order.attached ? attachedParams(order, order.attached) : spotOrderParams(order);
}

const REPLACE_FAILED = -2022;
const REPLACED_IN_PART = -2021;

export function createSpotWrites(options: SpotWritesOptions): SpotWrites {
  const { rest, memory, onConfirmed } = options;

  function remember(report: OrderReport): OrderReport {
    memory.note(report.clientId, report.orderId, report.conditional);
    return report;
  }

  function placed(body: object): OrderReport {
    return remember(spotReport(checked(body)));
  }

  /** With what is attached to it, the whole list is answered. */
  function placedOrder(body: object, { clientId, attached }: OrderRequest): OrderReport {
    if (!attached) return placed(body);
    const list = body as WireSpotList;
    for (const report of listReports(list)) remember(report);
    return ownReport(list, clientId);
  }

  const causeFor =
    (order: OrderRequest | undefined): CauseOf =>
    (refusal) =>
      order === undefined
        ? spotCause(refusal)
        : orderCause(refusal, order, options.instruments().get(order.symbol));

  /** The id is taken by an open order: it is ours, sent before. Unknown where one of them cannot be found. */
  async function adopt(orders: readonly OrderRequest[], said: string): Promise<Outcome<OrderReport[]>> {
    try {
      const found = await Promise.all(
        orders.map((order) => options.findOrder(order.symbol, order.clientId, false)),
      );
      const reports = found.filter((report) => report !== null);
      if (reports.length === orders.length) return { kind: 'confirmed', value: reports };
    } catch {
      // Not found out: the caller keeps asking.
    }
    return { kind: 'unknown', message: said };
  }

  /** The answer to what places orders; where one of their ids is taken, what holds it. */
  async function settled(
    answer: Answer,
    orders: readonly OrderRequest[],
    read: (body: object) => OrderReport[],
  ): Promise<Outcome<OrderReport[]>> {
    if (answer.kind !== 'refused') return outcomeOf(answer, read);
    if (isSpotMisfit(answer)) options.onMisfit();
    if (spotCause(answer) === 'duplicate') return await adopt(orders, `${answer.code} ${answer.message}`);
    return rejected(answer, causeFor(orders[0]));
  }

  const lists: OrderLists = {
    async place(list, validMs) {
      const sentAt = performance.now();
      const answer = await rest.write(
        true,
        (window) => rest.order(ROUTES.placeOco, { ...ocoParams(list), ...window }),
        { validMs },
      );
      return await settled(answer, [list.target, list.stop], (body) => {
        const reports = listReports(body as WireSpotList).map(remember);
        if (reports.length !== 2) throw new TypeError('a list without its two orders');
        onConfirmed(sentAt);
        return reports;
      });
    },

    async cancel(symbol, listId) {
      const sentAt = performance.now();
      const answer = await rest.write(true, () =>
        rest.order(ROUTES.cancelList, { symbol, listClientOrderId: listId }),
      );
      if (answer.kind === 'refused' && isNoSuchOrder(answer)) return { kind: 'confirmed', value: null };
      return outcomeOf(
        answer,
        (body) => {
          const reports = listReports(body as WireSpotList);
          onConfirmed(sentAt);
          return reports;
        },
        spotCause,
      );
    },

    async replace(oldClientId, order, validMs) {
      const sentAt = performance.now();
      const answer = await rest.write(
        isSelling(order),
        (window) =>
          rest.order(ROUTES.replace, {
            ...spotOrderParams(order),
            cancelOrigClientOrderId: oldClientId,
            cancelReplaceMode: 'STOP_ON_FAILURE',
            ...window,
          }),
        { validMs },
      );
      if (answer.kind === 'refused' && isSpotMisfit(answer)) options.onMisfit();
      return replacedOutcome(answer, {
        causeOf: causeFor(order),
        cancelled: (body) => cancelledReport(body, oldClientId),
        placed: (body) => {
          onConfirmed(sentAt);
          return placed(body);
        },
      });
    },
  };

  return {
    async place(order, validMs, clearance) {
      const begunAt = performance.now();
      const answer = await rest.write(
        isSelling(order),
        (window, release) => rest.order(placing(order), { ...placedParams(order), ...window }, release),
        { validMs, clearance },
      );
      const outcome = await settled(answer, [order], (body) => {
        const report = placedOrder(body, order);
        onConfirmed(sentTime(answer) ?? begunAt);
        return [report];
      });
      return first(outcome);
    },

    async cancel(symbol, clientId) {
      const sentAt = performance.now();
      const answer = await rest.write(true, () =>
        rest.order(ROUTES.cancel, { symbol, origClientOrderId: clientId }),
      );
      if (answer.kind === 'refused' && isNoSuchOrder(answer)) return { kind: 'confirmed', value: null };
      return outcomeOf(
        answer,
        (body) => {
          const report = cancelledReport(body as WireSpotOrder | WireSpotList, clientId);
          onConfirmed(sentAt);
          return report;
        },
        spotCause,
      );
    },

    // Coins are bought outright: there is no such setting.
    setLeverage: async () => ({ kind: 'confirmed', value: null }),
    setMarginMode: async () => ({ kind: 'confirmed', value: null }),
    lists,
  };
}

function first(outcome: Outcome<OrderReport[]>): Outcome<OrderReport> {
  if (outcome.kind !== 'confirmed') return outcome;
  const [value] = outcome.value;
  return value === undefined
    ? { kind: 'unknown', message: 'an answer that lacks what it should hold' }
    : { ...outcome, value };
}

interface ReplaceReaders {
  causeOf: CauseOf;
  cancelled(body: WireSpotOrder | WireSpotList): OrderReport;
  placed(body: object): OrderReport;
}

/**
 * -2022: nothing was cancelled and nothing tried. -2021: the old order is gone and the new one was refused. Any other
 * refusal was given before anything was cancelled.
 */
function replacedOutcome(answer: Answer, read: ReplaceReaders): Replaced {
  if (answer.kind === 'answered') {
    const both = answer.body as WireReplaced;
    return {
      cancelled: outcomeOf({ kind: 'answered', body: both?.cancelResponse }, (body) =>
        read.cancelled(body as WireSpotOrder),
      ),
      placed: outcomeOf({ kind: 'answered', body: both?.newOrderResponse }, read.placed),
    };
  }
  if (answer.kind !== 'refused') {
    const outcome = outcomeOf(answer, (): never => {
      throw new TypeError('not answered');
    });
    return { cancelled: outcome, placed: outcome };
  }
  const data = answer.data as WireReplaced | undefined;
  if (answer.code === REPLACED_IN_PART && data?.cancelResult === 'SUCCESS') {
    return {
      cancelled: outcomeOf({ kind: 'answered', body: data.cancelResponse }, (body) =>
        read.cancelled(body as WireSpotOrder),
      ),
      placed: refusedPart(data.newOrderResponse as WireRefusal | null, answer, read.causeOf),
    };
  }
  const notSent = { kind: 'throttled', code: answer.code, message: answer.message, retryAfterMs: 0 } as const;
  if (answer.code === REPLACE_FAILED) {
    return {
      cancelled: refusedPart(data?.cancelResponse as WireRefusal | undefined, answer, spotCause),
      placed: notSent,
    };
  }
  return { cancelled: notSent, placed: rejected(answer, read.causeOf) };
}

function refusedPart(
  part: WireRefusal | null | undefined,
  whole: { code: number; message: string },
  causeOf: CauseOf,
): Refused {
  return rejected(typeof part?.code === 'number' ? { code: part.code, message: part.msg } : whole, causeOf);
}

function checked(body: object): WireSpotOrder {
  const wire = body as WireSpotOrder;
  if (wire.orderId === undefined) throw new TypeError('no order id');
  return wire;
}
