import type { Decimal } from '../decimal.ts';
import type { Reading, Signal } from '../model.ts';
import { readAlert } from './alerts.ts';
import { type Block, splitBlocks } from './blocks.ts';
import { holdsEntry, isManagement, isPartOfCall, listsReached, tellsResults } from './call-or-order.ts';
import { type Evidence, evidenceOf, reasonEvidence } from './evidence.ts';
import type { Fact } from './facts.ts';
import { tellsMoney } from './guard-marks.ts';
import { type Refusal, refusal } from './guards.ts';
import { flatten, type MessageText } from './message-text.ts';
import { type NormalText, normalise } from './normalise.ts';
import { preambleRefusal } from './preamble.ts';
import { type Recognised, recognise } from './recognise.ts';
import { type Refined, refine } from './refine.ts';
import { type Resolution, resolveBlock, symbolOf } from './resolve.ts';
import { stopWords } from './stop-words.ts';
import { BUNDLED_SYMBOLS, type SymbolList } from './symbols.ts';
import { hasAny, type Token } from './token.ts';
import { MAX_TOKENS, tokenise } from './tokens.ts';
import { notUnderstood, unknownWords } from './understood.ts';
import { resolveUpdates } from './update-resolve.ts';
import { type FoundUpdate, findUpdates } from './updates.ts';

export type { Evidence } from './evidence.ts';
export type { MessageText } from './message-text.ts';

export interface ParseContext {
  /** Coins known to exist; a coin that is not in it is read only where it is marked (`#FOO/USDT`). */
  readonly listed: SymbolList;
}

export interface Parsed {
  readonly reading: Reading;
  /** Which words gave which field; for none and invalid, the reason as a short code. */
  readonly evidence: readonly Evidence[];
}

const BUNDLED: ParseContext = { listed: BUNDLED_SYMBOLS };

/** Says what a message means. Pure, never throws, linear in the length of the message. */
export function parseMessage(message: MessageText, context: ParseContext = BUNDLED): Parsed {
  const normal = normalise(flatten(message));
  const alert = normal.quoted.size === 0 ? readAlert(normal.text, context.listed) : null;
  if (alert !== null) return { reading: alert, evidence: reasonEvidence('alert', null, normal) };
  if (/\{\{[^{}\n]{1,80}\}\}/.test(normal.text))
    return { reading: { kind: 'none' }, evidence: reasonEvidence('template', null, normal) };
  const { list, decimalComma } = tokenise(normal.text, context.listed);
  if (list.length > MAX_TOKENS)
    return { reading: { kind: 'none' }, evidence: reasonEvidence('too_long', null, normal) };
  const refined = refine(withoutQuotes(list, normal), decimalComma, context.listed);
  const preamble = preambleRefusal(refined.tokens);
  if (preamble !== null) return none(preamble, normal);
  const recognised = recognise(refined);
  const found = findUpdates(refined).filter((update) => !holdsEntry(update, recognised.facts));
  return (
    readSignals(refined, recognised, found, normal) ??
    readUpdates(refined, found, recognised.facts, normal, quotedCoin(list, normal))
  );
}

/**
 * Block quotes are someone's earlier words. Where the message itself names coin or side and the quote does not, the
 * quote is only the author's layout.
 */
function withoutQuotes(tokens: readonly Token[], normal: NormalText): readonly Token[] {
  if (normal.quoted.size === 0) return tokens;
  const names = (token: Token): boolean =>
    token.symbol !== null || hasAny(token, 'long', 'short', 'buy', 'sell');
  const own = tokens.filter((token) => !normal.quoted.has(token.line));
  const headed = own.some((token) => token.symbol !== null);
  const quotedNames = tokens.some((token) => normal.quoted.has(token.line) && names(token));
  return headed && !quotedNames ? tokens : own;
}

