import { type Decimal, ZERO } from '../../../trading/decimal.ts';
import { optional, optionalInteger, type Params } from '../params.ts';
import type { Core } from './core.ts';
import { cancelRejected, EngineRejection, spotError } from './errors.ts';
import { listStatus } from './events.ts';
import { announce, end, enter, work } from './fills.ts';
import { checkCounts, checkFilters, checkListCount } from './filters.ts';
import type { Market } from './markets.ts';
import { isContingent, type Order, type OrderList, type OrderType, type Side } from './model.ts';
import { checkEngine, checkFunds, checkTrading, checkUnused, costOf, reject } from './placement.ts';
import {
  clientIdOf,
  legFields,
  oneOf,
  readOrder,
  requestedMarket,
  requestedSide,
  required,
  requiredAmount,
} from './requests.ts';

/**
 * Placing and cancelling order lists.
 * https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#order-lists
 */

export type ListKind = 'oco' | 'oto' | 'otoco' | 'opo' | 'opoco';

/** What was placed, its orders as they were before any pending one came to the book. */
export interface PlacedList {
  list: OrderList;
  orders: Order[];
}

interface Draft {
  working: Order | null;
  /** One pending order, or the two legs of a pair: the stop loss first. */
  others: Order[];
}

const COMMON = ['symbol', 'listClientOrderId', 'newOrderRespType', 'selfTradePreventionMode'];
const WORKING = [...legFields('working', ['Quantity']), 'workingSide'];

/** The parameters that a list of that kind takes. */
export function listFields(kind: ListKind): string[] {
  switch (kind) {
    case 'oco':
      return [...COMMON, 'side', 'quantity', ...legFields('above'), ...legFields('below')];
    case 'oto':
    case 'opo':
      return [...COMMON, ...WORKING, ...legFields('pending', ['Quantity']), 'pendingSide'];
    case 'otoco':
    case 'opoco':
      return [
        ...COMMON,
        ...WORKING,
        'pendingSide',
        'pendingQuantity',
        ...legFields('pendingAbove'),
        ...legFields('pendingBelow'),
      ];
  }
}

export function placeList(core: Core, kind: ListKind, params: Params): PlacedList {
  const market = requestedMarket(core, params);
  const draft = readList(core, market, kind, params);
  const listClientOrderId = clientIdOf(core, params, 'listClientOrderId');
  const orders = [...(draft.working === null ? [] : [draft.working]), ...draft.others];
  checkTrading(market);
  for (const order of orders) checkFilters(core, market, order);
  checkCounts(core, market, orders);
  checkListCount(core, market);
  checkList(core, market, draft, orders, listClientOrderId);
  const list = open(core, kind, draft, orders, listClientOrderId);
  for (const order of orders) announce(core, order, order.status === 'NEW' && !isContingent(order.type));
  core.publish(listStatus(core, list));
  for (const order of orders) {
    if (order.status !== 'NEW') continue;
    if (order.working) work(core, order);
    else if (order.stopPrice.isZero()) order.extreme = market.last;
  }
  return { list, orders: orders.map((order) => ({ ...order })) };
}

function readList(core: Core, market: Market, kind: ListKind, params: Params): Draft {
  if (kind === 'oco') {
    const side = requestedSide(params, 'side');
    const quantity = requiredAmount(params, 'quantity');
    return {
      working: null,
      others: readPair(core, market, params, { above: 'above', below: 'below', side, quantity }),
    };
  }
  const opo = kind === 'opo' || kind === 'opoco';
  const working = readOrder(core, market, params, {
    prefix: 'working',
    side: requestedSide(params, 'workingSide'),
    quantity: requiredAmount(params, 'workingQuantity'),
  });
  if (working.type !== 'LIMIT' && working.type !== 'LIMIT_MAKER') throw spotError(-1116);
  const side = requestedSide(params, 'pendingSide');
  if (opo && working.side !== 'BUY') throw spotError(-1222);
  if (opo && side !== 'SELL') throw spotError(-1223);
  if (opo && optional(params, 'pendingQuantity') !== undefined) throw spotError(-1225, 'pendingQuantity');
  const quantity = opo ? null : requiredAmount(params, 'pendingQuantity');
  const others =
    kind === 'oto' || kind === 'opo'
      ? [readOrder(core, market, params, { prefix: 'pending', side, quantity })]
      : readPair(core, market, params, { above: 'pendingAbove', below: 'pendingBelow', side, quantity });
  for (const order of others) order.status = 'PENDING_NEW';
  return { working, others };
}

function readPair(
  core: Core,
  market: Market,
  params: Params,
  legs: { above: string; below: string; side: Side; quantity: Decimal | null },
): Order[] {
  const { side, quantity } = legs;
  checkLegTypes(side, required(params, `${legs.above}Type`), required(params, `${legs.below}Type`));
  const above = readOrder(core, market, params, { prefix: legs.above, side, quantity });
  const below = readOrder(core, market, params, { prefix: legs.below, side, quantity });
  return side === 'SELL' ? [below, above] : [above, below];
}

