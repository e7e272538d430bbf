/**
 * A program without a listener dies by SIGTERM, and as the first process of a container does not even hear it. From its
 * first moment on the bot ends by it, with code 0: there is nothing to bring to an end yet. Whoever has something takes
 * over.
 */
const NAMES = ['SIGTERM', 'SIGINT'];

const end = () => process.exit(0);

/** However often it is called. A listener that goes takes a signal along that has come and was not told yet. */
export function endBySignal() {
  for (const name of NAMES) if (!process.listeners(name).includes(end)) process.on(name, end);
}

/**
 * From here on the signals only abort, also the ones that follow: a terminal and npm tell each their own.
 * @returns {AbortSignal}
 */
export function takeSignals() {
  const controller = new AbortController();
  for (const name of NAMES) {
    process.on(name, () => controller.abort());
    process.off(name, end);
  }
  return controller.signal;
}
