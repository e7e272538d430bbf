import { describe, expect, test } from 'vitest';
import type { Reading, Signal } from '../../../src/trading/model.ts';
import { parseMessage } from '../../../src/trading/signals/parse.ts';
import { type Case, CORPUS_FILES, read, readCorpus } from './compare.ts';
import { inTraditional, REWRITINGS } from './rewritings.ts';

/** Alerts of programs, tables and quotations have a form that a rewriting breaks. */
const isFree = ({ content }: Case): boolean => content !== '' && !/^\s*\{|```|^\||^\s*>|~~|<:/m.test(content);

const readingOf = (content: string): Reading => parseMessage({ content }).reading;
const cases = CORPUS_FILES.flatMap((file) => readCorpus(file)).filter(isFree);
const calls = cases
  .filter((each) => each.kind === 'signal')
  .map((each) => ({ ...each, before: readingOf(each.content) }))
  .filter((each) => each.before.kind === 'signal');

/** What must not change: what is traded, which way, from where and up to where it may go wrong. */
const core = ({ symbol, side, entry, stopLoss }: Signal): string =>
  JSON.stringify({ symbol, side, entry, stopLoss });

/** Why a rewritten call is dangerous; null where it is read as before or not at all. */
function danger(before: Reading, after: Reading): string | null {
  if (after.kind === 'update') return `an order: ${after.updates.map((update) => update.action).join()}`;
  if (before.kind !== 'signal' || after.kind !== 'signal') return null;
  const known = before.signals.map(core);
  const unknown = after.signals.filter(
    (signal) =>
      !known.includes(core(signal)) && !(signal.stopLoss === null && isWithoutStop(signal, before.signals)),
  );
  return unknown[0] === undefined ? null : `another call: ${core(unknown[0])}`;
}

const isWithoutStop = (signal: Signal, before: readonly Signal[]): boolean =>
  before.some((each) => core({ ...each, stopLoss: null }) === core(signal));

describe.each(Object.entries(REWRITINGS))('%s', (_, rewrite) => {
  test('makes no order of a call, and never another call', () => {
    const dangers = calls.flatMap(({ id, content, before }) => {
      const found = danger(before, readingOf(rewrite(content)));
      return found === null ? [] : [`${id}: ${found}`];
    });
    expect(dangers).toEqual([]);
  });

  test('makes no call of a message that is none', () => {
    const taken = cases.filter(
      (each) => each.kind !== 'signal' && readingOf(rewrite(each.content)).kind === 'signal',
    );
    expect(taken.map((each) => each.id)).toEqual([]);
  });
});

test('a Chinese message means in traditional characters what it means in simplified ones', () => {
  const chinese = CORPUS_FILES.flatMap((file) => readCorpus(file)).filter(({ lang }) => lang === 'zh');
  const changed = chinese.filter((each) => {
    const [before, after] = [read(each), read({ ...each, content: inTraditional(each.content) })];
    return JSON.stringify(before) !== JSON.stringify(after);
  });
  expect(chinese.length).toBeGreaterThan(500);
  expect(changed.map(({ id }) => id)).toEqual([]);
});
