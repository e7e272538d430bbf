import type { DeskEvent } from '../trading/desk-types.ts';
import { cut } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { numbersText } from './plan-view.ts';

/** `ALERT · BTCUSDT LONG: No stop could be placed … (attempts 3)` */
export function alertText(
  { level, code, numbers }: Extract<DeskEvent, { type: 'alert' }>,
  trade: string | null,
  t: Catalogue,
): string {
  const word = level === 'critical' ? t.critical : t.alert;
  return cut(
    `${word} · ${trade === null ? '' : `${trade}: `}${t.alerts[code]}${numbersText(numbers)}`,
    1_900,
  );
}

/** What a start, a reconnect or a comparison found, a line each. */
export function recoveryText(event: Extract<DeskEvent, { type: 'recovered' }>, t: Catalogue): string {
  const lines = event.lines.map(
    ({ symbol, code, numbers }) => `${symbol}: ${t.recoveries[code]}${numbersText(numbers)}`,
  );
  return cut([`${t.alertLines.recovered[event.cause]} (${event.tookMs} ms):`, ...lines].join('\n'), 1_900);
}
