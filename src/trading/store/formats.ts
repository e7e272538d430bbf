import { z } from 'zod';
import type { Engine } from './engine.ts';
import { StoreTooNew, UnreadableRecord } from './errors.ts';
import type { RowWrite } from './groups.ts';
import { type JsonObject, MIGRATIONS, type Migration } from './migrations.ts';

const META = 'meta';
const FORMAT_KEY = 'format';
const formatSchema = z.object({ value: z.number().int().positive() });
const wrapped = z.object({ value: z.record(z.string(), z.unknown()) });

/**
 * Brings a store on a server to the format of this program, as `migrate` does for a file: a copy first, then every row
 * and the number itself in one transaction. Throws `StoreTooNew` and `UnreadableRecord`; the store is then unchanged.
 */
export async function bringAlong(
  engine: Pick<Engine, 'name' | 'get' | 'all' | 'names' | 'write'>,
  keepCopy: (format: number) => Promise<void>,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const newest = migrations.at(-1)?.to ?? 1;
  const known = await formatIn(engine);
  const found = known ?? newest;
  if (found > newest) throw new StoreTooNew(engine.name, found, newest);
  if (known === newest) return;
  const due = migrations.filter(({ to }) => to > found);
  if (due.length > 0 && known !== null) await keepCopy(known);
  const rows: RowWrite[] = [];
  for (const table of due.length > 0 ? await engine.names() : []) {
    const changes = due.flatMap((migration) => migration.rows).filter(({ tables }) => tables.test(table));
    if (changes.length === 0) continue;
    for (const { key, value } of await engine.all(table)) {
      const before = wrapped.safeParse(jsonOf(value));
      if (!before.success) throw new UnreadableRecord(table, key, 'no JSON object');
      const now = changes.reduce<JsonObject>((row, { change }) => change(row), before.data.value);
      rows.push({ table, key, value: JSON.stringify({ value: now }) });
    }
  }
  await engine.write([...rows, { table: META, key: FORMAT_KEY, value: JSON.stringify({ value: newest }) }]);
}

/** The format that a store says it has; null where it says none, as a new one does. */
export async function formatIn({ get }: Pick<Engine, 'get'>): Promise<number | null> {
  const text = await get(META, FORMAT_KEY);
  if (text === undefined) return null;
  const parsed = formatSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new UnreadableRecord(META, FORMAT_KEY, 'no number');
  return parsed.data.value;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
