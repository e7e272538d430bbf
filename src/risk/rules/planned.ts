import { Decimal } from '../../trading/decimal.ts';
import { marketOrders } from '../../trading/lifecycle/facts.ts';
import type { Plan } from '../../trading/model.ts';
import { quoteAmount } from '../../trading/planning/format.ts';
import { bufferNumbers } from '../../trading/planning/leverage.ts';
import { balanceNumbers, capNumbers } from '../../trading/planning/sizing.ts';
import type { Cap } from '../../trading/planning/types.ts';
import { gain } from '../../trading/rounding.ts';
import type { OrderCount } from '../book.ts';
import type { RiskKey } from '../settings.ts';
import { check, type PlannedSituation, type PlanRule, type RuleCheck, share, tighter } from './rule.ts';

/** Rules on a finished plan. Planning keeps to the limits by itself; these look again, with the plan's own numbers. */

export const marginModeConflict: PlanRule = ({ plan, channel, signal }) => {
  const crossBarred = plan.market === 'usdm' && plan.marginMode === 'cross' && !channel.risk.allowCross;
  const setting = crossBarred ? 'allowCross' : 'maxLeverage';
  return check(
    'margin_mode_conflict',
    setting,
    !crossBarred && plan.leverage <= channel.risk.maxLeverage,
    () => ({
      symbol: signal.symbol,
      marginMode: plan.marginMode,
      leverage: String(plan.leverage),
    }),
  );
};

export const liquidationTooNear: PlanRule = ({ plan, channel, instrument }) => {
  const { side, entryPrice, stopPrice, liquidationPrice, leverage } = plan;
  const limit = channel.risk.minLiquidationBufferPct;
  const room = liquidationPrice && gain(side, liquidationPrice, stopPrice);
  const needed = gain(side, stopPrice, entryPrice).times(limit).div(100);
  // The plan's prices are rounded to the tick.
  const passed = room === null || room.plus(instrument.tickSize).gte(needed);
  return check(
    'liquidation_too_near',
    'minLiquidationBufferPct',
    passed,
    () => bufferNumbers({ side, entryPrice }, stopPrice, liquidationPrice, limit, leverage),
    () => (room === null || needed.isZero() ? null : share(needed, room)),
  );
};

export const rewardTooSmall: PlanRule = ({ plan, channel }) => {
  const limit = channel.risk.minRewardRisk;
  const ratio = plan.rewardRisk;
  // A signal without targets leaves all on the stop, which is allowed.
  const passed = ratio === null || limit.isZero() || ratio.gte(limit);
  const numbers = () => ({
    rewardRisk: ratio?.toDecimalPlaces(2, Decimal.ROUND_DOWN).toString() ?? '',
    limit: limit.toString(),
  });
  const closeness = () => (ratio?.gt(0) ? share(limit, ratio) : null);
  return check('reward_too_small', 'minRewardRisk', passed, numbers, closeness);
};

export const notionalLimit: PlanRule = (situation) =>
  capCheck(situation, 'notional_limit', 'maxPositionNotionalPct', situation.plan.notional);

export const riskLimit: PlanRule = (situation) =>
  capCheck(situation, 'risk_limit', 'maxTotalRiskPct', situation.plan.riskAmount);

/** Of several limits of one kind the one that failed, else the one that has cut the size, else the nearest. */
function capCheck(
  { caps, plan }: PlannedSituation,
  code: Cap['code'],
  setting: RiskKey,
  adding: Decimal,
): RuleCheck {
  const checks = caps
    .filter((cap) => cap.code === code)
    .map((cap) => {
      const total = cap.used.plus(adding);
      const cutFrom =
        plan.notes.find((note) => note.code === 'quantity_cut' && note.numbers.setting === cap.setting)
          ?.numbers.from ?? '';
      const numbers = () => ({ ...capNumbers(cap, adding), cutFrom });
      const closeness = () => share(total, cap.limit);
      return { cutFrom, found: check(code, cap.setting, total.lte(cap.limit), numbers, closeness) };
    });
  const failed = checks.find(({ found }) => !found.passed) ?? checks.find(({ cutFrom }) => cutFrom !== '');
  if (failed) return failed.found;
  const [first, ...others] = checks.map(({ found }) => found);
  if (!first) return check(code, setting, true, () => ({}));
  return others.reduce((near, one) => ((one.closeness ?? 0) > (near.closeness ?? 0) ? one : near), first);
}

