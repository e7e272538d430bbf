import { Decimal, ZERO } from '../../../trading/decimal.ts';
import { consume, levels, record } from '../book.ts';
import { freeOf } from './account.ts';
import type { Core } from './core.ts';
import { accountPosition, type ExecutionDetails, executionReport } from './events.ts';
import { allowedRange, type Market } from './markets.ts';
import { type ExpiryReason, isLimit, isOpen, type Order, remaining, type Trade } from './model.ts';

/** What a fill does to an order and the balances, and how an order begins and ends. */

export function marketOf(core: Core, symbol: string): Market {
  const market = core.markets.get(symbol);
  if (market === undefined) throw new Error(`no market ${symbol}`);
  return market;
}

/** Standard commission is reduced by this where it is paid in BNB. */
const BNB_DISCOUNT = new Decimal('0.25');

/** Announces a state of the order, and the balances that go with it. */
export function tell(
  core: Core,
  order: Order,
  execution: Parameters<typeof executionReport>[2],
  details: ExecutionDetails = {},
): void {
  const { baseAsset, quoteAsset } = marketOf(core, order.symbol).instrument;
  const fee = details.trade?.commissionAsset;
  core.account.updateTime = core.now();
  core.publish(executionReport(core, order, execution, details));
  const assets = new Set([baseAsset, quoteAsset, ...(fee === undefined ? [] : [fee])]);
  core.publish(accountPosition(core, [...assets]));
}

/** Gives the order its id; it is open from now on. Says nothing yet. */
export function enter(core: Core, order: Order): void {
  order.orderId = core.ids.order++;
  core.orders.set(order.orderId, order);
  core.orderIds.set(order.clientOrderId, order.orderId);
  core.openOrders.set(order.orderId, order);
}

/**
 * Fills up to `quantity` of the order at `price`: trade, balances, event. A buy is cut to what can be paid.
 * Returns what was filled.
 */
export function fill(core: Core, order: Order, price: Decimal, quantity: Decimal, maker: boolean): Decimal {
  const size = affordable(core, order, price, Decimal.min(quantity, remaining(order)));
  if (size.lessThanOrEqualTo(0)) return ZERO;
  if (order.executed.isZero()) {
    core.orderStarts(order);
    core.firstFill(order, maker);
  }
  const trade = book(core, order, price, size, maker);
  order.executed = order.executed.plus(size);
  order.cumQuote = order.cumQuote.plus(size.times(price));
  order.status = remaining(order).isZero() ? 'FILLED' : 'PARTIALLY_FILLED';
  order.updateTime = trade.time;
  if (!isOpen(order)) core.openOrders.delete(order.orderId);
  tell(core, order, 'TRADE', { trade });
  if (!isOpen(order)) core.orderEnded(order);
  return size;
}

/** Only an order without a limit price can cost more than it has locked. */
function affordable(core: Core, order: Order, price: Decimal, size: Decimal): Decimal {
  if (order.side === 'SELL' || isLimit(order.type)) return size;
  const { instrument } = marketOf(core, order.symbol);
  const funds = freeOf(core, instrument.quoteAsset).plus(
    core.openOrders.has(order.orderId) ? remaining(order).times(order.lockPrice) : ZERO,
  );
  return Decimal.min(size, funds.div(price).toNearest(instrument.stepSize, Decimal.ROUND_DOWN));
}

function book(core: Core, order: Order, price: Decimal, size: Decimal, maker: boolean): Trade {
  const market = marketOf(core, order.symbol);
  const { baseAsset, quoteAsset } = market.instrument;
  const value = size.times(price);
  const buys = order.side === 'BUY';
  const fee = commissionOf(core, market, order, buys ? size : value, maker);
  core.account.add(baseAsset, buys ? size : size.negated());
  core.account.add(quoteAsset, buys ? value.negated() : value);
  core.account.add(fee.asset, fee.amount.negated());
  const list = core.lists.get(order.orderListId);
  if (list?.opo && list.workingId === order.orderId)
    list.received = list.received.plus(fee.takenFromReceived ? size.minus(fee.amount) : size);
  const trade: Trade = {
    id: core.ids.trade++,
    orderId: order.orderId,
    orderListId: order.orderListId,
    symbol: order.symbol,
    side: order.side,
    price,
    quantity: size,
    commission: fee.amount,
    commissionAsset: fee.asset,
    maker,
    time: core.now(),
  };
  core.trades.push(trade);
  record(market, { time: trade.time, price, quantity: size });
  return trade;
}

interface Fee {
  asset: string;
  amount: Decimal;
  /** What was bought is less by it. */
  takenFromReceived: boolean;
}

