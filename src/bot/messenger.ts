import {
  DiscordAPIError,
  MessageFlags,
  type REST,
  RESTJSONErrorCodes,
  Routes,
  ThreadAutoArchiveDuration,
} from 'discord.js';
import { made, read } from './discord-answers.ts';
import { multipart } from './multipart.ts';
import type { MessageBody, MessageFile, Messenger } from './ports.ts';

/** Posts over discord.js's REST client, which keeps the rate limits. */
export function restMessenger(rest: REST): Messenger {
  const dmChannels = new Map<string, string>();
  return {
    async create(channelId, body, nonce, file) {
      const message = await rest.post(Routes.channelMessages(channelId), {
        ...sent({ ...complete(body), ...silence(body), nonce, enforce_nonce: true }, file),
      });
      return read(made, message).id;
    },
    async edit(channelId, messageId, body, file) {
      await rest.patch(Routes.channelMessage(channelId, messageId), {
        ...(file === 'keep' ? { body: edited(body) } : sent(edited(body), file)),
      });
    },
    async openDm(userId) {
      const known = dmChannels.get(userId);
      if (known) return known;
      const opened = await rest.post(Routes.userChannels(), { body: { recipient_id: userId } });
      const { id } = read(made, opened);
      dmChannels.set(userId, id);
      return id;
    },
    async openThread(channelId, messageId, name) {
      try {
        const thread = await rest.post(Routes.threads(channelId, messageId), {
          body: { name, auto_archive_duration: ThreadAutoArchiveDuration.ThreeDays },
        });
        return read(made, thread).id;
      } catch (error) {
        // The thread of a message has its id: https://docs.discord.com/developers/topics/threads
        if (isThreaded(error)) return messageId;
        throw error;
      }
    },
  };
}

/** Only a new message notifies. https://docs.discord.com/developers/resources/message#message-object-message-flags */
function silence({ silent, layout }: MessageBody) {
  const shape = layout ? MessageFlags.IsComponentsV2 : 0;
  return silent ? { flags: shape | MessageFlags.SuppressNotifications } : {};
}

/** A new message; no field that goes without saying. */
function complete(body: MessageBody) {
  const allowed_mentions = { parse: [] };
  if (body.layout) {
    return { components: body.layout, flags: MessageFlags.IsComponentsV2, allowed_mentions };
  }
  return {
    content: body.content,
    embeds: body.embeds ?? [],
    components: body.components ?? [],
    allowed_mentions,
  };
}

/**
 * An edit must name embeds and buttons that are to go, else Discord keeps them. IS_COMPONENTS_V2 can be set on a
 * message that was posted without it, which must lose its content (null) and its embeds (an empty list, not null), and
 * can never be taken off again.
 * https://docs.discord.com/developers/resources/message#edit-message, https://github.com/discord/discord-api-docs/issues/7787
 */
function edited(body: MessageBody) {
  return body.layout ? { content: null, embeds: [], ...complete(body) } : complete(body);
}

/** The message and its file, which takes the place of those that are there: https://docs.discord.com/developers/reference#uploading-files */
function sent(message: object, file: MessageFile | null) {
  if (file === null) return { body: { ...message, attachments: [] } };
  const { body, contentType } = multipart(
    { ...message, attachments: [{ id: 0, filename: file.name }] },
    file,
  );
  return { body, passThroughBody: true, headers: { 'Content-Type': contentType } };
}

function isThreaded(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.ThreadAlreadyCreatedForMessage;
}
