import { Decimal, ZERO } from '../../../trading/decimal.ts';
import { consume, levels, record } from '../book.ts';
import type { Core } from './core.ts';
import { accountUpdate, type ExecutionType, type ExpiryReason, orderUpdate, tradeLite } from './events.ts';
import type { Market } from './markets.ts';
import type { IncomeType, Order, Position, Trade } from './model.ts';
import { isOpen, remaining } from './model.ts';

/** What a fill does to an order, a position and the wallet, and how an order ends. */

export function marketOf(core: Core, symbol: string): Market {
  const market = core.markets.get(symbol);
  if (market === undefined) throw new Error(`no market ${symbol}`);
  return market;
}

export function positionOf(
  core: Pick<Core, 'account'>,
  order: Pick<Order, 'symbol' | 'positionSide'>,
): Position {
  return core.account.position(order.symbol, order.positionSide);
}

/** Whether the order can only make a position smaller. */
export function reduces(
  order: Pick<Order, 'side' | 'positionSide' | 'reduceOnly' | 'closePosition'>,
): boolean {
  if (order.positionSide === 'LONG') return order.side === 'SELL';
  if (order.positionSide === 'SHORT') return order.side === 'BUY';
  return order.reduceOnly || order.closePosition;
}

/** How much of the position an order of that side could close. */
export function closable(core: Core, order: Pick<Order, 'symbol' | 'positionSide' | 'side'>): Decimal {
  const held = positionOf(core, order).amount;
  const closes = order.side === 'SELL' ? held.isPositive() : held.isNegative();
  return closes ? held.abs() : ZERO;
}

export interface FillOptions {
  maker: boolean;
  /** How the order's event calls it. */
  execution?: ExecutionType;
}

/**
 * Fills up to `quantity` of the order at `price`: trade, position, wallet, events. A reducing order is cut to
 * what the position still holds. Returns what was filled.
 */
export function fill(
  core: Core,
  order: Order,
  price: Decimal,
  quantity: Decimal,
  options: FillOptions,
): Decimal {
  const wanted = Decimal.min(quantity, remaining(order));
  const size = reduces(order) ? Decimal.min(wanted, closable(core, order)) : wanted;
  if (size.lessThanOrEqualTo(0)) return ZERO;
  const position = positionOf(core, order);
  const heldBefore = position.amount;
  const trade = book(core, order, position, price, size, options.maker);
  order.executed = order.executed.plus(size);
  order.cumQuote = order.cumQuote.plus(size.times(price));
  order.status = remaining(order).isZero() ? 'FILLED' : 'PARTIALLY_FILLED';
  order.updateTime = trade.time;
  if (!isOpen(order)) core.openOrders.delete(order.orderId);
  core.publish(accountUpdate(core, 'ORDER', [position]));
  core.publish(tradeLite(core, order, trade));
  core.publish(orderUpdate(core, order, options.execution ?? 'TRADE', trade));
  if (!isOpen(order)) core.orderEnded(order);
  const wasReduced =
    heldBefore.abs().greaterThan(position.amount.abs()) || flipped(heldBefore, position.amount);
  if (wasReduced) knockOut(core, position, order);
  if (wasReduced && (position.amount.isZero() || flipped(heldBefore, position.amount)))
    core.positionClosed(position);
  return size;
}

function flipped(before: Decimal, after: Decimal): boolean {
  return !before.isZero() && !after.isZero() && before.isPositive() !== after.isPositive();
}

function book(
  core: Core,
  order: Order,
  position: Position,
  price: Decimal,
  size: Decimal,
  maker: boolean,
): Trade {
  const rate = maker ? core.account.rates.maker : core.account.rates.taker;
  const fee = size.times(price).times(rate).toDecimalPlaces(8);
  const inBnb = payInBnb(core, fee);
  const commission = inBnb ?? fee;
  const realized = move(core, position, order.side === 'BUY' ? size : size.negated(), price);
  position.fees = position.amount.isZero() ? ZERO : position.fees.plus(fee);
  position.updateTime = core.now();
  core.account.wallet = core.account.wallet.plus(realized).minus(inBnb === null ? fee : ZERO);
  core.account.updateTime = core.now();
  const trade: Trade = {
    id: core.ids.trade++,
    orderId: order.orderId,
    symbol: order.symbol,
    side: order.side,
    positionSide: order.positionSide,
    price,
    quantity: size,
    realized,
    commission,
    ...(inBnb === null ? {} : { commissionAsset: BNB }),
    maker,
    time: core.now(),
  };
  core.trades.push(trade);
  if (!realized.isZero()) earn(core, 'REALIZED_PNL', order.symbol, realized, String(trade.id));
  const asset = inBnb === null ? undefined : BNB;
  earn(core, 'COMMISSION', order.symbol, commission.negated(), String(trade.id), asset);
  const market = marketOf(core, order.symbol);
  record(market, { time: core.now(), price, quantity: size });
  return trade;
}

const BNB = 'BNB';
/** https://www.binance.com/en/fee/futureFee */
const BNB_PART = new Decimal('0.9');

/** Takes a commission of so much quote currency in BNB; null where the account does not want that or has too few. */
function payInBnb(core: Core, fee: Decimal): Decimal | null {
  const { account } = core;
  const mark = core.markets.get(`${BNB}USDT`)?.mark;
  if (!account.feeBurn || account.bnb.isZero() || mark === undefined) return null;
  const amount = fee.times(BNB_PART).div(mark).toDecimalPlaces(8);
  if (amount.greaterThan(account.bnb)) return null;
  account.bnb = account.bnb.minus(amount);
  return amount;
}

