import { z } from 'zod';
import { type Engine, META, type Reads } from './engine.ts';
import { StoreTooNew, UnreadableRecord } from './errors.ts';
import type { RowWrite } from './groups.ts';
import { jsonOf } from './json.ts';
import { type JsonObject, MIGRATIONS, type Migration, type RowChange } from './migrations.ts';

/** The number of a store's format, and its rows on the way to another one: pure, whatever the store stands on. */

export const FORMAT_KEY = 'format';
const formatSchema = z.object({ value: z.number().int().positive() });
const wrapped = z.object({ value: z.record(z.string(), z.unknown()) });

/** What the row of the format says; null without one, as in a new store. Throws `UnreadableRecord`. */
export function formatFrom(text: string | undefined): number | null {
  if (text === undefined) return null;
  const parsed = formatSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new UnreadableRecord(META, FORMAT_KEY, 'no number');
  return parsed.data.value;
}

export function formatText(format: number): string {
  return JSON.stringify({ value: format });
}

/** The row's value after these changes. Throws `UnreadableRecord`. */
export function changed(table: string, key: string, text: string, changes: readonly RowChange[]): string {
  const before = wrapped.safeParse(jsonOf(text));
  if (!before.success) throw new UnreadableRecord(table, key, 'no JSON object');
  const value = changes.reduce<JsonObject>((row, { change }) => change(row), before.data.value);
  return JSON.stringify({ value });
}

export async function formatIn({ get }: Pick<Reads, 'get'>): Promise<number | null> {
  return formatFrom(await get(META, FORMAT_KEY));
}

/**
 * Brings a store on a server to the format of this program, as `migrate` does for a file: a copy first, then every row
 * and the number itself in one transaction. Throws `StoreTooNew` and `UnreadableRecord`; the store is then unchanged.
 */
export async function bringAlong(
  engine: Pick<Engine, 'name' | 'get' | 'all' | 'names' | 'write'>,
  copyTo: (space: string) => Promise<void>,
  spaceOf: (format: number) => string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const newest = migrations.at(-1)?.to ?? 1;
  const known = await formatIn(engine);
  const found = known ?? newest;
  if (found > newest) throw new StoreTooNew(engine.name, found, newest, spaceOf(newest));
  if (known === newest) return;
  const due = migrations.filter(({ to }) => to > found);
  if (due.length > 0 && known !== null) await copyTo(spaceOf(known));
  const rows: RowWrite[] = [];
  for (const table of due.length > 0 ? await engine.names() : []) {
    const changes = due.flatMap((migration) => migration.rows).filter(({ tables }) => tables.test(table));
    if (changes.length === 0) continue;
    for (const { key, value } of await engine.all(table))
      rows.push({ table, key, value: changed(table, key, value, changes) });
  }
  await engine.write([...rows, { table: META, key: FORMAT_KEY, value: formatText(newest) }]);
}
