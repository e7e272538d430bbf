import { Decimal } from '../decimal.ts';
import type { Entry, Level, MarginMode, Reading, Side, Signal, Target, Update } from '../model.ts';
import { checkPrices } from './check.ts';
import { lexSymbol } from './lex-symbol.ts';
import type { SymbolList } from './symbols.ts';

type Json = Readonly<Record<string, unknown>>;

const MAX_JSON_LENGTH = 8_000;

/** Reads a message that is one JSON object, as bots and alert services send it; null if it is none or says nothing of a trade. */
export function readJson(text: string, listed: SymbolList): Reading | null {
  const body = text.trim();
  if (!body.startsWith('{') || !body.endsWith('}') || body.length > MAX_JSON_LENGTH) return null;
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return null;
  }
  return isObject(json) ? readObject(flatKeys(json), listed) : null;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys in lower case without separators; what nested objects hold counts where the outer one has no such key. */
function flatKeys(json: object): Json {
  const flat: Record<string, unknown> = {};
  const inner: Json[] = [];
  for (const [key, value] of Object.entries(json)) {
    flat[key.toLowerCase().replace(/[\s_-]/g, '')] = value;
    if (isObject(value) && inner.length < 8) inner.push(flatKeys(value));
  }
  return Object.assign({}, ...inner.reverse(), flat);
}

function pick(json: Json, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = json[key];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  }
  return null;
}

function amountOf(text: string | null): Decimal | null {
  const plain = text
    ?.replace(/^\$/, '')
    .replace(/^(\d{1,3})((?:,\d{3})+)(?=$|\.)/, (all) => all.replaceAll(',', ''));
  return plain !== undefined && /^\d+(\.\d+)?(e-?\d{1,2})?$/i.test(plain) ? new Decimal(plain) : null;
}

const amount = (json: Json, ...keys: readonly string[]): Decimal | null => amountOf(pick(json, ...keys));