const LEG_TYPES: readonly OrderType[] = [
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'LIMIT_MAKER',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
];

/** Above the price a sell takes profit and a buy stops its loss; below it the other way round. */
function checkLegTypes(side: Side, above: string, below: string): void {
  for (const type of [above, below]) oneOf(type, LEG_TYPES, -1158);
  if (above === 'LIMIT_MAKER' && below === 'LIMIT_MAKER') throw spotError(-1168);
  const [profit, loss] = side === 'SELL' ? [above, below] : [below, above];
  if (loss === 'LIMIT_MAKER') throw spotError(side === 'SELL' ? -1166 : -1165);
  if (profit.startsWith('STOP_LOSS')) throw spotError(side === 'SELL' ? -1197 : -1196);
  if (loss.startsWith('TAKE_PROFIT')) throw spotError(side === 'SELL' ? -1199 : -1198);
}

/** -2010 for what the matching engine does not take of the orders that it gets at once. */
function checkList(
  core: Core,
  market: Market,
  draft: Draft,
  orders: readonly Order[],
  listClientId: string,
): void {
  const first = draft.working ?? orders[0];
  if (first === undefined) return;
  try {
    checkUnused(
      core,
      orders.map((order) => order.clientOrderId),
    );
    if ([...core.openLists.values()].some((list) => list.listClientOrderId === listClientId))
      throw new EngineRejection({ text: 'Duplicate order sent.' });
    if (draft.working !== null) {
      checkEngine(core, market, draft.working);
      checkFunds(core, market, [draft.working]);
      return;
    }
    checkPrices(market, orders);
    const dearest = [...orders].sort((a, b) => costOf(market, b).comparedTo(costOf(market, a)));
    checkFunds(core, market, dearest.slice(0, 1));
    if (!core.account.canTrade)
      throw new EngineRejection({ text: 'This account may not place or cancel orders.' });
  } catch (error) {
    if (error instanceof EngineRejection) reject(core, first, error);
    throw error;
  }
}

/** The last price must lie between the two legs. */
function checkPrices(market: Market, legs: readonly Order[]): void {
  for (const leg of legs) {
    const level = isContingent(leg.type) ? leg.stopPrice : leg.price;
    if (level.isZero()) continue;
    const isLoss = leg.type.startsWith('STOP_LOSS');
    const above = isLoss === (leg.side === 'BUY');
    const apart = above ? level.greaterThan(market.last) : level.lessThan(market.last);
    if (!apart) throw new EngineRejection('OCO_BAD_PRICES');
  }
}

function open(
  core: Core,
  kind: ListKind,
  draft: Draft,
  orders: readonly Order[],
  listClientOrderId: string,
): OrderList {
  const orderListId = core.ids.list++;
  for (const order of orders) {
    order.orderListId = orderListId;
    enter(core, order);
  }
  const [one, other] = draft.others;
  const list: OrderList = {
    orderListId,
    contingencyType: kind === 'oco' ? 'OCO' : 'OTO',
    listClientOrderId,
    symbol: orders[0]?.symbol ?? '',
    orderIds: orders.map((order) => order.orderId),
    workingId: draft.working?.orderId ?? null,
    pair: one === undefined || other === undefined ? null : [one.orderId, other.orderId],
    opo: kind === 'opo' || kind === 'opoco',
    received: ZERO,
    done: false,
    transactionTime: core.now(),
  };
  core.lists.set(orderListId, list);
  core.listIds.set(listClientOrderId, orderListId);
  core.openLists.set(orderListId, list);
  return list;
}

/** The list that an id or a client id names, the newest of that name. */
export function findList(core: Core, params: Params, missing: -2011 | -2013, clientName: string): OrderList {
  const listId = optionalInteger(params, 'orderListId');
  const clientId = optional(params, clientName);
  if (listId === undefined && clientId === undefined) {
    const refusal = spotError(-1102, 'orderListId');
    refusal.message = `Param '${clientName}' or 'orderListId' must be sent, but both were empty/null!`;
    throw refusal;
  }
  const list = core.lists.get(listId ?? core.listIds.get(clientId ?? '') ?? -1);
  if (list === undefined) {
    if (missing === -2011) throw cancelRejected();
    const refusal = spotError(-2013);
    refusal.message = 'Order list does not exist.';
    throw refusal;
  }
  if (clientId !== undefined && list.listClientOrderId !== clientId) throw spotError(-2039);
  return list;
}

/** -2011 for a list that is unknown or done. */
export function cancelList(core: Core, params: Params): OrderList {
  const { symbol } = requestedMarket(core, params).instrument;
  const list = findList(core, params, -2011, 'listClientOrderId');
  const first = list.orderIds.map((id) => core.openOrders.get(id)).find((order) => order !== undefined);
  if (list.done || list.symbol !== symbol || first === undefined) throw cancelRejected();
  end(core, first, 'CANCELED', { cancelId: optional(params, 'newClientOrderId') ?? core.clientId() });
  return list;
}
