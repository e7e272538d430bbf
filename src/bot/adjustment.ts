import { factorOf } from '../risk/listing.ts';
import { Decimal } from '../trading/decimal.ts';
import type { Contradiction, Denial, Level, Plan, Signal, Target } from '../trading/model.ts';
import { moved } from '../trading/rounding.ts';
import { percent, price, quote } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { entryText, levelText, sizeText, targetText } from './plan-view.ts';
import type { Read } from './ports.ts';
import type { Proposal } from './records.ts';

/** What can be changed of a signal before it is confirmed, as text in a form. */
export const adjustable = ['stop', 'targets', 'size'] as const;
export type Adjustable = (typeof adjustable)[number];
export type Fields = Record<Adjustable, string>;

/** Which field is wrong, null where it is the whole, and why. */
export interface Problem {
  field: Adjustable | null;
  why: string;
}

export type Adjusted =
  /** `riskPct` is null where the settings decide on the size. */
  { kind: 'adjusted'; signal: Signal; riskPct: Decimal | null } | { kind: 'wrong'; problems: Problem[] };

const RISK_PLACES = 10;

/** What the form shows at first: the signal as it is planned. */
export function fieldsOf({ signal, plan }: Proposal): Fields {
  return {
    stop: signal.stopLoss ? levelText(signal.stopLoss) : price(plan.stopPrice),
    targets: signal.takeProfits.map(targetText).join('\n'),
    size: price(plan.quantity),
  };
}

/**
 * Reads a form's texts as a signal's are read: put into the words of a message and given to the parser, so that what
 * would make a message invalid is wrong here, too. What was left as it was is not read again.
 */
export function adjust(
  proposal: Proposal,
  fields: Fields,
  { read, maxRiskPct, t }: { read: Read; maxRiskPct: Decimal; t: Catalogue },
): Adjusted {
  const shown = fieldsOf(proposal);
  const reader = { signal: proposal.signal, hints: hintsOf(proposal.plan, t), read, t };
  const stop = fields.stop.trim() === shown.stop ? proposal.signal.stopLoss : readStop(reader, fields.stop);
  // Where one field is wrong the others are judged by what stood there, so that all that is wrong is told at once.
  const stopLoss = isProblem(stop) ? proposal.signal.stopLoss : stop;
  const changed: Signal = { ...proposal.signal, stopLoss };
  const targets =
    fields.targets.trim() === shown.targets && stopLoss === proposal.signal.stopLoss
      ? changed.takeProfits
      : readTargets({ ...reader, signal: changed }, fields.targets);
  const takeProfits = isProblem(targets) ? proposal.signal.takeProfits : targets;
  const signal: Signal = { ...changed, takeProfits };
  const riskPct =
    fields.size.trim() === shown.size
      ? (proposal.riskPct ?? null)
      : readSize(proposal, signal, fields.size, maxRiskPct, t);
  if (isProblem(stop) || isProblem(targets) || isProblem(riskPct))
    return { kind: 'wrong', problems: [stop, targets, riskPct].filter(isProblem) };
  return { kind: 'adjusted', signal, riskPct };
}

/** What a denial of the changed plan is about. */
export function problemOf(denial: Denial, t: Catalogue): Problem {
  return { field: deniedField(denial), why: `${denial.code}: ${t.denials[denial.code](denial.numbers)}` };
}

function deniedField({ code, numbers }: Denial): Adjustable | null {
  switch (code) {
    case 'no_stop':
    case 'stop_too_far':
    case 'liquidation_too_near':
      return 'stop';
    case 'reward_too_small':
      return 'targets';
    case 'target_passed':
      return numbers.passed === 'stop' ? 'stop' : 'targets';
    case 'price_out_of_range':
      return numbers.of === 'stop' ? 'stop' : null;
    case 'size_too_small':
    case 'notional_limit':
    case 'risk_limit':
    case 'balance_too_small':
      return 'size';
    default:
      return null;
  }
}

/** How each field is to be written. */
export function hintsOf(plan: Plan, t: Catalogue): Record<Adjustable, string> {
  const asset = sizeText(plan).split(' ')[1] ?? plan.symbol;
  return { stop: t.adjust.stopHint, targets: t.adjust.targetsHint, size: t.adjust.sizeHint(asset) };
}

interface Reader {
  signal: Signal;
  hints: Record<Adjustable, string>;
  read: Read;
  t: Catalogue;
}

function isProblem(value: object | null): value is Problem {
  return value !== null && 'why' in value;
}

function readStop(reader: Reader, text: string): Level | Problem {
  const line = oneLine(text);
  if (line === '') return { field: 'stop', why: reader.t.adjust.empty(reader.hints.stop) };
  const read = readAs(reader, [`SL: ${line}`], 'stop');
  if (isProblem(read)) return read;
  return (
    read.stopLoss ?? { field: 'stop', why: reader.t.adjust.unreadable(quote(text, 100), reader.hints.stop) }
  );
}

