/** Beside the answers: what lies between the sockets and whoever reads an answer hands on its body alone. */
const sentTimes = new WeakMap<object, number>();

/** The request that was answered so was on its socket then, on `performance.now()`'s clock. */
export function noteSent(answer: unknown, at: number): void {
  if (typeof answer === 'object' && answer !== null) sentTimes.set(answer, at);
}

/** Undefined where that is not known: reads, and what is no object. */
export function sentAtOf(answer: unknown): number | undefined {
  return typeof answer === 'object' && answer !== null ? sentTimes.get(answer) : undefined;
}
