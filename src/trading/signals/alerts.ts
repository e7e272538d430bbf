import { Decimal } from '../decimal.ts';
import type { Level, MarginMode, Reading, Side, Signal, Update } from '../model.ts';
import { checkPrices } from './check.ts';
import { lexSymbol } from './lex-symbol.ts';
import type { SymbolList } from './symbols.ts';

/**
 * Alerts that a program wrote: a JSON object, or the sentence of TradingView's strategy tester. Their `price` is where the
 * market was, so the entry is at market; a strategy that ends flat closes, whatever its action is called.
 * https://www.tradingview.com/support/solutions/43000531021-how-to-use-a-variable-value-in-alert/
 */
export function readAlert(text: string, listed: SymbolList): Reading | null {
  return readJson(text, listed) ?? readSentence(text, listed);
}

type Json = Readonly<Record<string, unknown>>;

const MAX_JSON_LENGTH = 8_000;

function readJson(text: string, listed: SymbolList): Reading | null {
  const body = text.trim();
  if (!body.startsWith('{') || !body.endsWith('}') || body.length > MAX_JSON_LENGTH) return null;
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return null;
  }
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? readObject(lowerKeys(json), listed)
    : null;
}

const lowerKeys = (json: object): Json =>
  Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key.toLowerCase().replace(/[\s_-]/g, ''), value]),
  );

function pick(json: Json, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = json[key];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  }
  return null;
}

function amount(json: Json, ...keys: readonly string[]): Decimal | null {
  const text = pick(json, ...keys);
  return text !== null && /^\d+(\.\d+)?(e-?\d{1,2})?$/i.test(text) ? new Decimal(text) : null;
}

/** `"2.5%"` under one of the price's names, or a number under a name that says it is a percentage. */
function percent(json: Json, ...keys: readonly string[]): Decimal | null {
  const written = /^-?(\d+(?:\.\d+)?) ?%$/.exec(pick(json, ...keys) ?? '')?.[1];
  const value =
    written === undefined
      ? amount(json, ...keys.flatMap((key) => [`${key}percent`, `${key}pct`, `${key}percentage`]))
      : new Decimal(written);
  return value?.gt(0) === true ? value : null;
}

function level(json: Json, ...keys: readonly string[]): Level | null {
  const price = amount(json, ...keys);
  if (price !== null) return { price };
  const distance = percent(json, ...keys);
  return distance === null ? null : { percent: distance };
}

const SIDES: Readonly<Record<string, Side>> = {
  buy: 'long',
  long: 'long',
  sell: 'short',
  short: 'short',
  enter_long: 'long',
  enter_short: 'short',
  open_long: 'long',
  open_short: 'short',
};
const CLOSES = /^(close|exit|flat|close_?all|close_?long|close_?short|exit_?long|exit_?short|flatten)$/;

function symbolIn(text: string | null, listed: SymbolList): string | null {
  if (text === null) return null;
  const name = text.slice(
    text.lastIndexOf(':', text.search(/:USD[TC]/i) === -1 ? undefined : text.search(/:USD[TC]/i) - 1) + 1,
  );
  return lexSymbol(name, 0, listed, 'tag', false)?.shape.symbol ?? null;
}

function readObject(json: Json, listed: SymbolList): Reading | null {
  const symbol = symbolIn(
    pick(json, 'ticker', 'symbol', 'pair', 'instrument', 'tvinstrument', 'tvsymbol', 'coin', 'market'),
    listed,
  );
  const action =
    pick(json, 'action', 'side', 'direction', 'signal', 'order', 'orderaction', 'type')?.toLowerCase() ?? '';
  const position = pick(json, 'marketposition', 'position')?.toLowerCase() ?? null;
  const previous = pick(json, 'prevmarketposition', 'previousposition')?.toLowerCase() ?? null;
  if (position === 'flat' || CLOSES.test(action))
    return { kind: 'update', updates: [{ action: 'close', symbol }] };
  const side = SIDES[action] ?? null;
  if (side === null) return symbol !== null && position !== null ? { kind: 'none' } : null;
  if (previous !== null && previous !== 'flat' && previous === position)
    return sameSide(json, symbol, side, position);
  if (symbol === null) return { kind: 'invalid', reason: 'symbol_missing' };
  if (position !== null && (position === 'long' || position === 'short') && position !== side)
    return { kind: 'invalid', reason: 'side_conflict' };
  return signalOf(json, symbol, side);
}

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

