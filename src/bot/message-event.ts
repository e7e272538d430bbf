import { z } from 'zod';
import type { MessageEvent } from './message.ts';

/**
 * What a message event must be so that everything behind may rely on its type: ids are ids, texts are texts, lists
 * are lists. A part that is none of it counts as absent: Discord adds to its messages, and a signal must not be lost
 * over an ornament.
 */

const id = z.string().regex(/^\d{1,20}$/);
const text = z.string().optional().catch(undefined);
const listOf = <T extends z.ZodType>(part: T) =>
  z
    .array(z.unknown())
    .transform((parts) => parts.flatMap((each) => part.safeParse(each).data ?? []) as z.output<T>[])
    .optional()
    .catch(undefined);

const embed = z.looseObject({
  type: text,
  title: text,
  description: text,
  author: z.looseObject({ name: text }).optional().catch(undefined),
  footer: z.looseObject({ text }).optional().catch(undefined),
  fields: listOf(z.looseObject({ name: text, value: text })),
});
const attachment = z.looseObject({
  url: z.string(),
  filename: z.string(),
  size: z.number(),
  content_type: text,
});
const words = { content: text, embeds: listOf(embed), attachments: listOf(attachment) };
const snapshot = z.looseObject({
  ...words,
  content: z.string().catch(''),
  embeds: z.array(embed).catch([]),
  attachments: z.array(attachment).catch([]),
});

const messageEvent = z.looseObject({
  id,
  channel_id: id,
  ...words,
  author: z.looseObject({ id }).optional().catch(undefined),
  message_snapshots: listOf(z.looseObject({ message: snapshot })),
  message_reference: z
    .looseObject({ type: z.number().optional().catch(undefined), message_id: id.optional().catch(undefined) })
    .optional()
    .catch(undefined),
  webhook_id: text,
  edited_timestamp: z.string().nullish().catch(undefined),
  flags: z.number().int().optional().catch(undefined),
});

/** The same event with all of it as it must be; null for what is no message at all. */
export function messageEventOf(raw: unknown): MessageEvent | null {
  const read = messageEvent.safeParse(raw);
  return read.success ? (read.data as unknown as MessageEvent) : null;
}

export function isMessageId(raw: unknown): raw is string {
  return id.safeParse(raw).success;
}
