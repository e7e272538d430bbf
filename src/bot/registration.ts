import { type REST, Routes } from 'discord.js';
import type { Command } from '../commands/command.ts';
import { hasNoAddress } from './discord-errors.ts';

/** Registers the commands of the guild when they differ from what Discord has. True when they did. */
export async function register(
  rest: REST,
  applicationId: string,
  guildId: string,
  commands: readonly Command[],
): Promise<boolean> {
  const route = Routes.applicationGuildCommands(applicationId, guildId);
  // Without this Discord leaves the translations out of its answer, and they would always differ.
  const query = new URLSearchParams({ with_localizations: 'true' });
  const registered = await rest.get(route, { query }).catch((error: unknown) => {
    if (hasNoAddress(error)) return null;
    throw error;
  });
  const wanted = commands.map((command) => command.data);
  if (Array.isArray(registered) && fingerprint(registered) === fingerprint(wanted)) return false;
  await rest.put(route, { body: wanted });
  return true;
}

/** The fields that we set, in one order; what Discord adds (ids, versions, defaults) is left out. */
function fingerprint(commands: readonly object[]): string {
  const texts = commands.map((command) => JSON.stringify(canonical(command)));
  return texts.toSorted().join('\n');
}

const COMPARED = new Set([
  'name',
  'name_localizations',
  'description',
  'description_localizations',
  'options',
  'choices',
  'value',
  'type',
  'required',
  'autocomplete',
  'min_value',
  'max_value',
  'min_length',
  'max_length',
  'contexts',
]);
const LOCALISED = new Set(['name_localizations', 'description_localizations']);

function canonical(value: unknown, inside = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => canonical(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([key, item]) => (LOCALISED.has(inside) || COMPARED.has(key)) && !isDefault(item))
    .map(([key, item]): [string, unknown] => [key, canonical(item, key)]);
  return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Discord fills in `false`, `null` and empty lists where we say nothing. */
function isDefault(value: unknown): boolean {
  return (
    value === null || value === false || value === undefined || (Array.isArray(value) && value.length === 0)
  );
}
