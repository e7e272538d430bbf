import type { Decimal } from '../../trading/decimal.ts';
import type { Instrument, LeverageBracket, Prices } from '../../trading/exchange.ts';
import type { DenialCode, Plan, PlanNote, Scaled, Signal, Source, Trade } from '../../trading/model.ts';
import { withoutEmpty } from '../../trading/planning/format.ts';
import type { Cap, KeptMode, Sketch } from '../../trading/planning/types.ts';
import type { Book, ChannelTally } from '../book.ts';
import type { Tally } from '../flip.ts';
import type { ChannelSettings, RiskKey } from '../settings.ts';

/** What one rule found. */
export interface RuleCheck {
  code: DenialCode;
  /** The config key behind it; null where there is none. */
  setting: string | null;
  /** What was compared, as named in `denials`. */
  numbers: Record<string, string>;
  passed: boolean;
  /** Share of the limit that is used, 1 = at the limit; null where nothing is measured. */
  closeness: number | null;
}

/** A signal in its surroundings, as the rules see it. Unknown parts are null: the rule that needs them says so. */
export interface Situation {
  /** As its author wrote it. */
  original: Signal;
  /** In the instrument's symbol and scale, where that is known. */
  signal: Signal;
  source: Source;
  channel: ChannelSettings;
  book: Book;
  now: number;
  fingerprint: string;
  instrument: Instrument | null;
  notes: readonly PlanNote[];
  /** Null where the signal's symbol is listed as it is. */
  scaled: Scaled | null;
  prices: Prices | null;
  brackets: readonly LeverageBracket[] | null;
  sketch: Sketch | null;
  /** Our trades that count: without opposite ones that would be closed first. */
  trades: readonly Trade[];
  channelTrades: readonly Trade[];
  /** The account's results, and the channel's own; with `closeOnOpposite` as closing what is in the way will leave them. */
  accountTally: Tally;
  tally: ChannelTally;
  /** When trades were closed that this signal has had closed: their losses are its own doing. */
  closedForIt: readonly number[];
  kept: KeptMode | null;
  caps: readonly Cap[];
  /** What new orders may still bind, our own reservations taken off. */
  available: Decimal;
}

/** With everything that planning needs. */
export interface Plannable extends Situation {
  instrument: Instrument;
  prices: Prices;
  brackets: readonly LeverageBracket[];
  sketch: Sketch;
}

export interface PlannedSituation extends Plannable {
  plan: Plan;
}

/** Null when the rule has nothing to look at yet: an earlier one has failed then. */
export type Rule = (situation: Situation) => RuleCheck | null;
export type PlanRule = (situation: PlannedSituation) => RuleCheck;

/**
 * Numbers and closeness are worked out when they are asked for: of a signal that passes, once its orders have left. So
 * both may look at nothing that can have changed by then, which is the book above all.
 */
export function check(
  code: DenialCode,
  setting: string | null,
  passed: boolean,
  numbers: () => Record<string, string>,
  closeness: () => number | null = unmeasured,
): RuleCheck {
  return new Found(code, setting, passed, numbers, closeness);
}

/** In the store, and wherever else it is written down, it is a plain object. */
class Found implements RuleCheck {
  readonly code: DenialCode;
  readonly setting: string | null;
  readonly passed: boolean;
  #numbers: Record<string, string> | (() => Record<string, string>);
  #closeness: number | null | (() => number | null);

  constructor(
    code: DenialCode,
    setting: string | null,
    passed: boolean,
    numbers: () => Record<string, string>,
    closeness: () => number | null,
  ) {
    this.code = code;
    this.setting = setting;
    this.passed = passed;
    this.#numbers = numbers;
    this.#closeness = closeness;
  }

  get numbers(): Record<string, string> {
    if (typeof this.#numbers === 'function') this.#numbers = withoutEmpty(this.#numbers());
    return this.#numbers;
  }

  get closeness(): number | null {
    if (typeof this.#closeness === 'function') this.#closeness = this.#closeness();
    return this.#closeness;
  }

  toJSON(): RuleCheck {
    const { code, setting, numbers, passed, closeness } = this;
    return { code, setting, numbers, passed, closeness };
  }
}

const unmeasured = (): null => null;

/** Share of a limit; a limit of zero is reached by anything. */
export function share(used: Decimal | number, limit: Decimal | number): number {
  const part = Number(used) / Number(limit);
  return Number.isFinite(part) ? Math.max(part, 0) : 1;
}

/** The same limit looked at for the account and for the channel alone. */
export interface Scoped {
  scope: 'account' | 'channel';
  passed: boolean;
  /** As in `check`. */
  numbers(): Record<string, string>;
  closeness(): number | null;
}

/**
 * One check for both scopes: the one that failed, else the one that is closer to its limit. The channel's own counts
 * only where its block sets the key; otherwise its value is the account's, which bounds the account.
 */
export function tighter(
  { channel }: Pick<Situation, 'channel'>,
  code: DenialCode,
  setting: RiskKey,
  judge: (scope: Scoped['scope']) => Omit<Scoped, 'scope'>,
): RuleCheck {
  const account: Scoped = { scope: 'account', ...judge('account') };
  const own: Scoped | null = channel.ownRiskKeys.includes(setting)
    ? { scope: 'channel', ...judge('channel') }
    : null;
  const closer = own && (own.closeness() ?? 0) > (account.closeness() ?? 0) ? own : account;
  const chosen = !account.passed ? account : own && !own.passed ? own : closer;
  const numbers = () => ({ scope: chosen.scope, ...chosen.numbers() });
  return check(code, setting, chosen.passed, numbers, chosen.closeness);
}
