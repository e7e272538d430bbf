import { z } from 'zod';
import { copySpace, storeKind, storeName } from './address.ts';
import { META, type Reads } from './engine.ts';
import { StoreTooNew } from './errors.ts';
import { formatIn } from './formats.ts';
import { FORMAT } from './migrations.ts';
import { asStoreError } from './on-server.ts';

/** A store on a server, to be read as it is: nothing is waited for, claimed, renewed or made for it. */
export interface Look {
  /** Null where there is none yet. */
  reads: Pick<Reads, 'get' | 'all' | 'names'> | null;
  end(): Promise<void>;
}

export interface Examined {
  name: string;
  format: number;
  openTrades: number;
}

const phased = z.object({ value: z.object({ phase: z.string() }) });

/**
 * What a store on a server says of itself; null where there is none yet. Throws `StoreInUse` where a bot runs on it, or
 * may do so with its connection lost, `StoreTooNew`, and what would keep a bot from starting on it.
 */
export async function examineServer(storeUrl: string): Promise<Examined | null> {
  const name = storeName(storeUrl);
  try {
    const { reads, end } = await look(storeUrl);
    try {
      return reads && (await examined(storeUrl, reads));
    } finally {
      await end();
    }
  } catch (error) {
    throw asStoreError(name, error);
  }
}

async function examined(storeUrl: string, reads: NonNullable<Look['reads']>): Promise<Examined> {
  const name = storeName(storeUrl);
  const tables = await reads.names();
  const format = (tables.includes(META) ? await formatIn(reads) : null) ?? FORMAT;
  if (format > FORMAT) throw new StoreTooNew(name, format, FORMAT, copySpace(storeUrl, FORMAT));
  const trades = tables.includes('trades') ? await reads.all('trades') : [];
  const open = trades.filter(({ value }) => phased.parse(JSON.parse(value)).value.phase !== 'closed');
  return { name, format, openTrades: open.length };
}

async function look(storeUrl: string): Promise<Look> {
  if (storeKind(storeUrl) === 'redis') return (await import('./redis-look.ts')).lookAtRedis(storeUrl);
  return (await import('./postgres-look.ts')).lookAtPostgres(storeUrl);
}