/** The coin of the words that are quoted, which "closing this one" below them is about; null if they name none or several. */
function quotedCoin(tokens: readonly Token[], normal: NormalText): string | null {
  const coins = new Set(
    tokens.flatMap((token) =>
      token.symbol === null || !normal.quoted.has(token.line) ? [] : [token.symbol.symbol],
    ),
  );
  const [coin] = coins;
  return coins.size === 1 && coin !== undefined ? coin : null;
}

/** A signal, an invalid one, or null if the message is neither. */
function readSignals(
  refined: Refined,
  recognised: Recognised,
  found: readonly FoundUpdate[],
  normal: NormalText,
): Parsed | null {
  const { facts } = recognised;
  const resolutions = resolveAll(facts, conditionalLines(refined.tokens));
  const signals = resolutions.flatMap((each) => (each.kind === 'signal' ? [each] : []));
  const invalid = resolutions.find((each) => each.kind === 'invalid');
  if (signals.length === 0 && invalid === undefined) return null;
  const labelled = Math.max(
    ...signals.map(({ labels }) => Number(labels.entry) + Number(labels.stop) + Number(labels.targets)),
    invalid === undefined ? 0 : 2,
  );
  if (isManagement(found, facts, signals.length > 0)) return null;
  const refused =
    refusal(refined.tokens, facts, labelled) ??
    (invalid === undefined ? sparseRefusal(signals, refined, recognised) : null);
  // A post that shows its levels again with marks of what was reached still orders what it orders.
  if (refused?.code === 'result' && found.some((update) => !update.status && update.action !== 'set_targets'))
    return null;
  if (refused !== null) return none(refused, normal);
  if (invalid?.kind === 'invalid') return invalidReading(invalid, refined, normal);
  return {
    reading: { kind: 'signal', signals: distinct(withStopWords(signals, refined.tokens, normal)) },
    evidence: signals.flatMap((each) => evidenceOf(each.facts, refined.tokens, normal)),
  };
}

/** What cannot be read as a stop is kept: whoever is told that there is none wants to know of it. */
function withStopWords(
  signals: readonly Extract<Resolution, { kind: 'signal' }>[],
  tokens: readonly Token[],
  normal: NormalText,
): Signal[] {
  const starts = signals.map(({ facts }) => Math.min(...facts.map(({ at }) => at)));
  return signals.map(({ signal }, index) => {
    if (signal.stopLoss !== null) return signal;
    const words = stopWords(tokens.slice(index === 0 ? 0 : starts[index], starts[index + 1]), normal);
    return words === null ? signal : { ...signal, stopWords: words };
  });
}

/** Nobody posts more calls in one message, or puts more into one call. */
const MAX_BLOCKS = 40;
const MAX_FACTS_IN_BLOCK = 300;

function resolveAll(facts: readonly Fact[], ignoredLines: ReadonlySet<number>): readonly Resolution[] {
  let inherited: string | null = null;
  let lastPrice: Decimal | null = null;
  const blocks = splitBlocks(facts);
  if (blocks.length > MAX_BLOCKS) return [];
  return blocks.map((block): Resolution => {
    if (block.length > MAX_FACTS_IN_BLOCK) return { kind: 'nothing', code: 'too_long' };
    const price = firstPrice(block);
    const own = symbolOf(block);
    // Prices of another size belong to another coin, whose name was not understood.
    const resembles = price === null || lastPrice === null || isNear(price, lastPrice);
    const resolution = resolveBlock(block, resembles ? inherited : null, ignoredLines);
    inherited = own ?? inherited;
    lastPrice = price ?? lastPrice;
    return resolution;
  });
}

const firstPrice = (block: Block): Decimal | null =>
  block.flatMap((fact) =>
    fact.kind === 'prices' ? fact.list.values.filter((value) => value.kind === 'price') : [],
  )[0]?.amount ?? null;

const isNear = (a: Decimal, b: Decimal): boolean => a.lt(b.times(3)) && b.lt(a.times(3));

