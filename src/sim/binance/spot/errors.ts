import { ApiError, apiError } from '../errors.ts';

/**
 * The refusals of the spot market, as its documentation words them: several codes of futures mean something else here.
 * Source: https://github.com/binance/binance-spot-api-docs/blob/master/errors.md
 */

const TEXT: Readonly<Record<number, string>> = {
  [-1003]:
    'Too much request weight used; current limit is %s request weight per %s. Please use WebSocket Streams for live updates to avoid polling the API.',
  [-1008]: 'Server is currently overloaded with other requests. Please try again in a few minutes.',
  [-1015]: 'Too many new orders; current limit is %s orders per %s.',
  [-1100]: "Illegal characters found in parameter '%s'; legal range is '%s'.",
  [-1102]: "Mandatory parameter '%s' was not sent, was empty/null, or malformed.",
  [-1111]: "Parameter '%s' has too much precision.",
  [-1127]: 'More than 24 hours between startTime and endTime.',
  [-1128]: 'Combination of optional parameters invalid.',
  [-1145]: 'Invalid cancelRestrictions',
  [-1158]: 'Order type not supported in OCO.',
  [-1165]: 'A limit order in a buy OCO must be below.',
  [-1166]: 'A limit order in a sell OCO must be above.',
  [-1168]: 'At least one OCO order must be contingent.',
  [-1196]: 'A stop loss order in a buy OCO must be above.',
  [-1197]: 'A stop loss order in a sell OCO must be below.',
  [-1198]: 'A take profit order in a buy OCO must be below.',
  [-1199]: 'A take profit order in a sell OCO must be above.',
  [-1220]: "The symbol's status does not match the requested symbolStatus.",
  [-1222]: 'Working order in an OPO list must be a bid.',
  [-1223]: 'Pending orders in an OPO list must be asks.',
  [-1225]: "Pending orders should not include the '%s' tag.",
  [-2021]: 'Order cancel-replace partially failed.',
  [-2022]: 'Order cancel-replace failed.',
  [-2035]: 'User Data Stream subscription already active.',
  [-2036]: 'User Data Stream subscription not active.',
  [-2039]: 'Client order ID is not correct for this order ID.',
  [-2043]: "This symbol doesn't have a reference price.",
};

/** Each `%s` of the code's text is replaced by one of `values`, in order. */
export function spotError(code: number, ...values: readonly (string | number)[]): ApiError {
  const text = TEXT[code];
  const shared = apiError(code, ...values);
  if (text === undefined) return shared;
  let next = 0;
  return new ApiError(
    code,
    text.replace(/%s/g, () => String(values[next++] ?? '%s')),
    shared.status,
  );
}

/** -1013: the request never reached the matching engine. */
export const filterFailure = (name: string): ApiError => new ApiError(-1013, `Filter failure: ${name}`, 400);
/**
 * -2010: how many orders are open only the matching engine knows; seen as such in
 * https://github.com/JKorf/Binance.Net/issues/1212
 */
export const countFailure = (name: string): ApiError => new ApiError(-2010, `Filter failure: ${name}`, 400);
export const invalid = (message: string): ApiError => new ApiError(-1013, message, 400);

/** Why the matching engine refuses an order, as the `r` of its execution report has it. */
export type RejectReason =
  | 'NONE'
  | 'INSUFFICIENT_BALANCES'
  | 'STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY'
  | 'WOULD_MATCH_IMMEDIATELY'
  | 'OCO_BAD_PRICES';

const REJECTIONS: Readonly<Record<Exclude<RejectReason, 'NONE'>, string>> = {
  INSUFFICIENT_BALANCES: 'Account has insufficient balance for requested action.',
  STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY: 'Order would trigger immediately.',
  WOULD_MATCH_IMMEDIATELY: 'Order would immediately match and take.',
  OCO_BAD_PRICES: 'The relationship of the prices for the orders is not correct.',
};

/** -2010: the matching engine refuses the order. `reason` is what the order's event says, if there is one. */
export class EngineRejection extends ApiError {
  readonly reason: RejectReason;
  constructor(reason: Exclude<RejectReason, 'NONE'> | { text: string }) {
    super(-2010, typeof reason === 'string' ? REJECTIONS[reason] : reason.text, 400);
    this.reason = typeof reason === 'string' ? reason : 'NONE';
  }
}

/** -2011 with one of the texts of a refused cancellation. */
export const cancelRejected = (text = 'Unknown order sent.'): ApiError => new ApiError(-2011, text, 400);
