import {
  type InteractionEditReplyOptions,
  type InteractionReplyOptions,
  MessageFlags,
  type MessageFlagsResolvable,
} from 'discord.js';
import { type Pictures, withoutPicture } from './pictures.ts';
import type { MessageBody, MessageFile } from './ports.ts';

/** A body as what an answer is edited to, with its picture where that is still known. */
export function shownAs(body: MessageBody, pictures: Pictures): InteractionEditReplyOptions {
  const bytes = body.picture === undefined ? null : pictures.get(body.picture);
  const { content, embeds = [], components = [], layout, picture } = bytes ? body : withoutPicture(body);
  const files = bytes && picture !== undefined ? { files: [{ attachment: bytes, name: picture }] } : {};
  if (layout) return { components: layout, flags: MessageFlags.IsComponentsV2, ...files };
  return { content, embeds, components, ...files };
}

/** The same as the first answer, which only the caller sees if it is `ephemeral`. */
export function replyAs(body: MessageBody, pictures: Pictures, ephemeral: boolean): InteractionReplyOptions {
  const { flags: _, content, embeds, components, files } = shownAs(body, pictures);
  const flags: MessageFlagsResolvable[] = [
    ...(body.layout ? [MessageFlags.IsComponentsV2] : []),
    ...(ephemeral ? [MessageFlags.Ephemeral] : []),
  ];
  return {
    ...(content ? { content } : {}),
    ...(embeds ? { embeds } : {}),
    ...(components ? { components } : {}),
    ...(files ? { files } : {}),
    flags: flags as NonNullable<InteractionReplyOptions['flags']>,
  };
}

/** Files as discord.js takes them. */
export function attachmentsOf(files: readonly MessageFile[]): { attachment: Buffer; name: string }[] {
  return files.map(({ name, bytes }) => ({ attachment: bytes, name }));
}
