import { randomBytes } from 'node:crypto';
import { ChannelType, Intent, Permission } from '../constants.ts';
import { ApiError, refusal } from '../errors.ts';
import { Form } from '../form.ts';
import { CREATE_FLAGS, EDIT_FLAGS, readMessage } from '../limits/message.ts';
import { createMessage, deleteMessage, editMessage, type Sender } from '../messages.ts';
import { requireBot } from '../permissions.ts';
import { messageForBot, webhookForBot } from '../view.ts';
import type { Channel, Message, Webhook } from '../wire.ts';
import { botUser, findMessage, type World } from '../world.ts';
import {
  deleteInteractionMessage,
  editInteractionMessage,
  followUp,
  interactionMessage,
} from './interactions.ts';
import { requireTextChannel } from './messages.ts';
import {
  type Call,
  channelParam,
  NO_CONTENT,
  ok,
  openRoute,
  param,
  queryFlag,
  querySnowflake,
  type Reply,
  type Route,
  requireGuild,
  route,
} from './route.ts';

const MAX_WEBHOOKS = 15;

/** https://docs.discord.com/developers/resources/webhook */
export const webhookRoutes: Route[] = [
  route('POST /channels/:channel/webhooks', 'other', create),
  route('GET /channels/:channel/webhooks', 'other', ofChannel),
  route('GET /guilds/:guild/webhooks', 'other', ofGuild),
  route('GET /webhooks/:webhook', 'other', (call) => ok(webhookForBot(requireWebhook(call), true))),
  route('DELETE /webhooks/:webhook', 'other', (call) => remove(call, requireWebhook(call))),
  openRoute('GET /webhooks/:webhook/:token', 'other', (call) =>
    ok(webhookForBot(requireWithToken(call), false)),
  ),
  openRoute('DELETE /webhooks/:webhook/:token', 'other', (call) => remove(call, requireWithToken(call))),
  openRoute('POST /webhooks/:webhook/:token', 'webhook', execute),
  openRoute('GET /webhooks/:webhook/:token/messages/:message', 'webhook', getMessage),
  openRoute('PATCH /webhooks/:webhook/:token/messages/:message', 'webhook', patchMessage),
  openRoute('DELETE /webhooks/:webhook/:token/messages/:message', 'webhook', dropMessage),
];

/** Interactions are webhooks too: the application's id and the interaction's token. */
function isInteraction(call: Call): boolean {
  return call.params.webhook === call.core.world.application.id;
}

function create(call: Call): Reply {
  const { core } = call;
  const channel = channelParam(call);
  requireBot(core.world, channel, Permission.ManageWebhooks);
  const form = new Form();
  const name = form.text(['name'], call.body.json.name, { min: 1, max: 80, required: true }) ?? '';
  if (/clyde|discord/i.test(name)) {
    form.fail(['name'], 'USERNAME_INVALID_CONTAINS', 'Username cannot contain "discord"');
  }
  form.assert();
  const present = [...core.world.webhooks.values()].filter((webhook) => webhook.channel_id === channel.id);
  if (present.length >= MAX_WEBHOOKS) throw refusal(30007);
  const webhook: Webhook = {
    id: core.ids.next(),
    type: 1,
    guild_id: core.world.guild.id,
    channel_id: channel.id,
    name,
    avatar: null,
    token: randomBytes(51).toString('base64url'),
    application_id: core.world.application.id,
    user: botUser(core.world),
  };
  core.world.webhooks.set(webhook.id, webhook);
  tellWebhooks(call, channel);
  return ok(webhookForBot(webhook, true));
}

function ofChannel(call: Call): Reply {
  const { world } = call.core;
  const channel = channelParam(call);
  requireBot(world, channel, Permission.ManageWebhooks);
  const found = [...world.webhooks.values()].filter((webhook) => webhook.channel_id === channel.id);
  return ok(found.map((webhook) => visible(world, webhook)));
}

function ofGuild(call: Call): Reply {
  requireGuild(call);
  const { world } = call.core;
  return ok([...world.webhooks.values()].map((webhook) => visible(world, webhook)));
}

/** The token is shown only to the application that created the webhook. */
function visible(world: World, webhook: Webhook) {
  const view = webhookForBot(webhook, true);
  if (webhook.application_id !== world.application.id) delete view.token;
  return view;
}

