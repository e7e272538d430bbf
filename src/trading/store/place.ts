import { createHash, randomUUID } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { lockFile } from './connection.ts';
import { StoreUnusable } from './errors.ts';

/** Where this program runs, to a server that it shares with programs elsewhere. */
export interface Place {
  /** The same after a restart in the same folder of the same machine; at most 49 characters. */
  readonly id: string;
  release(): Promise<void>;
}

/**
 * A server cannot tell a program that has died from one whose connection is lost, and would have the next one wait for
 * the end of the lease. The operating system can: whoever has the lock on this folder's file knows that whatever held
 * the store from here before has ended. Throws `StoreInUse`.
 */
export async function takePlace(path: string, name: string): Promise<Place> {
  const lock = `${path}.lock`;
  const release = await lockFile(lock, name);
  try {
    const known = await readFile(`${path}.place`, 'utf8').catch(() => '');
    const own = /^[\da-f-]{36}$/.test(known) ? known : randomUUID();
    if (own !== known) await writeFile(`${path}.place`, own, { mode: 0o600 });
    return { id: `${own}@${await whereabouts(lock)}`, release };
  } catch (error) {
    await release();
    throw new StoreUnusable(`${path}.place`, error);
  }
}

/**
 * What a copy of the folder does not share: the lock says nothing of a program that holds another file. Copies on one
 * machine (a volume that was cloned for a second container) are files of their own; on another one, and in a clone of a
 * machine, another kernel runs (https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html, `random/boot_id`). After
 * a restart of the machine the place is a new one, too, and a start waits for what is left of the lease.
 */
async function whereabouts(lock: string): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const { dev, ino } = await stat(lock);
  return createHash('sha256').update([hostname(), boot, dev, ino].join('|')).digest('hex').slice(0, 12);
}
