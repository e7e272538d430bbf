import { Decimal, ZERO } from '../../../trading/decimal.ts';
import { best } from '../book.ts';
import { ApiError, apiError } from '../errors.ts';
import { checkNotional, checkPrice, checkQuantity, checkTrigger } from '../filters.ts';
import type { Params } from '../params.ts';
import {
  choice,
  optional,
  optionalAmount,
  optionalBoolean,
  optionalClientId,
  optionalInteger,
  required,
  requiredAmount,
} from '../params.ts';
import type { Core } from './core.ts';
import { algoUpdate } from './events.ts';
import { closable, marketOf, reduces } from './fills.ts';
import type { Market } from './markets.ts';
import type { AlgoOrder, AlgoStatus, AlgoType, Order, TimeInForce, WorkingType } from './model.ts';
import { averagePrice } from './model.ts';
import {
  accept,
  checkExposure,
  checkStatus,
  requestedMarket,
  requestedPositionSide,
  requestedReduceOnly,
  requestedSide,
} from './placement.ts';

/**
 * Conditional orders: a book of their own; when one triggers, a new order with a new id goes to the matching
 * engine. Source: https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order
 */

const TYPES: readonly AlgoType[] = [
  'STOP',
  'STOP_MARKET',
  'TAKE_PROFIT',
  'TAKE_PROFIT_MARKET',
  'TRAILING_STOP_MARKET',
];

export function placeAlgo(core: Core, params: Params): AlgoOrder {
  if (!core.account.canTrade) throw apiError(-2010);
  choice(required(params, 'algoType'), ['CONDITIONAL'], -1130);
  const market = requestedMarket(core, params);
  const algo = parseAlgo(core, params, market);
  checkAlgo(core, market, algo);
  algo.algoId = core.ids.algo++;
  core.algos.set(algo.algoId, algo);
  core.algoIds.set(algo.clientAlgoId, algo.algoId);
  core.openAlgos.set(algo.algoId, algo);
  core.publish(algoUpdate(core, algo));
  return algo;
}

function parseAlgo(core: Core, params: Params, market: Market): AlgoOrder {
  const side = requestedSide(params);
  const type = choice(required(params, 'type'), TYPES, -1116);
  const positionSide = requestedPositionSide(core, params);
  const workingType = choice<WorkingType>(
    optional(params, 'workingType') ?? 'CONTRACT_PRICE',
    ['CONTRACT_PRICE', 'MARK_PRICE'],
    -4031,
  );
  const closePosition = optionalBoolean(params, 'closePosition') ?? false;
  const quantity = closePosition ? closingQuantity(params, type) : requiredAmount(params, 'quantity');
  const limit = type === 'STOP' || type === 'TAKE_PROFIT';
  const trailing = type === 'TRAILING_STOP_MARKET';
  const price = limit ? requiredAmount(params, 'price') : ZERO;
  const activatePrice = trailing ? (optionalAmount(params, 'activatePrice') ?? null) : null;
  const now = core.now();
  return {
    algoId: 0,
    clientAlgoId: optionalClientId(params, 'clientAlgoId') ?? core.clientId(),
    symbol: market.instrument.symbol,
    side,
    positionSide,
    type,
    timeInForce: requestedTimeInForce(params, closePosition),
    quantity,
    price,
    triggerPrice: trailing ? ZERO : requiredAmount(params, 'triggerPrice'),
    activatePrice,
    callbackRate: trailing ? requestedCallbackRate(params) : null,
    extreme: trailing && activatePrice === null ? workingPrice(market, workingType) : null,
    workingType,
    closePosition,
    priceProtect: optionalBoolean(params, 'priceProtect') ?? false,
    reduceOnly: closePosition ? closingReduceOnly(params) : requestedReduceOnly(core, params),
    priceMatch: optional(params, 'priceMatch') ?? 'NONE',
    selfTradePreventionMode: optional(params, 'selfTradePreventionMode') ?? 'EXPIRE_MAKER',
    goodTillDate: optionalInteger(params, 'goodTillDate') ?? 0,
    status: 'NEW',
    actualOrderId: null,
    actualType: null,
    actualPrice: ZERO,
    actualQuantity: ZERO,
    reason: '',
    createTime: now,
    updateTime: now,
    triggerTime: 0,
  };
}

