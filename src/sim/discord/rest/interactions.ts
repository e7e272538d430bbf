import { CallbackType, InteractionType, MessageFlag, MessageType } from '../constants.ts';
import { refusal } from '../errors.ts';
import { Form } from '../form.ts';
import type { Interaction } from '../interactions/interactions.ts';
import { asObject, type JsonObject } from '../json.ts';
import { readChoices } from '../limits/commands.ts';
import { EDIT_FLAGS, type MessageDraft, RESPONSE_FLAGS, readMessage } from '../limits/message.ts';
import { readModal } from '../limits/modal.ts';
import { createMessage, deleteMessage, EMPTY_DRAFT, editMessage, type NewMessage } from '../messages.ts';
import type { Snowflake } from '../snowflake.ts';
import { messageForBot } from '../view.ts';
import type { Message } from '../wire.ts';
import { botUser, findMessage } from '../world.ts';
import { type Call, NO_CONTENT, ok, openRoute, param, queryFlag, type Reply, type Route } from './route.ts';

/** https://docs.discord.com/developers/interactions/receiving-and-responding#endpoints */
export const interactionRoutes: Route[] = [
  openRoute('POST /interactions/:interaction/:token/callback', 'webhook', callback),
];

function callback(call: Call): Reply {
  const { interactions } = call;
  const interaction = interactions.requirePending(param(call, 'interaction'), call.params.token ?? '');
  const form = new Form();
  const type = form.choice(['type'], call.body.json.type, allowedCallbacks(interaction), true);
  form.assert();
  const data = asObject(call.body.json.data);
  switch (type) {
    case CallbackType.ChannelMessage:
      respond(call, interaction, data);
      break;
    case CallbackType.DeferredChannelMessage:
      defer(call, interaction, data);
      break;
    case CallbackType.DeferredUpdateMessage:
      interaction.deferred = 'update';
      interaction.originalId = interaction.seed.message?.id ?? null;
      interaction.outcome = 'acknowledged';
      interactions.acknowledge(interaction, 'deferred');
      interaction.final.resolve();
      break;
    case CallbackType.UpdateMessage:
      update(call, interaction, data);
      break;
    case CallbackType.AutocompleteResult:
      complete(call, interaction, data);
      break;
    case CallbackType.Modal:
      openModal(call, interaction, data);
      break;
  }
  return queryFlag(call, 'with_response')
    ? ok(callbackResponse(call, interaction, Number(type)))
    : NO_CONTENT;
}

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type */
function allowedCallbacks(interaction: Interaction): number[] {
  const { seed } = interaction;
  const message = [CallbackType.ChannelMessage, CallbackType.DeferredChannelMessage];
  const update = [CallbackType.DeferredUpdateMessage, CallbackType.UpdateMessage];
  switch (seed.type) {
    case InteractionType.Autocomplete:
      return [CallbackType.AutocompleteResult];
    case InteractionType.ApplicationCommand:
      return [...message, CallbackType.Modal];
    case InteractionType.MessageComponent:
      return [...message, ...update, CallbackType.Modal];
    case InteractionType.ModalSubmit:
      return seed.message === undefined ? message : [...message, ...update];
  }
}

function respond(call: Call, interaction: Interaction, data: JsonObject): void {
  const draft = readMessage(data, { path: ['data'], settableFlags: RESPONSE_FLAGS });
  const message = createMessage(call.core, answer(call, interaction, draft));
  interaction.originalId = message.id;
  call.interactions.finish(interaction, 'message');
}

/** The app is thinking: of the flags only EPHEMERAL counts now. */
function defer(call: Call, interaction: Interaction, data: JsonObject): void {
  const form = new Form();
  const flags = (form.integer(['data', 'flags'], data.flags, { min: 0 }) ?? 0) & MessageFlag.Ephemeral;
  form.assert();
  const draft: MessageDraft = { ...EMPTY_DRAFT, flags };
  interaction.deferred = 'message';
  const message = createMessage(call.core, {
    ...answer(call, interaction, draft),
    systemFlags: MessageFlag.Loading,
    mayBeEmpty: true,
  });
  interaction.originalId = message.id;
  call.interactions.acknowledge(interaction, 'deferred');
}

function update(call: Call, interaction: Interaction, data: JsonObject): void {
  const message = interaction.seed.message;
  if (message === undefined || !findMessage(call.core.world, message.channel_id, message.id))
    throw refusal(10008);
  const draft = readMessage(data, { path: ['data'], settableFlags: EDIT_FLAGS, presentFlags: message.flags });
  editMessage(call.core, message, draft, { uploads: call.body.uploads });
  interaction.originalId = message.id;
  call.interactions.finish(interaction, 'update');
}

function complete(call: Call, interaction: Interaction, data: JsonObject): void {
  const form = new Form();
  const choices = readChoices(form, ['data', 'choices'], data.choices, true) ?? [];
  form.assert();
  const locale = interaction.seed.locale ?? call.core.world.people.get(interaction.seed.userId)?.locale ?? '';
  interaction.choices = choices.map((choice) => ({
    name: choice.name_localizations?.[locale] ?? choice.name,
    value: choice.value,
  }));
  call.core.publish({
    type: 'interaction.autocompleted',
    interactionId: interaction.id,
    choices: interaction.choices,
  });
  call.interactions.acknowledge(interaction, 'answered');
  interaction.final.resolve();
}

