import { ApiError } from '../../src/sim/binance/errors.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { tagOf } from './books.ts';
import type { Checker } from './checker.ts';
import type { Happening } from './script.ts';
import type { Venue } from './venue.ts';

type Manual = Extract<Happening, { do: 'manual' }>;

/** What the user, or the exchange by itself, does to the account behind the program's back. */
export function actByHand(venue: Venue, checker: Checker, item: Manual): void {
  checker.onManual(item.symbol);
  try {
    carryOut(venue, checker, item);
  } catch (error) {
    // The exchange refuses a user, too.
    if (!(error instanceof ApiError)) throw error;
  }
}

function carryOut(venue: Venue, checker: Checker, { what, symbol, part }: Manual): void {
  const { exchange } = venue;
  const [position] = exchange.account.openPositions(symbol);
  const { stepSize } = exchange.market(symbol).instrument;
  const ownAlgo = [...exchange.openAlgos.values()].find(
    (algo) => algo.symbol === symbol && tagOf(algo.clientAlgoId)?.role === 'stop',
  );
  const ownOrder = (role: 'entry' | 'target') =>
    [...exchange.openOrders.values()].find(
      (order) => order.symbol === symbol && tagOf(order.clientOrderId)?.role === role,
    );
  switch (what) {
    case 'close_part':
    case 'close_all': {
      if (!position) return;
      const share = what === 'close_all' ? new Decimal(1) : new Decimal(part);
      const quantity = position.amount.abs().times(share).toNearest(stepSize, Decimal.ROUND_UP);
      const params = new Map([
        ['symbol', symbol],
        ['side', position.amount.isPositive() ? 'SELL' : 'BUY'],
        ['positionSide', position.positionSide],
        ['type', 'MARKET'],
        ['quantity', quantity.toFixed()],
      ]);
      if (position.positionSide === 'BOTH') params.set('reduceOnly', 'true');
      exchange.placeOrder(params);
      return;
    }
    case 'cancel_stop':
      if (ownAlgo) exchange.cancelAlgo(new Map([['algoId', String(ownAlgo.algoId)]]));
      return;
    case 'cancel_target':
    case 'cancel_entry': {
      const order = ownOrder(what === 'cancel_target' ? 'target' : 'entry');
      if (order)
        exchange.cancelOrder(
          new Map([
            ['symbol', symbol],
            ['orderId', String(order.orderId)],
          ]),
        );
      return;
    }
    case 'own_stop': {
      if (!position) return;
      const isLong = position.amount.isPositive();
      const away = new Decimal(isLong ? '0.97' : '1.03');
      const { tickSize } = exchange.market(symbol).instrument;
      exchange.placeAlgo(
        new Map([
          ['algoType', 'CONDITIONAL'],
          ['symbol', symbol],
          ['side', isLong ? 'SELL' : 'BUY'],
          ['positionSide', position.positionSide],
          ['type', 'STOP_MARKET'],
          ['triggerPrice', position.entryPrice.times(away).toNearest(tickSize).toFixed()],
          ['closePosition', 'true'],
        ]),
      );
      return;
    }
    case 'own_position': {
      if (position || ownOrder('entry')) return;
      checker.onMixed(symbol);
      const { minNotional } = exchange.market(symbol).instrument;
      const quantity = minNotional.times(2).div(exchange.market(symbol).mark);
      exchange.placeOrder(
        new Map([
          ['symbol', symbol],
          ['side', 'BUY'],
          ['positionSide', exchange.account.hedgeMode ? 'LONG' : 'BOTH'],
          ['type', 'MARKET'],
          ['quantity', quantity.toNearest(stepSize, Decimal.ROUND_UP).toFixed()],
        ]),
      );
      return;
    }
    case 'liquidate':
      if (position) exchange.liquidate(symbol, position.positionSide);
      return;
    case 'deleverage':
      if (position) {
        const quantity = position.amount.abs().times(part).toNearest(stepSize, Decimal.ROUND_UP);
        exchange.deleverage(symbol, position.positionSide, quantity);
      }
      return;
    case 'expire_stop':
    case 'reject_stop':
      if (ownAlgo) exchange.dropAlgo(ownAlgo.algoId, what === 'expire_stop' ? 'EXPIRED' : 'REJECTED');
      return;
    case 'expire_order': {
      const order = ownOrder('target') ?? ownOrder('entry');
      if (order) exchange.expireOrder(order.orderId);
      return;
    }
    case 'leverage':
      exchange.setLeverage(
        new Map([
          ['symbol', symbol],
          ['leverage', '7'],
        ]),
      );
      return;
    case 'margin_type': {
      const isIsolated = exchange.account.marginTypeOf(symbol) === 'ISOLATED';
      exchange.setMarginType(
        new Map([
          ['symbol', symbol],
          ['marginType', isIsolated ? 'CROSSED' : 'ISOLATED'],
        ]),
      );
      return;
    }
    case 'position_mode':
      exchange.setPositionMode(new Map([['dualSidePosition', String(!exchange.account.hedgeMode)]]));
      return;
    case 'multi_assets':
      exchange.setMultiAssets(new Map([['multiAssetsMargin', String(!exchange.account.multiAssets)]]));
      return;
    case 'filters':
      exchange.changeInstrument(symbol, { tickSize: exchange.market(symbol).instrument.tickSize.times(10) });
  }
}
