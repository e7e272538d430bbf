import type { Interaction } from 'discord.js';
import type { BotConfig } from './ports.ts';

export type Rights = 'operator' | 'viewer' | 'none';

/**
 * Who somebody is to this bot, by the ids in the config. Discord's own command permissions are no gate: an
 * administrator passes them, and buttons have none.
 */
export function rightsOf(userId: string, roleIds: readonly string[], { operators }: BotConfig): Rights {
  const holds = (list: { users: readonly string[]; roles: readonly string[] }) =>
    list.users.includes(userId) || list.roles.some((role) => roleIds.includes(role));
  if (holds(operators)) return 'operator';
  return holds(operators.viewers) ? 'viewer' : 'none';
}

/** Empty in direct messages, where there are no roles. */
export function rolesOf(interaction: Interaction): string[] {
  const roles = interaction.member?.roles ?? [];
  return Array.isArray(roles) ? roles : [...roles.cache.keys()];
}
