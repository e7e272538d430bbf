import { Decimal } from '../decimal.ts';
import type { Entry, Level, Target } from '../model.ts';

/** The prices in the JSON of an alert, whose keys are in lower case without separators. */
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys in lower case without separators; what nested objects hold counts where the outer one has no such key. */
export function flatKeys(json: object): Json {
  const flat: Record<string, unknown> = {};
  const inner: Json[] = [];
  for (const [key, value] of Object.entries(json)) {
    flat[key.toLowerCase().replace(/[\s_-]/g, '')] = value;
    if (isObject(value) && inner.length < 8) inner.push(flatKeys(value));
  }
  return Object.assign({}, ...inner.reverse(), flat);
}

/** Under which an alert names what is traded. */
export const SYMBOL_KEYS = [
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
] as const;

export function pick(json: Json, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = json[key];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  }
  return null;
}

export function amountOf(text: string | null): Decimal | null {
  const plain = text
    ?.replace(/^\$/, '')
    .replace(/^(\d{1,3})((?:,\d{3})+)(?=$|\.)/, (all) => all.replaceAll(',', ''));
  return plain !== undefined && /^\d+(\.\d+)?(e-?\d{1,2})?$/i.test(plain) ? new Decimal(plain) : null;
}

export const amount = (json: Json, ...keys: readonly string[]): Decimal | null =>
  amountOf(pick(json, ...keys));

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

export function level(json: Json, ...keys: readonly string[]): Level | null {
  const price = amount(json, ...keys);
  if (price !== null) return { price };
  const distance = percent(json, ...keys);
  return distance === null ? null : { percent: distance };
}

/** A price under `entry`, or of a limit order, is an order; one under `price` is where the market was. */
export function entryOf(json: Json): Entry {
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

export function targetsOf(json: Json): Target[] {
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

const PRICE_KEY =
  /^(?:entry(?:price|low|high|min|max|from|to)?|entries|entryprices|entryzone|limitprice|sl|stop|stoploss|stopprice|slprice|takeprofits?|tps?|tp\d|takeprofit\d|targets?|target\d|tpprice)$/;
/** Values that say that there is no price, or that it is the market's. */
const NO_PRICE =
  /^(?:none|null|undefined|n\/?a|-+|no|false|off|auto|open|hold|market|mkt|now|current|cmp|limit)$/i;
const ZONE = /^[\d.]+ ?[-–~] ?[\d.]+$/;

/** The first price that is there and cannot be read, as `key: value`; null if there is none. */
export function illegible(json: Json): string | null {
  for (const [key, value] of Object.entries(json)) {
    if (!PRICE_KEY.test(key)) continue;
    for (const each of Array.isArray(value) ? value : [value])
      if (isIllegible(each)) return `${key}: ${String(each).slice(0, 60)}`;
  }
  return null;
}

function isIllegible(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'string' || value.trim() === '') return false;
  const text = value.trim();
  const distance = /^[-+]?\d+(?:\.\d+)? ?%$/;
  return amountOf(text) === null && !distance.test(text) && !ZONE.test(text) && !NO_PRICE.test(text);
}
