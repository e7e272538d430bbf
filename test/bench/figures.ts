/** One figure of one contestant; a quantile is taken over the samples of all rounds, else the median of the rounds. */
export interface Sample {
  figure: string;
  unit: 'ms' | 'MB' | '1/s' | '%' | '';
  values: readonly number[];
  quantile: number;
}

export function figure(name: string, unit: Sample['unit'], values: readonly number[], at = 0.5): Sample {
  return { figure: name, unit, values, quantile: at };
}

/** Median and 99th percentile of one kind of waiting. */
export function waits(name: string, values: readonly number[]): Sample[] {
  return [figure(`${name} p50`, 'ms', values), figure(`${name} p99`, 'ms', values, 0.99)];
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** By figure and contestant. */
export type Figures = Map<string, { unit: Sample['unit']; of: Map<string, number> }>;

export function collect(measured: readonly { contestant: string; samples: readonly Sample[] }[]): Figures {
  const figures: Figures = new Map();
  const all = measured.flatMap(({ contestant, samples }) =>
    samples.map((sample) => ({ contestant, ...sample })),
  );
  for (const [name, samples] of Map.groupBy(all, (sample) => sample.figure)) {
    const of = new Map<string, number>();
    for (const [contestant, rounds] of Map.groupBy(samples, (sample) => sample.contestant)) {
      const values = rounds.flatMap((round) => round.values);
      if (values.length > 0) of.set(contestant, quantile(values, rounds[0]?.quantile ?? 0.5));
    }
    figures.set(name, { unit: samples[0]?.unit ?? '', of });
  }
  return figures;
}

const BESIDE = ['floor', 'floor with a row', 'naive'] as const;

/** The bot's figures, each beside the others' and as a multiple of them. */
export function table(figures: Figures): string {
  const lines = [
    `| figure | bot | ${BESIDE.map((name) => `${name} | ratio`).join(' | ')} |`,
    `| --- | --- |${' --- |'.repeat(2 * BESIDE.length)}`,
  ];
  for (const [name, { unit, of }] of figures) {
    const bot = of.get('bot');
    const cells = BESIDE.flatMap((other) => {
      const beside = of.get(other);
      if (beside === undefined) return ['', ''];
      return [shown(beside), bot === undefined ? '' : (bot / beside).toFixed(2)];
    });
    const label = unit === '' ? name : `${name}, ${unit}`;
    lines.push(`| ${label} | ${bot === undefined ? '' : shown(bot)} | ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
