import { parts } from '../risk/exposure.ts';
import { type Decimal, ZERO } from '../trading/decimal.ts';
import type { Trade } from '../trading/model.ts';
import { gain } from '../trading/rounding.ts';
import { percent, price, signedMoney } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { nameAmong } from './trade-names.ts';

/** What is asked before a stop is moved away: what its trade would make at each. `among`: see `nameAmong`. */
export function stopQuestion(trade: Trade, stop: Decimal, among: readonly Trade[], t: Catalogue): string {
  return t.question.raisesRisk({
    trade: nameAmong(trade, among, t),
    from: price(trade.stopPrice),
    to: price(stop),
    before: resultAt(trade, trade.stopPrice, t),
    after: resultAt(trade, stop, t),
  });
}

/** `-100.00 USDT (-1% of equity)` for what it holds and may still enter; equity as it was when the trade was planned. */
function resultAt(trade: Trade, stop: Decimal, t: Catalogue): string {
  const { side, equity, quote } = trade.plan;
  let result = ZERO;
  for (const part of parts(trade)) result = result.plus(gain(side, part.price, stop).times(part.quantity));
  const amount = signedMoney(result, quote);
  return equity.gt(0) ? t.question.ofEquity(amount, percent(result.div(equity).times(100))) : amount;
}
