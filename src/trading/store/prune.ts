import { z } from 'zod';
import type { Engine } from './engine.ts';

const wrapped = z.object({ value: z.record(z.string(), z.unknown()) });

/** Deletes rows whose value has a lesser number in this field; answers with how many. */
export async function prunedBy(
  { all, write }: Pick<Engine, 'all' | 'write'>,
  table: string,
  field: string,
  below: number,
): Promise<number> {
  const old = (await all(table)).filter(({ value }) => {
    const at = wrapped.safeParse(JSON.parse(value)).data?.value[field];
    return typeof at === 'number' && at < below;
  });
  if (old.length > 0) await write(old.map(({ key }) => ({ table, key, value: null })));
  return old.length;
}