export const balanceTooSmall: PlanRule = ({ plan, available, instrument }) =>
  check(
    'balance_too_small',
    null,
    plan.margin.lte(available),
    () => balanceNumbers({ market: plan.market, instrument }, available, plan.margin),
    () => share(plan.margin, available),
  );

export const sizeTooSmall: PlanRule = ({ plan, instrument }) => {
  const passed = plan.entries.every(
    (entry) =>
      entry.quantity.gte(instrument.minQuantity) &&
      entry.quantity.times(entry.price ?? plan.markPrice).gte(instrument.minNotional),
  );
  return check('size_too_small', 'riskPerTradePct', passed, () => ({
    quantity: plan.quantity.toString(),
    minQuantity: instrument.minQuantity.toString(),
    notional: quoteAmount(plan.notional),
    minNotional: instrument.minNotional.toString(),
  }));
};

/**
 * A stop (more than one where a market order may not carry everything), what will take its place before it goes, and every
 * entry that waits for a price.
 */
export const orderLimit: PlanRule = ({ plan, book, instrument }) => {
  if (book.orderCounts) return countLimit(plan, book.orderCounts(plan.symbol));
  const { open, limit } = book.conditionalOrders;
  const stops = marketOrders(plan.quantity, instrument.marketMaxQuantity);
  const needed = 2 * stops + plan.entries.filter(({ type }) => type === 'stop_market').length;
  const passed = open + needed <= limit;
  return check(
    'order_limit',
    null,
    passed,
    () => ({ open: String(open), needed: String(needed), limit: String(limit) }),
    () => (open + needed) / limit,
  );
};

/** On spot one list is enough, beside every entry, or as stop orders are counted every one that waits for a price. */
function countLimit({ symbol, entries }: Plan, counts: readonly OrderCount[]): RuleCheck {
  const needs = {
    conditional: 1 + entries.filter(({ type }) => type === 'stop_limit').length,
    lists: 1,
    orders: 2 + entries.length,
  };
  const checks = counts.map(({ of, scope, used, limit }) => {
    const needed = needs[of];
    const numbers = () => ({
      counted: of === 'conditional' ? '' : of,
      symbol: scope === 'symbol' ? symbol : '',
      open: String(used),
      needed: String(needed),
      limit: String(limit),
    });
    return check('order_limit', null, used + needed <= limit, numbers, () => share(used + needed, limit));
  });
  const nearest = checks.toSorted((a, b) => (b.closeness ?? 0) - (a.closeness ?? 0))[0];
  return (
    checks.find(({ passed }) => !passed) ?? nearest ?? check('order_limit', null, true, () => ({ symbol }))
  );
}

const MINUTE_MS = 60_000;

/** Entry orders sent within the last minute, and those of this plan. */
export const orderRate: PlanRule = (situation) => {
  const { book, channel, tally, plan, now } = situation;
  const adding = plan.entries.length;
  return tighter(situation, 'order_rate', 'maxOrdersPerMinute', (scope) => {
    const limit = (scope === 'account' ? channel.accountRisk : channel.risk).maxOrdersPerMinute;
    const times = (scope === 'account' ? book : tally).entryOrderTimes;
    const sent = times.reduce((count, at) => (at > now - MINUTE_MS ? count + 1 : count), 0);
    return {
      passed: sent + adding <= limit,
      numbers: () => ({ sent: String(sent), adding: String(adding), limit: String(limit) }),
      closeness: () => share(sent + adding, limit),
    };
  });
};
