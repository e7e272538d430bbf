import { type Condition, RULES } from '../telemetry/conditions.ts';
import { describe } from './discord-errors.ts';
import type { Catalogue } from './locales/index.ts';
import type { Log } from './ports.ts';
import type { Posts } from './posts.ts';
import type { AlertKind } from './records.ts';

/** Tells each condition once: a message when it begins, the same message edited when all is well again. */
export async function tellCondition(
  posts: Pick<Posts, 'texts' | 'alert'>,
  condition: Condition,
  log: Log,
): Promise<void> {
  const slot = `condition:${condition.since}:${condition.name}`;
  try {
    await posts.alert(kindOf(condition), slot, conditionText(condition, posts.texts()));
  } catch (error) {
    log.error({ slot, error: describe(error) }, 'a condition could not be told');
  }
}

/** What is about money, and what will stop trading, is about protection. */
function kindOf({ name }: Condition): AlertKind {
  switch (name) {
    case 'margin_ratio':
    case 'prices_stale':
    case 'drift':
    case 'disk_low':
      return 'protection';
    case 'request_weight':
    case 'clock_off':
    case 'memory_growth':
    case 'event_loop':
      return 'warnings';
  }
}

export function conditionText({ name, worst, what, since, endedAt }: Condition, t: Catalogue): string {
  const { unit } = RULES[name];
  const said = [`${t.alert} · ${t.conditions[name](valueText(worst, unit), what)}`];
  if (endedAt !== null) said.push(t.alertLines.wellAgain(spanText(endedAt - since)));
  return said.join('\n');
}

function valueText(value: number, unit: (typeof RULES)[Condition['name']]['unit']): string {
  switch (unit) {
    case 'ratio':
      return `${Math.round(value * 100)}%`;
    case 'bytes':
      return `${Math.round(value / 1e6)} MB`;
    case 'ms':
      return `${(value / 1_000).toFixed(1)} s`;
    case 'count':
      return String(value);
  }
}

function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 2) return `${Math.round(ms / 1_000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
