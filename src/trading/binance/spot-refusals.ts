import type { Instrument, RefusalCause, Refused } from '../exchange.ts';
import type { OrderRequest } from '../model.ts';

/**
 * What a refusal of the spot market means: -2010 and -1013 stand for nearly everything, the text tells.
 * https://github.com/binance/binance-spot-api-docs/blob/master/errors.md
 */

const TEXTS: readonly (readonly [RegExp, RefusalCause])[] = [
  [/insufficient balance/i, 'balance'],
  [/trigger immediately/i, 'would_trigger'],
  [/immediately match/i, 'would_match'],
  [/relationship of the prices/i, 'prices_crossed'],
  [/duplicate order/i, 'duplicate'],
  [/cancel-replace is not supported/i, 'no_replace'],
  [
    /market is closed|not supported for this symbol|not permitted for this account|restricted for this account/i,
    'halted',
  ],
  [/filter failure: (exchange_)?max_num_/i, 'too_many'],
  [/filter failure: (price_filter|percent_price)/i, 'price_filter'],
  [/filter failure: ((min_)?notional|(market_)?lot_size)/i, 'too_small'],
  [/invalid quantity/i, 'too_small'],
];

export function spotCause({ message }: { message: string }): RefusalCause | undefined {
  return TEXTS.find(([text]) => text.test(message))?.[1];
}

/**
 * The same for an order that is known. A quantity can fail a lot size by being too large, or off a step that has
 * changed: only what is below the smallest one is too small, or what was held would be given up for dust.
 */
export function orderCause(
  refusal: { message: string },
  { quantity, type }: Pick<OrderRequest, 'quantity' | 'type'>,
  instrument: Instrument | undefined,
): RefusalCause | undefined {
  const cause = spotCause(refusal);
  if (cause !== 'too_small' || instrument === undefined || !/lot_size/i.test(refusal.message)) return cause;
  const least = type === 'market' ? instrument.marketMinQuantity : instrument.minQuantity;
  return quantity.lt(least) ? cause : undefined;
}

/** The symbol's status, ticks or lots are not what we took them for. */
export function isSpotMisfit(refusal: { code: number; message: string }): boolean {
  if (refusal.code === -1111 || refusal.code === -1121) return true;
  const cause = spotCause(refusal);
  return cause === 'price_filter' || cause === 'too_small' || cause === 'halted';
}

/** https://github.com/binance/binance-spot-api-docs/blob/master/user-data-stream.md#order-reject-reason */
const REJECT_REASONS: Readonly<Record<string, string>> = {
  INSUFFICIENT_BALANCES: 'Account has insufficient balance for requested action.',
  STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY: 'Order would trigger immediately.',
  WOULD_MATCH_IMMEDIATELY: 'Order would immediately match and take.',
  OCO_BAD_PRICES: 'The relationship of the prices for the orders is not correct.',
};

/** NEW_ORDER_REJECTED: the answer that the matching engine gives with these texts. */
const ENGINE_REFUSAL = -2010;

/** The answer that goes with an event's reject reason; undefined for one that says nothing of the order. */
export function refusalOf(reason: string | undefined): Refused | undefined {
  const message = reason === undefined ? undefined : REJECT_REASONS[reason];
  const cause = message === undefined ? undefined : spotCause({ message });
  if (message === undefined || cause === undefined) return undefined;
  return { kind: 'rejected', code: ENGINE_REFUSAL, message, cause };
}
