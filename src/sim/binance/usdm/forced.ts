import { Decimal, ZERO } from '../../../trading/decimal.ts';
import { endAlgo } from './algo.ts';
import type { Core } from './core.ts';
import { accountUpdate, type ExecutionType } from './events.ts';
import { earn, end, enter, fill, marketOf } from './fills.ts';
import type { Order, Position } from './model.ts';
import { isOpen } from './model.ts';

/**
 * What the exchange does to a position by itself: liquidation, auto-deleveraging, funding.
 * Source of the client ids:
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Order-Update
 */

const LIQUIDATION_FEE = new Decimal('0.0125');

/** Cancels the contract's orders and closes the position at the mark price, under a client id `autoclose-…`. */
export function liquidate(core: Core, position: Position): void {
  if (position.amount.isZero()) return;
  for (const order of [...core.openOrders.values()]) {
    if (order.symbol === position.symbol) end(core, order, 'EXPIRED', '5');
  }
  const market = marketOf(core, position.symbol);
  const size = position.amount.abs();
  close(core, position, size, `autoclose-${core.now()}${core.ids.order}`, 'LIQUIDATION', 'CALCULATED');
  const fee = Decimal.min(
    size.times(market.mark).times(LIQUIDATION_FEE).toDecimalPlaces(8),
    Decimal.max(core.account.wallet, ZERO),
  );
  core.account.wallet = core.account.wallet.minus(fee);
  earn(core, 'INSURANCE_CLEAR', position.symbol, fee.negated(), 'INSURANCE_CLEAR');
  core.publish(accountUpdate(core, 'INSURANCE_CLEAR', [], fee.negated()));
}

/** Reduces the position by `quantity` (all of it by default) at the mark price, under a client id `adl_autoclose…`. */
export function deleverage(core: Core, position: Position, quantity: Decimal = position.amount.abs()): void {
  if (position.amount.isZero()) return;
  const size = Decimal.min(quantity, position.amount.abs());
  close(core, position, size, `adl_autoclose${core.ids.order}`, 'MARKET', 'TRADE');
}

/**
 * The contract is delisted: its orders end, positions are closed at the mark price under a client id
 * `settlement_autoclose-…`, nothing more can be ordered.
 * https://www.binance.com/en/support/faq/dd60dfbf654d4055aa6b217ea6d5ddba
 */
export function settleContract(core: Core, symbol: string): void {
  for (const order of [...core.openOrders.values()]) if (order.symbol === symbol) end(core, order, 'EXPIRED');
  for (const algo of [...core.openAlgos.values()]) if (algo.symbol === symbol) endAlgo(core, algo, 'EXPIRED');
  for (const position of core.account.openPositions(symbol)) {
    const clientId = `settlement_autoclose-${core.now()}${core.ids.order}`;
    close(core, position, position.amount.abs(), clientId, 'MARKET', 'TRADE');
  }
  marketOf(core, symbol).instrument.status = 'CLOSE';
}

function close(
  core: Core,
  position: Position,
  quantity: Decimal,
  clientOrderId: string,
  type: Order['type'],
  execution: ExecutionType,
): void {
  const { mark } = marketOf(core, position.symbol);
  const now = core.now();
  const order: Order = {
    orderId: 0,
    clientOrderId,
    symbol: position.symbol,
    side: position.amount.isPositive() ? 'SELL' : 'BUY',
    positionSide: position.positionSide,
    type,
    origType: type,
    timeInForce: 'IOC',
    price: type === 'LIQUIDATION' ? mark : ZERO,
    quantity,
    executed: ZERO,
    cumQuote: ZERO,
    status: 'NEW',
    reduceOnly: false,
    closePosition: false,
    stopPrice: ZERO,
    workingType: 'CONTRACT_PRICE',
    priceProtect: false,
    priceMatch: 'NONE',
    selfTradePreventionMode: 'NONE',
    goodTillDate: 0,
    algoId: null,
    time: now,
    updateTime: now,
  };
  enter(core, order);
  fill(core, order, mark, quantity, { maker: false, execution });
  if (isOpen(order)) end(core, order, 'EXPIRED');
}

/** Pays or takes funding on every open position of the contract; a positive rate is paid by longs. */
export function settleFunding(core: Core, symbol: string, rate: Decimal): void {
  const { mark } = marketOf(core, symbol);
  for (const position of core.account.openPositions(symbol)) {
    const payment = position.amount.times(mark).times(rate).negated().toDecimalPlaces(8);
    const isolated = core.account.marginTypeOf(symbol) === 'ISOLATED';
    core.account.wallet = core.account.wallet.plus(payment);
    if (isolated) position.isolatedWallet = position.isolatedWallet.plus(payment);
    earn(core, 'FUNDING_FEE', symbol, payment, 'FUNDING_FEE');
    core.publish(accountUpdate(core, 'FUNDING_FEE', isolated ? [position] : [], payment));
  }
}
