import {
  amount,
  amounts,
  type Body,
  given,
  type Handle,
  levels,
  params,
  partial,
  text,
} from '../control-input.ts';
import { ApiError } from '../errors.ts';
import type { SpotExchange } from './exchange.ts';
import type { Instrument, SymbolStatus } from './instruments.ts';
import type { ListKind } from './lists.ts';
import type { SpotSide } from './side.ts';

/**
 * Steering the spot half from another process. Prices follow those of the futures half (`POST price`, `jump`, `walk`);
 * these move it alone. A test in the same process calls the same things directly: `sim.spot.exchange`, `.api`, `.streams`.
 *
 * POST spot/price    {symbol, last}                  crosses what is on the way
 * POST spot/jump     {symbol, to}                    a gap: stops fill at the new price, stop limits may be left behind
 * POST spot/depth    {symbol, bids, asks} · POST spot/partial {symbol, fraction | quantity}
 * POST spot/fill     {orderId, quantity} · POST spot/expire {orderId}
 * POST spot/streams  {do: stall|resume|freeze|release|release-reversed|drop|refuse|terminate|announce-shutdown, of?: market|user, count?}
 *                    `terminate` ends the subscriptions of the account's events and leaves the sockets
 * POST spot/order    {symbol, side, type, …, via?}   the user by hand; `via` (web, ios, android) begins the client id
 * POST spot/list     {kind: oco|oto|otoco|opo|opoco, …} · POST spot/cancel {symbol, orderId} · POST spot/cancel-list {symbol, orderListId}
 * POST spot/sell     {symbol, quantity?}             the user sells what is free, at market
 * POST spot/deposit  {asset, amount}                 negative: a withdrawal
 * POST spot/lock     {asset, amount}                 another system locks, or with a negative amount frees
 * POST spot/account  {canTrade?, paysInBnb?}
 * POST spot/status   {symbol, status: TRADING|HALT|BREAK|END_OF_DAY|CANCEL_ONLY}
 * POST spot/filters  {symbol, tickSize?, stepSize?, minNotional?, maxAlgoOrders?, …, old?: true for PERCENT_PRICE and MIN_NOTIONAL}
 * POST spot/exchange-filters {maxOrders?, maxAlgoOrders?, maxOrderLists?}
 * POST spot/reference {symbol, price}                null: none now · POST spot/range {symbol, bidUp, bidDown, askUp, askDown}
 * POST spot/event    {e, …} · POST spot/ban {seconds}
 *
 * Faults are those of `POST fault`, with spot's paths; `method: "WS"` and the request's method as path for the WebSocket API alone.
 */
export function spotControlRoutes(side: SpotSide): Record<string, Handle> {
  const { exchange } = side;
  return { ...marketRoutes(exchange), ...userRoutes(exchange), ...exchangeRoutes(side) };
}

function marketRoutes(exchange: SpotExchange): Record<string, Handle> {
  return {
    'POST spot/price': (body) => exchange.setPrice(text(body, 'symbol'), given(body, 'last')),
    'POST spot/jump': (body) => exchange.jumpPrice(text(body, 'symbol'), given(body, 'to')),
    'POST spot/depth': (body) =>
      exchange.setDepth(text(body, 'symbol'), { bids: levels(body.bids), asks: levels(body.asks) }),
    'POST spot/partial': (body) => exchange.setPartialFill(text(body, 'symbol'), partial(body)),
    'POST spot/fill': (body) => ({
      filled: exchange.fillOrder(Number(body.orderId), given(body, 'quantity')).toFixed(),
    }),
  };
}

