import type { ConfigChange } from '../config/diff.ts';
import { Decimal } from '../trading/decimal.ts';
import { formatDuration } from '../trading/duration.ts';
import { cut, quote } from './format.ts';
import type { Catalogue } from './locales/index.ts';

/** Their values are milliseconds. */
const DURATIONS = new Set(['timeout', 'maxAge', 'cooldown', 'entryTimeout']);
/** An address that is called often carries a key. */
const HIDDEN = new Set(['heartbeatUrl']);
const LONGEST_VALUE = 300;

/** What another file has changed, a line each: `risk.maxLeverage: 10 → 5`. */
export function configChangedText(
  changes: readonly ConfigChange[],
  /** The value of `/risk set` that goes on to hold in place of a changed one; null where there is none. */
  setInstead: (path: string) => string | null,
  t: Catalogue,
): string {
  const lines = changes.map((change) => {
    const instead = setInstead(change.path);
    const holds = instead === null ? '' : ` ${t.alertLines.configSet(quote(instead))}`;
    return `• ${quote(change.path)}: ${configChangeText(change, t)}${holds}`;
  });
  return cut([`${t.config}${t.colon}${t.alertLines.configChanged}`, ...lines].join('\n'), 1_900);
}

/** Why a file cannot be used, a line each, and what holds instead. */
export function configRefusedText(problems: readonly string[], t: Catalogue): string {
  const lines = cut(problems.map((problem) => quote(problem, LONGEST_VALUE)).join('\n'), 1_700);
  return `${t.config}${t.colon}${lines}\n${t.alertLines.configRefused}`;
}

/** `10 → 5`; of a channel that comes or goes, what it is. */
export function configChangeText({ path, before, after }: ConfigChange, t: Catalogue): string {
  const key = path.split('.').at(-1) ?? path;
  if (HIDDEN.has(key)) return t.alertLines.configHidden;
  if (isChannel(before) && after === undefined) return `${t.alertLines.configRemoved} (<#${before.channel}>)`;
  if (isChannel(after) && before === undefined) {
    const { channel, name: _, ...rest } = after;
    return `${t.alertLines.configAdded} <#${channel}>, ${quote(valueText('', rest, t), LONGEST_VALUE)}`;
  }
  return [before, after].map((value) => quote(valueText(key, value, t), LONGEST_VALUE)).join(' → ');
}

function isChannel(value: unknown): value is { channel: string; name: string } {
  return typeof value === 'object' && value !== null && 'channel' in value && 'name' in value;
}

/** As the file would have it. */
function valueText(key: string, value: unknown, t: Catalogue): string {
  if (value === undefined) return t.alertLines.configUnset;
  if (value === null) return t.command.none;
  if (Decimal.isDecimal(value)) return value.toFixed();
  if (typeof value === 'number' && DURATIONS.has(key)) return formatDuration(value);
  if (Array.isArray(value)) {
    return value.length === 0 ? t.command.none : value.map((item) => valueText(key, item, t)).join(', ');
  }
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .filter(([, part]) => !isEmpty(part))
    .map(([name, part]) => `${name}: ${valueText(name, part, t)}`)
    .join(', ');
}

/** Blocks that say nothing. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Channels that are new to us, or where other people are listened to now. */
export function heardAnew(
  changes: readonly ConfigChange[],
  signals: readonly { name: string; channel: string }[],
): string[] {
  const listening = /^signals\[(.*)\](?:\.(?:authors|channel))?$/;
  const names = new Set(changes.flatMap(({ path }) => listening.exec(path)?.[1] ?? []));
  return signals.filter(({ name }) => names.has(name)).map(({ channel }) => channel);
}
