import type { Log } from './ports.ts';

export interface HeartbeatDeps {
  /** Null: nobody waits for a sign of life. */
  url(): string | null;
  /** Whether messages are read, orders can be sent, and prices and fills arrive. */
  isWell(): boolean;
  log: Log;
  everyMs?: number;
}

const EVERY_MS = 60_000;
const TIMEOUT_MS = 10_000;

/**
 * A dead man's switch: calls an address of the user's while all is well, so that its silence is noticed by something
 * that does not die with the bot. Answers with the way to stop it.
 */
export function startHeartbeat({ url, isWell, log, everyMs = EVERY_MS }: HeartbeatDeps): () => void {
  const stopped = new AbortController();

  async function beat(): Promise<void> {
    const address = url();
    if (address === null || !isWell()) return;
    try {
      const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(address, { signal });
      await response.body?.cancel();
      if (!response.ok) log.warn({ status: response.status }, 'the heartbeat was not taken');
    } catch {
      // What the error prints holds the address, and that often a key.
      if (!stopped.signal.aborted) log.warn({}, 'the heartbeat did not get through');
    }
  }

  void beat();
  const timer = setInterval(() => void beat(), everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    stopped.abort();
  };
}
