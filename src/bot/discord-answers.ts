import { z } from 'zod';
import { oneLine } from './discord-errors.ts';

/**
 * What Discord's answers must be so that whoever asked may rely on them: only the parts that are used, and those that are
 * no right ones make the whole answer unreadable. https://docs.discord.com/developers/reference
 */

/** An answer came that is not what was asked for: as good as none, and the same request may be answered rightly later. */
export class UnreadableAnswer extends Error {
  override name = 'UnreadableAnswer';
}

/** Throws `UnreadableAnswer`, which names the place and nothing of what stood there. */
export function read<T>(schema: z.ZodType<T>, answer: unknown): T {
  const { success, data, error } = schema.safeParse(answer);
  if (success) return data;
  const at = error.issues[0]?.path.map(String).join('.');
  throw new UnreadableAnswer(`Discord's answer is none that can be read${at ? ` (${at})` : ''}`);
}

const id = z.string().regex(/^\d{1,20}$/);
const bits = z.string().regex(/^\d{1,40}$/);
const line = z.string().transform(oneLine);

export const named = z.object({ id, name: line });
export const guilds = z.array(named);

export const user = z.object({
  id,
  username: line,
  global_name: line.nullish(),
  bot: z.boolean().optional(),
});

const flags = z.int().nonnegative().optional();

/** What a start needs to know of the bot's application. */
export const switches = z.object({ flags });

export const application = named.extend({ flags, owner: user.nullish(), team: z.unknown().optional() });

export const channels = z.array(named.extend({ type: z.int(), position: z.int(), parent_id: id.nullish() }));

const overwrite = z.object({ id, allow: bits, deny: bits });
export type Overwrite = z.infer<typeof overwrite>;
/** One of direct messages has neither. */
export const channel = z.object({
  name: line.nullish(),
  permission_overwrites: z.array(overwrite).nullish(),
});

export const guild = named.extend({ owner_id: id, roles: z.array(z.object({ id, permissions: bits })) });
export const member = z.object({ roles: z.array(id) });

/** Newest first, as Discord lists them. */
export const writings = z.array(
  z.object({
    author: user,
    webhook_id: id.nullish(),
    content: line,
    embeds: z.array(z.object({ title: line.nullish(), description: line.nullish() })),
  }),
);

/** What reads messages looks at the rest of each by itself. */
export const messages = z.array(z.looseObject({ id, channel_id: id }));
export const message = z.looseObject({ id, channel_id: id });

export const threads = z.object({
  threads: z.array(z.object({ id, parent_id: id.nullish(), last_message_id: id.nullish() })),
});

/** What was posted, or opened. */
export const made = z.object({ id });
