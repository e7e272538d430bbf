import type { REST } from 'discord.js';
import { restMessenger } from '../../src/bot/messenger.ts';
import type { MessageBody } from '../../src/bot/ports.ts';
import { ApiError } from '../../src/sim/discord/errors.ts';
import type { Json } from '../../src/sim/discord/json.ts';
import { CREATE_FLAGS, type MessageDraft, readMessage } from '../../src/sim/discord/limits/message.ts';

/** What Discord would read from a body, by its own limits; throws what it would refuse it with. */
export async function asDiscordReads(body: MessageBody): Promise<MessageDraft> {
  let sent: unknown;
  const post = async (_: string, { body: written }: { body: unknown }) => {
    sent = written;
    return { id: '1' };
  };
  await restMessenger({ post } as unknown as REST).create('1', body, 'nonce', null);
  const json = JSON.parse(JSON.stringify(sent));
  try {
    return readMessage(json, { settableFlags: CREATE_FLAGS });
  } catch (error) {
    throw error instanceof ApiError ? new Error(JSON.stringify(error.body as Json)) : error;
  }
}
