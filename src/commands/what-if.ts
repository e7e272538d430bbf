import type { Outcome } from '../bot/records.ts';
import type { SettingsChange } from '../bot/settings.ts';
import type { RuleCheck } from '../risk/assess.ts';
import type { RiskKey, RiskSettings } from '../risk/settings.ts';
import { isListed } from '../risk/symbol-lists.ts';
import { Decimal } from '../trading/decimal.ts';
import type { DenialCode } from '../trading/model.ts';

/** What another value of one setting would have made of signals that were decided already. */
export interface WhatIf {
  /** Signals whose decision tells what this setting was compared with. */
  asked: number;
  /** Passed then, denied with the new value. */
  denied: number;
  /** Denied then by this setting alone, passed with the new value. */
  allowed: number;
  /** Taken then and with the new value, but otherwise. */
  changed: number;
  /** What of those would have been another. */
  what: Changes;
}

/** Which signals it is about. */
export interface Heard {
  /** How many there were. */
  signals: number;
  /** When the first of them was read. */
  sinceMs: number;
}

export type Changes = 'nothing' | 'size' | 'leverage' | 'marginMode' | 'stop';

/** A signal that was decided, and the change as it concerns the whole account and the signal's own channel. */
export interface Decided {
  outcome: Outcome;
  account: SettingsChange;
  channel: SettingsChange;
}

interface Verdict {
  passes: boolean;
  changes?: boolean;
}

interface Measure {
  code: DenialCode;
  what: Changes;
  /** Null where what was noted does not tell. */
  judge(check: RuleCheck, change: SettingsChange, outcome: Outcome): Verdict | null;
}

const MEASURES: Readonly<Record<RiskKey, Measure>> = {
  riskPerTradePct: { code: 'size_too_small', what: 'size', judge: sizedByRisk },
  maxLeverage: { code: 'margin_mode_conflict', what: 'leverage', judge: leveraged },
  maxOpenTrades: compared('too_many_trades', 'open', (open, { maxOpenTrades }) => open.lt(maxOpenTrades)),
  maxTradesPerSymbol: compared('too_many_on_symbol', 'open', (open, { maxTradesPerSymbol }) =>
    open.lt(maxTradesPerSymbol),
  ),
  maxPositionNotionalPct: capped('notional_limit', 'maxPositionNotionalPct'),
  maxTotalNotionalPct: capped('notional_limit', 'maxTotalNotionalPct'),
  maxTotalRiskPct: capped('risk_limit', 'maxTotalRiskPct'),
  maxDailyLossPct: compared(
    'daily_loss',
    'lossPct',
    (loss, { maxDailyLossPct }) => loss.lte(0) || loss.lt(maxDailyLossPct),
  ),
  maxConsecutiveLosses: compared(
    'loss_streak',
    'losses',
    (losses, { maxConsecutiveLosses: limit }) => limit === 0 || losses.lt(limit),
  ),
  cooldown: { code: 'cooldown', what: 'nothing', judge: cooled },
  minRewardRisk: compared(
    'reward_too_small',
    'rewardRisk',
    (ratio, { minRewardRisk }) => minRewardRisk.isZero() || ratio.gte(minRewardRisk),
  ),
  requireStopLoss: { code: 'no_stop', what: 'nothing', judge: stopRequired },
  defaultStopPct: { code: 'no_stop', what: 'stop', judge: stopByDefault },
  maxStopDistancePct: compared('stop_too_far', 'distancePct', (distance, { maxStopDistancePct }) =>
    distance.lte(maxStopDistancePct),
  ),
  maxEntryDeviationPct: compared('entry_too_far', 'deviationPct', (deviation, { maxEntryDeviationPct }) =>
    deviation.lte(maxEntryDeviationPct),
  ),
  minLiquidationBufferPct: { code: 'liquidation_too_near', what: 'leverage', judge: buffered },
  maxOrdersPerMinute: { code: 'order_rate', what: 'nothing', judge: ordered },
  allowCross: { code: 'margin_mode_conflict', what: 'marginMode', judge: crossed },
  allowSymbols: { code: 'symbol_denied', what: 'nothing', judge: listed },
  denySymbols: { code: 'symbol_denied', what: 'nothing', judge: listed },
};

const TAKEN: ReadonlySet<Outcome['result']> = new Set(['opened', 'proposed', 'observed']);

export function whatIf(decided: readonly Decided[], key: RiskKey): WhatIf {
  const { code, what, judge } = MEASURES[key];
  const found: WhatIf = { asked: 0, denied: 0, allowed: 0, changed: 0, what };
  for (const { outcome, account, channel } of decided) {
    const check = outcome.checks.find((one) => one.code === code);
    const verdict = check && judge(check, check.numbers.scope === 'account' ? account : channel, outcome);
    if (!check || !verdict) continue;
    found.asked += 1;
    const taken = TAKEN.has(outcome.result);
    if (check.passed && !verdict.passes && taken) found.denied += 1;
    if (check.passed && verdict.passes && verdict.changes && taken) found.changed += 1;
    const alone = outcome.checks.every((one) => one.passed || one === check);
    if (!check.passed && verdict.passes && outcome.denial?.code === code && alone) found.allowed += 1;
  }
  return found;
}

/** A rule that compares one number of the signal's with the setting. */
function compared(
  code: DenialCode,
  number: string,
  passes: (value: Decimal, to: RiskSettings) => boolean,
): Measure {
  return {
    code,
    what: 'nothing',
    judge: ({ numbers }, { to }) => {
      const value = amount(numbers[number]);
      return value && { passes: passes(value, to) };
    },
  };
}

