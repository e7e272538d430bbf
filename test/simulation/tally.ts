/** How often what happened: a run in which little goes wrong proves little. */
export type Tally = Map<string, number>;

export function count(tally: Tally, what: string, times = 1): void {
  tally.set(what, (tally.get(what) ?? 0) + times);
}

export function addUp(into: Tally, from: ReadonlyMap<string, number>): void {
  for (const [what, times] of from) count(into, what, times);
}
