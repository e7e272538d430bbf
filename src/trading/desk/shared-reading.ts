/**
 * One reading for all who ask before it begins. Who asks while one is under way gets the next: what it tells is never
 * older than the question.
 */
export function shareReading<T>(read: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;

  function begin(): Promise<T> {
    next = null;
    const reading = read();
    underWay = reading.catch(() => undefined);
    return reading;
  }

  return () => {
    next ??= underWay.then(begin);
    return next;
  };
}
