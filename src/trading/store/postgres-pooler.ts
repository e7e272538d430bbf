import { z } from 'zod';
import { StorePooled } from './errors.ts';
import type { Client } from './postgres-client.ts';

const pidRow = z.object({ pid: z.number() });
/** Where others use the pooler, too, one of them may have been given what would have shown it. */
const TRIES = 5;

/**
 * A pooler that gives a connection to others between two transactions would give them the lock as well, and nobody would
 * notice a second bot. It is known by this: the lock's own backend answers somebody else, or another one answers in
 * its place while somebody else keeps it. A pooler that keeps sessions does neither. Throws `StorePooled`.
 */
export async function refusePooler(
  client: Client,
  pid: number,
  another: () => Client,
  name: string,
): Promise<void> {
  // Who is connected to directly says its own number; a pooler makes one up.
  if (client.processID === pid) return;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const other = another();
    other.on('error', () => undefined);
    try {
      await other.connect();
      await other.query('BEGIN').catch((error: unknown) => {
        throw isForbidden(error) ? new StorePooled(name) : error;
      });
      if ((await pidOf(other)) === pid || (await pidOf(client)) !== pid) throw new StorePooled(name);
      await other.query('ROLLBACK');
    } finally {
      await other.end();
    }
  }
}

/** One that keeps connections for a statement only takes no transaction: `protocol_violation`. */
function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '08P01';
}

async function pidOf(client: Client): Promise<number> {
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  return pidRow.parse(rows[0]).pid;
}