function closingQuantity(params: Params, type: AlgoType): Decimal {
  if (type !== 'STOP_MARKET' && type !== 'TAKE_PROFIT_MARKET') throw apiError(-4136, type, 'true');
  if (optional(params, 'quantity') !== undefined) throw apiError(-4137);
  return ZERO;
}

function closingReduceOnly(params: Params): boolean {
  if (optional(params, 'reduceOnly') !== undefined) throw apiError(-1106, 'reduceonly');
  return true;
}

// The exchange keeps an order that closes the position as GTE_GTC whatever was sent: it ends with the position.
function requestedTimeInForce(params: Params, closePosition: boolean): TimeInForce {
  const sent = optional(params, 'timeInForce') ?? 'GTC';
  const value = choice<TimeInForce>(sent, ['GTC', 'IOC', 'FOK', 'GTX', 'GTE_GTC'], -1115);
  return closePosition ? 'GTE_GTC' : value;
}

function requestedCallbackRate(params: Params): Decimal {
  const rate = requiredAmount(params, 'callbackRate');
  if (rate.lessThan('0.1') || rate.greaterThan(10) || rate.decimalPlaces() > 1) throw apiError(-2007);
  return rate;
}

function checkAlgo(core: Core, market: Market, algo: AlgoOrder): void {
  const contract = market.instrument;
  if (!reduces(algo)) checkStatus(market);
  if (algo.type !== 'TRAILING_STOP_MARKET') checkTrigger(contract, algo.triggerPrice);
  if (algo.activatePrice !== null) checkTrigger(contract, algo.activatePrice);
  if (algo.price.greaterThan(0) || algo.type === 'STOP' || algo.type === 'TAKE_PROFIT') {
    checkPrice(contract, algo.price);
  }
  if (!algo.closePosition) checkQuantity(contract, algo.quantity, algo.price.isZero());
  if (!reduces(algo)) {
    checkNotional(contract, algo.quantity, algo.price.isZero() ? market.mark : algo.price);
  }
  for (const open of core.openAlgos.values())
    if (open.clientAlgoId === algo.clientAlgoId) throw apiError(-4116);
  if (core.openAlgos.size >= core.policy.maxAlgoOrders) throw apiError(-4045);
  if (algo.timeInForce === 'GTE_GTC') checkClosing(core, algo);
  if (triggersAtOnce(market, algo)) throw apiError(-2021);
}

function checkClosing(core: Core, algo: AlgoOrder): void {
  const accepts = core.policy.gteWithoutPosition === 'accept';
  if (closable(core, algo).isZero() && !accepts) throw apiError(-4509);
  if (!algo.closePosition) return;
  for (const open of core.openAlgos.values()) {
    const same =
      open.symbol === algo.symbol && open.side === algo.side && open.positionSide === algo.positionSide;
    if (same && open.closePosition && open.type === algo.type) throw apiError(-4130);
  }
}

export function workingPrice(market: Market, workingType: WorkingType): Decimal {
  return workingType === 'MARK_PRICE' ? market.mark : market.last;
}

/** Whether the order waits for the price to rise (else to fall). */
export function triggersUpwards(algo: AlgoOrder): boolean {
  const stop = algo.type === 'STOP' || algo.type === 'STOP_MARKET' || algo.type === 'TRAILING_STOP_MARKET';
  return stop === (algo.side === 'BUY');
}

function triggersAtOnce(market: Market, algo: AlgoOrder): boolean {
  const price = workingPrice(market, algo.workingType);
  if (algo.type === 'TRAILING_STOP_MARKET') {
    if (algo.activatePrice === null) return false;
    return algo.side === 'SELL' ? algo.activatePrice.lessThan(price) : algo.activatePrice.greaterThan(price);
  }
  return triggersUpwards(algo)
    ? price.greaterThanOrEqualTo(algo.triggerPrice)
    : price.lessThanOrEqualTo(algo.triggerPrice);
}

/** The price at which the order fires now, null for a trailing stop that is not active yet. */
export function triggerLevel(algo: AlgoOrder): Decimal | null {
  if (algo.type !== 'TRAILING_STOP_MARKET') return algo.triggerPrice;
  if (algo.extreme === null || algo.callbackRate === null) return null;
  const part = algo.callbackRate.div(100);
  return algo.extreme.times(algo.side === 'SELL' ? new Decimal(1).minus(part) : new Decimal(1).plus(part));
}

