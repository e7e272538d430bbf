import { execFile } from 'node:child_process';
import type { Log } from './log.ts';

/** What systemd is told of a service of `Type=notify`; without a manager that listens, nothing. */
export interface ServiceManager {
  /** The start is over, the first or one after a restore; from now on there are signs of life. */
  ready(): void;
  stopping(): void;
}

/** systemd-notify waits until it was heard; a manager that is busy must not collect processes here. */
const PATIENCE_MS = 10_000;
/** A sign of life is a process: no manager that means it asks for more. */
const SHORTEST_BEAT_MS = 10;
/** Node's timers take no longer one: https://nodejs.org/api/timers.html#setintervalcallback-delay-args */
const LONGEST_BEAT_MS = 2 ** 31 - 1;

/**
 * Messages go to a datagram socket, which Node has none of, so that systemd's own tool sends them: a short process for
 * each, a few in a minute at most. The unit needs `NotifyAccess=all` for it.
 * https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
 */
export function joinServiceManager(
  { NOTIFY_SOCKET, WATCHDOG_USEC, PATH = '' }: NodeJS.ProcessEnv,
  log: Log,
): ServiceManager {
  if (!NOTIFY_SOCKET) return { ready: () => undefined, stopping: () => undefined };
  let isSending = false;
  let isHeard = true;
  let isBeating = false;

  function send(...messages: string[]): void {
    isSending = true;
    // Nothing else of ours: the environment may hold tokens and keys.
    const options = { env: { NOTIFY_SOCKET, PATH }, timeout: PATIENCE_MS };
    execFile('systemd-notify', messages, options, (error) => {
      isSending = false;
      if (error && isHeard) log.warn({ err: error }, 'the service manager could not be told');
      isHeard = !error;
    });
  }

  return {
    ready() {
      send('READY=1', 'STATUS=trading');
      const everyMs = beatMs(WATCHDOG_USEC);
      if (isBeating || everyMs === null) return;
      isBeating = true;
      setInterval(() => {
        if (!isSending) send('WATCHDOG=1');
      }, everyMs).unref();
    },
    stopping: () => send('STOPPING=1', 'STATUS=stopping'),
  };
}

/** Half of the time after which the manager takes silence for the end; null where it does not ask for signs of life. */
export function beatMs(watchdogUsec: string | undefined): number | null {
  const wanted = Number(watchdogUsec) / 2_000;
  return wanted > 0 ? Math.min(Math.max(wanted, SHORTEST_BEAT_MS), LONGEST_BEAT_MS) : null;
}
