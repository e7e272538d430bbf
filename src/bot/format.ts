import { TimestampStyles, time } from 'discord.js';
import type { Decimal } from '../trading/decimal.ts';

/**
 * How numbers and times are written to users: prices and quantities as the exchange's app takes them, money in groups of
 * three digits. English and Chinese write all of it alike (CLDR, `en` and `zh`).
 */

/** As the exchange writes it: no separators, no exponent, no trailing zeros. */
export function price(value: Decimal): string {
  return value.toFixed();
}

/** A mark price has eight decimals, more than any order of its symbol: as many as the tick has. */
export function toTick(mark: Decimal, tickSize: Decimal): Decimal {
  return mark.toDecimalPlaces(tickSize.decimalPlaces());
}

/** Two decimals and the asset: `1234.50 USDT`, from five digits on in groups: `12,345.00 USDT`. */
export function money(value: Decimal, asset: string): string {
  const digits = value.toFixed(2);
  const grouped = value.abs().gte(10_000) ? digits.replace(/\B(?=(\d{3})+\.)/g, ',') : digits;
  return `${grouped} ${asset}`;
}

/** Money whose sign matters: `+12.00 USDT`, `-3.10 USDT`. */
export function signedMoney(value: Decimal, asset: string): string {
  const rounded = toCents(value);
  return `${rounded.gt(0) ? '+' : ''}${money(rounded, asset)}`;
}

/** Nothing that is left has no sign. */
function toCents(value: Decimal): Decimal {
  const rounded = value.toDecimalPlaces(2);
  return rounded.isZero() ? rounded.abs() : rounded;
}

/** At most two decimals: `1.25%`, `5%`. */
export function percent(value: Decimal): string {
  return `${toCents(value).toFixed()}%`;
}

/** A multiple of the risk: `+1.52R`. */
export function multiple(value: Decimal): string {
  const rounded = toCents(value);
  return `${rounded.gt(0) ? '+' : ''}${rounded.toFixed()}R`;
}

/** Fast things are told apart: `0.4 ms`, `120 ms`. */
export function milliseconds(value: number): string {
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ms`;
}

/** `in 2 minutes`, shown by Discord in the reader's language. https://discord.com/developers/docs/reference#message-formatting */
export function relative(ms: number): string {
  return time(Math.round(ms / 1_000), TimestampStyles.RelativeTime);
}

export function clock(ms: number): string {
  return time(Math.round(ms / 1_000), TimestampStyles.ShortDateTime);
}

/** A day, shown by Discord as the reader writes it. */
export function day(ms: number): string {
  return time(Math.round(ms / 1_000), TimestampStyles.ShortDate);
}

/** Who did something; what is given on the panel has no user of Discord behind it. */
export function mention(userId: string): string {
  return /^\d+$/.test(userId) ? `<@${userId}>` : userId;
}

/** `before → after`; once where nothing has changed, or where one of them is not known. */
export function changeText(before: string | null, after: string | null): string {
  return [...new Set([before, after])].filter((part) => part !== null && part !== '').join(' → ');
}

/** Cut to what a field holds, with a sign that something is missing; never through the middle of an emoji. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Text of others inside ours: no markdown, no mention, no line breaks. */
export function quote(text: string, length = 200): string {
  const plain = text
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/[\\`*_~|<>@#[\]()]/gu, (sign) => `\\${sign}`);
  return cut(plain.trim(), length);
}
