import { ComponentType, Permission } from './constants.ts';
import { walkComponents } from './limits/components.ts';
import type { AllowedMentions } from './limits/message.ts';
import { can } from './permissions.ts';
import type { Snowflake } from './snowflake.ts';
import type { Channel, Component, User } from './wire.ts';
import type { World } from './world.ts';

export interface Mentions {
  everyone: boolean;
  users: User[];
  roles: Snowflake[];
}

/** https://docs.discord.com/developers/resources/message#default-settings-for-allowed-mentions */
export const ALLOW_ALL: AllowedMentions = {
  parse: new Set(['users', 'roles', 'everyone']),
  roles: [],
  users: [],
  repliedUser: true,
};
export const ALLOW_USERS: AllowedMentions = { ...ALLOW_ALL, parse: new Set(['users']) };

/** Whom a message mentions: what its text names, cut to what `allowed` and the author's permissions let through. */
export function findMentions(
  world: World,
  source: { content: string; components: readonly Component[]; channel: Channel; authorId: Snowflake },
  allowed: AllowedMentions,
  repliedTo: User | undefined,
): Mentions {
  const text = [source.content, ...displayedTexts(source.components)].join('\n');
  // Webhooks are no members and may mention everyone.
  const mayMentionAll =
    !world.members.has(source.authorId) ||
    can(world, source.authorId, source.channel, Permission.MentionEveryone);
  const userIds = idsIn(text, /<@!?(\d+)>/g).filter(
    (id) => allowed.parse.has('users') || allowed.users.includes(id),
  );
  const roles = idsIn(text, /<@&(\d+)>/g).filter((id) => {
    const role = world.roles.get(id);
    if (role === undefined || !(role.mentionable || mayMentionAll)) return false;
    return allowed.parse.has('roles') || allowed.roles.includes(id);
  });
  if (repliedTo !== undefined && allowed.repliedUser === true) userIds.push(repliedTo.id);
  const users = [...new Set(userIds)].flatMap((id) => {
    const user = world.people.get(id)?.user ?? (repliedTo?.id === id ? repliedTo : undefined);
    return user === undefined ? [] : [user];
  });
  return {
    everyone: /@(everyone|here)\b/.test(text) && allowed.parse.has('everyone') && mayMentionAll,
    users,
    roles: [...new Set(roles)],
  };
}

function displayedTexts(components: readonly Component[]): string[] {
  return [...walkComponents(components)].flatMap((component) =>
    component.type === ComponentType.TextDisplay && component.content !== undefined
      ? [component.content]
      : [],
  );
}

function idsIn(text: string, pattern: RegExp): Snowflake[] {
  return [...text.matchAll(pattern)].flatMap((match) => match[1] ?? []);
}