/** Fires the order: TRIGGERING, then a child order with a new id and the parent's client id, or REJECTED. */
export function trigger(core: Core, algo: AlgoOrder): void {
  core.openAlgos.delete(algo.algoId);
  algo.triggerTime = core.now();
  changeStatus(core, algo, 'TRIGGERING');
  const child = childOrder(core, algo);
  const refusal = refusalOf(core, algo, child);
  if (refusal !== null) {
    algo.reason = refusal;
    changeStatus(core, algo, algo.closePosition ? 'EXPIRED' : 'REJECTED');
    return;
  }
  // The id is given by the engine as the order is accepted; the event that names it comes first.
  algo.actualOrderId = core.ids.order;
  algo.actualType = child.type;
  changeStatus(core, algo, 'TRIGGERED');
  accept(core, child);
}

function childOrder(core: Core, algo: AlgoOrder): Order {
  const limit = algo.type === 'STOP' || algo.type === 'TAKE_PROFIT';
  const now = core.now();
  return {
    orderId: 0,
    clientOrderId: algo.clientAlgoId,
    symbol: algo.symbol,
    side: algo.side,
    positionSide: algo.positionSide,
    type: limit ? 'LIMIT' : 'MARKET',
    origType: algo.type,
    timeInForce: limit ? algo.timeInForce : 'GTC',
    price: algo.price,
    quantity: algo.closePosition ? closable(core, algo) : algo.quantity,
    executed: ZERO,
    cumQuote: ZERO,
    status: 'NEW',
    reduceOnly: reduces(algo),
    closePosition: algo.closePosition,
    stopPrice: algo.triggerPrice,
    workingType: algo.workingType,
    priceProtect: algo.priceProtect,
    priceMatch: algo.priceMatch,
    selfTradePreventionMode: algo.selfTradePreventionMode,
    goodTillDate: 0,
    algoId: algo.algoId,
    time: now,
    updateTime: now,
  };
}

/** Margin and position are checked only now. */
function refusalOf(core: Core, algo: AlgoOrder, child: Order): string | null {
  const market = marketOf(core, algo.symbol);
  try {
    if (reduces(algo)) {
      if (closable(core, algo).isZero()) throw apiError(-2022);
    } else {
      checkExposure(
        core,
        market,
        child,
        child.price.isZero() ? (best(market, child.side) ?? market.mark) : child.price,
      );
    }
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  return null;
}

export function changeStatus(core: Core, algo: AlgoOrder, status: AlgoStatus): void {
  algo.status = status;
  algo.updateTime = core.now();
  core.publish(algoUpdate(core, algo));
}

/** Ends a waiting order: by its owner (CANCELED) or by the system. */
export function endAlgo(
  core: Core,
  algo: AlgoOrder,
  status: 'CANCELED' | 'EXPIRED' | 'REJECTED',
  reason = '',
): void {
  core.openAlgos.delete(algo.algoId);
  algo.reason = reason;
  changeStatus(core, algo, status);
}

/** The child order has ended: FINISHED, with what it filled. */
export function finishAlgo(core: Core, child: Order): void {
  const algo = child.algoId === null ? undefined : core.algos.get(child.algoId);
  if (algo === undefined) return;
  algo.actualPrice = averagePrice(child);
  algo.actualQuantity = child.executed;
  changeStatus(core, algo, 'FINISHED');
}

/** The conditional order that `algoId` or `clientAlgoId` names; `missing` is the refusal if there is none. */
export function findAlgo(core: Core, params: Params, missing: -2011 | -2013): AlgoOrder {
  const algoId = optionalInteger(params, 'algoId');
  const clientAlgoId = optional(params, 'clientAlgoId');
  if (algoId === undefined && clientAlgoId === undefined) throw apiError(-1102, 'algoid');
  const found = core.algos.get(algoId ?? core.algoIds.get(clientAlgoId ?? '') ?? 0);
  if (found === undefined) throw apiError(missing);
  return found;
}

export function cancelAlgo(core: Core, params: Params): AlgoOrder {
  const algo = findAlgo(core, params, -2011);
  if (!core.openAlgos.has(algo.algoId)) throw apiError(-2011);
  endAlgo(core, algo, 'CANCELED');
  return algo;
}
