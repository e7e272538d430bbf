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
/** A loop that stands still has had more of the processor than this, or wants none. */
const STARVED_SHARE = 0.05;

/**
 * `timeout` ends with 124, or in BusyBox with the signal's 143, where nothing came; nothing at all read is the end of
 * the program, or a machine without `timeout` (127), which is not watched.
 * https://www.gnu.org/software/coreutils/manual/html_node/timeout-invocation.html
 * One that wants to run and is not let (the machine is overloaded) would be no better for a new start, which takes more
 * than it needs now: it gets four times as long. https://docs.kernel.org/scheduler/sched-stats.html
 */
const SCRIPT = `
ran() { { read -r ns _ < "/proc/$1/schedstat"; } 2>/dev/null || ns=0; }
starved=0
while :; do
  ran "$2"; before=$ns
  beat=$(timeout "$1" head -c 1)
  case $? in 124|143)
    ran "$2"
    if [ "$starved" -lt 3 ] && [ $((ns - before)) -lt "$4" ] && grep -q '^State:.R' /proc/"$2"/task/*/status; then
      starved=$((starved + 1)); continue
    fi
    : > "$3"; kill -9 "$2"; exit ;;
  esac
  if [ -z "$beat" ]; then exit; fi
  starved=0
done`;

/** Answers with what ends the watch. */
export function startLoopGuard({ mark, log, limitMs = LIMIT_MS }: LoopGuardOptions): () => void {
  const args = [
    '-c',
    SCRIPT,
    'guard',
    String(limitMs / 1_000),
    String(process.pid),
    mark,
    String(limitMs * 1e6 * STARVED_SHARE),
  ];
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