function openModal(call: Call, interaction: Interaction, data: JsonObject): void {
  const form = new Form();
  const modal = readModal(form, ['data'], data);
  form.assert();
  interaction.modal = modal;
  call.interactions.finish(interaction, 'modal');
}

/** A message that answers the interaction; the first one, or a follow-up. */
export function answer(call: Call, interaction: Interaction, draft: MessageDraft): NewMessage {
  const { seed, metadata } = interaction;
  const { world } = call.core;
  const command = seed.type === InteractionType.ApplicationCommand;
  const component = seed.type === InteractionType.MessageComponent ? seed.message : undefined;
  const ephemeral = ((draft.flags ?? 0) & MessageFlag.Ephemeral) !== 0;
  return {
    channel: seed.channel,
    draft,
    uploads: call.body.uploads,
    sender: {
      user: botUser(world),
      createdBy: 'bot',
      webhookId: world.application.id,
      applicationId: world.application.id,
    },
    type: command ? MessageType.ChatInputCommand : component ? MessageType.Reply : MessageType.Default,
    interaction: command ? { metadata, commandName: seed.name } : { metadata },
    ...(ephemeral ? { ephemeralFor: seed.userId } : {}),
    ...(component === undefined ? {} : { reference: referenceTo(component, seed.channel.guild_id) }),
  };
}

function referenceTo(
  message: Message,
  guildId: Snowflake | undefined,
): NonNullable<Message['message_reference']> {
  return {
    type: 0,
    channel_id: message.channel_id,
    message_id: message.id,
    ...(guildId === undefined ? {} : { guild_id: guildId }),
  };
}

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback-interaction-callback-response-object */
function callbackResponse(call: Call, interaction: Interaction, type: number): JsonObject {
  const { world } = call.core;
  const { seed, originalId } = interaction;
  const message = originalId === null ? undefined : findMessage(world, seed.channel.id, originalId);
  const flags = message?.flags ?? 0;
  const described: JsonObject = { id: interaction.id, type: seed.type, channel_id: seed.channel.id };
  if (seed.channel.guild_id !== undefined) described.guild_id = seed.channel.guild_id;
  if (message !== undefined) {
    described.response_message_id = message.id;
    described.response_message_loading = (flags & MessageFlag.Loading) !== 0;
    described.response_message_ephemeral = (flags & MessageFlag.Ephemeral) !== 0;
  }
  const resource: JsonObject = { type };
  const shown: readonly number[] = [
    CallbackType.ChannelMessage,
    CallbackType.DeferredChannelMessage,
    CallbackType.UpdateMessage,
  ];
  if (message !== undefined && shown.includes(type)) resource.message = messageForBot(world, message, true);
  return { interaction: described, resource };
}

/** The webhook routes of an interaction's token end here: get, edit and delete `@original` or a follow-up. */
export function interactionMessage(call: Call, interaction: Interaction): Message {
  const name = call.params.message ?? '';
  const id = name === '@original' ? interaction.originalId : name;
  const own = id !== null && (id === interaction.originalId || interaction.followUpIds.includes(id));
  const message = own ? findMessage(call.core.world, interaction.seed.channel.id, id) : undefined;
  if (message === undefined) throw refusal(10008);
  return message;
}

export function editInteractionMessage(call: Call, interaction: Interaction): Message {
  const message = interactionMessage(call, interaction);
  const draft = readMessage(call.body.json, { settableFlags: EDIT_FLAGS, presentFlags: message.flags });
  const thinking = (message.flags & MessageFlag.Loading) !== 0;
  editMessage(call.core, message, draft, {
    uploads: call.body.uploads,
    systemFlags: { clear: MessageFlag.Loading },
    // Filling in a deferred answer is no edit to the reader.
    silent: thinking,
  });
  if (message.id === interaction.originalId && interaction.state === 'deferred') {
    call.interactions.finish(interaction, interaction.deferred === 'update' ? 'update' : 'message');
  }
  return message;
}

/** "Functions as Edit Original Interaction Response" right after a deferral, else a new message. */
export function followUp(call: Call, interaction: Interaction): Message {
  if (interaction.state === 'deferred' && interaction.deferred === 'message') {
    const original = { ...call, params: { ...call.params, message: '@original' } };
    return editInteractionMessage(original, interaction);
  }
  const draft = readMessage(call.body.json, { settableFlags: RESPONSE_FLAGS });
  const request = answer(call, interaction, draft);
  const metadata = { ...interaction.metadata };
  if (interaction.originalId !== null) metadata.original_response_message_id = interaction.originalId;
  const { reference: _reference, ...rest } = request;
  const message = createMessage(call.core, {
    ...rest,
    type: interaction.originalId === null ? MessageType.Default : MessageType.Reply,
    interaction: { metadata },
    ...(interaction.originalId === null
      ? {}
      : {
          reference: {
            type: 0 as const,
            channel_id: interaction.seed.channel.id,
            message_id: interaction.originalId,
            ...(interaction.seed.channel.guild_id === undefined
              ? {}
              : { guild_id: interaction.seed.channel.guild_id }),
          },
        }),
  });
  interaction.followUpIds.push(message.id);
  return message;
}

export function deleteInteractionMessage(call: Call, interaction: Interaction): void {
  const message = interactionMessage(call, interaction);
  deleteMessage(call.core, message);
  if (message.id === interaction.originalId && interaction.state === 'deferred') {
    call.interactions.finish(interaction, 'message');
  }
}
