import { Decimal } from '../../../src/trading/decimal.ts';
import type { SpotTerms, Trade, TradeTerms } from '../../../src/trading/model.ts';
import { type Shape, tradeOf } from '../trade/fixtures.ts';

export interface SpotShape extends Omit<Shape, 'side'> {
  spot?: Partial<SpotTerms>;
}

/** A spot trade: buys 1 at 100, stop 90, targets 110 and 120, unless the shape says otherwise. Commissions 0.1 %. */
export function spotTradeOf({ spot, ...shape }: SpotShape = {}): Trade {
  const terms: Partial<TradeTerms> = {
    stopTrigger: 'last',
    makerFee: new Decimal('0.001'),
    takerFee: new Decimal('0.001'),
    spot: { base: 'BTC', maxLists: 5, stopMarket: true, stopLimitPct: new Decimal(3), ...spot },
    ...shape.terms,
  };
  const trade = tradeOf({ ...shape, terms });
  return { ...trade, plan: { ...trade.plan, market: 'spot', leverage: 1, margin: trade.plan.notional } };
}
