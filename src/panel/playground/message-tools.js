import { html } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { language } from '../web/language.js';
import { useStore } from '../web/store.js';
import { tell, toast } from '../web/toasts.js';
import { discord, runCommand } from './actions.js';
import { session, update } from './session.js';
import { world } from './state.js';
import { useText } from './words.js';

/**
 * What one can do with a message: by mouse when over it, by keyboard when in it.
 * @param {{ seen: import('../../sim/discord/events.ts').SeenMessage }} props
 */
export function MessageTools({ seen }) {
  const t = useText();
  const { message, ephemeralFor } = seen;
  const persona = useStore(session, (now) => now.persona);
  const own = message.author.id === persona;
  // A webhook's messages can be changed by whoever holds its address.
  const changeable = own || (message.webhook_id !== undefined && message.application_id === undefined);
  const lasting = ephemeralFor === null;
  const remove = () => discord('delete', { message: message.id }).catch(tell);
  const copy = () =>
    navigator.clipboard
      .writeText(message.id)
      .then(() => toast(`${t.chat.copied}: ${message.id}`))
      // Without the right to write there, the id can be copied from the notice.
      .catch(() => toast(message.id));
  return html`<div class="tools" role="group" aria-label=${t.chat.actions}>
    ${lasting && html`<${Tool} icon="reply" label=${t.chat.reply} run=${() => update({ replyTo: message.id })} />`}
    ${
      changeable &&
      html`<${Tool} icon="edit" label=${t.chat.edit} run=${() => update({ editing: message.id })} />
        <${Tool} icon="trash" label=${t.chat.remove} run=${remove} />`
    }
    ${lasting && html`<${ThreadTool} messageId=${message.id} channelId=${message.channel_id} />`}
    ${lasting && html`<${AppTools} messageId=${message.id} channelId=${message.channel_id} />`}
    <${Tool} icon="copy" label=${t.chat.copyId} run=${copy} />
  </div>`;
}

/** @param {{ icon: string, label: string, run: () => unknown }} props */
function Tool({ icon, label, run }) {
  return html`<button class="icon-button" aria-label=${label} title=${label} onClick=${run}><${Icon} name=${icon} /></button>`;
}

/** @param {{ messageId: string, channelId: string }} props */
function ThreadTool({ messageId, channelId }) {
  const t = useText();
  const open = useStore(
    world,
    (state) => state.channels.get(channelId)?.type === 0 && !state.channels.has(messageId),
  );
  const user = useStore(session, (now) => now.persona);
  if (!open) return null;
  const start = () =>
    discord('thread', { channel: channelId, author: user, name: t.chat.thread, message: messageId }).catch(
      tell,
    );
  return html`<${Tool} icon="thread" label=${t.chat.newThread} run=${start} />`;
}

/** The bot's own commands for messages. @param {{ messageId: string, channelId: string }} props */
function AppTools({ messageId, channelId }) {
  const locale = useStore(language);
  const commands = useStore(world, (state) => state.commands);
  return commands
    .filter((command) => command.type === 3)
    .map((command) => {
      const label = command.name_localizations?.[locale] ?? command.name;
      const run = () => runCommand(channelId, command.name, {}, { targetMessage: messageId }).catch(tell);
      return html`<${Tool} key=${command.id} icon="apps" label=${label} run=${run} />`;
    });
}
