import { expect, test } from 'vitest';
import { commands } from '../../src/commands/index.ts';

interface Named {
  name: string;
  name_localizations?: Record<string, string>;
  description?: string;
  description_localizations?: Record<string, string>;
  options?: Named[];
  choices?: Named[];
}

/** Everything that a user reads in Discord's list of commands: `risk set key` */
function named(one: Named, path = ''): { path: string; one: Named }[] {
  const here = `${path} ${one.name}`.trim();
  const inside = [...(one.options ?? []), ...(one.choices ?? [])];
  return [{ path: here, one }, ...inside.flatMap((part) => named(part, here))];
}

const all = commands.flatMap(({ data }) => named(data as Named));

test.each(all)('$path has its words in Chinese, too', ({ one }) => {
  expect(one.name_localizations?.['zh-CN']).toMatch(/\S/);
  if (one.description !== undefined)
    expect(one.description_localizations?.['zh-CN']).toMatch(/\p{Script=Han}/u);
});
