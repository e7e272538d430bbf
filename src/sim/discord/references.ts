import type { Core } from './core.ts';
import { ApiError } from './errors.ts';
import type { ReferenceRequest } from './limits/message.ts';
import type { Channel, Message, MessageReference, MessageSnapshot, User } from './wire.ts';
import { findMessage } from './world.ts';

/** What a request refers to: the message it replies to, or a copy of the one it forwards. */
export interface ResolvedReference {
  reference?: MessageReference;
  repliedTo?: User;
  snapshots?: MessageSnapshot[];
}

/** https://docs.discord.com/developers/resources/message#message-reference-content-attribution */
export function resolveReference(
  core: Core,
  channel: Channel,
  request: ReferenceRequest | undefined,
): ResolvedReference {
  if (request === undefined) return {};
  const sourceId = request.channelId ?? channel.id;
  const target = findMessage(core.world, sourceId, request.messageId);
  const source = core.world.channels.get(sourceId);
  if (target === undefined || (request.type === 0 && sourceId !== channel.id)) {
    if (request.type === 0 && !request.failIfNotExists) return {};
    throw new ApiError(400, 50035, 'Invalid Form Body', {
      errors: {
        message_reference: {
          _errors: [{ code: 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', message: 'Unknown message' }],
        },
      },
    });
  }
  const reference: MessageReference = {
    type: request.type,
    channel_id: sourceId,
    message_id: target.id,
    ...(source?.guild_id === undefined ? {} : { guild_id: source.guild_id }),
  };
  return request.type === 0
    ? { reference, repliedTo: target.author }
    : { reference, snapshots: [snapshot(target)] };
}

function snapshot(message: Message): MessageSnapshot {
  const {
    type,
    content,
    embeds,
    attachments,
    timestamp,
    edited_timestamp,
    flags,
    mentions,
    mention_roles,
    components,
  } = message;
  return {
    message: structuredClone({
      type,
      content,
      embeds,
      attachments,
      timestamp,
      edited_timestamp,
      flags,
      mentions,
      mention_roles,
      components,
    }),
  };
}