/** Lines that begin with a condition say what may happen later; their sides are not the call's. */
function conditionalLines(tokens: readonly Token[]): ReadonlySet<number> {
  const lines = new Set<number>();
  const started = new Set<number>();
  for (const token of tokens) {
    if (started.has(token.line) || token.kind === 'emoji' || token.kind === 'punct') continue;
    started.add(token.line);
    if (token.line > 0 && hasAny(token, 'if', 'not', 'past')) lines.add(token.line);
  }
  return lines;
}

/** One or no labelled part: the rest of the message must be understood, or short. */
function sparseRefusal(
  signals: readonly Extract<Resolution, { kind: 'signal' }>[],
  refined: Refined,
  recognised: Recognised,
): Refusal | null {
  const sparsest = Math.min(...signals.map(({ labels }) => Number(labels.stop) + Number(labels.targets)));
  if (sparsest === 0)
    return notUnderstood(
      refined.tokens,
      recognised.used,
      signals.map((each) => each.facts),
    );
  return sparsest === 1 && unknownWords(refined.tokens) > 12 ? { code: 'not_understood', token: null } : null;
}

function distinct(signals: Signal[]): Signal[] {
  if (signals.length < 2) return signals;
  const seen = new Set<string>();
  return signals.filter((signal) => {
    const key = JSON.stringify(signal);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function readUpdates(
  refined: Refined,
  found: readonly FoundUpdate[],
  facts: readonly Fact[],
  normal: NormalText,
  quoted: string | null,
): Parsed {
  const isReport =
    listsReached(found, facts) ||
    tellsResults(refined.tokens, found) ||
    (showsEntryPrice(facts) && tellsMoney(refined.tokens));
  const impossible = found.find(isImpossible);
  const orders = found.filter((update) => !isPartOfCall(update, facts) && !isImpossible(update));
  const updates = isReport ? [] : resolveUpdates(orders, refined.tokens, quoted);
  if (updates.length === 0 && impossible?.fraction != null && !isReport)
    return {
      reading: {
        kind: 'invalid',
        reason: 'part_out_of_range',
        numbers: { part: impossible.fraction.times(100).toFixed() },
      },
      evidence: reasonEvidence('part_out_of_range', impossible.clause.tokens, normal),
    };
  if (updates.length === 0)
    return {
      reading: { kind: 'none' },
      evidence: reasonEvidence(isReport ? 'result' : 'no_signal', null, normal),
    };
  return {
    reading: { kind: 'update', updates },
    evidence: found.flatMap((update) => reasonEvidence(update.action, update.clause.tokens, normal)),
  };
}

/** "Close 150% of SOL": nothing is closed by a number that is no part. */
const isImpossible = ({ fraction }: FoundUpdate): boolean =>
  fraction !== null && (fraction.lte(0) || fraction.gt(1));

/** With the money that it has brought, a trade from its entry on is history. */
const showsEntryPrice = (facts: readonly Fact[]): boolean =>
  facts.some((fact) => fact.kind === 'prices' && fact.field === 'entry' && fact.list.values.length > 0);

function none(refused: Refusal, normal: NormalText): Parsed {
  return {
    reading: { kind: 'none' },
    evidence: reasonEvidence(refused.code, refused.token === null ? null : [refused.token], normal),
  };
}

function invalidReading(
  { reason, numbers, fact }: Extract<Resolution, { kind: 'invalid' }>,
  refined: Refined,
  normal: NormalText,
): Parsed {
  const words = fact === null ? null : refined.tokens.slice(fact.at, fact.end);
  const evidence = reasonEvidence(reason, words, normal);
  const text = reason === 'number_unreadable' ? evidence[0]?.text.slice(0, MAX_QUOTE) : undefined;
  const said = { ...numbers, ...(text ? { text } : {}) };
  return {
    reading:
      Object.keys(said).length === 0
        ? { kind: 'invalid', reason }
        : { kind: 'invalid', reason, numbers: said },
    evidence,
  };
}

/** Characters of a number that cannot be read that are told. */
const MAX_QUOTE = 60;
