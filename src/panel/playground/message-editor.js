import { html, useEffect, useRef, useState } from '../web/html.js';
import { tell } from '../web/toasts.js';
import { discord } from './actions.js';
import { update } from './session.js';
import { useText } from './words.js';

/** Changes the text of one's own message. @param {{ message: import('../../sim/discord/wire.ts').Message }} props */
export function MessageEditor({ message }) {
  const t = useText();
  const [text, setText] = useState(message.content);
  const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => box.current?.focus(), []);
  const leave = () => update({ editing: null });
  const save = () => discord('edit', { message: message.id, content: text }).then(leave).catch(tell);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape') leave();
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void save();
    }
  };
  return html`<div class="message-editor">
    <textarea class="input" ref=${box} aria-label=${t.chat.edit} rows=${Math.min(text.split('\n').length + 1, 10)}
      value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)} onKeyDown=${onKeyDown}></textarea>
    <button class="button small primary" onClick=${save}>${t.chat.save}</button>
    <button class="button small quiet" onClick=${leave}>${t.chat.cancel}</button>
  </div>`;
}
