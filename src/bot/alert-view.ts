import type { Incident } from '../incidents.ts';
import type { DeskEvent } from '../trading/desk-types.ts';
import { cut, relative } from './format.ts';
import type { Catalogue } from './locales/index.ts';

/** `ALERT · BTCUSDT LONG: No stop could be placed … (attempts 3)` */
export function alertText(
  { level, code, numbers }: Extract<DeskEvent, { type: 'alert' }>,
  trade: string | null,
  t: Catalogue,
): string {
  const word = level === 'critical' ? t.critical : t.alert;
  return cut(
    `${word} · ${trade === null ? '' : `${trade}${t.colon}`}${t.alerts[code]}${numbersText(numbers, t)}`,
    1_900,
  );
}

/** ` (price 58000)`, empty without numbers. */
function numbersText(numbers: Record<string, string>, t: Catalogue): string {
  const parts = Object.entries(numbers)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => t.alertNumbers[name]?.(value) ?? `${name} ${value}`)
    .filter((part) => part !== '');
  return parts.length === 0 ? '' : t.inBrackets(parts.join(t.comma));
}

/** What has failed; once it is over also how long that took. */
/** @param again how often the same has happened since, and when last */
export function incidentText(
  { part, market, since, healedAt, healedBy }: Incident,
  t: Catalogue,
  again?: { times: number; lastAt: number },
): string {
  const word = part === 'store' ? t.critical : t.alert;
  const where = market === 'spot' ? t.alertLines.onSpot : '';
  const said = [`${word} · ${t.incidents[part].failed(where)}`];
  if (healedAt !== null && healedBy !== null) {
    const took = `${((healedAt - since) / 1_000).toFixed(1)} s`;
    said.push(`${t.incidents[part].works}${t.between}${t.alertLines.healed[healedBy](took)}`);
  }
  if (again) said.push(t.alertLines.again(again.times, relative(again.lastAt)));
  return said.join('\n');
}

/** What a start, a reconnect or a comparison found and did, a line each. */
export function recoveryText(event: Extract<DeskEvent, { type: 'recovered' }>, t: Catalogue): string {
  const { cause, tookMs, crashedAt, lines } = event;
  const said = [
    ...(crashedAt === null ? [] : [t.alertLines.crashed(relative(crashedAt))]),
    t.alertLines.recovered[cause](`${(tookMs / 1_000).toFixed(1)} s`),
    lines.length === 0 ? t.alertLines.foundNothing : t.alertLines.found,
    ...lines.map(
      ({ symbol, market, code, numbers }) =>
        `${symbol}${market === 'spot' ? ` ${t.plan.spot}` : ''}${t.colon}${t.recoveries[code](numbers)}`,
    ),
  ];
  return cut(said.join('\n'), 1_900);
}
