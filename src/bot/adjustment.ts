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
  const reader = { signal: proposal.signal, read, t };
  const stop = fields.stop.trim() === shown.stop ? proposal.signal.stopLoss : readStop(reader, fields.stop);
  if (isProblem(stop)) return { kind: 'wrong', problems: [stop] };
  const changed: Signal = { ...proposal.signal, stopLoss: stop };
  const targets =
    fields.targets.trim() === shown.targets && stop === proposal.signal.stopLoss
      ? changed.takeProfits
      : readTargets({ ...reader, signal: changed }, fields.targets);
  if (isProblem(targets)) return { kind: 'wrong', problems: [targets] };
  const signal: Signal = { ...changed, takeProfits: targets };
  if (fields.size.trim() === shown.size)
    return { kind: 'adjusted', signal, riskPct: proposal.riskPct ?? null };
  const riskPct = readSize(proposal, signal, fields.size, maxRiskPct, t);
  return isProblem(riskPct) ? { kind: 'wrong', problems: [riskPct] } : { kind: 'adjusted', signal, riskPct };
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

interface Reader {
  signal: Signal;
  read: Read;
  t: Catalogue;
}

function isProblem(value: object | null): value is Problem {
  return value !== null && 'why' in value;
}

function readStop(reader: Reader, text: string): Level | Problem {
  const line = oneLine(text);
  if (line === '') return { field: 'stop', why: reader.t.adjust.empty };
  const read = readAs(reader, [`SL: ${line}`], 'stop');
  if (isProblem(read)) return read;
  return read.stopLoss ?? { field: 'stop', why: reader.t.adjust.unreadable(quote(text, 100)) };
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
  return { field: 'targets', why: reader.t.adjust.unreadable(quote(unread, 100)) };
}

/** The signal with these lines in place of its exits, as the parser reads it. */
function readAs({ signal, read, t }: Reader, exits: readonly string[], field: Adjustable): Signal | Problem {
  const entry = signal.entry.type === 'market' ? 'market' : entryText(signal.entry, t).replaceAll('–', ' - ');
  const content = [`${signal.symbol} ${signal.side.toUpperCase()}`, `Entry: ${entry}`, ...exits].join('\n');
  const { reading } = read({ content, embeds: [] });
  if (reading.kind === 'invalid') return { field, why: invalidText(reading, t) };
  const [found] = reading.kind === 'signal' ? reading.signals : [];
  if (!found || found.symbol !== signal.symbol || found.side !== signal.side)
    return { field, why: t.adjust.unreadable(quote(exits.join(' '), 100)) };
  return found;
}

/** The labels are ours: what was typed is what stands behind them. */
function invalidText({ reason, numbers = {} }: Contradiction, t: Catalogue): string {
  const typed = numbers.text === undefined ? {} : { text: numbers.text.replace(/^(SL|TP\d+): /, '') };
  return `${reason}: ${t.invalids[reason]({ ...numbers, ...typed })}`;
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
  if (text.trim() === '') return { field: 'size', why: t.adjust.empty };
  if (number === null || number.lte(0)) return { field: 'size', why: t.adjust.unreadable(quote(text, 100)) };
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
