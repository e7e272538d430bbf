import { z } from 'zod';
import { clientUrl, storeName, storeSpace } from './address.ts';
import { StoreInUse } from './errors.ts';
import type { Look } from './examine.ts';
import { HOLD_TABLE, loadDrivers } from './postgres-client.ts';
import { isHeld, newClient, refuseForgetful } from './postgres-lock.ts';
import { refusePooler } from './postgres-pooler.ts';
import { type Ask, readsOn } from './postgres-reads.ts';

const found = z.tuple([z.object({ pid: z.number(), hold: z.string().nullable(), mayMake: z.boolean() })]);

/** One state of a schema, over a connection that can change nothing. Throws `StoreInUse` where a bot may be at it. */
export async function lookAtPostgres(storeUrl: string): Promise<Look> {
  const name = storeName(storeUrl);
  const schema = storeSpace(storeUrl);
  const drivers = await loadDrivers();
  const connect = () => newClient(drivers, clientUrl(storeUrl), 'signalbox doctor');
  const client = connect();
  client.on('error', () => undefined);
  const end = () => client.end();
  try {
    await client.connect();
    const ask: Ask = async (sql, values) => (await client.query(sql, values)).rows;
    const [{ pid, hold, mayMake }] = found.parse(
      await ask(
        `SELECT pg_backend_pid() AS pid, to_regclass($1)::text AS hold,
           has_database_privilege(current_database(), 'CREATE') AS "mayMake"`,
        [`"${schema}".${HOLD_TABLE}`],
      ),
    );
    await refuseForgetful(client, name);
    await refusePooler(client, pid, connect, name);
    await ask('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    if (hold !== null && (await isHeld(ask, schema))) throw new StoreInUse(name);
    if (hold === null && !mayMake && (await ask(HAS_SCHEMA, [schema])).length === 0)
      throw new Error(`the role may not make the schema ${schema} (GRANT CREATE ON DATABASE)`);
    return { reads: hold === null ? null : readsOn(ask, schema), end };
  } catch (error) {
    await end().catch(() => undefined);
    throw error;
  }
}

const HAS_SCHEMA = "SELECT 1 FROM pg_namespace WHERE nspname = $1 AND has_schema_privilege(oid, 'CREATE')";
