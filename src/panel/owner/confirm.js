import { html, useEffect, useId, useRef, useState } from '../web/html.js';
import { useText } from './words.js';

/** @typedef {{ title: string, text: string, onConfirm: () => void, onClose: () => void, children?: unknown }} ConfirmProps */

/** Asks before something is done; Escape and Cancel do nothing. @param {ConfirmProps} props */
export function Confirm({ title, text, onConfirm, onClose, children }) {
  const t = useText();
  const id = useId();
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    onConfirm();
  };
  return html`<dialog class="confirm" ref=${dialog} aria-labelledby=${id} aria-describedby="${id}-text" onClose=${onClose}>
    <form onSubmit=${submit}>
      <h2 id=${id}>${title}</h2>
      <p id="${id}-text">${text}</p>
      ${children}
      <div class="dialog-buttons">
        <button class="button quiet" type="button" onClick=${onClose}>${t.controls.cancel}</button>
        <button class="button danger" type="submit">${t.controls.confirm}</button>
      </div>
    </form>
  </dialog>`;
}

/** @param {{ onPause: (lasts: string) => void, onClose: () => void }} props */
export function PauseDialog({ onPause, onClose }) {
  const t = useText();
  const id = useId();
  const [lasts, setLasts] = useState('');
  const confirm = () => {
    onPause(lasts);
    onClose();
  };
  return html`<${Confirm} title=${t.controls.pauseTitle} text=${t.controls.pauseText} onConfirm=${confirm} onClose=${onClose}>
    <div class="field">
      <label for=${id}>${t.controls.lasts}</label>
      <select class="input" id=${id} value=${lasts} onChange=${(/** @type {any} */ event) => setLasts(event.target.value)}>
        ${Object.entries(t.controls.durations).map(
          ([value, label]) => html`<option key=${value} value=${value}>${label}</option>`,
        )}
      </select>
    </div>
  <//>`;
}