/** None at all is allowed: the stop alone closes it then. */
function readTargets(reader: Reader, text: string): Target[] | Problem {
  const lines = text
    .split(/[\n;|/、；]+|[,，]\s+/)
    .map(oneLine)
    .filter((line) => line !== '');
  if (lines.length === 0) return [];
  const stop = reader.signal.stopLoss ? [`SL: ${levelText(reader.signal.stopLoss)}`] : [];
  const labelled = lines.map((line, index) => `TP${index + 1}: ${line}`);
  const read = readAs(reader, [...stop, ...labelled], 'targets');
  if (isProblem(read)) return read;
  if (read.takeProfits.length === lines.length) return read.takeProfits;
  const unread = lines.find((line) => !/\d/.test(line)) ?? text;
  return { field: 'targets', why: reader.t.adjust.unreadable(quote(unread, 100), reader.hints.targets) };
}

/** The signal with these lines in place of its exits, as the parser reads it. */
function readAs(
  { signal, hints, read, t }: Reader,
  exits: readonly string[],
  field: Adjustable,
): Signal | Problem {
  const entry = signal.entry.type === 'market' ? 'market' : entryText(signal.entry, t).replaceAll('–', ' - ');
  const content = [`${signal.symbol} ${signal.side.toUpperCase()}`, `Entry: ${entry}`, ...exits].join('\n');
  const { reading } = read({ content, embeds: [] });
  if (reading.kind === 'invalid') return { field, why: invalidText(reading, t) };
  const [found] = reading.kind === 'signal' ? reading.signals : [];
  if (!found || found.symbol !== signal.symbol || found.side !== signal.side)
    return { field, why: t.adjust.unreadable(quote(exits.map(withoutLabel).join(' '), 100), hints[field]) };
  return found;
}

function invalidText({ reason, numbers = {} }: Contradiction, t: Catalogue): string {
  const typed = numbers.text === undefined ? {} : { text: withoutLabel(numbers.text) };
  return `${reason}: ${t.invalids[reason]({ ...numbers, ...typed })}`;
}

/** The labels are ours: what was typed is what stands behind them. */
function withoutLabel(line: string): string {
  return line.replace(/^(SL|TP\d+): /, '');
}

/** A quantity, or a part of the planned one, as the share of equity that it would lose at the stop. */
function readSize(
  { plan }: Proposal,
  signal: Signal,
  text: string,
  maxRiskPct: Decimal,
  t: Catalogue,
): Decimal | Problem {
  const [, digits = '', part] =
    /^(\d[\d.,]*)\s*(%?)(?:\s*[\p{L}\d]{1,20})?$/u.exec(text.normalize('NFKC').trim()) ?? [];
  const number = numberOf(digits);
  const hint = hintsOf(plan, t).size;
  if (text.trim() === '') return { field: 'size', why: t.adjust.empty(hint) };
  if (number === null || number.lte(0))
    return { field: 'size', why: t.adjust.unreadable(quote(text, 100), hint) };
  const quantity = part ? plan.quantity.times(number).div(100) : number;
  const distance = plan.entryPrice.minus(stopPriceOf(signal, plan) ?? plan.stopPrice).abs();
  // Up: what becomes a quantity again is rounded down to the step, and must not lose one.
  const riskPct = quantity
    .times(distance)
    .div(plan.equity)
    .times(100)
    .toDecimalPlaces(RISK_PLACES, Decimal.ROUND_UP);
  if (riskPct.lte(maxRiskPct.times('1.000001'))) return Decimal.min(riskPct, maxRiskPct);
  const most = plan.equity
    .times(maxRiskPct)
    .div(100)
    .div(distance)
    .toSignificantDigits(4, Decimal.ROUND_DOWN);
  const asset = sizeText(plan).split(' ')[1] ?? '';
  return {
    field: 'size',
    why: t.adjust.tooMuch(percent(riskPct), percent(maxRiskPct), `${price(most)} ${asset}`.trim()),
  };
}

/** `1,500.5`, `0.5`, or `0,5` as much of the world writes it; null for anything else. */
function numberOf(text: string): Decimal | null {
  if (/^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(text)) return new Decimal(text.replaceAll(',', ''));
  return /^\d+([.,]\d+)?$/.test(text) ? new Decimal(text.replace(',', '.')) : null;
}

/** On the plan's scale: the author may have meant the single coin of what is listed by the thousand. */
function stopPriceOf({ stopLoss, side }: Signal, plan: Plan): Decimal | null {
  if (stopLoss === null) return null;
  if ('price' in stopLoss) return stopLoss.price.times(factorOf(plan));
  return moved(side, plan.entryPrice, stopLoss.percent.negated());
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
