import { announce, botSees } from '../announce.ts';
import { ChannelType, Intent, MessageFlag, MessageType, Permission } from '../constants.ts';
import { type Core, isoTime } from '../core.ts';
import { refusal } from '../errors.ts';
import { Form } from '../form.ts';
import type { JsonObject } from '../json.ts';
import { CREATE_FLAGS, readMessage } from '../limits/message.ts';
import { createMessage, EMPTY_DRAFT, requireMessage, type Sender } from '../messages.ts';
import { can, requireBot } from '../permissions.ts';
import type { Snowflake } from '../snowflake.ts';
import { channelForBot, messageForBot } from '../view.ts';
import type { Channel, Message, User } from '../wire.ts';
import { botUser, isThread, memoryOf } from '../world.ts';
import {
  type Call,
  channelParam,
  NO_CONTENT,
  ok,
  param,
  type Reply,
  type Route,
  requireGuild,
  route,
} from './route.ts';

const ARCHIVE_MINUTES = [60, 1440, 4320, 10080];

/** https://docs.discord.com/developers/topics/threads */
export const threadRoutes: Route[] = [
  route('POST /channels/:channel/messages/:message/threads', 'other', startFromMessage),
  route('POST /channels/:channel/threads', 'other', start),
  route('GET /guilds/:guild/threads/active', 'other', active),
  route('GET /channels/:channel/threads/archived/public', 'other', archived),
  route('PUT /channels/:channel/thread-members/:user', 'other', join),
  route('DELETE /channels/:channel/thread-members/:user', 'other', leave),
  route('GET /channels/:channel/thread-members', 'other', members),
];

export interface NewThread {
  parent: Channel;
  name: string;
  type: number;
  owner: User;
  autoArchiveMinutes?: number;
  /** A thread that starts from a message takes its id. */
  from?: Message;
}

/** Opens a thread; the bot hears of it, and the message it starts from is marked. */
export function openThread(core: Core, request: NewThread): Channel {
  const { world } = core;
  const { parent, from, owner } = request;
  const now = isoTime(core.clock.now());
  const thread: Channel = {
    id: from?.id ?? core.ids.next(),
    type: request.type,
    guild_id: world.guild.id,
    parent_id: parent.id,
    owner_id: owner.id,
    name: request.name,
    last_message_id: null,
    flags: 0,
    rate_limit_per_user: 0,
    message_count: 0,
    member_count: 1,
    total_message_sent: 0,
    thread_metadata: {
      archived: false,
      auto_archive_duration: request.autoArchiveMinutes ?? 4320,
      archive_timestamp: now,
      locked: false,
      create_timestamp: now,
    },
  };
  world.channels.set(thread.id, thread);
  world.threadMembers.set(thread.id, new Set([owner.id]));
  tellThread(core, thread, 'THREAD_CREATE');
  if (from !== undefined) {
    memoryOf(world, from).threadId = thread.id;
    from.flags |= MessageFlag.HasThread;
    announce(core, from, 'MESSAGE_UPDATE');
  }
  return thread;
}

function tellThread(core: Core, thread: Channel, event: 'THREAD_CREATE' | 'THREAD_UPDATE'): void {
  core.publish({ type: 'channel', channel: structuredClone(thread) });
  if (!botSees(core.world, thread)) return;
  core.dispatch({
    event,
    intent: Intent.Guilds,
    data: () => {
      const view = channelForBot(core.world, thread);
      return event === 'THREAD_CREATE' ? { ...view, newly_created: true } : view;
    },
  });
}

/** The system messages that go with a new thread. */
export function announceThread(
  core: Core,
  thread: Channel,
  parent: Channel,
  sender: Sender,
  from?: Message,
): void {
  const reference = {
    type: 0 as const,
    channel_id: from === undefined ? thread.id : parent.id,
    guild_id: core.world.guild.id,
  };
  if (from === undefined) {
    createMessage(core, {
      channel: parent,
      sender,
      draft: { ...EMPTY_DRAFT, content: thread.name },
      type: MessageType.ThreadCreated,
      reference,
    });
  } else {
    createMessage(core, {
      channel: thread,
      sender,
      draft: EMPTY_DRAFT,
      type: MessageType.ThreadStarterMessage,
      mayBeEmpty: true,
      reference: { ...reference, message_id: from.id },
    });
  }
}

function readThread(json: JsonObject): { name: string; autoArchiveMinutes?: number } {
  const form = new Form();
  const name = form.text(['name'], json.name, { min: 1, max: 100, required: true });
  const minutes = form.choice(['auto_archive_duration'], json.auto_archive_duration, ARCHIVE_MINUTES);
  form.integer(['rate_limit_per_user'], json.rate_limit_per_user, { min: 0, max: 21_600 });
  form.assert();
  return { name: name ?? '', ...(minutes === undefined ? {} : { autoArchiveMinutes: minutes }) };
}

function startFromMessage(call: Call): Reply {
  const { core } = call;
  const parent = channelParam(call);
  requireBot(core.world, parent, Permission.CreatePublicThreads);
  if (parent.type !== ChannelType.GuildText && parent.type !== ChannelType.GuildAnnouncement)
    throw refusal(50024);
  const from = requireMessage(core.world, parent.id, param(call, 'message'));
  if (memoryOf(core.world, from).threadId !== undefined) throw refusal(160004);
  const type =
    parent.type === ChannelType.GuildAnnouncement ? ChannelType.AnnouncementThread : ChannelType.PublicThread;
  const owner = botUser(core.world);
  const thread = openThread(core, { ...readThread(call.body.json), parent, type, owner, from });
  announceThread(core, thread, parent, { user: owner, createdBy: 'bot' }, from);
  return { status: 201, body: channelForBot(core.world, thread) };
}

