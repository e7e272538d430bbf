import type { OrderReport, Outcome } from '../exchange.ts';
import type { MarginMode, OrderRequest } from '../model.ts';
import { isDuplicate, isMisfit, isNoSuchOrder, isUnchanged } from './errors.ts';
import type { OrderMemory } from './order-memory.ts';
import type { Answer, Rest } from './rest.ts';
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
  place(order: OrderRequest): Promise<Outcome<OrderReport>>;
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

/** What never left this machine may be tried again soon. */
const UNSENT_RETRY_MS = 1_000;

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
    async place(order) {
      const conditional = isConditional(order.type);
      const sentAt = performance.now();
      // Not through submitNewOrder and submitNewAlgoOrder: they print every order whose client id lacks the SDK's prefix.
      const answer = await rest.write(isProtective(order), () =>
        conditional
          ? usdm.postPrivate('fapi/v1/algoOrder', algoOrderParams(order))
          : usdm.postPrivate('fapi/v1/order', orderParams(order)),
      );
      if (answer.kind === 'refused' && isMisfit(answer)) options.onMisfit();
      if (answer.kind === 'refused' && isDuplicate(answer)) {
        return await adopt(order, conditional, `${answer.code} ${answer.message}`);
      }
      return outcomeOf(answer, (body) => {
        const report = conditional ? placedAlgo(body) : placedOrder(body);
        memory.note(order.clientId, report.orderId, conditional);
        onConfirmed(sentAt);
        return report;
      });
    },

    async cancel(symbol, clientId, conditional) {
      const sentAt = performance.now();
      const answer = await rest.write(true, () =>
        conditional
          ? usdm.cancelAlgoOrder({ clientAlgoId: clientId })
          : usdm.cancelOrder({ symbol, origClientOrderId: clientId }),
      );
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

/** An answer that `read` can make nothing of is no answer: the write may have been carried out. */
function outcomeOf<Value>(answer: Answer, read: (body: object) => Value): Outcome<Value> {
  switch (answer.kind) {
    case 'answered':
      if (typeof answer.body !== 'object' || answer.body === null) {
        return { kind: 'unknown', message: 'an answer that is not JSON' };
      }
      try {
        return { kind: 'confirmed', value: read(answer.body) };
      } catch {
        return { kind: 'unknown', message: 'an answer that lacks what it should hold' };
      }
    case 'refused':
      return { kind: 'rejected', code: answer.code, message: answer.message };
    case 'throttled':
      return {
        kind: 'throttled',
        code: answer.code,
        message: answer.message,
        retryAfterMs: Math.ceil(answer.retryAfterMs),
      };
    case 'unsent':
      return { kind: 'throttled', code: 0, message: answer.message, retryAfterMs: UNSENT_RETRY_MS };
    case 'unknown':
      return { kind: 'unknown', message: answer.message };
  }
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
