import { type RiskKey, type RiskKeyInfo, type RiskSettings, riskKeys } from '../risk/settings.ts';
import { Decimal } from '../trading/decimal.ts';
import { formatDuration } from '../trading/duration.ts';
import { cut, quote } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import type { Override } from './records.ts';

/** Values of `/risk set` between what a user types, what the file would hold, and what is shown. */

const YES = new Set(['true', 'on', 'yes', '是', '开']);
const NO = new Set(['false', 'off', 'no', '否', '关']);
const NONE = new Set(['none', 'off', 'null', '-', '无', '关']);
const ALL = new Set(['all', '全部']);

/** No limit, or none that could be missed. */
function isOffAtZero(key: RiskKey): boolean {
  const info: RiskKeyInfo = riskKeys[key];
  return info.zeroIsOff || key === 'minRewardRisk';
}

/** As the file would have it. What cannot be understood is passed on for the schema to refuse with its own words. */
export function parseValue(key: RiskKey, text: string): Override['value'] {
  const info: RiskKeyInfo = riskKeys[key];
  const value = text.trim();
  const word = value.toLowerCase();
  if (info.nullable && NONE.has(word)) return null;
  if (isOffAtZero(key) && NONE.has(word)) return 0;
  switch (info.type) {
    case 'percent':
      return value.replace(/\s*%$/, '');
    case 'ratio':
      return value.replace(/\s*R$/i, '');
    case 'count': {
      const digits = value.replace(/\s*(x|\/min)$/i, '');
      return /^\d+$/.test(digits) ? Number(digits) : value;
    }
    case 'duration':
      return word;
    case 'boolean':
      return YES.has(word) ? true : NO.has(word) ? false : value;
    case 'symbols':
      if (key === 'allowSymbols' && ALL.has(word)) return [];
      return NONE.has(word) || value === '' ? [] : value.split(/[\s,，、]+/).filter((part) => part !== '');
  }
}

export function showSetting(key: RiskKey, settings: RiskSettings, t: Catalogue): string {
  return showValue(key, settings[key], t);
}

export function showValue(key: RiskKey, value: RiskSettings[RiskKey], t: Catalogue): string {
  const info: RiskKeyInfo = riskKeys[key];
  if (value === null) return t.command.none;
  if (Array.isArray(value) && value.length > 0) return value.join(', ');
  // An empty list of allowed symbols allows every one.
  if (Array.isArray(value)) return key === 'allowSymbols' ? t.command.all : t.command.none;
  if (typeof value === 'boolean') return String(value);
  if (info.type === 'duration') return formatDuration(Number(value));
  const number = new Decimal(value);
  if (isOffAtZero(key) && number.isZero()) return t.command.off;
  return `${number.toFixed()}${unitText(info.unit)}`;
}

/** Why a value does not become the setting: what it would have to look like, or what stands against it. */
export function refusalText(key: RiskKey, text: string, why: 'value' | 'no_stop', t: Catalogue): string {
  if (why === 'no_stop') return t.command.noStopLeft;
  return t.command.badValue(key, cut(text, 100), t.command.takes[riskKeys[key].type](boundsText(key, t)));
}

/** `1 to 150x`, `0s to 365d`, `true to false`; empty for lists. */
export function boundsText(key: RiskKey, t: Catalogue): string {
  const info: RiskKeyInfo = riskKeys[key];
  if (info.type === 'symbols') return '';
  if (info.type === 'boolean') return 'true / false';
  return t.command.between(info.min, `${info.max}${unitText(info.unit)}`);
}

function unitText(unit: RiskKeyInfo['unit']): string {
  switch (unit) {
    case null:
      return '';
    case 'per minute':
      return '/min';
    default:
      return unit;
  }
}

/** With the keys that were probably meant. */
export function unknownKeyText(text: string, t: Catalogue): string {
  const near = Object.keys(riskKeys)
    .map((key) => ({ key, likeness: likeness(key, text) }))
    .filter((one) => one.likeness >= LIKE)
    .toSorted((a, b) => b.likeness - a.likeness)
    .slice(0, 3);
  return t.command.unknownKey(quote(text, 60), near.map(({ key }) => key).join(', '));
}

/** From here on two words are alike enough to be meant for each other. */
const LIKE = 0.35;

/** The share of pairs of letters that both have, 0 to 1: https://en.wikipedia.org/wiki/Dice-Sørensen_coefficient */
function likeness(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => pairs(text.toLowerCase().replaceAll(/[^a-z]/g, '')));
  if (!one || !other || one.size + other.size === 0) return 0;
  return (2 * one.intersection(other).size) / (one.size + other.size);
}

function pairs(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(text.length - 1, 0) }, (_, at) => text.slice(at, at + 2)));
}
