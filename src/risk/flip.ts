import type { Decimal } from '../trading/decimal.ts';
import { entered, held, resultOf, unrealisedAt } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import type { ChannelTally } from './book.ts';

/** What closing the trades against a signal will do to the limits on losses. */

export type Tally = Pick<ChannelTally, 'dayPnl' | 'dailyLossLiftedUntil' | 'lossStreak'>;

/**
 * The tally once these trades have been closed at the mark price: the day's result holds what they stand at already, and
 * pays for the closing; of a streak the worst is taken, that those which lose are closed first.
 * @param trades of one symbol
 * @param mark null where it is not known: then nothing is foreseen
 */
export function afterClosing(tally: Tally, trades: readonly Trade[], mark: Decimal | null): Tally {
  if (trades.length === 0 || mark === null) return tally;
  let { dayPnl } = tally;
  let losing = 0;
  let winning = 0;
  for (const trade of trades) {
    if (entered(trade).isZero()) continue;
    const fee = held(trade).times(mark).times(trade.terms.takerFee);
    dayPnl = dayPnl.minus(fee);
    const net = resultOf(trade).net.plus(unrealisedAt(trade, mark)).minus(fee);
    if (net.lt(0)) losing += 1;
    else winning += 1;
  }
  const lossStreak = losing > 0 ? tally.lossStreak + losing : winning > 0 ? 0 : tally.lossStreak;
  return { dayPnl, dailyLossLiftedUntil: tally.dailyLossLiftedUntil, lossStreak };
}
