import type { Reading } from '../model.ts';
import { type Json, pick, SYMBOL_KEYS } from './json-prices.ts';

/**
 * Whether what stands beside an alert changes nothing of it: whom it calls, what and whose it is, when it was sent, the
 * disclaimer, and once more what the alert says itself. Each word must be one of those: any other could make an example
 * of it, a question, or something of yesterday.
 */
export function isHeading(text: string, json: Json, reading: Reading): boolean {
  const own = said(json, reading);
  const words = text.replace(DISCLAIMER, ' ').replace(STAMP, ' ').toLowerCase().match(WORD) ?? [];
  return words.every((word) => HEADING.has(word) || TIMEFRAME.test(word) || own.has(word));
}

const WORD = /[\p{L}\p{N}]+|[?？]/gu;

const DISCLAIMER = /\bnot (?:an? )?(?:financial|investment|trading) advice\b|\bnfa\b|\bdyor\b|仅供参考/giu;

/** When it was sent (no date, which may be an earlier day's), and by which version. */
const STAMP = /\bv\d{1,2}(?:\.\d{1,3}){0,2}\b|\b\d\d:\d\d(?::\d\d)?(?: ?utc\b)?/giu;

const TIMEFRAME = /^\d{1,3}(?:m|min|h|d|w)$/;

const HEADING: ReadonlySet<string> = new Set(
  [
    'everyone here new alert alerts signal signals webhook json payload notification trade trading bot strategy',
    'indicator automated automatic auto sent received triggered from by via on for powered source symbol ticker',
    'pair exchange timeframe interval time side action futures perpetual perp',
    'tradingview binance bybit okx bitget cornix 3commas traderspost wundertrading alertatron luxalgo zapier n8n',
    '警报 信号 訊號 交易信号 交易訊號 新信号 新訊號 新 提醒 策略 机器人 機器人',
  ].flatMap((line) => line.split(' ')),
);

const NAMES = ['strategy', 'strategyname', 'bot', 'botname', 'source', 'indicator', 'exchange', 'provider'];
const LONG = ['long', 'buy', '做多', '开多', '開多'];
const SHORT = ['short', 'sell', '做空', '开空', '開空'];
const CLOSE = ['close', 'exit', '平仓', '平倉'];

/** What the alert says itself: a name in it is its own; a side or an order that is another one is none of its words. */
function said(json: Json, reading: Reading): ReadonlySet<string> {
  const names = [...NAMES, ...SYMBOL_KEYS].flatMap((key) => pick(json, key)?.toLowerCase().match(WORD) ?? []);
  if (reading.kind === 'update') return new Set([...names, ...coinWords(reading.updates[0]), ...CLOSE]);
  if (reading.kind !== 'signal') return new Set(names);
  const [signal] = reading.signals;
  return new Set([...names, ...coinWords(signal), ...(signal?.side === 'short' ? SHORT : LONG)]);
}

function coinWords(named: { symbol?: string | null } | undefined): string[] {
  const symbol = named?.symbol?.toLowerCase() ?? '';
  const coin = symbol.replace(/(?:usdt|usdc)$/, '');
  return symbol === '' ? [] : [symbol, coin, symbol.slice(coin.length)];
}
