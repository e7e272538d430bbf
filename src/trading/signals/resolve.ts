import { Decimal } from '../decimal.ts';
import type { Contradiction, InvalidReason, Level, MarginMode, Side, Signal } from '../model.ts';
import type { Block } from './blocks.ts';
import { contradictionOf } from './check.ts';
import { pricesFacts, type ResolvedEntry, resolveEntry } from './entry.ts';
import { entryPrices, resolveStop, resolveTargets, signContradiction, targetValues } from './exits.ts';
import type { Fact } from './facts.ts';
import type { SymbolMarker } from './lex-symbol.ts';
import { isWordLike } from './symbols.ts';

export type Resolution =
  | {
      readonly kind: 'signal';
      readonly signal: Signal;
      readonly facts: readonly Fact[];
      readonly labels: Labels;
    }
  | ({ readonly kind: 'invalid'; readonly fact: Fact | null } & Contradiction)
  | { readonly kind: 'nothing'; readonly code: string };

/** Which parts of a signal carry a label of their own; the fewer, the more the rest of the message must be understood. */
export interface Labels {
  readonly entry: boolean;
  readonly stop: boolean;
  readonly targets: boolean;
}

const RANK: Record<SymbolMarker, number> = { pair: 3, tag: 3, bare: 2, tagUnlisted: 1 };

/** `PEPE (1000PEPE)`: the contract that is traded, behind the name of its coin. */
const isContractOf = (symbol: string, coin: string): boolean =>
  /^10{3,6}[A-Z]/.test(symbol) && symbol.replace(/^10+/, '') === coin;

export function symbolOf(block: Block): string | null {
  let best: { symbol: string; rank: number } | null = null;
  for (const fact of block) {
    if (fact.kind !== 'symbol') continue;
    const wordLike = fact.shape.marker === 'bare' && isWordLike(fact.shape.base) ? 0.5 : 0;
    const found = { symbol: fact.shape.symbol, rank: RANK[fact.shape.marker] - wordLike };
    if (best === null || found.rank > best.rank) best = found;
    else if (isContractOf(found.symbol, best.symbol)) best = { symbol: found.symbol, rank: best.rank };
  }
  return best?.symbol ?? null;
}

/**
 * Makes one trade idea of the facts of a block.
 * @param inherited the coin of the call before, for later calls that leave theirs out
 * @param ignoredLines lines whose side words are conditions or remarks
 */
export function resolveBlock(
  block: Block,
  inherited: string | null,
  ignoredLines: ReadonlySet<number>,
): Resolution {
  const facts = pricesFacts(block);
  const labels = labelsOf(block);
  const count = Number(labels.entry) + Number(labels.stop) + Number(labels.targets);
  const symbol = symbolOf(block) ?? inherited;
  const stated = statedSide(block, ignoredLines);
  if (facts.some((fact) => fact.list.placeholder)) return { kind: 'nothing', code: 'template' };
  const prices = facts.flatMap((fact) => fact.list.values.filter((value) => value.kind === 'price'));
  // `Entry: 0.0000`, `SL: 0.0000`: a form that is not filled in.
  if (prices.length > 1 && prices.every((value) => value.amount.isZero()))
    return { kind: 'nothing', code: 'template' };
  const unreadable = facts.find(
    (fact) => fact.list.unreadable !== null && (fact.field !== 'bare' || fact.adjacent),
  );
  if (unreadable !== undefined)
    return count >= 1 && (symbol !== null || stated !== null)
      ? invalid('number_unreadable', unreadable)
      : { kind: 'nothing', code: 'no_signal' };
  if (stated === 'conflict')
    return count >= 2 || (symbol !== null && labels.entry)
      ? invalid('side_conflict', null)
      : { kind: 'nothing', code: 'both_sides' };
  const entry = resolveEntry(block, stated);
  const side =
    stated ??
    (labels.entry || (labels.stop && labels.targets) || entry?.entry.type === 'market'
      ? inferredSide(block, entry)
      : emojiSide(block));
  if (symbol === null)
    return side !== null && entry !== null && count >= 2
      ? invalid('symbol_missing', null)
      : { kind: 'nothing', code: 'no_symbol' };
  if (entry === null)
    return side !== null && stated !== null && labels.stop && labels.targets
      ? invalid('entry_missing', null)
      : { kind: 'nothing', code: 'no_entry' };
  if (side === null)
    return labels.entry && (labels.stop || labels.targets || leverageOf(block) !== null)
      ? invalid('side_missing', null)
      : { kind: 'nothing', code: 'no_side' };
  return complete(block, symbol, side, entry, labels);
}

const invalid = (reason: InvalidReason, fact: Fact | null): Resolution => ({ kind: 'invalid', reason, fact });

