import { ChannelType, Intent, MessageFlag, MessageType, Permission } from '../constants.ts';
import { refusal } from '../errors.ts';
import { Form } from '../form.ts';
import { CREATE_FLAGS, EDIT_FLAGS, type MessageDraft, readMessage } from '../limits/message.ts';
import {
  createMessage,
  deleteMessage,
  deleteMessages,
  editMessage,
  history,
  requireMessage,
} from '../messages.ts';
import { limitOldEdits } from '../old-edits.ts';
import { can, requireBot } from '../permissions.ts';
import { compareSnowflakes } from '../snowflake.ts';
import { messageForBot, restReadsContent } from '../view.ts';
import type { Channel, Message } from '../wire.ts';
import { botUser, findMessage, isThread } from '../world.ts';
import {
  type Call,
  channelParam,
  NO_CONTENT,
  ok,
  param,
  queryInteger,
  querySnowflake,
  type Reply,
  type Route,
  route,
} from './route.ts';

const MAX_BULK_AGE_MS = 14 * 24 * 60 * 60 * 1000;
const UNDELETABLE: readonly number[] = [MessageType.ThreadStarterMessage];

/** https://docs.discord.com/developers/resources/message */
export const messageRoutes: Route[] = [
  route('GET /channels/:channel/messages', 'message-read', list),
  route('GET /channels/:channel/messages/:message', 'message-read', get),
  route('POST /channels/:channel/messages', 'message-create', create),
  route('PATCH /channels/:channel/messages/:message', 'message-edit', edit),
  route('DELETE /channels/:channel/messages/:message', 'message-delete', remove),
  route('POST /channels/:channel/messages/bulk-delete', 'message-delete', bulkDelete),
  route('POST /channels/:channel/messages/:message/crosspost', 'message-edit', crosspost),
  route('POST /channels/:channel/typing', 'other', typing),
];

function view(call: Call, message: Message): Reply {
  const { world } = call.core;
  return ok(messageForBot(world, message, restReadsContent(world)));
}

/** What the bot needs beside SEND_MESSAGES, by what is in the message. */
function requireToPost(call: Call, channel: Channel, draft: MessageDraft): void {
  const { world } = call.core;
  let needed: bigint = isThread(channel) ? Permission.SendMessagesInThreads : Permission.SendMessages;
  if ((draft.embeds ?? []).length > 0) needed |= Permission.EmbedLinks;
  if (call.body.uploads.length > 0) needed |= Permission.AttachFiles;
  if (draft.tts) needed |= Permission.SendTtsMessages;
  requireBot(world, channel, needed);
  if (draft.reference !== undefined && !can(world, world.botId, channel, Permission.ReadMessageHistory)) {
    throw refusal(160002);
  }
  if (draft.reference?.type === 1) requireForwardable(call, draft.reference.channelId ?? channel.id);
  if (
    isThread(channel) &&
    channel.thread_metadata?.locked &&
    !can(world, world.botId, channel, Permission.ManageThreads)
  ) {
    throw refusal(160005);
  }
}

function requireForwardable(call: Call, sourceId: string): void {
  const { world } = call.core;
  const source = world.channels.get(sourceId);
  if (source === undefined) throw refusal(10003);
  if (!can(world, world.botId, source, Permission.ViewChannel)) throw refusal(50001);
  if (!restReadsContent(world) && source.guild_id !== undefined) throw refusal(160014);
}

export function requireTextChannel(channel: Channel): void {
  if (channel.type === ChannelType.GuildForum) throw refusal(40058);
  if (channel.type === ChannelType.GuildCategory) throw refusal(50008);
}

function list(call: Call): Reply {
  const { world } = call.core;
  const channel = channelParam(call);
  requireBot(world, channel);
  const limit = queryInteger(call, 'limit', { min: 1, max: 100 }, 50);
  const [before, after, around] = ['before', 'after', 'around'].map((name) => querySnowflake(call, name));
  if (!can(world, world.botId, channel, Permission.ReadMessageHistory)) return ok([]);
  const all = history(world, channel.id);
  let page: Message[];
  if (after !== undefined) {
    // The oldest of those that came after, still newest first.
    page = all.filter((message) => compareSnowflakes(message.id, after) > 0).slice(0, limit);
  } else if (around !== undefined) {
    const half = Math.floor(limit / 2);
    const older = all
      .filter((message) => compareSnowflakes(message.id, around) < 0)
      .slice(-half || all.length);
    const newer = all.filter((message) => compareSnowflakes(message.id, around) >= 0).slice(0, half + 1);
    page = [...older, ...newer].slice(0, limit);
  } else {
    const older =
      before === undefined ? all : all.filter((message) => compareSnowflakes(message.id, before) < 0);
    page = older.slice(-limit);
  }
  return ok(page.reverse().map((message) => messageForBot(world, message, restReadsContent(world))));
}

function get(call: Call): Reply {
  const { world } = call.core;
  const channel = channelParam(call);
  requireBot(world, channel, Permission.ReadMessageHistory);
  return view(call, requireMessage(world, channel.id, param(call, 'message')));
}

function create(call: Call): Reply {
  const { core } = call;
  const channel = channelParam(call);
  requireBot(core.world, channel);
  requireTextChannel(channel);
  const draft = readMessage(call.body.json, { settableFlags: CREATE_FLAGS });
  requireToPost(call, channel, draft);
  requireOpenDm(call, channel);
  const message = createMessage(core, {
    channel,
    draft,
    uploads: call.body.uploads,
    sender: { user: botUser(core.world), createdBy: 'bot' },
  });
  const body = messageForBot(core.world, message, true);
  return ok(message.nonce === undefined ? body : { ...body, nonce: message.nonce });
}

