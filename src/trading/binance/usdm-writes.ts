import type { Clearance, OrderReport, Outcome } from '../exchange.ts';
import type { MarginMode, OrderRequest } from '../model.ts';
import { type Answer, sentTime } from './calls.ts';
import { isDuplicate, isMisfit, isNoSuchOrder, isUnchanged } from './errors.ts';
import type { OrderMemory } from './order-memory.ts';
import type { OrderRoute } from './order-socket.ts';
import { outcomeOf } from './outcome.ts';
import type { Rest } from './rest.ts';
import {
  algoOrderParams,
  algoReport,
  isConditional,
  isProtective,
  orderParams,
  orderReport,
} from './usdm-orders.ts';
import type { WireAlgoOrder, WireOrder } from './usdm-wire.ts';

export interface UsdmWrites {
  place(order: OrderRequest, validMs?: number, clearance?: Clearance): Promise<Outcome<OrderReport>>;
  cancel(symbol: string, clientId: string, conditional: boolean): Promise<Outcome<OrderReport | null>>;
  setLeverage(symbol: string, leverage: number): Promise<Outcome<null>>;
  setMarginMode(symbol: string, mode: MarginMode): Promise<Outcome<null>>;
}

export interface UsdmWritesOptions {
  rest: Rest;
  memory: OrderMemory;
  findOrder(symbol: string, clientId: string, conditional: boolean): Promise<OrderReport | null>;
  /** An order or a cancellation, sent at this `performance.now()`, was confirmed: there must be an event of it. */
  onConfirmed(sentAt: number): void;
  /** An order did not fit the symbol's filters or status: what we know of them is out of date. */
  onMisfit(): void;
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade */
const ROUTES = {
  place: { verb: 'POST', path: 'fapi/v1/order', method: 'order.place' },
  cancel: { verb: 'DELETE', path: 'fapi/v1/order', method: 'order.cancel' },
  placeAlgo: { verb: 'POST', path: 'fapi/v1/algoOrder', method: 'algoOrder.place' },
  cancelAlgo: { verb: 'DELETE', path: 'fapi/v1/algoOrder', method: 'algoOrder.cancel' },
} satisfies Record<string, OrderRoute>;

export function createUsdmWrites(options: UsdmWritesOptions): UsdmWrites {
  const { rest, memory, onConfirmed } = options;
  const { usdm } = rest;

  /** The id is taken: what holds it is ours, sent before. */
  async function adopt(
    order: OrderRequest,
    conditional: boolean,
    said: string,
  ): Promise<Outcome<OrderReport>> {
    try {
      const report = await options.findOrder(order.symbol, order.clientId, conditional);
      if (report !== null) return { kind: 'confirmed', value: report };
    } catch {
      // Not found out: the caller keeps asking.
    }
    return { kind: 'unknown', message: said };
  }

  return {
    async place(order, validMs, clearance) {
      const conditional = isConditional(order.type);
      const begunAt = performance.now();
      const answer = await rest.write(
        isProtective(order),
        (window, release) =>
          conditional
            ? rest.order(ROUTES.placeAlgo, { ...algoOrderParams(order), ...window }, release)
            : rest.order(ROUTES.place, { ...orderParams(order), ...window }, release),
        { validMs, clearance },
      );
      if (answer.kind === 'refused' && isMisfit(answer)) options.onMisfit();
      if (answer.kind === 'refused' && isDuplicate(answer)) {
        return await adopt(order, conditional, `${answer.code} ${answer.message}`);
      }
      return outcomeOf(answer, (body) => {
        const report = conditional ? placedAlgo(body) : placedOrder(body);
        memory.note(order.clientId, report.orderId, conditional);
        onConfirmed(sentTime(answer) ?? begunAt);
        return report;
      });
    },

    async cancel(symbol, clientId, conditional) {
      const sentAt = performance.now();
      // A stop whose removal has waited may have become needed again: the caller decides anew.
      const answer = conditional
        ? await rest.write(true, () => rest.order(ROUTES.cancelAlgo, { clientAlgoId: clientId }), {
            patienceMs: 0,
          })
        : await rest.write(true, () => rest.order(ROUTES.cancel, { symbol, origClientOrderId: clientId }));
      if (answer.kind === 'refused' && isNoSuchOrder(answer)) return { kind: 'confirmed', value: null };
      return outcomeOf(answer, (body) => {
        const report = conditional ? null : placedOrder(body);
        onConfirmed(sentAt);
        return report;
      });
    },

    async setLeverage(symbol, leverage) {
      return done(await rest.write(false, () => usdm.setLeverage({ symbol, leverage })));
    },

    async setMarginMode(symbol, mode) {
      const marginType = mode === 'isolated' ? 'ISOLATED' : 'CROSSED';
      return done(await rest.write(false, () => usdm.setMarginType({ symbol, marginType })));
    },
  };
}

function done(answer: Answer): Outcome<null> {
  if (answer.kind === 'refused' && isUnchanged(answer)) return { kind: 'confirmed', value: null };
  return outcomeOf(answer, () => null);
}

function placedOrder(body: object): OrderReport {
  const wire = body as WireOrder;
  if (wire.orderId === undefined) throw new TypeError('no order id');
  return orderReport(wire);
}

function placedAlgo(body: object): OrderReport {
  const wire = body as WireAlgoOrder;
  if (wire.algoId === undefined) throw new TypeError('no algo id');
  return algoReport(wire);
}