function labelsOf(block: Block): Labels {
  const facts = pricesFacts(block);
  const filled = facts.filter(
    (fact) =>
      fact.list.values.length > 0 ||
      fact.list.market ||
      fact.list.unreadable !== null ||
      fact.list.placeholder,
  );
  return {
    entry: filled.some((fact) => ['entry', 'buyAt', 'sellAt', 'priceAt'].includes(fact.field)),
    stop: filled.some((fact) => fact.field === 'stop' || fact.field === 'exitAt'),
    targets:
      filled.some((fact) => fact.field === 'target' || fact.field === 'closeAt') ||
      (filled.some((fact) => fact.field === 'stop') && filled.some((fact) => fact.field === 'aimAt')),
  };
}

/** The side in words. Buy and sell yield to long and short, for they may only label prices. */
export function statedSide(block: Block, ignoredLines: ReadonlySet<number>): Side | 'conflict' | null {
  const sides = block.filter(
    (fact): fact is Extract<Fact, { kind: 'side' }> => fact.kind === 'side' && !ignoredLines.has(fact.line),
  );
  const words = new Set(sides.filter((fact) => fact.strength === 'word').map((fact) => fact.side));
  const trades = sides.filter((fact) => fact.strength === 'trade');
  const unlabelled = trades.filter(
    (fact) => !block.some((other) => other.kind === 'prices' && other.at === fact.at),
  );
  if (words.size > 1) return 'conflict';
  const [word] = words;
  if (word !== undefined) {
    const header = unlabelled.find((fact) => fact.side !== word && isHeader(block, fact));
    return header === undefined ? word : 'conflict';
  }
  const plain = new Set(unlabelled.map((fact) => fact.side));
  if (plain.size > 1) return 'conflict';
  return [...plain][0] ?? trades[0]?.side ?? null;
}

/** Whether a trade word stands among the heading facts, before any price of the call. */
function isHeader(block: Block, fact: Fact): boolean {
  const firstPrice = block.find((other) => other.kind === 'prices');
  return firstPrice === undefined || fact.at < firstPrice.at;
}

/** Targets above the entry (or, at market, above the stop) make a long. Emoji decide only where nothing else does. */
function inferredSide(block: Block, entry: ResolvedEntry | null): Side | null {
  const targets = targetValues(block, null, entry?.entry ?? null)
    .filter((value) => value.kind === 'price')
    .map((value) => value.amount);
  const stop = resolveStop(block, null, entry?.entry ?? null);
  const stopPrice = stop !== null && 'price' in stop ? stop.price : undefined;
  const prices = entry === null ? [] : entryPrices(entry.entry);
  const bounds = prices.length > 0 ? prices : stopPrice === undefined ? [] : [stopPrice];
  if (targets.length > 0 && bounds.length > 0) {
    if (targets.every((target) => bounds.every((bound) => target.gt(bound)))) return 'long';
    if (targets.every((target) => bounds.every((bound) => target.lt(bound)))) return 'short';
    return null;
  }
  return emojiSide(block);
}

/** A chart sign decides where nothing else does and a stop or target is told. */
function emojiSide(block: Block): Side | null {
  const emoji = new Set(
    block.flatMap((fact) => (fact.kind === 'side' && fact.strength === 'emoji' ? [fact.side] : [])),
  );
  const [only] = emoji;
  const exits = pricesFacts(block).some(
    (fact) => (fact.field === 'stop' || fact.field === 'target') && fact.list.values.length > 0,
  );
  return emoji.size === 1 && only !== undefined && exits ? only : null;
}

function complete(
  block: Block,
  symbol: string,
  side: Side,
  resolved: ResolvedEntry,
  labels: Labels,
): Resolution {
  const { entry } = resolved;
  const stopLoss: Level | null =
    resolved.positional === null
      ? resolveStop(block, side, entry)
      : { price: resolved.positional.stop.amount };
  const values = resolved.positional?.targets ?? targetValues(block, side, entry);
  const takeProfits = resolveTargets(values, side, entry, stopLoss);
  const signal: Signal = {
    symbol,
    side,
    entry,
    trigger: resolved.trigger,
    stopLoss,
    takeProfits,
    leverage: leverageOf(block),
    marginMode: marginOf(block),
  };
  const contradiction = signContradiction(block, side, values) ?? contradictionOf(signal);
  if (contradiction !== null) {
    const leverage = block.find((fact) => fact.kind === 'leverage') ?? null;
    const fact = contradiction.reason === 'leverage_out_of_range' ? leverage : null;
    return { kind: 'invalid', ...contradiction, fact };
  }
  return {
    kind: 'signal',
    signal,
    facts: block,
    labels: { ...labels, stop: labels.stop || resolved.positional !== null },
  };
}

/** Of a range the lowest, in whole steps. */
function leverageOf(block: Block): number | null {
  const fact = block.find((each) => each.kind === 'leverage' && each.values.length > 0);
  if (fact?.kind !== 'leverage') return null;
  const lowest = Decimal.min(...fact.values)
    .floor()
    .toNumber();
  return lowest >= 1 ? lowest : null;
}

function marginOf(block: Block): MarginMode | null {
  const fact = block.find((each) => each.kind === 'margin');
  return fact?.kind === 'margin' ? fact.mode : null;
}
