import { z } from 'zod';
import {
  type Contradiction,
  invalidReason,
  type Reading,
  type Signal,
  signal,
  type Update,
  update,
} from '../trading/model.ts';
import type { Receipt } from './records.ts';

/**
 * The meaning of a message in canonical text: edits that only mend the wording, unfurl a link or change what is no
 * order (a reference price, the price a close is said to happen at) leave it as it is.
 */

export function meaningOf(reading: Reading): string {
  switch (reading.kind) {
    case 'none':
      return '';
    case 'invalid':
      return `invalid ${reading.reason}${reading.numbers ? ` ${JSON.stringify(reading.numbers)}` : ''}`;
    case 'signal':
      return reading.signals.map(signalMeaning).join('\n');
    case 'update':
      return reading.updates.map(updateMeaning).join('\n');
  }
}

export function signalMeaning({ stopWords: _, ...signal }: Signal): string {
  const entry = signal.entry.type === 'market' ? { type: 'market' } : signal.entry;
  return JSON.stringify({ ...signal, entry });
}

/** Without what is only followed, never ordered differently: two signals that differ in their targets alone. */
export function meaningBesidesTargets(signal: Signal): string {
  return signalMeaning({ ...signal, takeProfits: [] });
}

export function updateMeaning(update: Update): string {
  const closes = update.action === 'close' || update.action === 'close_partial';
  const { price, ...rest } = update;
  return JSON.stringify(closes ? rest : { ...rest, price });
}

/** The updates that an edit has added. */
export function newUpdates(updates: readonly Update[], oldMeaning: string): Update[] {
  const known = new Set(oldMeaning.split('\n'));
  return updates.filter((update) => !known.has(updateMeaning(update)));
}

function contradictionOf(meaning: string): Contradiction {
  const [, reason, numbers] = meaning.match(/^invalid (\S+)(?: (.*))?$/s) ?? [];
  return {
    reason: invalidReason.parse(reason),
    ...(numbers === undefined
      ? {}
      : { numbers: z.record(z.string(), z.string()).parse(JSON.parse(numbers)) }),
  };
}

/** The reading that a receipt tells of, without what is no part of its meaning. */
export function readingOf({ kind, meaning }: Pick<Receipt, 'kind' | 'meaning'>): Reading {
  const rows = (): unknown[] => meaning.split('\n').map((line): unknown => JSON.parse(line));
  switch (kind) {
    case 'none':
      return { kind };
    case 'invalid':
      return { kind, ...contradictionOf(meaning) };
    case 'signal':
      return { kind, signals: signal.array().parse(rows()) };
    case 'update':
      return { kind, updates: update.array().parse(rows()) };
  }
}