/** A person who closed their direct messages, or shares no server any more. */
function requireOpenDm(call: Call, channel: Channel): void {
  if (channel.type !== ChannelType.Dm) return;
  const { world } = call.core;
  const recipient = channel.recipients?.[0]?.id ?? '';
  if (world.people.get(recipient)?.acceptsDms !== true || !world.members.has(recipient)) throw refusal(50007);
}

function edit(call: Call): Reply {
  const { core } = call;
  const channel = channelParam(call);
  requireBot(core.world, channel);
  const message = requireMessage(core.world, channel.id, param(call, 'message'));
  const draft = readMessage(call.body.json, { settableFlags: EDIT_FLAGS, presentFlags: message.flags });
  requireEmptied(call, message, draft);
  if (message.author.id !== core.world.botId) return suppressForeign(call, channel, message, draft);
  if (call.body.uploads.length > 0) requireBot(core.world, channel, Permission.AttachFiles);
  if (channel.thread_metadata?.archived) throw refusal(50083);
  limitOldEdits(core, message);
  return view(call, editMessage(core, message, draft, { uploads: call.body.uploads }));
}

/**
 * IS_COMPONENTS_V2 comes onto a message that has none of the old fields left: its content must be taken away with null,
 * its embeds and files with an empty list. https://github.com/discord/discord-api-docs/issues/7787
 */
function requireEmptied(call: Call, message: Message, draft: MessageDraft): void {
  if (((draft.flags ?? 0) & ~message.flags & MessageFlag.IsComponentsV2) === 0) return;
  const { json } = call.body;
  const form = new Form();
  const stays = {
    content: message.content !== '' && json.content !== null,
    embeds: message.embeds.length > 0 && !Array.isArray(json.embeds),
    attachments: message.attachments.length > 0 && !Array.isArray(json.attachments),
  };
  for (const [field, left] of Object.entries(stays)) {
    if (!left) continue;
    form.fail(
      [field],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
    );
  }
  form.assert();
}

/** Of others' messages only the flags can be edited, with MANAGE_MESSAGES. */
function suppressForeign(call: Call, channel: Channel, message: Message, draft: MessageDraft): Reply {
  const fields = [draft.content, draft.embeds, draft.components, draft.attachments];
  if (fields.some((field) => field !== undefined)) throw refusal(50005);
  requireBot(call.core.world, channel, Permission.ManageMessages);
  return view(call, editMessage(call.core, message, draft, { silent: true }));
}

function remove(call: Call): Reply {
  const { core } = call;
  const channel = channelParam(call);
  requireBot(core.world, channel);
  const message = requireMessage(core.world, channel.id, param(call, 'message'));
  if (message.author.id !== core.world.botId) {
    if (channel.guild_id === undefined) throw refusal(50003);
    requireBot(core.world, channel, Permission.ManageMessages);
  }
  if (UNDELETABLE.includes(message.type)) throw refusal(50021);
  deleteMessage(core, message);
  return NO_CONTENT;
}

function bulkDelete(call: Call): Reply {
  const { core } = call;
  const channel = channelParam(call);
  if (channel.guild_id === undefined) throw refusal(50003);
  requireBot(core.world, channel, Permission.ManageMessages);
  const form = new Form();
  const items = form.list(['messages'], call.body.json.messages, { required: true }) ?? [];
  const ids = items.flatMap((item, index) => form.snowflake(['messages', index], item, true) ?? []);
  form.assert();
  if (ids.length < 2 || ids.length > 100) throw refusal(50016);
  const messages = ids.flatMap((id) => findMessage(core.world, channel.id, id) ?? []);
  const oldest = core.clock.now() - MAX_BULK_AGE_MS;
  if (messages.some((message) => Date.parse(message.timestamp) < oldest)) throw refusal(50034);
  deleteMessages(core, channel, messages);
  return NO_CONTENT;
}

function crosspost(call: Call): Reply {
  const { core } = call;
  const channel = channelParam(call);
  requireBot(core.world, channel, Permission.SendMessages);
  if (channel.type !== ChannelType.GuildAnnouncement) throw refusal(50024);
  const message = requireMessage(core.world, channel.id, param(call, 'message'));
  if (message.author.id !== core.world.botId) requireBot(core.world, channel, Permission.ManageMessages);
  if ((message.flags & MessageFlag.Crossposted) !== 0) throw refusal(40033);
  const draft = readMessage({}, { settableFlags: 0 });
  editMessage(core, message, draft, { silent: true, systemFlags: { set: MessageFlag.Crossposted } });
  return view(call, message);
}

function typing(call: Call): Reply {
  const { core } = call;
  const channel = channelParam(call);
  requireBot(core.world, channel, Permission.SendMessages);
  core.publish({ type: 'typing', channelId: channel.id });
  core.dispatch({
    event: 'TYPING_START',
    intent: channel.guild_id === undefined ? Intent.DirectMessageTyping : Intent.GuildMessageTyping,
    data: () => ({
      channel_id: channel.id,
      user_id: core.world.botId,
      timestamp: Math.floor(core.clock.now() / 1000),
      ...(channel.guild_id === undefined ? {} : { guild_id: channel.guild_id }),
    }),
  });
  return NO_CONTENT;
}
