import type { Prices, RefusalCause } from '../exchange.ts';
import type { Order, Trade } from '../model.ts';
import { manageClosing } from './closing.ts';
import { closeDust, closeLeft } from './dust.ts';
import { refused, stopEnded } from './refusals.ts';
import { manageCovers } from './spot/manage.ts';
import { takePrices } from './spot/prices.ts';
import { coverEnded, spotRefused } from './spot/refusals.ts';
import { manageStop, removeStops } from './stop.ts';
import { manageTargets } from './targets.ts';
import { followPrice, manageTrail, trailLost } from './trailing.ts';
import type { Work } from './types.ts';

/** Where the lifecycle of a trade depends on its market: how it is protected and how it leaves. */
export interface MarketRules {
  /** What protects, before anything that adds exposure. */
  protect(work: Work): void;
  /** What leaves the position, after the entries. */
  leave(work: Work): void;
  takePrices(work: Work, prices: Partial<Prices>): void;
  /** The exchange refused an order; `cause` where the adapter can name one. */
  refused(work: Work, order: Order, cause: RefusalCause | undefined): void;
  /** A stop, target or closing order has ended before its time, without our asking. */
  ended(work: Work, order: Order, status: string): void;
}

/** Conditional orders that only reduce: any number may stand for the same position. */
const usdm: MarketRules = {
  protect: manageStop,
  leave(work) {
    closeDust(work);
    manageClosing(work);
    manageTargets(work);
    manageTrail(work);
    removeStops(work);
  },
  takePrices: followPrice,
  refused,
  ended(work, order, status) {
    switch (order.role) {
      case 'entry':
        return;
      case 'stop':
        return stopEnded(work, order, status);
      case 'trail':
        return trailLost(work, order, status);
      case 'target':
        work.effects.push({ type: 'compare' });
        return;
      case 'close':
        return refused(work, { ...order, reason: status });
    }
  },
};

/** Orders that lock what they would sell. */
const spot: MarketRules = {
  protect(work) {
    closeLeft(work);
    manageCovers(work);
  },
  leave() {},
  takePrices(work, prices) {
    takePrices(work, prices);
    followPrice(work, prices);
  },
  refused: spotRefused,
  ended: coverEnded,
};

export function rulesOf({ plan }: Pick<Trade, 'plan'>): MarketRules {
  return plan.market === 'spot' ? spot : usdm;
}
