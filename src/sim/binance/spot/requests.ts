import { type Decimal, ZERO } from '../../../trading/decimal.ts';
import { optional, optionalAmount, optionalInteger, type Params } from '../params.ts';
import type { Core } from './core.ts';
import { spotError } from './errors.ts';
import { checkAmount } from './filters.ts';
import type { Market } from './markets.ts';
import { isContingent, isLimit, type Order, type OrderType, type Side, type TimeInForce } from './model.ts';

/** Orders as they are sent: what each type needs, and what it must not have. */

const CLIENT_ID_RANGE = '^[a-zA-Z0-9-_.:/]{1,36}$';
const TYPES: readonly OrderType[] = [
  'LIMIT',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
  'LIMIT_MAKER',
];
const STP_MODES = ['NONE', 'EXPIRE_MAKER', 'EXPIRE_TAKER', 'EXPIRE_BOTH', 'DECREMENT', 'TRANSFER'];

/** -1102 where it is missing. */
export function required(params: Params, name: string): string {
  const value = optional(params, name);
  if (value === undefined) throw spotError(-1102, name);
  return value;
}

/** One of `allowed`; `code` is the refusal for anything else, about the parameter `name`. */
export function oneOf<T extends string>(value: string, allowed: readonly T[], code: number, name = ''): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw spotError(code, name);
  return found;
}

/** -1102 without `symbol`, -1121 for one that is not listed. */
export function requestedMarket(core: Core, params: Params): Market {
  const market = core.markets.get(required(params, 'symbol'));
  if (market === undefined) throw spotError(-1121);
  return market;
}

/** -1100 for characters outside the legal range or more than 36 of them. */
export function clientIdOf(core: Core, params: Params, name: string): string {
  const value = optional(params, name);
  if (value === undefined) return core.clientId();
  if (!new RegExp(CLIENT_ID_RANGE).test(value)) throw spotError(-1100, name, CLIENT_ID_RANGE);
  return value;
}

/** -1104 for parameters that the request does not know. */
export function checkKnown(params: Params, known: readonly string[]): void {
  const read = [...params.keys()].filter((name) => known.includes(name) || SIGNING.includes(name)).length;
  if (read < params.size) throw spotError(-1104, read, params.size);
}
const SIGNING = ['timestamp', 'recvWindow', 'signature', 'apiKey', 'returnRateLimits'];

const FIELDS = [
  'ClientOrderId',
  'IcebergQty',
  'Price',
  'StopPrice',
  'TrailingDelta',
  'TimeInForce',
  'StrategyId',
  'StrategyType',
];

/** The parameters of one leg of a list: `aboveStopPrice`, `pendingBelowTimeInForce` and so on. */
export function legFields(prefix: string, more: readonly string[] = []): string[] {
  return [...FIELDS, 'Type', ...more].map((field) => `${prefix}${field}`);
}

export const ORDER_FIELDS: readonly string[] = [
  'symbol',
  'side',
  'type',
  'timeInForce',
  'quantity',
  'quoteOrderQty',
  'price',
  'newClientOrderId',
  'strategyId',
  'strategyType',
  'stopPrice',
  'trailingDelta',
  'icebergQty',
  'newOrderRespType',
  'selfTradePreventionMode',
];

export interface OrderSource {
  /** Of the parameters' names: `''` for a single order. */
  prefix: string;
  side: Side;
  /** For lists, where the quantity has a name of its own; null for a pending OPO order. */
  quantity?: Decimal | null;
}

export function requestedSide(params: Params, name: string): Side {
  return oneOf(required(params, name), ['BUY', 'SELL'], -1117);
}

export function requiredAmount(params: Params, name: string): Decimal {
  const value = optionalAmount(params, name);
  if (value === undefined) throw spotError(-1102, name);
  checkAmount(name, value);
  return value;
}

