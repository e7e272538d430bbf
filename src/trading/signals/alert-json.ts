import type { MarginMode, Reading, Side, Signal, Update } from '../model.ts';
import { isHeading } from './alert-heading.ts';
import { contradictionOf } from './check.ts';
import {
  amount,
  amountOf,
  entryOf,
  flatKeys,
  illegible,
  isObject,
  type Json,
  level,
  pick,
  SYMBOL_KEYS,
  targetsOf,
} from './json-prices.ts';
import { lexSymbol } from './lex-symbol.ts';
import type { SymbolList } from './symbols.ts';

const MAX_JSON_LENGTH = 8_000;

/**
 * Reads a message that is one JSON object, as bots and alert services send it; null if it is none or says nothing of a
 * trade. Of one among words that may make an example of it nothing is read, also not by the rules for words, to which
 * its `qty_percent` means nothing.
 */
export function readJson(text: string, listed: SymbolList): Reading | null {
  const from = text.indexOf('{');
  if (from === -1 || text.length > MAX_JSON_LENGTH) return null;
  const to = text.lastIndexOf('}');
  let json: unknown;
  try {
    json = JSON.parse(text.slice(from, to + 1));
  } catch {
    return null;
  }
  if (!isObject(json)) return null;
  const flat = flatKeys(json);
  const reading = readObject(flat, listed);
  const around = `${text.slice(0, from)} ${text.slice(to + 1)}`;
  return reading === null || isHeading(around, flat, reading) ? reading : { kind: 'none' };
}

const SIDES: Readonly<Record<string, Side>> = {
  buy: 'long',
  long: 'long',
  sell: 'short',
  short: 'short',
  enterlong: 'long',
  entershort: 'short',
  openlong: 'long',
  openshort: 'short',
  buylong: 'long',
  sellshort: 'short',
  longentry: 'long',
  shortentry: 'short',
  entrylong: 'long',
  entryshort: 'short',
  开多: 'long',
  做多: 'long',
  多: 'long',
  开空: 'short',
  做空: 'short',
  空: 'short',
};
const CLOSES =
  /^(close|exit|flat|closeall|closelong|closeshort|exitlong|exitshort|flatten|longexit|shortexit)$/;
const ACTIONS = [
  'action',
  'side',
  'direction',
  'dir',
  'signal',
  'order',
  'orderaction',
  'posside',
  'positionside',
  'type',
  'alert',
  'event',
  'message',
  'cmd',
  'command',
];

function symbolIn(text: string | null, listed: SymbolList): string | null {
  if (text === null) return null;
  const name = text.slice(
    text.lastIndexOf(':', text.search(/:USD[TC]/i) === -1 ? undefined : text.search(/:USD[TC]/i) - 1) + 1,
  );
  return lexSymbol(name, 0, listed, 'tag', false)?.shape.symbol ?? null;
}

function readObject(json: Json, listed: SymbolList): Reading | null {
  const symbol = symbolIn(pick(json, ...SYMBOL_KEYS), listed);
  const actions = ACTIONS.map(
    (key) =>
      pick(json, key)
        ?.toLowerCase()
        .replace(/[\s_-]/g, '') ?? '',
  );
  const position = pick(json, 'marketposition', 'position')?.toLowerCase() ?? null;
  const previous = pick(json, 'prevmarketposition', 'previousposition')?.toLowerCase() ?? null;
  if (position === 'flat' || actions.some((action) => CLOSES.test(action)))
    return { kind: 'update', updates: [closingOf(json, symbol)] };
  const sides = new Set(actions.flatMap((action) => SIDES[action] ?? []));
  const [side] = sides;
  if (side === undefined) return symbol !== null && position !== null ? { kind: 'none' } : null;
  if (sides.size > 1) return { kind: 'invalid', reason: 'side_conflict' };
  if (previous !== null && previous !== 'flat' && previous === position)
    return sameSide(json, symbol, side, position);
  if (symbol === null) return { kind: 'invalid', reason: 'symbol_missing' };
  if (position !== null && (position === 'long' || position === 'short') && position !== side)
    return { kind: 'invalid', reason: 'side_conflict' };
  const text = illegible(json);
  if (text !== null) return { kind: 'invalid', reason: 'number_unreadable', numbers: { text } };
  return checked(signalOf(json, symbol, side));
}

/** `"qty_percent": 50` beside the order to exit: the part of the position that goes. What is 100 or no percentage closes it. */
function closingOf(json: Json, symbol: string | null): Update {
  const part = amountOf(pick(json, ...PARTS)?.replace(/ ?%$/, '') ?? null);
  return part?.gt(0) === true && part.lt(100)
    ? { action: 'close_partial', symbol, fraction: part.div(100) }
    : { action: 'close', symbol };
}

const PARTS = ['qty', 'quantity', 'size', 'close', 'position', 'contracts', 'amount', 'exit'].flatMap(
  (key) => [`${key}percent`, `${key}percentage`, `${key}pct`],
);

/** The position stays on its side: an order against it takes a part off, one with it adds and is no new trade. */
function sameSide(json: Json, symbol: string | null, side: Side, position: string): Reading {
  if (side === position) return { kind: 'none' };
  const update: Update = { action: 'close_partial', symbol };
  const contracts = amount(json, 'contracts', 'quantity', 'qty');
  const left = amount(json, 'positionsize', 'marketpositionsize');
  if (contracts !== null && left !== null && contracts.gt(0))
    update.fraction = contracts.div(contracts.plus(left)).toDecimalPlaces(4);
  return { kind: 'update', updates: [update] };
}

/** A signal whose prices fit each other, or why they do not. */
export function checked(signal: Signal): Reading {
  const contradiction = contradictionOf(signal);
  return contradiction === null
    ? { kind: 'signal', signals: [signal] }
    : { kind: 'invalid', ...contradiction };
}

function signalOf(json: Json, symbol: string, side: Side): Signal {
  const leverage = amountOf(pick(json, 'leverage', 'lev', 'lever')?.replace(/ ?x$/i, '') ?? null);
  return {
    symbol,
    side,
    entry: entryOf(json),
    trigger: null,
    stopLoss: level(json, 'sl', 'stop', 'stoploss', 'stopprice', 'slprice', 'sltriggerpx', 'slpx'),
    takeProfits: targetsOf(json),
    leverage: leverage === null || leverage.lt(1) ? null : leverage.floor().toNumber(),
    marginMode: marginOf(pick(json, 'marginmode', 'margin', 'margintype', 'mgnmode', 'tdmode')),
  };
}

function marginOf(text: string | null): MarginMode | null {
  if (text === null) return null;
  if (/^cross(ed)?$/i.test(text)) return 'cross';
  return /^isolated$/i.test(text) ? 'isolated' : null;
}
