/** One figure of one contestant; a quantile is taken over the samples of all rounds, else the median of the rounds. */
export interface Sample {
  figure: string;
  unit: Unit;
  values: readonly number[];
  quantile: number;
}

export type Unit = 'ms' | 'MB' | '1/s' | '%' | '';

/** What one contestant has shown in one round. */
export interface Measured {
  contestant: string;
  samples: readonly Sample[];
}

/** A figure over all rounds. */
export interface Figure {
  figure: string;
  unit: Unit;
  /** By contestant. */
  of: Readonly<Record<string, number>>;
  /** The bot's, round by round: how far they lie apart is what a difference has to exceed. */
  rounds: readonly number[];
}

export function figure(name: string, unit: Unit, values: readonly number[], at = 0.5): Sample {
  return { figure: name, unit, values, quantile: at };
}

/** Median and 99th percentile of one kind of waiting; nothing where there was none. */
export function waits(name: string, values: readonly number[]): Sample[] {
  if (values.length === 0) return [];
  return [figure(`${name} p50`, 'ms', values), figure(`${name} p99`, 'ms', values, 0.99)];
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function collect(measured: readonly Measured[]): Figure[] {
  const all = measured.flatMap(({ contestant, samples }) =>
    samples.map((sample) => ({ contestant, ...sample })),
  );
  return [...Map.groupBy(all, (sample) => sample.figure)].map(([name, samples]) => {
    const of = [...Map.groupBy(samples, (sample) => sample.contestant)].map(([contestant, rounds]) => {
      const at = rounds[0]?.quantile ?? 0.5;
      return [
        contestant,
        rounded(
          quantile(
            rounds.flatMap(({ values }) => values),
            at,
          ),
        ),
      ] as const;
    });
    const rounds = samples
      .filter(({ contestant }) => contestant === 'bot')
      .map((sample) => rounded(quantile(sample.values, sample.quantile)));
    return { figure: name, unit: samples[0]?.unit ?? '', of: Object.fromEntries(of), rounds };
  });
}

/** More digits than a measurement has would only be read as if it had them. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