/**
 * Commission is taken from what is received, or from BNB where the account wants that and has enough.
 * https://github.com/binance/binance-spot-api-docs/blob/master/faqs/commission_faq.md
 */
function commissionOf(core: Core, market: Market, order: Order, received: Decimal, maker: boolean): Fee {
  const { baseAsset, quoteAsset } = market.instrument;
  const asset = order.side === 'BUY' ? baseAsset : quoteAsset;
  const rate = maker ? core.account.rates.maker : core.account.rates.taker;
  const amount = received.times(rate).toDecimalPlaces(8);
  const worth = core.account.paysInBnb ? core.rate(asset, 'BNB') : null;
  if (worth !== null) {
    const inBnb = amount.times(worth).times(new Decimal(1).minus(BNB_DISCOUNT)).toDecimalPlaces(8);
    const has = freeOf(core, 'BNB').plus(asset === 'BNB' ? received : ZERO);
    if (has.gte(inBnb)) return { asset: 'BNB', amount: inBnb, takenFromReceived: asset === 'BNB' };
  }
  // An OPO leaves what it bought whole where there is enough of it beside.
  const list = core.lists.get(order.orderListId);
  const spared = list?.opo === true && order.side === 'BUY' && freeOf(core, asset).gte(amount);
  return { asset, amount, takenFromReceived: order.side === 'BUY' && !spared };
}

/** Ends an open order without a fill. */
export function end(
  core: Core,
  order: Order,
  status: 'CANCELED' | 'EXPIRED',
  detail: { reason?: ExpiryReason; cancelId?: string } = {},
): void {
  order.status = status;
  order.expiryReason = detail.reason ?? null;
  order.updateTime = core.now();
  core.openOrders.delete(order.orderId);
  tell(core, order, status, detail.cancelId === undefined ? {} : { cancelId: detail.cancelId });
  core.orderEnded(order, detail.cancelId);
}

export function crosses(side: Order['side'], limit: Decimal, price: Decimal): boolean {
  return side === 'BUY' ? price.lessThanOrEqualTo(limit) : price.greaterThanOrEqualTo(limit);
}

/** How much a taker could get at `limit` or better; null takes any price. */
export function liquidity(market: Market, side: Order['side'], limit: Decimal | null): Decimal {
  return levels(market, side)
    .filter((level) => limit === null || crosses(side, limit, level.price))
    .reduce((total, level) => total.plus(level.quantity), ZERO);
}

/** Tells that an order is there: on its way to the book, or waiting for its price. */
export function announce(core: Core, order: Order, working: boolean): void {
  order.working = working;
  if (working) order.workingTime = core.now();
  order.updateTime = core.now();
  tell(core, order, 'NEW');
}

/** Runs an announced order: takes what the book offers, then rests or ends as its type and time in force say. */
export function work(core: Core, order: Order): void {
  const market = marketOf(core, order.symbol);
  const limit = isLimit(order.type) ? order.price : null;
  if (order.timeInForce === 'FOK' && liquidity(market, order.side, limit).lessThan(order.quantity)) {
    end(core, order, 'EXPIRED', { reason: 'UNFILLED_FOK_ORDER_EXPIRED' });
    return;
  }
  const stoppedBy = take(core, order, limit);
  if (!isOpen(order)) return;
  if (stoppedBy === 'range') {
    end(core, order, 'EXPIRED', { reason: 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED' });
  } else if (stoppedBy === 'funds') {
    end(core, order, 'EXPIRED', { reason: 'REJECTED' });
  } else if (limit === null) {
    end(core, order, 'EXPIRED', { reason: 'INSUFFICIENT_LIQUIDITY' });
  } else if (order.timeInForce === 'IOC') {
    end(core, order, 'EXPIRED', { reason: 'UNFILLED_IOC_QUANTITY_EXPIRED' });
  }
}

/** Takes level by level. Says what ended it before the order was filled, if something but its limit or the book did. */
function take(core: Core, order: Order, limit: Decimal | null): 'range' | 'funds' | null {
  const market = marketOf(core, order.symbol);
  const range = allowedRange(market, order.side);
  for (const level of levels(market, order.side)) {
    if (!remaining(order).greaterThan(0) || !isOpen(order)) return null;
    if (limit !== null && !crosses(order.side, limit, level.price)) return null;
    if (range !== null && (level.price.lessThan(range.low) || level.price.greaterThan(range.high)))
      return 'range';
    const filled = fill(core, order, level.price, level.quantity, false);
    consume(market, order.side, level.price, filled);
    if (filled.isZero()) return 'funds';
  }
  return null;
}