/** Moves the position by `change` (signed) at `price` and returns the realised profit, before fees. */
function move(core: Core, position: Position, change: Decimal, price: Decimal): Decimal {
  const isolated = core.account.marginTypeOf(position.symbol) === 'ISOLATED';
  const leverage = core.account.settingsOf(position.symbol).leverage;
  const closes = !position.amount.isZero() && position.amount.isPositive() !== change.isPositive();
  const closing = closes ? Decimal.min(position.amount.abs(), change.abs()) : ZERO;
  const direction = position.amount.isPositive() ? 1 : -1;
  const realized = price.minus(position.entryPrice).times(closing).times(direction).toDecimalPlaces(8);
  if (closing.greaterThan(0)) {
    const released = position.isolatedWallet.times(closing).div(position.amount.abs());
    position.isolatedWallet = position.isolatedWallet.minus(released).toDecimalPlaces(8);
    position.amount = position.amount.minus(closing.times(direction));
    position.realized = position.realized.plus(realized);
    position.accumulated = position.accumulated.plus(realized);
  }
  if (position.amount.isZero()) {
    position.entryPrice = ZERO;
    position.isolatedWallet = ZERO;
    position.realized = ZERO;
    position.fees = ZERO;
  }
  const opening = change.abs().minus(closing);
  if (opening.greaterThan(0)) {
    const before = position.amount.abs();
    const cost = before.times(position.entryPrice).plus(opening.times(price));
    position.entryPrice = cost.div(before.plus(opening));
    position.amount = position.amount.plus(change.isPositive() ? opening : opening.negated());
    if (isolated) {
      position.isolatedWallet = position.isolatedWallet
        .plus(opening.times(price).div(leverage))
        .toDecimalPlaces(8);
    }
  }
  return realized;
}

export function earn(
  core: Core,
  incomeType: IncomeType,
  symbol: string,
  income: Decimal,
  info: string,
  asset?: string,
): void {
  core.account.incomes.push({
    symbol,
    incomeType,
    income,
    ...(asset === undefined ? {} : { asset }),
    info,
    tranId: core.ids.transaction++,
    tradeId: incomeType === 'REALIZED_PNL' || incomeType === 'COMMISSION' ? info : '',
    time: core.now(),
  });
}

/** Gives the order its id and announces it. */
export function enter(core: Core, order: Order): void {
  order.orderId = core.ids.order++;
  core.orders.set(order.orderId, order);
  core.orderIds.set(order.clientOrderId, order.orderId);
  core.openOrders.set(order.orderId, order);
  core.publish(orderUpdate(core, order, 'NEW'));
}

/** Ends a resting order without a fill. */
export function end(
  core: Core,
  order: Order,
  status: 'CANCELED' | 'EXPIRED',
  reason: ExpiryReason = '0',
): void {
  order.status = status;
  order.updateTime = core.now();
  core.openOrders.delete(order.orderId);
  core.publish(orderUpdate(core, order, status, undefined, reason));
  core.orderEnded(order);
}

/** The resting orders that close the same position as `order`, oldest first. */
export function reducingOrders(core: Core, order: Pick<Order, 'symbol' | 'positionSide' | 'side'>): Order[] {
  return [...core.openOrders.values()].filter(
    (open) =>
      open.symbol === order.symbol &&
      open.positionSide === order.positionSide &&
      open.side === order.side &&
      reduces(open),
  );
}

/**
 * Resting reduce-only orders that the position no longer covers are knocked out, the farthest from the market
 * first; when it is flat, all of them.
 */
function knockOut(core: Core, position: Position, filled: Order): void {
  const side = filled.side;
  const resting = reducingOrders(core, { ...filled, side }).sort((a, b) =>
    side === 'SELL' ? a.price.comparedTo(b.price) : b.price.comparedTo(a.price),
  );
  let left = closable(core, filled);
  for (const order of resting) {
    if (order !== filled && left.lessThan(remaining(order))) end(core, order, 'EXPIRED', '4');
    else left = left.minus(remaining(order));
  }
  if (position.amount.isZero() && isOpen(filled) && reduces(filled)) end(core, filled, 'EXPIRED', '4');
}

/** How much a taker could get at `limit` or better; null takes any price. */
export function liquidity(core: Core, order: Pick<Order, 'symbol' | 'side'>, limit: Decimal | null): Decimal {
  return levels(marketOf(core, order.symbol), order.side)
    .filter((level) => limit === null || crosses(order.side, limit, level.price))
    .reduce((total, level) => total.plus(level.quantity), ZERO);
}

export function crosses(side: Order['side'], limit: Decimal, price: Decimal): boolean {
  return side === 'BUY' ? price.lessThanOrEqualTo(limit) : price.greaterThanOrEqualTo(limit);
}

/** Takes what the book offers at `limit` or better, level by level. */
export function take(
  core: Core,
  order: Order,
  limit: Decimal | null,
  execution: ExecutionType = 'TRADE',
): void {
  const market = marketOf(core, order.symbol);
  for (const level of levels(market, order.side)) {
    if (!remaining(order).greaterThan(0)) break;
    if (limit !== null && !crosses(order.side, limit, level.price)) break;
    const filled = fill(core, order, level.price, level.quantity, { maker: false, execution });
    consume(market, order.side, level.price, filled);
    if (filled.isZero()) break;
  }
}
