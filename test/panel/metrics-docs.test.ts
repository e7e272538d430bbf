import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FAMILIES } from '../../src/panel/families.ts';
import { conditionNames, RULES } from '../../src/telemetry/conditions.ts';

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const SUFFIXES = {
  gauge: [''],
  counter: ['_total'],
  info: ['_info'],
  histogram: ['_bucket', '_sum', '_count'],
};
/** Every name that a query may use, with the labels that its samples have. */
const samples = new Map(
  FAMILIES.flatMap(({ name, type, labels }) =>
    SUFFIXES[type].map((suffix) => [
      `${name}${suffix}`,
      new Set([...labels, 'instance', ...(suffix === '_bucket' ? ['le'] : [])]),
    ]),
  ),
);

/** What is wrong with a query: a metric that is not told, a label that it does not have. */
function problems(query: string): string[] {
  const found: string[] = [];
  for (const [, name = '', matchers = ''] of query.matchAll(
    /\b((?:signalbox|process|nodejs)_\w+)(\{[^}]*\})?/g,
  )) {
    const labels = samples.get(name);
    if (!labels) {
      found.push(`${name} is not told`);
      continue;
    }
    for (const [, label = ''] of matchers.matchAll(/(\w+)\s*(?:=|!=|=~|!~)"/g)) {
      if (!labels.has(label)) found.push(`${name} has no ${label}`);
    }
  }
  return found.length === 0 && !/\b(signalbox|process|nodejs)_/.test(query)
    ? [`${query} asks for nothing`]
    : found;
}

interface Panel {
  title: string;
  type: string;
  targets?: { expr: string; legendFormat: string }[];
}

describe('the dashboard', () => {
  const dashboard = JSON.parse(file('deploy/grafana.json')) as { panels: Panel[] };
  const drawn = dashboard.panels.filter(({ type }) => type !== 'row');

  test.each(drawn.map((panel) => [panel.title, panel] as const))(
    '%s asks for what is told',
    (_, { targets = [] }) => {
      expect(targets.length).toBeGreaterThan(0);
      expect(targets.flatMap(({ expr }) => problems(expr))).toEqual([]);
      const legends = targets.flatMap(({ expr, legendFormat }) =>
        [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)]
          .map(([, label = '']) => label)
          .filter(
            (label) => ![...samples].some(([name, labels]) => expr.includes(name) && labels.has(label)),
          ),
      );
      expect(legends).toEqual([]);
    },
  );

  test('shows every family but the start time', () => {
    const queries = drawn.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join('\n');
    const missing = FAMILIES.filter(({ name }) => !queries.includes(name)).map(({ name }) => name);
    expect(missing).toEqual([
      'signalbox_loss_streak',
      'signalbox_reconciliation_duration_seconds',
      'process_start_time_seconds',
      'nodejs_heap_total_bytes',
    ]);
  });
});

test('the rules ask for what is told', () => {
  const { groups } = parse(file('deploy/alert-rules.yaml')) as {
    groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(5);
  expect(rules.flatMap(({ expr }) => problems(expr))).toEqual([]);
});

test.each([
  ['signalbox_ready', []],
  ['signalbox_raedy', ['signalbox_raedy is not told']],
  ['signalbox_signals', ['signalbox_signals is not told']],
  ['rate(signalbox_signals_total{symbol="x"}[1h])', ['signalbox_signals_total has no symbol']],
  ['vector(1)', ['vector(1) asks for nothing']],
])('GIVEN the query %s THEN %j', (query, found) => {
  expect(problems(query)).toEqual(found);
});

test('docs/metrics.md holds the table', () => {
  const rows = FAMILIES.map(({ name, type, labels, help }) => {
    const suffix = { counter: '_total', info: '_info', gauge: '', histogram: '' }[type];
    return `| \`${name}${suffix}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`;
  });
  expect(file('docs/metrics.md')).toContain(['| --- | --- | --- | --- |', ...rows].join('\n'));
});

test('docs/metrics.md holds what the bot watches itself, with its limits', () => {
  const page = file('docs/metrics.md');
  const shown = (value: number, unit: (typeof RULES)['drift']['unit']): string => {
    if (unit === 'ratio') return `${value * 100} %`;
    if (unit === 'bytes') return `${value / 1e6} MB`;
    return unit === 'ms' ? `${value / 1_000} s` : String(value);
  };
  const lasting = (ms: number): string => (ms === 0 ? '' : `, ${ms / 1_000} s long`);
  for (const name of conditionNames) {
    const { unit, bad, well, badForMs, wellForMs } = RULES[name];
    const from = `${shown(bad, unit)}${lasting(badForMs)} | ${shown(well, unit)}${lasting(wellForMs)}`;
    expect(page).toContain(`| \`${name}\` | ${from} | `);
  }
});