function userRoutes(exchange: SpotExchange): Record<string, Handle> {
  const byHand = (body: Body) => `${body.via ?? 'web'}_${exchange.clientId()}`;
  return {
    'POST spot/order': ({ via, ...body }) => {
      const order = exchange.placeOrder(params({ newClientOrderId: byHand({ via }), ...body }));
      return { orderId: order.orderId, clientOrderId: order.clientOrderId, status: order.status };
    },
    'POST spot/list': ({ kind, ...body }) => {
      const { list } = exchange.placeList(kind as ListKind, params(body));
      return { orderListId: list.orderListId, listClientOrderId: list.listClientOrderId };
    },
    'POST spot/cancel': (body) => void exchange.cancelOrder(params(body)),
    'POST spot/cancel-list': (body) => void exchange.cancelList(params(body)),
    'POST spot/sell': (body) => {
      const symbol = text(body, 'symbol');
      const { baseAsset, stepSize } = exchange.market(symbol).instrument;
      const free = exchange.balance(baseAsset).free;
      const quantity = amount(body, 'quantity') ?? free.minus(free.mod(stepSize));
      const order = { symbol, side: 'SELL', type: 'MARKET', quantity: quantity.toFixed() };
      return { orderId: exchange.placeOrder(params({ ...order, newClientOrderId: byHand(body) })).orderId };
    },
    'POST spot/deposit': (body) => exchange.deposit(text(body, 'asset'), given(body, 'amount')),
    'POST spot/lock': (body) => exchange.lockOutside(text(body, 'asset'), given(body, 'amount')),
    'POST spot/account': ({ canTrade, paysInBnb }) => {
      if (typeof canTrade === 'boolean') exchange.account.canTrade = canTrade;
      if (typeof paysInBnb === 'boolean') exchange.account.paysInBnb = paysInBnb;
    },
  };
}

const AMOUNTS = [
  'tickSize',
  'minPrice',
  'maxPrice',
  'stepSize',
  'minQuantity',
  'maxQuantity',
  'marketStepSize',
  'minMarketQuantity',
  'maxMarketQuantity',
  'minNotional',
  'maxNotional',
  'bidUp',
  'bidDown',
  'askUp',
  'askDown',
  'maxPosition',
] as const;
const LIMITS = ['maxOrders', 'maxAlgoOrders', 'maxOrderLists'] as const;
const COUNTS = [...LIMITS, 'averageMinutes'] as const;
const SWITCHES = ['minToMarket', 'maxToMarket'] as const;

function exchangeRoutes({ exchange, limiter, api, streams }: SpotSide): Record<string, Handle> {
  return {
    'POST spot/expire': (body) => exchange.expireOrder(Number(body.orderId)),
    'POST spot/streams': (body) => steer({ api, streams }, body),
    'POST spot/status': (body) =>
      exchange.setStatus(text(body, 'symbol'), text(body, 'status') as SymbolStatus),
    'POST spot/filters': (body) => {
      const change: Partial<Instrument> = {
        ...amounts(body, AMOUNTS),
        ...counts(body, COUNTS),
        ...Object.fromEntries(
          SWITCHES.filter((name) => name in body).map((name) => [name, body[name] === true]),
        ),
        ...(body.old === true ? { percentFilter: 'PERCENT_PRICE', notionalFilter: 'MIN_NOTIONAL' } : {}),
      };
      exchange.changeInstrument(text(body, 'symbol'), change);
    },
    'POST spot/exchange-filters': (body) => void Object.assign(exchange.limits, counts(body, LIMITS)),
    'POST spot/reference': (body) => exchange.setReference(text(body, 'symbol'), amount(body, 'price')),
    'POST spot/range': (body) => {
      const [bidUp, bidDown] = [given(body, 'bidUp'), given(body, 'bidDown')];
      const [askUp, askDown] = [given(body, 'askUp'), given(body, 'askDown')];
      exchange.changeInstrument(text(body, 'symbol'), { priceRange: { bidUp, bidDown, askUp, askDown } });
    },
    'POST spot/event': (body) => exchange.publish({ e: 'unknown', E: exchange.now(), ...body }),
    'POST spot/ban': (body) => limiter.ban(exchange.now() + Number(body.seconds ?? 120) * 1000),
  };
}

function counts(body: Body, names: readonly string[]): Record<string, number> {
  const given = names.filter((name) => body[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, Number(body[name])]));
}

function steer({ api, streams }: Pick<SpotSide, 'api' | 'streams'>, body: Body): void {
  const meant = [api, streams].filter(
    (one) => body.of === undefined || body.of === (one === api ? 'user' : 'market'),
  );
  const action = text(body, 'do');
  switch (action) {
    case 'stall':
    case 'resume':
    case 'freeze':
    case 'drop':
      for (const one of meant) one[action]();
      return;
    case 'refuse':
      for (const one of meant) one.refuse(Number(body.count ?? 1));
      return;
    case 'announce-shutdown':
      for (const one of meant) one.announceShutdown();
      return;
    case 'release':
      return api.release();
    case 'release-reversed':
      return api.release(true);
    case 'terminate':
      return api.terminateSubscriptions();
    default:
      throw new ApiError(-1, `unknown action ${action}`, 400);
  }
}