/** `"2.5%"` under one of the price's names, or a number under a name that says it is a percentage. */
function percent(json: Json, ...keys: readonly string[]): Decimal | null {
  const written = /^-?(\d+(?:\.\d+)?) ?%$/.exec(pick(json, ...keys) ?? '')?.[1];
  const value =
    written === undefined
      ? amountOf(
          pick(json, ...keys.flatMap((key) => [`${key}percent`, `${key}pct`, `${key}percentage`]))?.replace(
            / ?%$/,
            '',
          ) ?? null,
        )
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
  const symbol = symbolIn(
    pick(
      json,
      'ticker',
      'symbol',
      'sym',
      'pair',
      'instrument',
      'instid',
      'tvinstrument',
      'tvsymbol',
      'coin',
      'asset',
      'contract',
      'market',
    ),
    listed,
  );
  const actions = ACTIONS.map(
    (key) =>
      pick(json, key)
        ?.toLowerCase()
        .replace(/[\s_-]/g, '') ?? '',
  );
  const position = pick(json, 'marketposition', 'position')?.toLowerCase() ?? null;
  const previous = pick(json, 'prevmarketposition', 'previousposition')?.toLowerCase() ?? null;
  if (position === 'flat' || actions.some((action) => CLOSES.test(action)))
    return { kind: 'update', updates: [{ action: 'close', symbol }] };
  const sides = new Set(actions.flatMap((action) => SIDES[action] ?? []));
  const [side] = sides;
  if (side === undefined) return symbol !== null && position !== null ? { kind: 'none' } : null;
  if (sides.size > 1) return { kind: 'invalid', reason: 'side_conflict' };
  if (previous !== null && previous !== 'flat' && previous === position)
    return sameSide(json, symbol, side, position);
  if (symbol === null) return { kind: 'invalid', reason: 'symbol_missing' };
  if (position !== null && (position === 'long' || position === 'short') && position !== side)
    return { kind: 'invalid', reason: 'side_conflict' };
  return checked(signalOf(json, symbol, side));
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

/** A signal whose prices fit each other, or why they do not. */
export function checked(signal: Signal): Reading {
  if (signal.leverage !== null && signal.leverage > 125)
    return { kind: 'invalid', reason: 'leverage_out_of_range' };
  const total = signal.takeProfits.reduce((sum, target) => sum.plus(target.share ?? 0), new Decimal(0));
  const reason = checkPrices(signal) ?? (total.gt(100) ? 'tp_shares_exceed_100' : null);
  return reason === null ? { kind: 'signal', signals: [signal] } : { kind: 'invalid', reason };
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

/** A price under `entry`, or of a limit order, is an order; one under `price` is where the market was. */
function entryOf(json: Json): Entry {
  const order = orderTypeOf(json);
  const prices = listOf(json, 'entries', 'entryprices', 'entry', 'entryzone');
  const low = amount(json, 'entrylow', 'entrymin', 'entryfrom');
  const high = amount(json, 'entryhigh', 'entrymax', 'entryto');
  const stated = amount(json, 'entry', 'entryprice', 'limitprice');
  const reference = stated ?? amount(json, 'price', 'close', 'orderprice', 'triggerprice', 'px');
  if (order !== 'market') {
    if (low !== null && high !== null && low.lt(high)) return { type: 'zone', low, high };
    if (prices.length > 1) return { type: 'limit', prices };
    const zone = /^([\d.]+) ?[-–~] ?([\d.]+)$/.exec(pick(json, 'entry', 'entryzone', 'entryprice') ?? '');
    const [from, to] = [amountOf(zone?.[1] ?? null), amountOf(zone?.[2] ?? null)];
    if (from !== null && to !== null && !from.eq(to))
      return { type: 'zone', low: Decimal.min(from, to), high: Decimal.max(from, to) };
    const limit = order === 'limit' ? reference : (stated ?? prices[0] ?? null);
    if (limit !== null) return { type: 'limit', prices: [limit] };
  }
  return reference === null ? { type: 'market' } : { type: 'market', reference };
}

/** `limit` or `market` under a key that may as well hold the action. */
const orderTypeOf = (json: Json): string =>
  ['ordertype', 'ordtype', 'type', 'order', 'entrytype', 'execution']
    .map((key) => pick(json, key)?.toLowerCase() ?? '')
    .find((value) => /^(?:limit|market)$/.test(value)) ?? '';

function listOf(json: Json, ...keys: readonly string[]): Decimal[] {
  for (const key of keys) {
    const value = json[key];
    if (Array.isArray(value))
      return value.flatMap(
        (each: unknown) => amount(isObject(each) ? flatKeys(each) : { v: each }, 'v', 'price', 'px') ?? [],
      );
  }
  return [];
}

function marginOf(text: string | null): MarginMode | null {
  if (text === null) return null;
  if (/^cross(ed)?$/i.test(text)) return 'cross';
  return /^isolated$/i.test(text) ? 'isolated' : null;
}

function targetsOf(json: Json): Target[] {
  for (const key of [
    'takeprofit',
    'takeprofits',
    'tp',
    'tps',
    'targets',
    'target',
    'tptriggerpx',
    'tpprice',
    'tppx',
  ]) {
    const value = json[key];
    if (Array.isArray(value))
      return withShares(
        value.map((each: unknown) => targetOf(isObject(each) ? flatKeys(each) : { v: each })),
      );
    const distances = [`${key}pct`, `${key}percent`, `${key}percentage`]
      .map((name) => json[name])
      .find(Array.isArray);
    if (distances !== undefined)
      return distances.flatMap((each: unknown) => {
        const distance = percent({ v: each, vpct: each }, 'v');
        return distance === null ? [] : { percent: distance };
      });
    const single = level(json, key);
    if (single !== null) return [single];
  }
  return withShares(
    [1, 2, 3, 4, 5, 6, 7, 8].map((n) => {
      const target = level(json, `tp${n}`, `takeprofit${n}`, `target${n}`);
      if (target === null || !('price' in target)) return target;
      const share = amount(
        json,
        ...[`tp${n}`, `takeprofit${n}`, `target${n}`].flatMap((key) => [
          `${key}pct`,
          `${key}percent`,
          `${key}share`,
          `${key}size`,
          `${key}qty`,
        ]),
      );
      return share === null ? target : { ...target, share };
    }),
  );
}

function targetOf(json: Json): Target | null {
  const price = level(json, 'v', 'price', 'px', 'target', 'tp');
  const share = amountOf(
    pick(json, 'share', 'size', 'percent', 'pct', 'percentage', 'qty', 'amount')?.replace(/ ?%$/, '') ?? null,
  );
  return price === null || share === null ? price : { ...price, share };
}

/** Shares count only if every target has one and they can be parts of a whole. */
function withShares(targets: readonly (Target | null)[]): Target[] {
  const found = targets.flatMap((target) => target ?? []);
  const total = found.reduce((sum, target) => sum.plus(target.share ?? 0), new Decimal(0));
  if (found.every((target) => target.share !== undefined) && total.gt(1)) return found;
  return found.map(({ share: _, ...target }) => target);
}
