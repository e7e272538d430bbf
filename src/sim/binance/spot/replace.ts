import { ApiError } from '../errors.ts';
import type { Params } from '../params.ts';
import type { Core } from './core.ts';
import { spotError } from './errors.ts';
import type { Order } from './model.ts';
import { admit, cancelOrder, checkedOrder } from './placement.ts';
import { oneOf, required } from './requests.ts';

/**
 * Cancelling an order and placing another in one request.
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#cancel-an-existing-order-and-send-a-new-order-trade
 */

type Part<T> = { done: true; value: T } | { done: false; error: ApiError } | { done: null };

export interface Replaced {
  cancelled: Part<Order>;
  placed: Part<Order>;
}

/**
 * Filters are judged before anything is cancelled: with the old order still counted, a full MAX_NUM_ALGO_ORDERS
 * refuses the request whole.
 */
export function cancelReplace(core: Core, params: Params): Replaced {
  const mode = oneOf(
    required(params, 'cancelReplaceMode'),
    ['STOP_ON_FAILURE', 'ALLOW_FAILURE'],
    -1130,
    'cancelReplaceMode',
  );
  const { market, order } = checkedOrder(core, params);
  const names = { id: 'cancelOrderId', client: 'cancelOrigClientOrderId' };
  const cancelled = attempt(() => cancelOrder(core, params, names, 'cancelNewClientOrderId'));
  if (!cancelled.done && mode === 'STOP_ON_FAILURE') return { cancelled, placed: { done: null } };
  const placed = attempt(() => {
    admit(core, market, order);
    return order;
  });
  return { cancelled, placed };
}

function attempt<T>(step: () => T): Part<T> {
  try {
    return { done: true, value: step() };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { done: false, error };
  }
}

/** The answer's body: as it is where both parts succeeded, else as the `data` of -2021 or -2022. */
export function replacedView(
  result: Replaced,
  views: { cancelled(order: Order): unknown; placed(order: Order): unknown },
): Record<string, unknown> {
  const said = (part: Part<Order>, view: (order: Order) => unknown) => {
    if (part.done === null) return null;
    return part.done ? view(part.value) : { code: part.error.code, msg: part.error.message };
  };
  const word = (part: Part<Order>) =>
    part.done === null ? 'NOT_ATTEMPTED' : part.done ? 'SUCCESS' : 'FAILURE';
  const body = {
    cancelResult: word(result.cancelled),
    newOrderResult: word(result.placed),
    cancelResponse: said(result.cancelled, views.cancelled),
    newOrderResponse: said(result.placed, views.placed),
  };
  if (result.cancelled.done && result.placed.done) return body;
  const partly = result.cancelled.done || result.placed.done;
  const refusal = spotError(partly ? -2021 : -2022);
  throw new ApiError(refusal.code, refusal.message, partly ? 409 : 400, {}, body);
}
