import type { Decimal } from '../../decimal.ts';
import type { Prices } from '../../exchange.ts';
import { better, byRole, held, isLive } from '../facts.ts';
import { closeAll } from '../refusals.ts';
import { ordersOfTarget } from '../targets.ts';
import { patch, type Work } from '../types.ts';

/** What the last price decides on spot where no order on the exchange does. */
export function takePrices(work: Work, { last }: Partial<Prices>): void {
  if (!last || held(work.trade).isZero() || work.trade.closing?.until === null) return;
  watchBare(work, last);
  watchSmall(work, last);
}

/** A target that has no list is reached when its price is. Where one stands again, that sells its share. */
function watchBare(work: Work, last: Decimal): void {
  const { trade } = work;
  if (!trade.bareTargets?.some((bare) => !bare.reached)) return;
  const rests = (index: number): boolean =>
    ordersOfTarget(trade, index).some((order) => order.type !== 'market' && isLive(order));
  const bareTargets = trade.bareTargets.map((bare) => {
    const price = trade.targets[bare.index]?.price;
    const isMet = price !== undefined && !better(trade, price, last) && !rests(bare.index);
    return { ...bare, reached: bare.reached || isMet };
  });
  if (bareTargets.some((bare, index) => bare.reached !== trade.bareTargets?.[index]?.reached)) {
    patch(work, { bareTargets });
  }
}

/** What is too little for a stop is sold by us, as far as the exchange takes so little. */
function watchSmall(work: Work, last: Decimal): void {
  const { trade } = work;
  if (!trade.tooSmallTold || byRole(trade, 'stop', 'target').some((order) => order.status === 'working'))
    return;
  const next = trade.targets[trade.targetsHit];
  if (!better(trade, last, trade.stopPrice)) closeAll(work, 'stop');
  else if (next && !better(trade, next.price, last)) closeAll(work, 'targets');
}
