import { type APIChannel, type APIMessage, type REST, Routes } from 'discord.js';
import type { MessageBody, Messenger } from './ports.ts';

/** Posts over discord.js's REST client, which keeps the rate limits. */
export function restMessenger(rest: REST): Messenger {
  const dmChannels = new Map<string, string>();
  return {
    async create(channelId, body, nonce) {
      const message = (await rest.post(Routes.channelMessages(channelId), {
        body: { ...complete(body), nonce, enforce_nonce: true },
      })) as APIMessage;
      return message.id;
    },
    async edit(channelId, messageId, body) {
      await rest.patch(Routes.channelMessage(channelId, messageId), { body: complete(body) });
    },
    async openDm(userId) {
      const known = dmChannels.get(userId);
      if (known) return known;
      const opened = (await rest.post(Routes.userChannels(), {
        body: { recipient_id: userId },
      })) as APIChannel;
      dmChannels.set(userId, opened.id);
      return opened.id;
    },
  };
}

/** An edit must name embeds and buttons that are to go, else Discord keeps them. */
function complete(body: MessageBody) {
  return {
    content: body.content,
    embeds: body.embeds ?? [],
    components: body.components ?? [],
    allowed_mentions: { parse: [] },
  };
}
