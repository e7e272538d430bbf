import { clientUrl, storeName, storeSpace } from './address.ts';
import { StoreInUse } from './errors.ts';
import type { Look } from './examine.ts';
import { connectRedis } from './redis-client.ts';
import { refuseForgetful } from './redis-durable.ts';
import { readsOn } from './redis-reads.ts';

/** The keys of a store as they are. Throws `StoreInUse` where a bot may be at them. */
export async function lookAtRedis(storeUrl: string): Promise<Look> {
  const name = storeName(storeUrl);
  const space = storeSpace(storeUrl);
  const nothing = () => undefined;
  const connection = await connectRedis(clientUrl(storeUrl), { dropped: nothing, ready: nothing });
  const end = async () => connection.end();
  try {
    await refuseForgetful(connection, name);
    if ((await connection.send('EXISTS', `${space}:lease`)) === 1) throw new StoreInUse(name);
    const isThere = (await connection.send('EXISTS', `${space}:hold`)) === 1;
    return { reads: isThere ? readsOn(connection, space) : null, end };
  } catch (error) {
    await end();
    throw error;
  }
}
