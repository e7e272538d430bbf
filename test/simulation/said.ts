import { price } from '../../src/bot/format.ts';
import type { Signal } from '../../src/trading/model.ts';
import { parseMessage } from '../../src/trading/signals/parse.ts';
import { BUNDLED_SYMBOLS } from '../../src/trading/signals/symbols.ts';
import type { EditKind } from './script.ts';

/** What authors write. */

export function textOf(signal: Signal): string {
  const { symbol, side, entry, stopLoss, takeProfits, leverage } = signal;
  const text = [
    `${symbol} ${side.toUpperCase()}`,
    entryText(entry),
    stopLoss && 'price' in stopLoss ? `SL: ${price(stopLoss.price)}` : '',
    ...takeProfits.map((target, index) =>
      'price' in target ? `TP${index + 1}: ${price(target.price)}` : '',
    ),
    leverage === null ? '' : `Leverage: ${leverage}x`,
  ].filter((line) => line !== '');
  return text.join('\n');
}

function entryText(entry: Signal['entry']): string {
  switch (entry.type) {
    case 'market':
      return 'Entry: market';
    case 'limit':
      return `Entry: ${entry.prices.map(price).join(', ')}`;
    case 'zone':
      return `Entry zone: ${price(entry.low)} - ${price(entry.high)}`;
  }
}

/** As the program reads it; none where it is no signal. */
export function signalsIn(text: string): readonly Signal[] {
  const { reading } = parseMessage({ content: text, embeds: [] }, { listed: BUNDLED_SYMBOLS });
  return reading.kind === 'signal' ? reading.signals : [];
}

/** Each of them is a signal that the program reads in the message that they make as it does alone. */
export function isReadAs(texts: readonly string[]): boolean {
  const alone = texts.flatMap((text) => signalsIn(text));
  const together = signalsIn(texts.join('\n\n'));
  return alone.length === texts.length && JSON.stringify(alone) === JSON.stringify(together);
}

/** What its author makes of it. Each change by so many hundredths of a percent gives other levels. */
export function edited(text: string, how: EditKind, bps: number): string {
  switch (how) {
    case 'stop':
      return text.replace(/SL: ([\d.]+)/, (_, stop) => `SL: ${moved(stop, bps)}`);
    case 'targets':
      return text.replaceAll(/(TP\d): ([\d.]+)/g, (_, name, target) => `${name}: ${moved(target, bps)}`);
    case 'same':
      return `${text} `.replaceAll('\n', '\n\n');
    case 'unreadable':
      return 'never mind';
    case 'close':
      return 'close now';
  }
}

function moved(level: string, bps: number): string {
  const digits = level.split('.')[1]?.length ?? 0;
  return (Number(level) * (1 + bps / 10_000)).toFixed(digits);
}
