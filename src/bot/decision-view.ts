import type { APIEmbed, APIEmbedField } from 'discord.js';
import type { RuleCheck } from '../risk/assess.ts';
import { denials } from '../risk/denials.ts';
import type { Reading } from '../trading/model.ts';
import type { Evidence } from '../trading/signals/parse.ts';
import { cut } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { readingLines } from './reading-view.ts';
import { denialLines } from './reports.ts';

/** A decision in embeds: the text beside the reading, and each rule with its numbers. */

/** Of Discord's 1024 per field and 6000 for all embeds of a message: https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const FIELD_LENGTH = 1_000;
const RULES_LENGTH = 3_400;
const MOST_RULE_LISTS = 3;
/** From this share of its limit on, a rule that passed is pointed out. */
const CLOSE = 0.8;

export interface Shown {
  /** Null where it was not kept. */
  text: { shown: string; length: number } | null;
  reading: Reading;
  evidence: readonly Evidence[];
}

/** The raw text beside the fields that were read from it; a phone shows one under the other. */
export function readingEmbed({ text, reading, evidence }: Shown, t: Catalogue): APIEmbed {
  const lines = readingLines(reading, evidence, t);
  return {
    fields: [
      { name: t.decision.text, value: text ? codeBlock(text, t) : t.decision.noText, inline: true },
      field(t.decision.readAs, lines.length === 0 ? ['–'] : lines),
    ],
  };
}

function field(name: string, lines: readonly string[]): APIEmbedField {
  return { name, value: fitted(lines, FIELD_LENGTH), inline: true };
}

function codeBlock({ shown, length }: { shown: string; length: number }, t: Catalogue): string {
  if (shown.trim() === '') return t.decision.emptyText;
  // Three of them would end the block.
  const plain = shown.replaceAll('`', 'ˋ');
  if (length <= FIELD_LENGTH - 20 && plain.length === length) return `\`\`\`\n${plain}\n\`\`\``;
  const part = cut(plain, FIELD_LENGTH - 100);
  return `\`\`\`\n${part}\n\`\`\`${t.decision.cutText(part.length, length)}`;
}

/** One list of rules per signal, as far as they fit. */
export function ruleEmbeds(
  lists: readonly { name: string; checks: readonly RuleCheck[] }[],
  t: Catalogue,
): APIEmbed[] {
  const asked = lists.filter(({ checks }) => checks.length > 0);
  const shown = asked.slice(0, MOST_RULE_LISTS);
  const room = Math.floor(RULES_LENGTH / Math.max(shown.length, 1));
  const embeds = shown.map(
    ({ name, checks }): APIEmbed => ({
      title: cut(t.decision.rules(name), 200),
      description: fitted(ruleLines(checks, t), room),
    }),
  );
  const last = embeds.at(-1);
  if (last && asked.length > shown.length)
    last.footer = { text: t.decision.moreRules(asked.length - shown.length) };
  return embeds;
}

/** A rule with what it found, for a table. */
export interface RuleRow {
  code: string;
  setting: string | null;
  passed: boolean;
  found: string;
  /** How much of its limit was used up; null where there is none. */
  usedPct: number | null;
  /** It passed only just. */
  close: boolean;
}

/** What failed first. */
export function ruleRows(checks: readonly RuleCheck[], t: Catalogue): RuleRow[] {
  const { failed, passed } = sorted(checks);
  return [...failed, ...passed].map((check) => ({
    code: check.code,
    setting: check.setting,
    passed: check.passed,
    found: check.passed ? passedText(check, t) : t.denials[check.code](check.numbers),
    usedPct: check.closeness === null ? null : usedPct(check),
    close: check.passed && isClose(check),
  }));
}

/** The rules after the first that failed are not asked; null where all were. */
export function unaskedLine(checks: readonly RuleCheck[], t: Catalogue): string | null {
  const unasked = Object.keys(denials).length - checks.length;
  return sorted(checks).failed.length > 0 && unasked > 0 ? t.decision.notAsked(unasked) : null;
}

function sorted(checks: readonly RuleCheck[]): { failed: RuleCheck[]; passed: RuleCheck[] } {
  const { failed = [], passed = [] } = Object.groupBy(checks, (check) =>
    check.passed ? 'passed' : 'failed',
  );
  return { failed, passed };
}

/** What failed first, then what was measured, then in one line what only had to be so. */
export function ruleLines(checks: readonly RuleCheck[], t: Catalogue): string[] {
  const { failed, passed } = sorted(checks);
  const measured = passed.filter(isMeasured);
  const plain = passed.filter((check) => !isMeasured(check)).map((check) => passedText(check, t));
  const unasked = unaskedLine(checks, t);
  return [
    ...failed.map((check) => `✗ ${denialLines(check, t).join(' · ')}`),
    ...measured.map((check) => `✓ ${passedText(check, t)}${isClose(check) ? ` · ⚠️ ${usedPct(check)}%` : ''}`),
    ...(plain.length > 0 ? [`✓ ${plain.join(' · ✓ ')}`] : []),
    ...(unasked === null ? [] : [unasked]),
  ];
}

/** Which rules passed only just, by their settings; null where none did. */
export function closeLine(checks: readonly RuleCheck[], t: Catalogue): string | null {
  const close = checks.filter((check) => check.passed && isClose(check));
  if (close.length === 0) return null;
  return t.decision.close(
    close
      .map((check) => `${check.setting ?? t.decision.limits[check.code] ?? check.code} ${usedPct(check)}%`)
      .join(', '),
  );
}

function passedText({ code, numbers }: RuleCheck, t: Catalogue): string {
  return t.decision.passed[code](numbers);
}

function isClose({ closeness }: RuleCheck): boolean {
  return closeness !== null && closeness >= CLOSE;
}

function usedPct({ closeness }: RuleCheck): number {
  return Math.round((closeness ?? 0) * 100);
}

/** Whether there is a number worth a line of its own. */
function isMeasured({ code, numbers }: RuleCheck): boolean {
  switch (code) {
    case 'paused':
    case 'not_ready':
    case 'duplicate_signal':
    case 'symbol_not_listed':
    case 'symbol_denied':
    case 'symbol_halted':
    case 'short_on_spot':
    case 'foreign_position':
    case 'exchange_unreachable':
    case 'refused_lately':
    case 'trigger_not_reached':
    case 'no_stop':
    case 'opposite_position':
    case 'cooldown':
      return false;
    case 'loss_streak':
      return numbers.limit !== '0';
    case 'liquidation_too_near':
      return numbers.liquidationPrice !== undefined;
    case 'reward_too_small':
      return numbers.rewardRisk !== undefined;
    case 'price_out_of_range':
      return numbers.basis !== undefined;
    case 'daily_loss':
    case 'stop_too_far':
    case 'entry_too_far':
    case 'target_passed':
    case 'too_many_on_symbol':
    case 'too_many_trades':
    case 'notional_limit':
    case 'risk_limit':
    case 'size_too_small':
    case 'margin_mode_conflict':
    case 'balance_too_small':
    case 'order_rate':
    case 'order_limit':
      return true;
  }
}

/** Whole lines as far as they fit, then a sign that some are missing. */
function fitted(lines: readonly string[], length: number): string {
  let text = '';
  for (const line of lines) {
    const next = text === '' ? line : `${text}\n${line}`;
    if (next.length > length - 2) return text === '' ? cut(line, length) : `${text}\n…`;
    text = next;
  }
  return text;
}
