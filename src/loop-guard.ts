import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Log } from './log.ts';

/**
 * Ends a program whose event loop stands still, which nothing inside it could notice: a shell that waits for a sign of
 * life and, where none comes, leaves a mark and kills. The service manager then starts the bot anew. A thread of our
 * own would cost 18 MB for the same.
 */

export interface LoopGuardOptions {
  /** A file that is there at the next start if the program was ended so. */
  mark: string;
  log: Log;
  /** So long without a sign of life. */
  limitMs?: number;
}

const LIMIT_MS = 30_000;
const BEATS_PER_LIMIT = 6;

/**
 * `timeout` ends with 124, or in BusyBox with the signal's 143, where nothing came; nothing at all read is the end of
 * the program, or a machine without `timeout` (127), which is not watched.
 * https://www.gnu.org/software/coreutils/manual/html_node/timeout-invocation.html
 */
const SCRIPT = `
while :; do
  beat=$(timeout "$1" head -c 1)
  case $? in 124|143) : > "$3"; kill -9 "$2"; exit ;; esac
  if [ -z "$beat" ]; then exit; fi
done`;

/** Answers with what ends the watch. */
export function startLoopGuard({ mark, log, limitMs = LIMIT_MS }: LoopGuardOptions): () => void {
  const args = ['-c', SCRIPT, 'guard', String(limitMs / 1_000), String(process.pid), mark];
  // Apart from the terminal's group: Ctrl-C is the program's business.
  const shell = spawn('sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.unref();
  const beat = (): void => void shell.stdin.write('.');
  const timer = setInterval(beat, limitMs / BEATS_PER_LIMIT);
  timer.unref();
  const stop = (): void => {
    clearInterval(timer);
    shell.off('exit', unguarded);
    shell.stdin.end();
  };
  const unguarded = (): void => {
    stop();
    log.warn('no guard of the event loop (any more): it needs sh, timeout and head');
  };
  shell.once('error', unguarded);
  shell.once('exit', unguarded);
  // Said by its end.
  shell.stdin.on('error', () => undefined);
  beat();
  return stop;
}

/** Whether the run before was ended by its guard; asked once, the mark is gone. */
export function wasStuck(mark: string): boolean {
  try {
    rmSync(mark);
    return true;
  } catch {
    return false;
  }
}