function remove(call: Call, webhook: Webhook): Reply {
  call.core.world.webhooks.delete(webhook.id);
  const channel = call.core.world.channels.get(webhook.channel_id);
  if (channel !== undefined) tellWebhooks(call, channel);
  return NO_CONTENT;
}

function tellWebhooks(call: Call, channel: Channel): void {
  call.core.dispatch({
    event: 'WEBHOOKS_UPDATE',
    intent: Intent.GuildWebhooks,
    data: () => ({ guild_id: channel.guild_id, channel_id: channel.id }),
  });
}

function requireWebhook(call: Call): Webhook {
  const webhook = call.core.world.webhooks.get(param(call, 'webhook'));
  if (webhook === undefined) throw refusal(10015);
  return webhook;
}

function requireWithToken(call: Call): Webhook {
  const webhook = requireWebhook(call);
  if (webhook.token !== call.params.token) throw refusal(50027);
  return webhook;
}

function execute(call: Call): Reply {
  const { core } = call;
  if (isInteraction(call)) {
    const interaction = call.interactions.requireToken(call.params.token ?? '');
    return ok(messageForBot(core.world, followUp(call, interaction), true));
  }
  const webhook = requireWithToken(call);
  const draft = readMessage(call.body.json, { settableFlags: CREATE_FLAGS });
  const message = createMessage(core, {
    channel: targetChannel(call, webhook),
    draft,
    uploads: call.body.uploads,
    sender: webhookSender(webhook, readUsername(call)),
  });
  return queryFlag(call, 'wait') ? ok(messageForBot(core.world, message, true)) : NO_CONTENT;
}

/** The webhook's channel, or the thread of it that `thread_id` names. */
function targetChannel(call: Call, webhook: Webhook): Channel {
  const { channels } = call.core.world;
  const threadId = querySnowflake(call, 'thread_id');
  const channel = channels.get(threadId ?? webhook.channel_id);
  if (channel === undefined || (threadId !== undefined && channel.parent_id !== webhook.channel_id)) {
    throw refusal(10003);
  }
  if (channel.type === ChannelType.GuildForum) {
    throw new ApiError(400, 220001, 'Webhooks posted to forum channels must have a thread_name or thread_id');
  }
  requireTextChannel(channel);
  return channel;
}

function readUsername(call: Call): string | undefined {
  const form = new Form();
  const name = form.text(['username'], call.body.json.username, { min: 1, max: 80 });
  form.assert();
  return name;
}

export function webhookSender(webhook: Webhook, username?: string): Sender {
  const sender: Sender = {
    user: {
      id: webhook.id,
      username: username ?? webhook.name,
      discriminator: '0000',
      global_name: null,
      avatar: webhook.avatar,
      bot: true,
      public_flags: 0,
    },
    createdBy: webhook.id,
    webhookId: webhook.id,
  };
  return webhook.application_id === null ? sender : { ...sender, applicationId: webhook.application_id };
}

function requireWebhookMessage(call: Call): Message {
  const webhook = requireWithToken(call);
  const channelId = querySnowflake(call, 'thread_id') ?? webhook.channel_id;
  const message = findMessage(call.core.world, channelId, param(call, 'message'));
  if (message === undefined || message.webhook_id !== webhook.id) throw refusal(10008);
  return message;
}

function getMessage(call: Call): Reply {
  const message = isInteraction(call)
    ? interactionMessage(call, call.interactions.requireToken(call.params.token ?? ''))
    : requireWebhookMessage(call);
  return ok(messageForBot(call.core.world, message, true));
}

function patchMessage(call: Call): Reply {
  const { core } = call;
  if (isInteraction(call)) {
    const interaction = call.interactions.requireToken(call.params.token ?? '');
    return ok(messageForBot(core.world, editInteractionMessage(call, interaction), true));
  }
  const message = requireWebhookMessage(call);
  const draft = readMessage(call.body.json, { settableFlags: EDIT_FLAGS, presentFlags: message.flags });
  editMessage(core, message, draft, { uploads: call.body.uploads });
  return ok(messageForBot(core.world, message, true));
}

function dropMessage(call: Call): Reply {
  if (isInteraction(call)) {
    deleteInteractionMessage(call, call.interactions.requireToken(call.params.token ?? ''));
  } else {
    deleteMessage(call.core, requireWebhookMessage(call));
  }
  return NO_CONTENT;
}
