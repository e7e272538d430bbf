import { createHash, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { lockFile } from './connection.ts';
import { StoreUnusable } from './errors.ts';

/** Where this program runs, to a server that it shares with programs elsewhere. */
export interface Place {
  /** The same after a restart in the same folder of the same machine; at most 52 characters. */
  readonly id: string;
  release(): Promise<void>;
}

/**
 * A server cannot tell a program that has died from one whose connection is lost, and would have the next one wait for
 * the end of the lease. The operating system can: whoever has the lock on this folder's file knows that whatever held
 * the store from here before has ended. Throws `StoreInUse`.
 */
export async function takePlace(path: string, name: string): Promise<Place> {
  const release = await lockFile(`${path}.lock`, name);
  try {
    const known = await readFile(`${path}.place`, 'utf8').catch(() => '');
    const own = /^[\da-f-]{36}$/.test(known) ? known : randomUUID();
    if (own !== known) await writeFile(`${path}.place`, own, { mode: 0o600 });
    // A folder that was copied to another machine is another place.
    const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
    return { id: `${own}@${machine}`, release };
  } catch (error) {
    await release();
    throw new StoreUnusable(`${path}.place`, error);
  }
}
