/** Who looks at the channel is told so soon that nothing has come of a signal or a click yet. */
const TOLD_AFTER_MS = 1_500;

/** Answers as `work` does; `tell` is called once where that takes its time. */
export async function tellingIfSlow<T>(work: Promise<T>, tell: () => void): Promise<T> {
  const timer = setTimeout(tell, TOLD_AFTER_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
