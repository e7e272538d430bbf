import type { Decimal } from '../decimal.ts';
import type { DeskEvent } from '../desk-types.ts';
import type { Position } from '../exchange.ts';
import { better, held } from '../lifecycle/facts.ts';
import type { Trade } from '../model.ts';
import { price } from '../planning/format.ts';

/**
 * Watches that stops can be reached: a plan keeps the liquidation price beyond its stop, but margin that is taken out,
 * funding that is paid from it, other trades or a stop that a human moves away can bring it ahead of the stop.
 */
export interface Liquidations {
  /** @param positions as the exchange has just told them */
  look(trades: readonly Trade[], positions: readonly Position[]): void;
}

export function createLiquidations(emit: (event: DeskEvent) => void): Liquidations {
  /** What has been told and is still so, as far as is known: trade and stop. */
  let told = new Set<string>();

  function tell({ id, plan, stopPrice }: Trade, liquidation: Decimal): void {
    const numbers = {
      symbol: plan.symbol,
      stop: stopPrice.toString(),
      liquidation: price(liquidation),
    };
    emit({ type: 'alert', level: 'critical', code: 'stop_unreachable', tradeId: id, numbers });
  }

  return {
    look(trades, positions) {
      const still = new Set<string>();
      for (const trade of trades) {
        if (trade.closing?.until === null || held(trade).isZero()) continue;
        const key = `${trade.id} ${trade.stopPrice}`;
        const liquidation = liquidationOf(trade, positions);
        const isAhead = liquidation ? !better(trade, trade.stopPrice, liquidation) : told.has(key);
        if (!isAhead) continue;
        still.add(key);
        if (liquidation && !told.has(key)) tell(trade, liquidation);
      }
      told = still;
    },
  };
}

/**
 * Null where it is not known, or there is none: events of positions do not tell it. Nor is one that the price would have
 * to come to in the trade's favour any of its own: of a cross position beside a larger one of the other side.
 */
function liquidationOf(trade: Trade, positions: readonly Position[]): Decimal | null {
  const { symbol, positionSide } = trade.plan;
  const position = positions.find((one) => one.symbol === symbol && one.positionSide === positionSide);
  if (!position?.liquidationPrice) return null;
  return better(trade, position.entryPrice, position.liquidationPrice) ? position.liquidationPrice : null;
}
