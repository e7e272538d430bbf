import type { Reading, Signal, Update } from '../trading/model.ts';
import type { Evidence } from '../trading/signals/parse.ts';
import { percent, quote } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { entryText, levelText, sideWord, signalLine, targetText } from './plan-view.ts';
import { requestText } from './requests.ts';
import { requestOf } from './updates.ts';

/** A reading field by field, each with the words that gave it. */

type Field = 'symbol' | 'side' | 'entry' | 'stop' | 'targets' | 'leverage' | 'marginMode' | 'trigger';

const WORDS_SHOWN = 4;
const WORDS_LENGTH = 60;

export function readingLines(reading: Reading, evidence: readonly Evidence[], t: Catalogue): string[] {
  switch (reading.kind) {
    case 'none':
      return [noneText(evidence, t)];
    case 'invalid':
      return [`${t.invalid}${t.colon}${t.invalids[reading.reason](reading.numbers ?? {})}${arrow(evidence)}`];
    case 'update':
      return reading.updates.map(
        (update) => `${updateText(update, t)}${arrow(evidence.filter(({ code }) => code === update.action))}`,
      );
    case 'signal': {
      const [only] = reading.signals;
      if (only && reading.signals.length === 1) return fieldLines(only, evidence, t);
      // The words of several signals cannot be told apart: they follow in the order of the message.
      return [
        ...reading.signals.map((signal) => signalLine(signal, t)),
        ...evidence.map((one) => `${fieldName(fieldOf(one.field, 'long'), t)}${arrow([one])}`),
      ];
    }
  }
}

/** Why a message gives no order, in words. */
export function noneText(evidence: readonly Evidence[], t: Catalogue): string {
  const code = evidence.find(({ field }) => field === 'reason')?.code ?? 'no_signal';
  return `${t.decision.noSignal(t.decision.reasons[code] ?? code)}${arrow(evidence)}`;
}

/** `BTCUSDT: move the stop to 64000` */
export function updateText(update: Update, t: Catalogue): string {
  const request = requestOf(update);
  const what =
    request === null || request === 'how_much' ? t.decision.actions[update.action] : requestText(request, t);
  const whom = [
    update.symbol,
    update.scope ? t.decision.allTrades[update.scope] : null,
    update.except?.length ? t.decision.except(update.except.join(', ')) : null,
  ].filter((part) => part !== null);
  return whom.length === 0 ? what : `${whom.join(' ')}${t.colon}${what}`;
}

function fieldLines(signal: Signal, evidence: readonly Evidence[], t: Catalogue): string[] {
  const values: [Field, string | null][] = [
    ['symbol', signal.symbol],
    ['side', sideWord(signal.side, t)],
    ['entry', entryText(signal.entry, t) + sharesText(signal)],
    ['trigger', signal.trigger && t.decision.triggers[signal.trigger]],
    ['stop', signal.stopLoss ? levelText(signal.stopLoss) : '–'],
    ['targets', signal.takeProfits.map(targetText).join(' / ') || '–'],
    ['leverage', signal.leverage === null ? null : `${signal.leverage}x`],
    ['marginMode', signal.marginMode && t.plan[signal.marginMode]],
  ];
  return values.flatMap(([name, value]) => {
    if (value === null) return [];
    const words = evidence.filter(({ field }) => fieldOf(field, signal.side) === name);
    return [`**${fieldName(name, t)}** ${value}${arrow(words)}`];
  });
}

function sharesText({ entry }: Signal): string {
  if (entry.type !== 'limit' || !entry.shares) return '';
  return ` (${entry.shares.map(percent).join(' / ')})`;
}

/** The parser names prices by their label; whether "sell at" is entry or target follows from the side. */
function fieldOf(name: string, side: Signal['side']): Field {
  switch (name) {
    case 'symbol':
    case 'side':
    case 'stop':
    case 'leverage':
    case 'marginMode':
    case 'trigger':
      return name;
    case 'target':
    case 'closeAt':
      return 'targets';
    case 'exitAt':
      return 'stop';
    case 'buyAt':
      return side === 'long' ? 'entry' : 'targets';
    case 'sellAt':
      return side === 'long' ? 'targets' : 'entry';
    default:
      return 'entry';
  }
}

function fieldName(name: Field, t: Catalogue): string {
  switch (name) {
    case 'symbol':
    case 'side':
    case 'trigger':
      return t.decision[name];
    case 'entry':
    case 'stop':
    case 'targets':
    case 'leverage':
      return t.plan[name];
    case 'marginMode':
      return t.plan.margin;
  }
}

/** ` ← “SL 63000”`; empty where no word stands behind it. */
function arrow(evidence: readonly Evidence[]): string {
  const words = [...new Set(evidence.map(({ text }) => text).filter((text) => text !== ''))];
  if (words.length === 0) return '';
  const shown = words.slice(0, WORDS_SHOWN).map((text) => `“${quote(text, WORDS_LENGTH)}”`);
  return ` ← ${shown.join(', ')}${words.length > WORDS_SHOWN ? ' …' : ''}`;
}
