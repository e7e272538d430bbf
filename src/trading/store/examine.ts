import { z } from 'zod';
import { storeKind } from './address.ts';
import type { Engine } from './engine.ts';
import { StoreTooNew } from './errors.ts';
import { formatIn } from './formats.ts';
import { FORMAT } from './migrations.ts';

const phased = z.object({ value: z.object({ phase: z.string() }) });

/**
 * What a store on a server says of itself; its rows are left as they are. Held meanwhile: throws `StoreInUse` where a
 * bot runs on it, and `StoreTooNew`.
 */
export async function examineServer(
  storeUrl: string,
): Promise<{ name: string; format: number; openTrades: number }> {
  const engine = await openAsItIs(storeUrl);
  try {
    const format = (await formatIn(engine)) ?? FORMAT;
    if (format > FORMAT) throw new StoreTooNew(engine.name, format, FORMAT);
    const hasTrades = (await engine.names()).includes('trades');
    const trades = hasTrades ? await engine.all('trades') : [];
    const open = trades.filter(({ value }) => phased.parse(JSON.parse(value)).value.phase !== 'closed');
    return { name: engine.name, format, openTrades: open.length };
  } finally {
    await engine.close();
  }
}

async function openAsItIs(storeUrl: string): Promise<Engine> {
  if (storeKind(storeUrl) === 'redis') {
    return (await import('./redis.ts')).openRedis(storeUrl, undefined, 'as it is');
  }
  return (await import('./postgres.ts')).openPostgres(storeUrl, undefined, 'as it is');
}
