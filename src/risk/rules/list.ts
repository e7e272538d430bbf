import * as filters from './filters.ts';
import * as limits from './limits.ts';
import * as planned from './planned.ts';
import * as prices from './prices.ts';
import type { PlanRule, Rule } from './rule.ts';
import * as state from './state.ts';
import * as symbol from './symbol.ts';

/** Every rule, the most fundamental first: where several fail, the first one's code is the denial. */
export const rulesBeforePlan: readonly Rule[] = [
  state.paused,
  state.notReady,
  state.dailyLoss,
  state.lossStreak,
  limits.duplicateSignal,
  symbol.symbolNotListed,
  symbol.symbolDenied,
  symbol.symbolHalted,
  symbol.shortOnSpot,
  symbol.foreignPosition,
  state.exchangeUnreachable,
  state.refusedLately,
  prices.triggerNotReached,
  prices.noStop,
  prices.stopTooFar,
  prices.entryTooFar,
  prices.targetPassed,
  limits.oppositePosition,
  limits.cooldown,
  limits.tooManyOnSymbol,
  limits.tooManyTrades,
];

export const rulesOnPlan: readonly PlanRule[] = [
  filters.priceOutOfRange,
  planned.notionalLimit,
  planned.riskLimit,
  planned.sizeTooSmall,
  planned.marginModeConflict,
  planned.liquidationTooNear,
  planned.balanceTooSmall,
  planned.rewardTooSmall,
  planned.orderRate,
  planned.orderLimit,
];
