import type { Decimal } from '../../../trading/decimal.ts';
import { best } from '../book.ts';
import { apiError } from '../errors.ts';
import { checkNotional, checkPercentPrice, checkPrice, checkQuantity } from '../filters.ts';
import { type Params, requiredAmount } from '../params.ts';
import type { Core } from './core.ts';
import { orderUpdate } from './events.ts';
import { crosses, end, reduces, take } from './fills.ts';
import type { Market } from './markets.ts';
import { isOpen, type Order } from './model.ts';
import { checkExposure, findOrder, requestedMarket, requestedSide } from './placement.ts';

interface Amendment {
  quantity: Decimal;
  price: Decimal;
}

/**
 * Gives a resting limit order another quantity and price, at the end of the queue. One that no filter takes leaves it as
 * it was; one to no more than what has filled, and a post-only one to a price that would trade, ends it.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Modify-Order
 */
export function amendOrder(core: Core, params: Params): Order {
  const market = requestedMarket(core, params);
  const order = findOrder(core, params, -2013);
  const wanted = { quantity: requiredAmount(params, 'quantity'), price: requiredAmount(params, 'price') };
  if (!isOpen(order) || requestedSide(params) !== order.side) throw apiError(-2013);
  if (order.type !== 'LIMIT') throw apiError(-5025);
  if (wanted.quantity.equals(order.quantity) && wanted.price.equals(order.price)) throw apiError(-5027);
  check(core, market, order, wanted);
  const opponent = best(market, order.side);
  const takes = opponent !== null && crosses(order.side, wanted.price, opponent);
  if (wanted.quantity.lessThanOrEqualTo(order.executed) || (order.timeInForce === 'GTX' && takes)) {
    end(core, order, 'CANCELED');
    return order;
  }
  core.openOrders.delete(order.orderId);
  Object.assign(order, wanted, { updateTime: core.now() });
  core.openOrders.set(order.orderId, order);
  core.publish(orderUpdate(core, order, 'AMENDMENT'));
  take(core, order, order.price);
  return order;
}

function check(core: Core, market: Market, order: Order, wanted: Amendment): void {
  const contract = market.instrument;
  checkPrice(contract, wanted.price);
  checkQuantity(contract, wanted.quantity, false);
  checkPercentPrice(contract, order.side, wanted.price, market.mark);
  if (reduces(order)) return;
  checkNotional(contract, wanted.quantity, wanted.price);
  // The margin of the order as it was is free for it as it will be.
  const others = new Map([...core.openOrders].filter(([orderId]) => orderId !== order.orderId));
  const { account, markets } = core;
  checkExposure({ account, markets, openOrders: others }, market, { ...order, ...wanted }, wanted.price);
}