function signalOf(json: Json, symbol: string, side: Side): Reading {
  const reference = amount(
    json,
    'price',
    'close',
    'entry',
    'entryprice',
    'orderprice',
    'triggerprice',
    'limitprice',
  );
  const limit = pick(json, 'type', 'ordertype')?.toLowerCase() === 'limit' ? reference : null;
  const leverage = amount(json, 'leverage', 'lev');
  const signal: Signal = {
    symbol,
    side,
    entry:
      limit !== null
        ? { type: 'limit', prices: [limit] }
        : reference === null
          ? { type: 'market' }
          : { type: 'market', reference },
    trigger: null,
    stopLoss: level(json, 'sl', 'stop', 'stoploss', 'stopprice'),
    takeProfits: targetsOf(json),
    leverage: leverage === null || leverage.lt(1) ? null : leverage.floor().toNumber(),
    marginMode: marginOf(pick(json, 'marginmode', 'margin', 'margintype')),
  };
  if (signal.leverage !== null && signal.leverage > 125)
    return { kind: 'invalid', reason: 'leverage_out_of_range' };
  const reason = checkPrices(signal);
  return reason === null ? { kind: 'signal', signals: [signal] } : { kind: 'invalid', reason };
}

function marginOf(text: string | null): MarginMode | null {
  if (text === null) return null;
  if (/^cross(ed)?$/i.test(text)) return 'cross';
  return /^isolated$/i.test(text) ? 'isolated' : null;
}

function targetsOf(json: Json): Level[] {
  for (const key of ['takeprofit', 'takeprofits', 'tp', 'tps', 'targets', 'target']) {
    const value = json[key];
    if (Array.isArray(value)) return value.flatMap((_, index) => level({ v: value[index] }, 'v') ?? []);
    const single = level(json, key);
    if (single !== null) return [single];
  }
  return [1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => level(json, `tp${n}`, `takeprofit${n}`, `target${n}`) ?? []);
}

const SENTENCE =
  /order (buy|sell) @ ([\d.,]{1,20})(?: for ([\d.,]{1,20}))? filled on ([A-Z0-9:._/-]{2,32}?)(?:\.(?=\s|$)|(?=\s))[\s\S]{0,80}?new strategy position is (-?[\d.]{1,20}\d|-?\d)/i;

const plain = (text: string): Decimal => new Decimal(text.replaceAll(',', '').replace(/\.$/, ''));

/**
 * "order sell @ 0.5 filled on BTCUSDT.P. New strategy position is 0": what follows `@` is the quantity, unless `for` gives it.
 */
function readSentence(text: string, listed: SymbolList): Reading | null {
  const at = text.search(/order (?:buy|sell) @ /i);
  const match = at === -1 ? null : SENTENCE.exec(text.slice(at, at + 400));
  if (match === null) return null;
  const [, action = '', first = '', second, ticker = '', left = '0'] = match;
  const symbol = symbolIn(ticker, listed);
  if (symbol === null || !/^[\d.,]+$/.test(first)) return { kind: 'none' };
  const quantity = plain(second ?? first);
  const position = plain(left);
  const side: Side = action.toLowerCase() === 'buy' ? 'long' : 'short';
  if (position.isZero()) return { kind: 'update', updates: [{ action: 'close', symbol }] };
  if (position.gt(0) !== (side === 'long')) {
    const fraction = quantity.div(quantity.plus(position.abs())).toDecimalPlaces(4);
    return { kind: 'update', updates: [{ action: 'close_partial', symbol, fraction }] };
  }
  return signalOf(second === undefined ? {} : { price: plain(first).toString() }, symbol, side);
}
