import type { Log } from '../../log.ts';
import type { Cancel, Clock } from '../clock.ts';

/** One value that outlives a restart. What could not be written is written again until it is on the disk. */
export interface Kept<T> {
  /**
   * Resolves once the attempt is over: true where the value is on the disk. `otherwise`, where it is given, is what holds
   * if it is not: that is what is written again then, because a write that failed may have been made.
   */
  write(value: T, otherwise?: T): Promise<boolean>;
  /** The disk may have something else. */
  isBehind(): boolean;
  /** Resolves once the disk has what holds; at once where it does. */
  caughtUp(): Promise<void>;
  /** Nothing is tried again. */
  stop(): void;
}

export interface KeptOptions<T> {
  /** For the log. */
  what: string;
  /** Writes are made in the order in which they were asked for. */
  save(value: T): Promise<void>;
  /** It has fallen behind, or is not behind any more. */
  onChange(isBehind: boolean, reason: string): void;
  log: Log;
  clock: Clock;
}

const RETRY_MS = 2_000;

export function createKept<T>({ what, save, onChange, log, clock }: KeptOptions<T>): Kept<T> {
  let latest = 0;
  let isBehind = false;
  let isStopped = false;
  let retry: Cancel | null = null;
  const onWritten: (() => void)[] = [];

  async function write(value: T, otherwise: T = value): Promise<boolean> {
    retry?.();
    retry = null;
    latest += 1;
    const turn = latest;
    try {
      await save(value);
      if (turn === latest) note(false, '');
      return true;
    } catch (error) {
      log.error({ err: error }, `${what} could not be stored`);
      note(true, error instanceof Error ? error.message : String(error));
      if (turn === latest && !isStopped) retry = clock.after(RETRY_MS, () => void write(otherwise));
      return false;
    }
  }

  function note(next: boolean, reason: string): void {
    if (next === isBehind) return;
    isBehind = next;
    if (!isBehind) for (const tell of onWritten.splice(0)) tell();
    onChange(next, reason);
  }

  return {
    write,
    isBehind: () => isBehind,
    async caughtUp() {
      if (isBehind) await new Promise<void>((written) => onWritten.push(written));
    },
    stop() {
      isStopped = true;
      retry?.();
    },
  };
}
