import { readFileSync } from 'node:fs';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { EmbedText } from '../../../src/trading/signals/message-text.ts';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { readingToJson } from '../../../src/trading/signals/reading-json.ts';

/** A line of the corpus; see test/corpus/README.md. */
export interface Case {
  readonly id: string;
  readonly lang: 'en' | 'zh' | 'other';
  readonly kind: 'signal' | 'update' | 'invalid' | 'none';
  readonly content: string;
  readonly embeds: readonly EmbedText[];
  readonly expect: Json;
  readonly tags: readonly string[];
  readonly hints?: {
    readonly trigger?: string;
    readonly alsoAccept?: readonly string[];
    readonly referencePrice?: string;
  };
}

type Json = Readonly<Record<string, unknown>>;

export function readCorpus(name: string): readonly Case[] {
  const text = readFileSync(new URL(`../../corpus/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case);
}

export const CORPUS_FILES = [
  'signals',
  'updates',
  'none',
  'invalid',
  'own',
  'talk',
  'held-out',
  'held-out-2',
  'held-out-3',
  'held-out-4',
  'held-out-5',
  'held-out-6',
  'held-out-7',
  'held-out-8',
  'held-out-9',
  'held-out-10',
  'held-out-11',
  'held-out-12',
  'held-out-13',
  'held-out-14',
] as const;

/** What `parse` writes for a case. */
export function read(each: Case): Json {
  return readingToJson(each.id, parseMessage({ content: each.content, embeds: each.embeds }).reading) as Json;
}

/** Everything in which a reading differs from what is expected; empty if it is exact. */
export function differences(got: Json, each: Case): readonly string[] {
  if (got.kind !== each.kind) return [`kind ${String(got.kind)}`];
  switch (each.kind) {
    case 'none':
      return [];
    case 'invalid': {
      const accepted = [each.expect.reason, ...(each.hints?.alsoAccept ?? [])];
      return accepted.includes(got.reason) ? [] : [`reason ${String(got.reason)}`];
    }
    case 'update':
      return differs(got.updates, each.expect.updates) ? ['updates'] : [];
    case 'signal':
      return signalDifferences(list(got.signals), list(each.expect.signals), each.hints?.trigger ?? null);
  }
}

const FIELDS = ['symbol', 'side', 'entry', 'stopLoss', 'takeProfits', 'leverage', 'marginMode'];

function signalDifferences(
  got: readonly unknown[],
  want: readonly unknown[],
  trigger: string | null,
): readonly string[] {
  if (got.length !== want.length) return [`${got.length} signals`];
  return want.flatMap((expected, index) => {
    const signal = record(got[index]);
    const fields = FIELDS.filter((field) =>
      differs(comparable(field, signal, record(expected)), record(expected)[field] ?? null),
    );
    return signal.trigger === trigger ? fields : [...fields, 'trigger'];
  });
}

/** A field as it was read; shares of a ladder's prices count only where the corpus tells them. */
function comparable(field: string, got: Json, want: Json): unknown {
  const value = got[field] ?? null;
  if (field !== 'entry' || record(want.entry).shares !== undefined) return value;
  return value === null ? null : { ...record(value), shares: undefined };
}

const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isAmount = (value: unknown): value is string =>
  typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);

/** Deep comparison in which amounts are compared as decimals. */
function differs(got: unknown, want: unknown): boolean {
  if (isAmount(got) && isAmount(want)) return !new Decimal(got).eq(want);
  if (Array.isArray(got) && Array.isArray(want))
    return got.length !== want.length || got.some((each, index) => differs(each, want[index]));
  if (typeof got === 'object' && typeof want === 'object' && got !== null && want !== null) {
    const keys = new Set([...Object.keys(got), ...Object.keys(want)]);
    return [...keys].some((key) => differs(record(got)[key], record(want)[key]));
  }
  return got !== want;
}
