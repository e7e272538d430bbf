import { createStore } from '../web/store.js';
import { recall, remember } from '../web/theme.js';
import { directChannel, findMessage, personas, sees, world } from './state.js';

/**
 * What the visitor is doing: who they are, where they look, what they answer.
 *
 * @import { Modal } from '../../sim/discord/wire.ts'
 *
 * @typedef {'channels' | 'chat' | 'market'} Pane What a phone shows.
 *
 * @typedef {object} Session
 * @property {string} persona Whose eyes and hands: a user's id.
 * @property {string | null} webhook Messages are posted as this webhook.
 * @property {string} place A channel's id, or `dm`: the direct messages with the bot.
 * @property {string | null} replyTo
 * @property {string | null} editing
 * @property {ReadonlyMap<string, number>} unread By place.
 * @property {ReadonlySet<string>} dismissed Ephemeral messages that were put away.
 * @property {ReadonlyMap<string, string>} failures What a click on a message's component ended with, by message.
 * @property {{ interactionId: string, userId: string, modal: Modal } | null} modal
 * @property {string | null} highlighted The message that was jumped to.
 * @property {Pane} pane
 */

/** @type {Session} */
const FRESH = {
  persona: '',
  webhook: null,
  place: '',
  replyTo: null,
  editing: null,
  unread: new Map(),
  dismissed: new Set(),
  failures: new Map(),
  modal: null,
  highlighted: null,
  pane: 'chat',
};

export const session = createStore(FRESH);

/** @param {Partial<Session>} change */
export function update(change) {
  session.set({ ...session.get(), ...change });
}

/** Once the world is known: the operator in the first channel, or whatever this browser was left with. */
export function settle() {
  const state = world.get();
  const { persona, place } = session.get();
  const people = personas(state);
  const [first] = people;
  const kept = people.find(({ user }) => user.id === (persona || recall('persona')));
  const there = place === 'dm' || state.channels.has(place);
  update({
    persona: (kept ?? first)?.user.id ?? '',
    place: there ? place : (textChannels(state.channels)[0]?.id ?? 'dm'),
  });
}

/** @param {import('./state.js').World['channels']} channels */
export function textChannels(channels) {
  return [...channels.values()]
    .filter((channel) => channel.type === 0 || channel.type === 5)
    .sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
}

/** @param {string} persona */
export function become(persona) {
  remember('persona', persona);
  update({ persona, webhook: null, replyTo: null, editing: null });
}

/** @param {string} place */
export function goTo(place) {
  const unread = new Map(session.get().unread);
  unread.delete(place);
  update({ place, unread, pane: 'chat', replyTo: null, editing: null, webhook: null, highlighted: null });
}

/** @param {string} messageId */
export function jumpTo(messageId) {
  const found = findMessage(world.get(), messageId);
  if (!found) return false;
  goTo(placeOf(found.message.channel_id));
  update({ highlighted: messageId });
  return true;
}

/**
 * The id of the channel that is looked at; null while there are no direct messages yet.
 * @param {Session} now
 * @param {import('./state.js').World} state
 */
export function openChannel(now, state) {
  return now.place === 'dm' ? (directChannel(state, now.persona)?.id ?? null) : now.place;
}

/** @param {string} channelId */
function placeOf(channelId) {
  return world.get().channels.get(channelId)?.type === 1 ? 'dm' : channelId;
}

/**
 * A new message somewhere else is counted there.
 * @param {import('../../sim/discord/events.ts').SeenMessage} seen
 */
export function notice(seen) {
  const now = session.get();
  const { channel_id: channelId, author } = seen.message;
  const channel = world.get().channels.get(channelId);
  const mine = channel?.type !== 1 || channel.recipients?.some(({ id }) => id === now.persona);
  if (!mine || !sees(now.persona, seen) || author.id === now.persona) return;
  const place = placeOf(channelId);
  if (place === now.place) return;
  update({ unread: new Map(now.unread).set(place, (now.unread.get(place) ?? 0) + 1) });
}