function start(call: Call): Reply {
  const { core } = call;
  const parent = channelParam(call);
  requireBot(core.world, parent);
  if (isThread(parent)) throw refusal(50024);
  if (parent.type === ChannelType.GuildForum) return startPost(call, parent);
  const form = new Form();
  const type = form.choice(['type'], call.body.json.type ?? ChannelType.PrivateThread, [10, 11, 12]) ?? 12;
  form.assert();
  requireBot(
    core.world,
    parent,
    type === ChannelType.PrivateThread ? Permission.CreatePrivateThreads : Permission.CreatePublicThreads,
  );
  const owner = botUser(core.world);
  const thread = openThread(core, { ...readThread(call.body.json), parent, type, owner });
  if (type !== ChannelType.PrivateThread)
    announceThread(core, thread, parent, { user: owner, createdBy: 'bot' });
  return { status: 201, body: channelForBot(core.world, thread) };
}

/** In a forum the first message comes with the thread. */
function startPost(call: Call, forum: Channel): Reply {
  const { core } = call;
  requireBot(core.world, forum, Permission.SendMessages);
  const owner = botUser(core.world);
  const settings = readThread(call.body.json);
  const form = new Form();
  const source = form.object(['message'], call.body.json.message, true) ?? {};
  form.assert();
  const draft = readMessage(source, { path: ['message'], settableFlags: CREATE_FLAGS });
  const thread = openThread(core, { ...settings, parent: forum, type: ChannelType.PublicThread, owner });
  const message = createMessage(core, {
    channel: thread,
    draft,
    uploads: call.body.uploads,
    sender: { user: owner, createdBy: 'bot' },
  });
  const body = { ...channelForBot(core.world, thread), message: messageForBot(core.world, message, true) };
  return { status: 201, body };
}

export function editThread(call: Call, thread: Channel): Reply {
  const { core } = call;
  const owned = thread.owner_id === core.world.botId;
  requireBot(core.world, thread, owned ? 0n : Permission.ManageThreads);
  const metadata = thread.thread_metadata;
  const { json } = call.body;
  const form = new Form();
  const name = form.text(['name'], json.name, { min: 1, max: 100 });
  const archivedFlag = form.boolean(['archived'], json.archived);
  const locked = form.boolean(['locked'], json.locked);
  form.assert();
  if (metadata === undefined) throw refusal(50024);
  if (metadata.archived && archivedFlag !== false) throw refusal(50083);
  if (name !== undefined) thread.name = name;
  if (locked !== undefined) metadata.locked = locked;
  if (archivedFlag !== undefined) {
    metadata.archived = archivedFlag;
    metadata.archive_timestamp = isoTime(core.clock.now());
  }
  tellThread(core, thread, 'THREAD_UPDATE');
  return ok(channelForBot(core.world, thread));
}

function listThreads(call: Call, wanted: (thread: Channel) => boolean): Reply {
  const { world } = call.core;
  const threads = [...world.channels.values()].filter(
    (channel) =>
      isThread(channel) && wanted(channel) && can(world, world.botId, channel, Permission.ViewChannel),
  );
  const joined = threads.filter((thread) => world.threadMembers.get(thread.id)?.has(world.botId));
  return ok({
    threads: threads.map((thread) => channelForBot(world, thread)),
    members: joined.map((thread) => memberPayload(thread, world.botId)),
    has_more: false,
  });
}

function active(call: Call): Reply {
  requireGuild(call);
  return listThreads(call, (thread) => thread.thread_metadata?.archived === false);
}

function archived(call: Call): Reply {
  const parent = channelParam(call);
  requireBot(call.core.world, parent, Permission.ReadMessageHistory);
  return listThreads(
    call,
    (thread) =>
      thread.parent_id === parent.id &&
      thread.type !== ChannelType.PrivateThread &&
      thread.thread_metadata?.archived === true,
  );
}

function memberPayload(thread: Channel, userId: Snowflake): JsonObject {
  return {
    id: thread.id,
    user_id: userId,
    join_timestamp: thread.thread_metadata?.create_timestamp,
    flags: 0,
  };
}

function threadMember(call: Call, thread: Channel): Snowflake {
  if (!isThread(thread)) throw refusal(50024);
  requireBot(call.core.world, thread);
  return call.params.user === '@me' ? call.core.world.botId : param(call, 'user');
}

function join(call: Call): Reply {
  const thread = channelParam(call);
  const userId = threadMember(call, thread);
  if (thread.thread_metadata?.archived) throw refusal(50083);
  call.core.world.threadMembers.get(thread.id)?.add(userId);
  changeMembers(call, thread, { added_members: [memberPayload(thread, userId)] });
  return NO_CONTENT;
}

function leave(call: Call): Reply {
  const thread = channelParam(call);
  const userId = threadMember(call, thread);
  call.core.world.threadMembers.get(thread.id)?.delete(userId);
  changeMembers(call, thread, { removed_member_ids: [userId] });
  return NO_CONTENT;
}

function changeMembers(call: Call, thread: Channel, change: JsonObject): void {
  const { world } = call.core;
  thread.member_count = world.threadMembers.get(thread.id)?.size ?? 0;
  call.core.dispatch({
    event: 'THREAD_MEMBERS_UPDATE',
    intent: Intent.Guilds,
    data: () => ({ id: thread.id, guild_id: world.guild.id, member_count: thread.member_count, ...change }),
  });
}

function members(call: Call): Reply {
  const thread = channelParam(call);
  requireBot(call.core.world, thread);
  const ids = [...(call.core.world.threadMembers.get(thread.id) ?? [])];
  return ok(ids.map((id) => memberPayload(thread, id)));
}