/** A limit that cuts the size, and denies where too little is left. */
function capped(
  code: DenialCode,
  key: 'maxPositionNotionalPct' | 'maxTotalNotionalPct' | 'maxTotalRiskPct',
): Measure {
  return {
    code,
    what: 'size',
    judge: ({ setting, passed, numbers }, { to }, { checks }) => {
      const [limit, limitPct, wanted] = [numbers.limit, numbers.limitPct, numbers.wanted].map(amount);
      // Of several limits the nearest was noted; one trade's own is the same share of equity beside any of them.
      const used = setting === key ? amount(numbers.used) : key === 'maxPositionNotionalPct' ? ZERO : null;
      if (!limit || !limitPct || !wanted || !used || setting === null || limitPct.isZero()) return null;
      const room = limit.div(limitPct).times(to[key]).minus(used);
      if (!passed) return setting === key ? { passes: room.gte(wanted) } : null;
      if (room.gte(wanted)) {
        const wasCut = setting === key && numbers.cutFrom !== undefined;
        return { passes: true, changes: wasCut && to[key].gt(limitPct) };
      }
      return { passes: isEnough(checks, room.div(wanted)), changes: true };
    },
  };
}

const ZERO = new Decimal(0);

function sizedByRisk({ passed }: RuleCheck, { from, to }: SettingsChange, { checks }: Outcome): Verdict {
  const factor = to.riskPerTradePct.div(from.riskPerTradePct);
  if (factor.eq(1)) return { passes: passed };
  const capped = checks.some(({ numbers }) => numbers.cutFrom !== undefined);
  return { passes: isEnough(checks, factor), changes: factor.lt(1) || !capped };
}

/** Whether the exchange would take this share of what was planned. */
function isEnough(checks: readonly RuleCheck[], share: Decimal): boolean {
  const numbers = checks.find(({ code }) => code === 'size_too_small')?.numbers ?? {};
  const enough = (value: string | undefined, least: string | undefined) => {
    const [planned, smallest] = [amount(value), amount(least)];
    return !planned || !smallest || planned.times(share).gte(smallest);
  };
  return (
    share.gt(0) &&
    enough(numbers.quantity, numbers.minQuantity) &&
    enough(numbers.notional, numbers.minNotional)
  );
}

function leveraged({ setting, passed, numbers }: RuleCheck, { from, to }: SettingsChange): Verdict | null {
  const leverage = amount(numbers.leverage);
  if (!leverage || (!passed && setting !== 'maxLeverage')) return null;
  if (!passed) return { passes: leverage.lte(to.maxLeverage) };
  const raised = to.maxLeverage > from.maxLeverage && leverage.eq(from.maxLeverage);
  return { passes: true, changes: leverage.gt(to.maxLeverage) || raised };
}

/** A message that says cross where that is not allowed is traded isolated, and not counted here. */
function crossed({ setting, passed, numbers }: RuleCheck, { to }: SettingsChange): Verdict | null {
  const cross = numbers.marginMode === 'cross';
  if (!passed) return setting === 'allowCross' ? { passes: to.allowCross } : null;
  return { passes: true, changes: cross && !to.allowCross };
}

/** Leverage is lowered for it; only what is not borrowed at all cannot be saved so. */
function buffered({ passed, numbers }: RuleCheck, { to }: SettingsChange): Verdict {
  const buffer = amount(numbers.bufferPct);
  const enough = buffer === null || buffer.gte(to.minLiquidationBufferPct);
  if (!passed || enough) return { passes: enough };
  const lower = amount(numbers.leverage)?.gt(1) ?? false;
  return { passes: lower, changes: lower };
}

function cooled({ passed, numbers }: RuleCheck, { to }: SettingsChange): Verdict {
  const since = amount(numbers.sinceSeconds);
  return { passes: since ? since.times(1_000).gte(to.cooldown) : passed };
}

function ordered({ numbers }: RuleCheck, { to }: SettingsChange): Verdict | null {
  const [sent, adding] = [amount(numbers.sent), amount(numbers.adding)];
  return sent && adding && { passes: sent.plus(adding).lte(to.maxOrdersPerMinute) };
}

function stopRequired({ passed, numbers }: RuleCheck, { to }: SettingsChange): Verdict {
  // The default is noted where it had to serve.
  const hasOwn = passed && numbers.defaultStopPct === undefined;
  return { passes: hasOwn || (!to.requireStopLoss && to.defaultStopPct !== null) };
}

function stopByDefault({ passed, numbers }: RuleCheck, { to }: SettingsChange): Verdict {
  const used = passed ? amount(numbers.defaultStopPct) : null;
  return {
    passes: passed,
    changes: used !== null && to.defaultStopPct !== null && !used.eq(to.defaultStopPct),
  };
}

function listed({ numbers }: RuleCheck, { to }: SettingsChange, { symbol }: Outcome): Verdict {
  const named = (list: readonly string[]) => isListed(list, symbol, numbers.symbol ?? symbol);
  const { allowSymbols, denySymbols } = to;
  return { passes: !named(denySymbols) && (allowSymbols.length === 0 || named(allowSymbols)) };
}

function amount(text: string | undefined): Decimal | null {
  return text === undefined || text === '' ? null : new Decimal(text);
}
