import { ButtonStyle, ComponentType, InteractionType, MessageFlag, Permission } from '../constants.ts';
import type { Core } from '../core.ts';
import type { Interaction, Interactions } from '../interactions/interactions.ts';
import type { InteractionSeed } from '../interactions/payload.ts';
import type { JsonObject } from '../json.ts';
import { walkComponents } from '../limits/components.ts';
import { can } from '../permissions.ts';
import type { Snowflake } from '../snowflake.ts';
import type { Component, Message } from '../wire.ts';
import { memoryOf } from '../world.ts';
import { Resolver } from './commanding.ts';
import { ScriptError } from './error.ts';
import { type FieldValue, filledIn, resolveChoice } from './form-filling.ts';
import { findChannel, findPosted } from './posting.ts';

export interface PressSpec {
  user: Snowflake;
  message: Snowflake;
  /** The button's label as it stands there, or its beginning when no label is equal. */
  label?: string;
  customId?: string;
  locale?: string;
}

export interface SelectSpec {
  user: Snowflake;
  message: Snowflake;
  customId: string;
  values: string[];
  locale?: string;
}

export interface ModalSpec {
  user: Snowflake;
  /** The interaction that opened the modal. */
  interaction: Snowflake;
  /** What is entered, by the custom id of its input. */
  fields: Record<string, FieldValue>;
  locale?: string;
}

export function pressButton(core: Core, interactions: Interactions, spec: PressSpec): Interaction {
  const message = seenMessage(core, spec.user, spec.message);
  const button = findButton(message, spec);
  if (button.disabled) throw new ScriptError(`the button "${button.label ?? button.custom_id}" is disabled`);
  if (button.style === ButtonStyle.Link) throw new ScriptError('a link button sends nothing to the app');
  return interactions.create(
    componentSeed(core, spec, message, button, { component_type: button.type, custom_id: button.custom_id }),
  );
}

export function chooseOptions(core: Core, interactions: Interactions, spec: SelectSpec): Interaction {
  const message = seenMessage(core, spec.user, spec.message);
  const menu = [...walkComponents(message.components)].find(
    (component) => component.custom_id === spec.customId,
  );
  if (menu === undefined || menu.disabled)
    throw new ScriptError(`there is no menu ${spec.customId} to choose from`);
  const count = spec.values.length;
  if (count < (menu.min_values ?? 1) || count > (menu.max_values ?? 1)) {
    throw new ScriptError(`the menu ${spec.customId} does not take ${count} values`);
  }
  const resolved = new Resolver(core, findChannel(core, message.channel_id), spec.user);
  for (const value of spec.values) resolveChoice(menu, value, resolved);
  const data: JsonObject = { component_type: menu.type, custom_id: spec.customId, values: spec.values };
  if (!resolved.empty) data.resolved = resolved.data;
  return interactions.create(componentSeed(core, spec, message, menu, data));
}

/** Fills in and sends the form that an interaction has opened. */
export function sendModal(core: Core, interactions: Interactions, spec: ModalSpec): Interaction {
  const opener = interactions.find(spec.interaction);
  const modal = opener?.modal;
  if (opener === undefined || !modal)
    throw new ScriptError(`interaction ${spec.interaction} has opened no modal`);
  if (opener.seed.userId !== spec.user) throw new ScriptError('the modal is open for someone else');
  const resolved = new Resolver(core, opener.seed.channel, spec.user);
  const data: JsonObject = {
    custom_id: modal.custom_id,
    components: filledIn(modal, spec.fields, resolved),
  };
  if (!resolved.empty) data.resolved = resolved.data;
  const seed: InteractionSeed = {
    type: InteractionType.ModalSubmit,
    userId: spec.user,
    channel: opener.seed.channel,
    data,
    name: modal.custom_id,
    triggeredBy: opener.metadata,
    ...(opener.seed.message === undefined ? {} : { message: opener.seed.message }),
    ...(spec.locale === undefined ? {} : { locale: spec.locale }),
  };
  opener.modal = null;
  return interactions.create(seed);
}

function componentSeed(
  core: Core,
  spec: { user: Snowflake; locale?: string },
  message: Message,
  component: Component,
  data: JsonObject,
): InteractionSeed {
  return {
    type: InteractionType.MessageComponent,
    userId: spec.user,
    channel: findChannel(core, message.channel_id),
    data: { ...data, id: component.id ?? 0 },
    name: component.custom_id ?? '',
    message,
    ...(spec.locale === undefined ? {} : { locale: spec.locale }),
  };
}

function findButton(message: Message, spec: PressSpec): Component {
  const buttons = [...walkComponents(message.components)].filter(
    (component) => component.type === ComponentType.Button,
  );
  const { customId, label } = spec;
  const found =
    customId === undefined
      ? (buttons.find((button) => button.label === label) ??
        buttons.find((button) => label !== undefined && button.label?.startsWith(label)))
      : buttons.find((button) => button.custom_id === customId);
  if (found === undefined) {
    const present = buttons.map((button) => button.label ?? button.custom_id).join(', ') || 'none';
    throw new ScriptError(`no button "${customId ?? label}" on message ${message.id}; there: ${present}`);
  }
  return found;
}

function seenMessage(core: Core, userId: Snowflake, messageId: Snowflake): Message {
  const message = findPosted(core, messageId);
  const onlyFor = memoryOf(core.world, message).ephemeralFor;
  const channel = findChannel(core, message.channel_id);
  const visible = onlyFor === undefined || onlyFor === userId;
  if (!visible || !can(core.world, userId, channel, Permission.ViewChannel)) {
    throw new ScriptError(`user ${userId} does not see message ${messageId}`);
  }
  if ((message.flags & MessageFlag.Loading) !== 0) throw new ScriptError('the app is still thinking');
  return message;
}
