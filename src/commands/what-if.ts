import type { Outcome } from '../bot/records.ts';
import type { RiskKey, RiskSettings } from '../risk/settings.ts';
import { Decimal } from '../trading/decimal.ts';
import type { DenialCode } from '../trading/model.ts';

/** What another value of one setting would have made of signals that were decided already. */
export interface WhatIf {
  /** Signals that this setting was asked about. */
  asked: number;
  /** Passed then, denied with the new value. */
  denied: number;
  /** Denied then by this setting alone, passed with the new value. */
  allowed: number;
}

interface Measure {
  code: DenialCode;
  /** What the rule compared, by its name in `denials`. */
  number: string;
  passes(value: Decimal, limit: Decimal): boolean;
}

/** The settings that deny; the others cut sizes and leverage. */
const MEASURES: Partial<Record<RiskKey, Measure>> = {
  maxStopDistancePct: {
    code: 'stop_too_far',
    number: 'distancePct',
    passes: (value, limit) => value.lte(limit),
  },
  maxEntryDeviationPct: {
    code: 'entry_too_far',
    number: 'deviationPct',
    passes: (value, limit) => value.lte(limit),
  },
  minRewardRisk: {
    code: 'reward_too_small',
    number: 'rewardRisk',
    passes: (value, limit) => limit.isZero() || value.gte(limit),
  },
  maxOpenTrades: { code: 'too_many_trades', number: 'open', passes: (value, limit) => value.lt(limit) },
  maxTradesPerSymbol: {
    code: 'too_many_on_symbol',
    number: 'open',
    passes: (value, limit) => value.lt(limit),
  },
};

const TAKEN: ReadonlySet<Outcome['result']> = new Set(['opened', 'proposed', 'observed']);

/** Null where the setting denies nothing by a number of its own. */
export function whatIf(outcomes: readonly Outcome[], key: RiskKey, to: RiskSettings): WhatIf | null {
  const measure = MEASURES[key];
  const wanted = to[key];
  if (!measure || wanted === null || (typeof wanted === 'object' && !Decimal.isDecimal(wanted))) return null;
  const limit = new Decimal(String(wanted));
  const found: WhatIf = { asked: 0, denied: 0, allowed: 0 };
  for (const { result, denial, checks } of outcomes) {
    const check = checks.find(({ code }) => code === measure.code);
    const value = check?.numbers[measure.number];
    // What a channel's own limit decided is not changed by the account's.
    if (!check || value === undefined || check.numbers.scope === 'channel') continue;
    found.asked += 1;
    const passes = measure.passes(new Decimal(value), limit);
    if (check.passed && !passes && TAKEN.has(result)) found.denied += 1;
    const alone = checks.every(({ passed, code }) => passed || code === measure.code);
    if (!check.passed && passes && denial?.code === measure.code && alone) found.allowed += 1;
  }
  return found;
}
