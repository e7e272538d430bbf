import { ApiError } from '../../src/sim/binance/errors.ts';
import type { SpotExchange } from '../../src/sim/binance/spot/exchange.ts';
import type { Decimal } from '../../src/trading/decimal.ts';
import { tagOf } from './books.ts';
import type { Checker } from './checker.ts';
import type { Happening } from './script.ts';

type Hand = Extract<Happening, { do: 'spot hand' }>;

/** What the user, or the exchange by itself, does on spot behind the program's back. */
export function actOnSpot(exchange: SpotExchange, checker: Checker, item: Hand): void {
  checker.onManual(item.symbol);
  try {
    carryOut(exchange, item);
  } catch (error) {
    // The exchange refuses a user, too.
    if (!(error instanceof ApiError)) throw error;
  }
}

function carryOut(exchange: SpotExchange, { what, symbol, part }: Hand): void {
  const { instrument, last } = exchange.market(symbol);
  const { baseAsset, stepSize, tickSize } = instrument;
  const ours = (role: 'entry' | 'stop' | 'target') =>
    [...exchange.openOrders.values()].filter(
      (order) => order.symbol === symbol && tagOf(order.clientOrderId)?.role === role,
    );
  const inSteps = (quantity: Decimal): string => quantity.minus(quantity.mod(stepSize)).toFixed();
  const cancel = (orderId: number): void => {
    // One of a list takes the other with it.
    if (exchange.openOrders.has(orderId)) {
      exchange.cancelOrder(
        new Map([
          ['symbol', symbol],
          ['orderId', String(orderId)],
        ]),
      );
    }
  };
  const sell = (quantity: Decimal): void => {
    const order = { symbol, side: 'SELL', type: 'MARKET', quantity: inSteps(quantity) };
    exchange.placeOrder(new Map(Object.entries(order)));
  };
  switch (what) {
    case 'sell_own':
      return sell(exchange.balance(baseAsset).free.times(part));
    case 'sell_all':
      for (const { orderId } of [...ours('stop'), ...ours('target')]) cancel(orderId);
      return sell(exchange.balance(baseAsset).free);
    case 'buy_own': {
      const quantity = inSteps(instrument.minNotional.times(20).div(last));
      exchange.placeOrder(new Map(Object.entries({ symbol, side: 'BUY', type: 'MARKET', quantity })));
      return;
    }
    case 'cancel_list':
      for (const { orderId } of ours('stop').slice(0, 1)) cancel(orderId);
      return;
    case 'cancel_entry':
      for (const { orderId } of ours('entry').slice(0, 1)) cancel(orderId);
      return;
    case 'own_stop': {
      const stopPrice = last.times('0.97').toNearest(tickSize);
      const order = {
        symbol,
        side: 'SELL',
        type: 'STOP_LOSS_LIMIT',
        timeInForce: 'GTC',
        quantity: inSteps(exchange.balance(baseAsset).free.times(part)),
        price: stopPrice.times('0.99').toNearest(tickSize).toFixed(),
        stopPrice: stopPrice.toFixed(),
      };
      exchange.placeOrder(new Map(Object.entries(order)));
      return;
    }
    case 'expire_order':
      for (const { orderId } of [...ours('target'), ...ours('stop'), ...ours('entry')].slice(0, 1)) {
        exchange.expireOrder(orderId);
      }
      return;
    case 'cancel_only':
      return exchange.setStatus(symbol, 'CANCEL_ONLY');
    case 'withdraw':
      return exchange.deposit(baseAsset, exchange.balance(baseAsset).free.times(part).negated());
    case 'filters':
      return exchange.changeInstrument(symbol, { tickSize: tickSize.times(10) });
  }
}
