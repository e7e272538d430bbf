/** What is counted since the start, each by what. */
export const COUNTED = {
  messages: ['channel', 'kind'],
  signals: ['channel', 'result'],
  denials: ['code'],
  confirmations: ['state'],
  orders: ['market', 'role', 'outcome'],
  cancellations: ['market', 'outcome'],
  fills: ['market', 'role'],
  closed: ['market', 'channel', 'result'],
  findings: ['code'],
  alerts: ['code'],
  incidents: ['part'],
} as const;

export type Counted = keyof typeof COUNTED;

type Strings<Names extends readonly string[]> = { [Index in keyof Names]: string };
type Values<What extends Counted> = Strings<(typeof COUNTED)[What]>;

/** Numbers that only grow. */
export class Counters {
  readonly #counts = new Map<Counted, Map<string, { values: readonly string[]; count: number }>>();

  add<What extends Counted>(what: What, ...values: Values<What>): void {
    const counts = this.#counts.get(what) ?? new Map();
    this.#counts.set(what, counts);
    const key = values.join('\n');
    const known = counts.get(key);
    if (known) known.count += 1;
    else counts.set(key, { values: [...values], count: 1 });
  }

  /** Values in the order of the names in `COUNTED`. */
  read(what: Counted): readonly { values: readonly string[]; count: number }[] {
    return [...(this.#counts.get(what)?.values() ?? [])];
  }
}