/** Reads one order out of a request, without placing it. */
export function readOrder(core: Core, market: Market, params: Params, source: OrderSource): Order {
  const named = (field: string) =>
    source.prefix === '' ? `${field[0]?.toLowerCase()}${field.slice(1)}` : `${source.prefix}${field}`;
  const type = oneOf(required(params, named('Type')), TYPES, -1116);
  const price = amountFor(params, named('Price'), isLimit(type));
  const stop = stopOf(params, named, type);
  const sized =
    source.quantity === undefined ? sizes(params, type) : { quantity: source.quantity ?? ZERO, quote: ZERO };
  const now = core.now();
  return {
    orderId: 0,
    orderListId: -1,
    clientOrderId: clientIdOf(
      core,
      params,
      source.prefix === '' ? 'newClientOrderId' : named('ClientOrderId'),
    ),
    symbol: market.instrument.symbol,
    side: source.side,
    type,
    timeInForce: requestedTimeInForce(params, named('TimeInForce'), type),
    price,
    quantity: sized.quantity,
    quoteQuantity: sized.quote,
    stopPrice: stop.price,
    trailingDelta: stop.trailingDelta,
    extreme: null,
    icebergQuantity: icebergOf(params, named('IcebergQty'), type),
    strategyId: optionalInteger(params, named('StrategyId')) ?? null,
    strategyType: strategyTypeOf(params, named('StrategyType')),
    lockPrice: price.isZero() ? (stop.price.isZero() ? market.last : stop.price) : price,
    executed: ZERO,
    cumQuote: ZERO,
    status: 'NEW',
    working: false,
    workingTime: -1,
    selfTradePreventionMode: oneOf(
      optional(params, 'selfTradePreventionMode') ?? 'EXPIRE_MAKER',
      STP_MODES,
      -1130,
      'selfTradePreventionMode',
    ),
    expiryReason: null,
    time: now,
    updateTime: now,
  };
}

function amountFor(params: Params, name: string, wanted: boolean): Decimal {
  if (wanted) return requiredAmount(params, name);
  if (optional(params, name) !== undefined) throw spotError(-1106, name);
  return ZERO;
}

function sizes(params: Params, type: OrderType): { quantity: Decimal; quote: Decimal } {
  const quote = optionalAmount(params, 'quoteOrderQty');
  if (quote === undefined) return { quantity: requiredAmount(params, 'quantity'), quote: ZERO };
  if (type !== 'MARKET') throw spotError(-1106, 'quoteOrderQty');
  if (optional(params, 'quantity') !== undefined) throw spotError(-1128);
  checkAmount('quoteOrderQty', quote);
  return { quantity: ZERO, quote };
}

function stopOf(
  params: Params,
  named: (field: string) => string,
  type: OrderType,
): { price: Decimal; trailingDelta: number | null } {
  const price = optionalAmount(params, named('StopPrice'));
  const trailingDelta = optionalInteger(params, named('TrailingDelta'));
  if (!isContingent(type)) {
    if (price !== undefined) throw spotError(-1106, named('StopPrice'));
    if (trailingDelta !== undefined) throw spotError(-1106, named('TrailingDelta'));
    return { price: ZERO, trailingDelta: null };
  }
  if (price === undefined && trailingDelta === undefined) throw spotError(-1102, named('StopPrice'));
  if (price !== undefined) checkAmount(named('StopPrice'), price);
  return { price: price ?? ZERO, trailingDelta: trailingDelta ?? null };
}

/** LIMIT_MAKER, MARKET and the stops that become market orders have none of their own. */
function requestedTimeInForce(params: Params, name: string, type: OrderType): TimeInForce {
  const value = optional(params, name);
  if (!isLimit(type) || type === 'LIMIT_MAKER') {
    if (value !== undefined) throw spotError(-1106, name);
    return 'GTC';
  }
  return oneOf<TimeInForce>(value ?? required(params, name), ['GTC', 'IOC', 'FOK'], -1115);
}

function icebergOf(params: Params, name: string, type: OrderType): Decimal | null {
  const value = optionalAmount(params, name);
  if (value === undefined) return null;
  if (!isLimit(type)) throw spotError(-1106, name);
  return value;
}

function strategyTypeOf(params: Params, name: string): number | null {
  const value = optionalInteger(params, name);
  if (value !== undefined && value < 1_000_000) throw spotError(-1134, 'strategyType was less than 1000000.');
  return value ?? null;
}
