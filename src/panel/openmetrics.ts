/**
 * Text that collectors of metrics read:
 * https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 */
export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

export interface FamilyHead {
  /** Ends with the unit where there is one; without `_total`, `_info` and the like. */
  name: string;
  type: 'gauge' | 'counter' | 'histogram' | 'info';
  unit?: 'seconds' | 'bytes' | 'ratio';
  help: string;
  /** Names; of an `info` they are all that it says. */
  labels: readonly string[];
}

/** Values of the labels in the order of their names. A buckets' edge is inclusive, and its count all up to it. */
export type Sample =
  | { labels: readonly string[]; value: number }
  | {
      labels: readonly string[];
      buckets: readonly { upTo: number; count: number }[];
      count: number;
      sum: number;
    };

export interface Family extends FamilyHead {
  samples: readonly Sample[];
}

export function exposition(families: readonly Family[]): string {
  return `${families.flatMap(familyLines).join('\n')}\n# EOF\n`;
}

const SUFFIX = { gauge: '', counter: '_total', info: '_info', histogram: '' } as const;

function familyLines({ name, type, unit, help, labels, samples }: Family): string[] {
  return [
    `# TYPE ${name} ${type}`,
    ...(unit ? [`# UNIT ${name} ${unit}`] : []),
    `# HELP ${name} ${escaped(help)}`,
    ...samples.flatMap((sample) => {
      const pairs = labels.map((label, index) => [label, sample.labels[index] ?? ''] as const);
      return 'buckets' in sample
        ? histogramLines(name, pairs, sample)
        : [`${name}${SUFFIX[type]}${labelText(pairs)} ${numberText(sample.value)}`];
    }),
  ];
}

type Pairs = readonly (readonly [name: string, value: string])[];

function histogramLines(
  name: string,
  pairs: Pairs,
  { buckets, count, sum }: Extract<Sample, { buckets: unknown }>,
): string[] {
  const all = [...buckets, { upTo: Number.POSITIVE_INFINITY, count }];
  return [
    ...all.map(
      (bucket) =>
        `${name}_bucket${labelText([...pairs, ['le', numberText(bucket.upTo)]])} ${numberText(bucket.count)}`,
    ),
    `${name}_sum${labelText(pairs)} ${numberText(sum)}`,
    `${name}_count${labelText(pairs)} ${numberText(count)}`,
  ];
}

function labelText(pairs: Pairs): string {
  return pairs.length === 0
    ? ''
    : `{${pairs.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** Numbers as the specification's canonical ones: `1.0`, `0.005`, `+Inf`. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
}
