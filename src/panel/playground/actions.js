import { language } from '../web/language.js';
import { ask, Refused } from '../web/server.js';
import { tell } from '../web/toasts.js';
import { session, update } from './session.js';
import { personas, world } from './state.js';

/**
 * What a person does in Discord. Answers come back as messages by the event feed; forms open here.
 *
 * @import { InteractionResult } from '../../sim/discord/events.ts'
 */

/** As Discord's client says it. */
const SILENT = { en: 'The application did not respond', 'zh-CN': '该应用未响应' };

/**
 * @param {string} method
 * @param {object} body
 * @returns {Promise<any>}
 */
export async function discord(method, body) {
  try {
    return (await ask(`/api/discord/${method}`, body)).result;
  } catch (error) {
    if (error instanceof Refused && error.status === 504) throw new Refused(504, SILENT[language.get()]);
    throw error;
  }
}

/**
 * Something that the bot must answer within three seconds.
 * @param {'command' | 'press' | 'select' | 'submitModal'} method
 * @param {object} body
 */
async function interact(method, body) {
  const user = session.get().persona;
  /** @type {InteractionResult} */
  const result = await discord(method, { ...body, user, until: 'first' });
  if (result.outcome === 'modal' && result.modal) {
    update({ modal: { interactionId: result.interactionId, userId: user, modal: result.modal } });
  }
}

/**
 * A click on a component; what goes wrong is shown at its message, as Discord does.
 * @param {string} messageId
 * @param {{ customId: string, values?: string[] }} choice
 */
export async function use(messageId, { customId, values }) {
  const note = (/** @type {string | null} */ text) => {
    const failures = new Map(session.get().failures);
    if (text === null) failures.delete(messageId);
    else failures.set(messageId, text);
    update({ failures });
  };
  note(null);
  try {
    const body = { message: messageId, customId };
    await (values === undefined ? interact('press', body) : interact('select', { ...body, values }));
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {string} channel
 * @param {string} name with its subcommands
 * @param {Record<string, unknown>} options
 * @param {{ targetMessage?: string }} [target]
 */
export const runCommand = (channel, name, options, target = {}) =>
  interact('command', { channel, name, options, ...target });

/**
 * @param {string} interactionId
 * @param {Record<string, unknown>} fields
 */
export const submitModal = (interactionId, fields) =>
  interact('submitModal', { interaction: interactionId, fields });

/** The language of the page is that of everyone's client, and the one that the bot writes in. */
export function speak() {
  const chosen = language.get();
  const locale = chosen === 'en' ? 'en-US' : chosen;
  const people = personas(world.get()).filter((person) => person.locale !== locale);
  for (const { user } of people) discord('setLocale', { user: user.id, locale }).catch(tell);
  return ask('/api/language', { language: chosen }).catch(tell);
}

/**
 * A file as the server takes it.
 * @param {File} file
 */
export async function encoded(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { filename: file.name, contentType: file.type || 'application/octet-stream', base64: btoa(text) };
}
