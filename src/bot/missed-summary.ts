import type { Missed } from './first-reading.ts';
import { cut } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { signalLine } from './plan-view.ts';

const LISTED = 10;

/** One message about all that came too late to be traded. */
export function missedSummary(missed: readonly Missed[], t: Catalogue): string {
  const lines = missed.slice(0, LISTED).flatMap(({ channel, reading }) => {
    if (reading.kind === 'update')
      return [
        `${channel.name}${t.colon}${t.report.missedUpdate} ${reading.updates.map(({ symbol, action }) => [symbol, t.decision.actions[action]].filter(Boolean).join(' ')).join(t.comma)}`,
      ];
    return reading.signals.map((signal) => `${channel.name}${t.colon}${signalLine(signal, t)}`);
  });
  if (missed.length > LISTED) lines.push(t.report.missedMore(missed.length - LISTED));
  return cut([t.report.missed(missed.length), ...lines].join('\n'), 1_900);
}
