/** Settles with the work, or resolves as soon as `withdrawn` is aborted, however long the work still takes. */
export function untilWithdrawn(work: Promise<void>, withdrawn: AbortSignal | undefined): Promise<void> {
  if (!withdrawn) return work;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = (): void => resolve();
  withdrawn.addEventListener('abort', onAbort, { once: true });
  void work.then(resolve, reject).finally(() => withdrawn.removeEventListener('abort', onAbort));
  if (withdrawn.aborted) resolve();
  return promise;
}
