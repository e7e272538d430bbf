import type { DeskEvent } from '../trading/desk-types.ts';
import { entered, resultOf } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import type { Counters } from './counters.ts';

/** Counts what the desk reports. */
export function countEvent(counters: Counters, event: DeskEvent): void {
  switch (event.type) {
    case 'filled':
      return counters.add('fills', event.trade.plan.market, event.order.role);
    case 'closed':
      return counters.add('closed', event.trade.plan.market, event.trade.source.channel, endOf(event.trade));
    case 'recovered':
      for (const { code } of event.lines) counters.add('findings', code);
      return;
    case 'alert':
      return counters.add('alerts', event.code);
    default:
      return;
  }
}

function endOf(trade: Trade): 'unfilled' | 'win' | 'loss' | 'even' {
  if (entered(trade).isZero()) return 'unfilled';
  const { net } = resultOf(trade);
  if (net.isZero()) return 'even';
  return net.gt(0) ? 'win' : 'loss';
}
