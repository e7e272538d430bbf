import { Decimal } from '../trading/decimal.ts';
import type { Desk, RequestResult, TradeRequest } from '../trading/desk-types.ts';
import type { Trade } from '../trading/model.ts';
import { percent, price } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { tradeName } from './plan-view.ts';
import type { PlannedRequest } from './records.ts';

/** What can be done with an open trade, in words and as the desk takes it. */

export type Refused = Extract<RequestResult, { kind: 'refused' }>['reason'];

export function requestText(request: PlannedRequest, t: Catalogue): string {
  switch (request.type) {
    case 'close':
      return request.fraction.gte(1)
        ? t.update.close
        : t.update.closePartial(percent(request.fraction.times(new Decimal(100))));
    case 'move_stop':
      return t.update.moveStop(price(request.price));
    case 'break_even':
      return t.update.breakEven;
    case 'cancel_entries':
      return t.update.cancelEntries;
    case 'set_targets':
      return t.update.setTargets(request.prices.map(price).join(' / '));
  }
}

/** `confirmed`: a human has agreed to a wider stop. */
export function toTradeRequest(request: PlannedRequest, confirmed: boolean): TradeRequest {
  return request.type === 'move_stop' ? { ...request, confirmed } : request;
}

export interface Carried {
  request: PlannedRequest;
  refused: Refused | null;
}

/** One after the other, as a later one may build on an earlier one (close half, then break-even). */
export async function carryOut(
  desk: Desk,
  trade: Pick<Trade, 'id'>,
  requests: readonly PlannedRequest[],
  by: string,
  confirmed: boolean,
): Promise<Carried[]> {
  const carried: Carried[] = [];
  for (const request of requests) {
    const result = await desk.request(trade.id, toTradeRequest(request, confirmed), by);
    carried.push({ request, refused: result.kind === 'refused' ? result.reason : null });
  }
  return carried;
}

/** `BTCUSDT LONG: stop to break-even: done` */
export function carriedLine(trade: Trade, { request, refused }: Carried, t: Catalogue): string {
  const outcome =
    refused === null
      ? acceptedText(request, t)
      : `${requestText(request, t)}${t.colon}${t.update.refused[refused]}`;
  return `${tradeName(trade.plan, t)}${t.colon}${outcome}`;
}

/** A close is done when it has filled, which is told by itself: until then it is only under way. */
export function acceptedText(request: PlannedRequest, t: Catalogue): string {
  if (request.type !== 'close') return `${requestText(request, t)}${t.colon}${t.update.done}`;
  return t.update.closing(percent(request.fraction.times(new Decimal(100))));
}
