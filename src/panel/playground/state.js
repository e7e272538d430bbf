import { createStore } from '../web/store.js';

/**
 * What the page knows of the simulated world: pure steps from one state to the next, and the store that holds it.
 *
 * @import { Channel, Command, Message, Role, User } from '../../sim/discord/wire.ts'
 * @import { SeenMessage } from '../../sim/discord/events.ts'
 * @import { SimEvent } from '../../sim/discord/events.ts'
 *
 * @typedef {{ user: User, locale: string, roles: string[] }} Person
 * @typedef {{ id: string, name: string, channelId: string }} Webhook
 *
 * @typedef {object} World
 * @property {boolean} ready The first snapshot has arrived.
 * @property {string} guildId
 * @property {string} guildName
 * @property {string} ownerId
 * @property {string} botId
 * @property {boolean} connected The bot's gateway connection stands.
 * @property {ReadonlyMap<string, Channel>} channels
 * @property {ReadonlyMap<string, Person>} people
 * @property {ReadonlyMap<string, Role>} roles
 * @property {readonly Webhook[]} webhooks
 * @property {readonly Command[]} commands
 * @property {ReadonlyMap<string, readonly SeenMessage[]>} messages By channel, oldest first.
 */

/** Messages of a channel that are kept: the page shows the newest. */
export const KEPT_MESSAGES = 200;

/** @type {World} */
const NOTHING = {
  ready: false,
  guildId: '',
  guildName: '',
  ownerId: '',
  botId: '',
  connected: false,
  channels: new Map(),
  people: new Map(),
  roles: new Map(),
  webhooks: [],
  commands: [],
  messages: new Map(),
};

export const world = createStore(NOTHING);

/**
 * @param {import('../../sim/discord/events.ts').Scene} scene
 * @param {boolean} connected
 * @returns {World}
 */
export function worldOf(scene, connected) {
  /** @type {Map<string, SeenMessage[]>} */
  const messages = new Map();
  for (const seen of scene.messages) {
    const id = seen.message.channel_id;
    messages.set(id, [...(messages.get(id) ?? []), seen]);
  }
  return {
    ready: true,
    guildId: scene.guild.id,
    guildName: scene.guild.name,
    ownerId: scene.guild.owner_id,
    botId: scene.botId,
    connected,
    channels: new Map(scene.channels.map((channel) => [channel.id, channel])),
    people: new Map(scene.users.map((person) => [person.user.id, person])),
    roles: new Map(scene.roles.map((role) => [role.id, role])),
    webhooks: scene.webhooks,
    commands: scene.commands,
    messages,
  };
}

/**
 * @param {World} state
 * @param {SimEvent} event
 * @returns {World}
 */
export function afterEvent(state, event) {
  switch (event.type) {
    case 'message.created':
    case 'message.edited':
      return withMessage(state, event.message, event.ephemeralFor);
    case 'message.deleted':
      return withMessages(state, event.channelId, (list) =>
        list.filter(({ message }) => message.id !== event.messageId),
      );
    case 'reaction.added':
    case 'reaction.removed':
      return withReaction(state, event);
    case 'channel':
      return { ...state, channels: new Map(state.channels).set(event.channel.id, event.channel) };
    case 'channel.deleted': {
      const channels = new Map(state.channels);
      channels.delete(event.channelId);
      return { ...state, channels };
    }
    case 'gateway':
      return { ...state, connected: event.state === 'identified' || event.state === 'resumed' };
    default:
      return state;
  }
}

/**
 * @param {World} state
 * @param {Message} message
 * @param {string | null} ephemeralFor
 */
function withMessage(state, message, ephemeralFor) {
  return withMessages(state, message.channel_id, (list) => {
    const at = list.findIndex((seen) => seen.message.id === message.id);
    if (at >= 0) return list.with(at, { message, ephemeralFor, reactions: list[at]?.reactions ?? [] });
    const newer = list.findIndex((seen) => BigInt(seen.message.id) > BigInt(message.id));
    const next = list.toSpliced(newer < 0 ? list.length : newer, 0, { message, ephemeralFor, reactions: [] });
    return next.slice(-KEPT_MESSAGES);
  });
}

/**
 * @param {World} state
 * @param {Extract<SimEvent, { type: 'reaction.added' | 'reaction.removed' }>} event
 */
function withReaction(state, { type, messageId, userId, emoji }) {
  const channelId = channelOfMessage(state, messageId);
  if (channelId === null) return state;
  return withMessages(state, channelId, (list) =>
    list.map((seen) => {
      if (seen.message.id !== messageId) return seen;
      const present = seen.reactions.find((reaction) => reaction.emoji.name === emoji);
      const others = (present?.userIds ?? []).filter((id) => id !== userId);
      const userIds = type === 'reaction.added' ? [...others, userId] : others;
      const reaction = { emoji: present?.emoji ?? { id: null, name: emoji }, userIds };
      const reactions = present
        ? seen.reactions.map((each) => (each === present ? reaction : each))
        : [...seen.reactions, reaction];
      return { ...seen, reactions: reactions.filter((each) => each.userIds.length > 0) };
    }),
  );
}

/**
 * @param {World} state
 * @param {string} channelId
 * @param {(list: readonly SeenMessage[]) => readonly SeenMessage[]} change
 * @returns {World}
 */
function withMessages(state, channelId, change) {
  const list = change(state.messages.get(channelId) ?? []);
  return { ...state, messages: new Map(state.messages).set(channelId, list) };
}

/**
 * @param {World} state
 * @param {string} messageId
 * @returns {string | null}
 */
export function channelOfMessage(state, messageId) {
  for (const [id, list] of state.messages) if (list.some((seen) => seen.message.id === messageId)) return id;
  return null;
}

/**
 * @param {World} state
 * @param {string} messageId
 * @returns {SeenMessage | null}
 */
export function findMessage(state, messageId) {
  for (const list of state.messages.values()) {
    const found = list.find((seen) => seen.message.id === messageId);
    if (found) return found;
  }
  return null;
}

/**
 * The direct messages between the bot and this person, once there are any.
 * @param {World} state
 * @param {string} userId
 */
export function directChannel(state, userId) {
  return [...state.channels.values()].find(
    (channel) => channel.type === 1 && channel.recipients?.some((user) => user.id === userId),
  );
}

/** Whether this person sees the message. */
export function sees(/** @type {string} */ userId, /** @type {SeenMessage} */ seen) {
  return seen.ephemeralFor === null || seen.ephemeralFor === userId;
}

/**
 * Whom a visitor can be: the people of the server but its owner.
 * @param {World} state
 */
export function personas(state) {
  return [...state.people.values()].filter(({ user }) => !user.bot && user.id !== state.ownerId);
}

/** @param {User} user */
export function nameOf(user) {
  return user.global_name ?? user.username;
}
