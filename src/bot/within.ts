/** Settles with the work, or resolves after so many milliseconds, however long the work still takes. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves after so many milliseconds, or once it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await unlessAborted(promise, signal);
  clearTimeout(timer);
}

/** Resolves with the work, or once it is aborted. */
export async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise: aborted, resolve: end } = Promise.withResolvers<void>();
  const onAbort = (): void => end();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([work, aborted]);
  signal.removeEventListener('abort', onAbort);
}
