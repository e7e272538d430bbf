/**
 * The refusals of the exchange: code, HTTP status and text, as Binance words them.
 * Sources: https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code and
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info (HTTP return codes).
 */

/** A refusal that reaches the client as `{"code", "msg"}`. */
export class ApiError extends Error {
  readonly code: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What the exchange says beside code and text; undefined for nothing. */
  readonly data: unknown;

  constructor(
    code: number,
    message: string,
    status: number,
    headers: Readonly<Record<string, string>> = {},
    data?: unknown,
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.headers = headers;
    this.data = data;
  }
}

const TEXT: Readonly<Record<number, string>> = {
  [-1000]: 'An unknown error occured while processing the request.',
  [-1001]: 'Internal error; unable to process your request. Please try again.',
  [-1002]: 'You are not authorized to execute this request.',
  [-1003]:
    'Too many requests; current limit is %s requests per minute. Please use the websocket for live updates to avoid polling the API.',
  [-1006]: 'An unexpected response was received from the message bus. Execution status unknown.',
  [-1007]: 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
  [-1008]:
    'Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.',
  [-1013]: 'Invalid price.',
  [-1015]: 'Too many new orders; current limit is %s orders per %s.',
  [-1021]: 'Timestamp for this request is outside of the recvWindow.',
  [-1022]: 'Signature for this request is not valid.',
  [-1100]: "Illegal characters found in parameter '%s'; legal range is '%s'.",
  [-1102]: "Mandatory parameter '%s' was not sent, was empty/null, or malformed.",
  [-1104]: "Not all sent parameters were read; read '%s' parameter(s) but was sent '%s'.",
  [-1106]: "Parameter '%s' sent when not required.",
  [-1111]: 'Precision is over the maximum defined for this asset.',
  [-1115]: 'Invalid timeInForce.',
  [-1116]: 'Invalid orderType.',
  [-1117]: 'Invalid side.',
  [-1120]: 'Invalid interval.',
  [-1121]: 'Invalid symbol.',
  [-1125]: 'This listenKey does not exist.',
  [-1128]: 'Combination of optional parameters invalid.',
  [-1130]: "Data sent for parameter '%s' is not valid.",
  [-1131]: "'recvWindow' must be less than 60000",
  [-2007]: 'Invalid callBack rate.',
  [-2010]: 'This action is disabled on this account.',
  [-2011]: 'Unknown order sent.',
  [-2013]: 'Order does not exist.',
  [-2014]: 'API-key format invalid.',
  [-2015]: 'Invalid API-key, IP, or permissions for action.',
  [-2019]: 'Margin is insufficient.',
  [-2021]: 'Order would immediately trigger.',
  [-2022]: 'ReduceOnly Order is rejected.',
  [-2025]: 'Reach max open order limit.',
  [-2027]: 'Exceeded the maximum allowable position at current leverage.',
  [-4001]: 'Price less than 0.',
  [-4002]: 'Price greater than max price.',
  [-4003]: 'Quantity less than or equal to zero.',
  [-4004]: 'Quantity less than min quantity.',
  [-4005]: 'Quantity greater than max quantity.',
  [-4006]: 'Stop price less than zero.',
  [-4007]: 'Stop price greater than max price.',
  [-4013]: 'Price less than min price.',
  [-4014]: 'Price not increased by tick size.',
  [-4015]: 'Client order id length should not be more than 36 chars',
  [-4016]: "Limit price can't be higher than %s.",
  [-4021]: "'%s' is not valid depth limit.",
  [-4023]: 'Qty not increased by step size.',
  [-4024]: "Limit price can't be lower than %s.",
  [-4028]: 'Leverage %s is not valid',
  [-4031]: 'Invalid parameter working type: %s',
  [-4045]: 'Reach max stop order limit.',
  [-4046]: 'No need to change margin type.',
  [-4047]: 'Margin type cannot be changed if there exists open orders.',
  [-4048]: 'Margin type cannot be changed if there exists position.',
  [-4059]: 'No need to change position side.',
  [-4060]: 'Invalid position side.',
  [-4061]: "Order's position side does not match user's setting.",
  [-4067]: 'Position side cannot be changed if there exists open orders.',
  [-4068]: 'Position side cannot be changed if there exists position.',
  [-4116]: 'ClientOrderId is duplicated.',
  [-4118]: 'ReduceOnly Order Failed. Please check your existing position and open orders',
  [-4120]: 'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
  [-4130]: 'An open stop or take profit order with GTE and closePosition in the direction is existing.',
  [-4135]: 'Invalid activation price',
  [-4136]: "Target strategy invalid for orderType '%s',closePosition '%s'",
  [-4137]: 'Quantity must be zero with closePosition equals true',
  [-4138]: 'Reduce only must be true with closePosition equals true',
  [-4140]: 'Invalid symbol status for opening position',
  [-4141]: 'Symbol is closed',
  [-4161]: 'Leverage reduction is not supported in Isolated Margin Mode with open positions',
  [-4164]: "Order's notional must be no smaller than %s (unless you choose reduce only).",
  [-4168]: 'Unable to adjust to isolated-margin mode under the Multi-Assets mode.',
  [-4170]: 'Unable to adjust Multi-Assets Mode with open orders in USDⓈ-M Futures.',
  [-4171]: 'Adjusted asset mode is currently set and does not need to be adjusted repeatedly.',
  [-4509]:
    'Time in Force (TIF) GTE can only be used with open positions. Please ensure that positions are available.',
  [-5021]: 'Due to the order could not be filled immediately, the FOK order has been rejected.',
  [-5022]: 'Due to the order could not be executed as maker, the Post Only order will be rejected.',
  [-5025]: 'Only limit order is supported.',
  [-5027]: 'No need to modify the order.',
  [-5040]:
    'The goodTillDate timestamp must be greater than the current time plus 600 seconds and smaller than 253402300799000 (UTC 9999-12-31 23:59:59)',
  [-5037]: 'Invalid price match',
  [-5041]: 'No depth matches this BBO order',
};

const STATUS: Readonly<Record<number, number>> = {
  [-1000]: 500,
  [-1001]: 500,
  [-1002]: 401,
  [-1003]: 429,
  [-1006]: 503,
  [-1007]: 408,
  [-1008]: 503,
  [-1015]: 429,
  [-2014]: 401,
  [-2015]: 401,
};

/**
 * The refusal with `code`. Each `%s` of its text is replaced by one of `values`, in order; a code that this
 * table does not know is sent with the first value as its text.
 */
export function apiError(code: number, ...values: readonly (string | number)[]): ApiError {
  const text = TEXT[code];
  if (text === undefined)
    return new ApiError(code, String(values[0] ?? 'Unknown code.'), STATUS[code] ?? 400);
  let next = 0;
  const message = text.replace(/%s/g, () => String(values[next++] ?? '%s'));
  return new ApiError(code, message, STATUS[code] ?? 400);
}
