/**
 * Reads an exposition as strictly as the specification allows, and throws at whatever it forbids:
 * https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 */
export interface ParsedFamily {
  name: string;
  type: string;
  unit: string | null;
  help: string | null;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const SUFFIXES: Record<string, readonly string[]> = {
  gauge: [''],
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  info: ['_info'],
};
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const NUMBER = /^[+-]?(\d+(\.\d+)?([eE][+-]?\d+)?|Inf|NaN)$/;

export function parseOpenMetrics(text: string): ParsedFamily[] {
  if (!text.endsWith('\n# EOF\n')) throw new Error('does not end with # EOF');
  const families: ParsedFamily[] = [];
  for (const line of text.slice(0, -'\n# EOF\n'.length).split('\n')) {
    if (line.startsWith('#')) metadata(families, line);
    else sampleLine(families, line);
  }
  for (const family of families) check(family);
  return families;
}

function metadata(families: ParsedFamily[], line: string): void {
  const [, kind = '', name = '', rest = ''] = /^# (TYPE|UNIT|HELP) (\S+) (.*)$/s.exec(line) ?? fail(line);
  if (!NAME.test(name)) fail(line);
  let family = families.at(-1);
  if (family?.name !== name) {
    if (families.some((other) => other.name === name)) fail(`${line}: its family has ended already`);
    if (kind !== 'TYPE') fail(`${line}: a family begins with its type`);
    family = { name, type: '', unit: null, help: null, samples: [] };
    families.push(family);
  }
  if (family.samples.length > 0) fail(`${line}: behind a sample`);
  switch (kind) {
    case 'TYPE':
      if (family.type !== '' || !(rest in SUFFIXES)) fail(line);
      family.type = rest;
      return;
    case 'UNIT':
      if (family.unit !== null || !name.endsWith(`_${rest}`)) fail(line);
      family.unit = rest;
      return;
    default:
      if (family.help !== null) fail(line);
      family.help = unescaped(rest, line);
  }
}

function sampleLine(families: readonly ParsedFamily[], line: string): void {
  const [, name = '', labelText = '', valueText = ''] =
    /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (\S+)$/s.exec(line) ?? fail(line);
  const family = families.at(-1) ?? fail(line);
  if (!SUFFIXES[family.type]?.some((suffix) => name === `${family.name}${suffix}`)) {
    fail(`${line}: no sample of ${family.type} ${family.name}`);
  }
  if (!NUMBER.test(valueText)) fail(line);
  family.samples.push({
    name,
    labels: labelsOf(labelText, line),
    value: Number(valueText.replace('Inf', 'Infinity')),
  });
}

function labelsOf(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text.slice(1, -1);
  while (rest !== '') {
    const [pair = '', name = '', value = ''] =
      /^([^=,"]+)="((?:[^"\\]|\\.)*)"(?:,(?=.)|$)/s.exec(rest) ?? fail(line);
    if (!LABEL.test(name) || Object.hasOwn(labels, name)) fail(line);
    labels[name] = unescaped(value, line);
    rest = rest.slice(pair.length);
  }
  return labels;
}

function unescaped(text: string, line: string): string {
  return text.replaceAll(/\\(.?)/gs, (_, next: string) => {
    if (next === 'n') return '\n';
    return next === '\\' || next === '"' ? next : fail(line);
  });
}

function check({ name, type, samples }: ParsedFamily): void {
  const keys = samples.map((sample) => JSON.stringify([sample.name, Object.entries(sample.labels).sort()]));
  if (new Set(keys).size < keys.length) fail(`${name}: the same sample twice`);
  const sets = samples.map(({ labels }) =>
    Object.keys(labels)
      .filter((label) => label !== 'le')
      .sort()
      .join(),
  );
  if (new Set(sets).size > 1) fail(`${name}: samples with different labels`);
  if (type === 'info' && samples.some(({ value }) => value !== 1)) fail(`${name}: an info is 1`);
  if (
    type === 'counter' &&
    samples.some(({ value }) => !(value >= 0) || value === Number.POSITIVE_INFINITY)
  ) {
    fail(`${name}: a counter does not count`);
  }
  if (type === 'histogram') checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: ParsedFamily['samples']): void {
  const seriesOf = ({ labels }: (typeof samples)[number]) =>
    JSON.stringify(Object.entries(labels).filter(([label]) => label !== 'le'));
  const series = [...Map.groupBy(samples, seriesOf).values()];
  if (series.flat().some((sample, index) => sample !== samples[index])) fail(`${name}: its series are mixed`);
  for (const members of series) {
    const of = (suffix: string) => members.filter((sample) => sample.name === `${name}${suffix}`);
    const buckets = of('_bucket');
    const edges = buckets.map(({ labels }) => labels.le ?? fail(`${name}: a bucket without edge`));
    const numbers = edges.map((edge) => Number(edge.replace('Inf', 'Infinity')));
    if (edges.some((edge) => !/^(\d+\.\d+(e[+-]\d+)?|\+Inf)$/.test(edge)))
      fail(`${name}: edges are not canonical`);
    if (numbers.some((edge, index) => index > 0 && !(edge > (numbers[index - 1] ?? 0))))
      fail(`${name}: edges fall`);
    if (edges.at(-1) !== '+Inf') fail(`${name}: no +Inf`);
    if (buckets.some(({ value }, index) => index > 0 && value < (buckets[index - 1]?.value ?? 0))) {
      fail(`${name}: counts fall`);
    }
    const [count, ...moreCounts] = of('_count');
    const [sum, ...moreSums] = of('_sum');
    if (!count || !sum || moreCounts.length + moreSums.length > 0) fail(`${name}: one sum and one count`);
    if (count.value !== buckets.at(-1)?.value) fail(`${name}: the count is not that of +Inf`);
    if (!(sum.value >= 0)) fail(`${name}: a sum without a value`);
  }
}

function fail(what: string): never {
  throw new Error(what);
}
