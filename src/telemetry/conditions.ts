import { z } from 'zod';

/** What is not as it should be though nothing has failed: each is told once, and again when it is well. */
export const conditionNames = [
  'request_weight',
  'margin_ratio',
  'prices_stale',
  'drift',
  'disk_low',
  'clock_off',
  'memory_growth',
  'event_loop',
] as const;
export type ConditionName = (typeof conditionNames)[number];

export interface Rule {
  unit: 'ratio' | 'bytes' | 'ms' | 'count';
  /** From here it is bad, from there well again; what lies between changes nothing. */
  bad: number;
  well: number;
  /** So long without a break before it counts. */
  badForMs: number;
  wellForMs: number;
}

const MB = 1_000_000;

export const RULES: Record<ConditionName, Rule> = {
  request_weight: { unit: 'ratio', bad: 0.8, well: 0.6, badForMs: 10_000, wellForMs: 60_000 },
  margin_ratio: { unit: 'ratio', bad: 0.5, well: 0.4, badForMs: 0, wellForMs: 60_000 },
  prices_stale: { unit: 'ms', bad: 30_000, well: 15_000, badForMs: 0, wellForMs: 10_000 },
  drift: { unit: 'count', bad: 3, well: 0, badForMs: 0, wellForMs: 0 },
  disk_low: { unit: 'bytes', bad: 500 * MB, well: 1_000 * MB, badForMs: 0, wellForMs: 60_000 },
  clock_off: { unit: 'ms', bad: 1_000, well: 500, badForMs: 60_000, wellForMs: 60_000 },
  memory_growth: { unit: 'bytes', bad: 100 * MB, well: 60 * MB, badForMs: 0, wellForMs: 0 },
  event_loop: { unit: 'ms', bad: 500, well: 100, badForMs: 10_000, wellForMs: 60_000 },
};

export const condition = z.object({
  name: z.enum(conditionNames),
  /** When it began to be bad. */
  since: z.number(),
  /** When it was well again; null while it is not. */
  endedAt: z.number().nullable(),
  /** The worst value so far, in the rule's unit. */
  worst: z.number(),
  /** Which market, symbols or findings; empty where there is nothing to name. */
  what: z.string(),
});
export type Condition = z.infer<typeof condition>;

interface State {
  /** Since when the value has been on the other side of what is told. */
  leaningSince: number | null;
  open: Condition | null;
}

export class Conditions {
  readonly #states: Map<ConditionName, State>;

  /** @param earlier those that went on when the run before this one ended: they are not new */
  constructor(earlier: readonly Condition[] = []) {
    this.#states = new Map(earlier.map((open) => [open.name, { leaningSince: null, open }]));
  }

  /** Answers with a condition that has just begun or ended. Null where the value is not known. */
  judge(name: ConditionName, value: number | null, what: string, now: number): Condition | null {
    const state = this.#states.get(name) ?? { leaningSince: null, open: null };
    this.#states.set(name, state);
    if (value === null) return null;
    const rule = RULES[name];
    if (state.open && isWorse(rule, value, state.open.worst)) {
      state.open = { ...state.open, worst: value, what };
    }
    const leans = state.open ? reaches(rule, rule.well, value, false) : reaches(rule, rule.bad, value, true);
    if (!leans) {
      state.leaningSince = null;
      return null;
    }
    const since = state.leaningSince ?? now;
    state.leaningSince = since;
    if (now - since < (state.open ? rule.wellForMs : rule.badForMs)) return null;
    state.leaningSince = null;
    if (state.open) {
      const ended = { ...state.open, endedAt: now };
      state.open = null;
      return ended;
    }
    state.open = { name, since, endedAt: null, worst: value, what };
    return state.open;
  }

  /** Those that go on. */
  list(): readonly Condition[] {
    return [...this.#states.values()].flatMap(({ open }) => open ?? []);
  }
}

/** Whether it is too much that is bad; otherwise too little is. */
function isTooMuch({ bad, well }: Rule): boolean {
  return bad > well;
}

function reaches(rule: Rule, edge: number, value: number, upwards: boolean): boolean {
  return isTooMuch(rule) === upwards ? value >= edge : value <= edge;
}

function isWorse(rule: Rule, value: number, than: number): boolean {
  return isTooMuch(rule) ? value > than : value < than;
}
