import { html, useEffect, useId, useRef, useState } from '../web/html.js';
import { encoded, submitModal } from './actions.js';
import { unknownComponents } from './known.js';
import { Markup } from './markup.js';
import { Menu } from './menu.js';
import { Unknown } from './message.js';
import { update } from './session.js';
import { useText } from './words.js';

/**
 * The form that a bot opens. https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal
 *
 * @import { Component, Modal } from '../../sim/discord/wire.ts'
 * @typedef {Record<string, unknown>} Fields
 */

/** @param {{ interactionId: string, modal: Modal }} props */
export function FormDialog({ interactionId, modal }) {
  const t = useText();
  const title = useId();
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [fields, setFields] = useState(/** @type {Fields} */ ({}));
  const [problem, setProblem] = useState('');
  useEffect(() => {
    dialog.current?.showModal();
    /** @type {HTMLElement | null | undefined} */
    const first = dialog.current?.querySelector(
      '.modal-body input, .modal-body textarea, .modal-body button',
    );
    first?.focus();
  }, []);
  const close = () => update({ modal: null });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      await submitModal(interactionId, fields);
      close();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const onField = (/** @type {string} */ name, /** @type {unknown} */ value) =>
    setFields((all) => ({ ...all, [name]: value }));
  return html`<dialog class="modal" ref=${dialog} aria-labelledby=${title} onClose=${close}>
    <form onSubmit=${submit}>
      <h2 id=${title}>${modal.title}</h2>
      <div class="modal-body">
        ${modal.components.map((component) => html`<${FormPart} component=${component} onField=${onField} />`)}
        <${Unknown} parts=${unknownComponents(modal.components)} />
        ${problem && html`<p class="bad" role="alert">${problem}</p>`}
      </div>
      <div class="dialog-buttons">
        <button class="button quiet" type="button" onClick=${close}>${t.modal.cancel}</button>
        <button class="button primary" type="submit">${t.modal.submit}</button>
      </div>
    </form>
  </dialog>`;
}

/** @typedef {(name: string, value: unknown) => void} OnField */

/** @param {{ component: Component, onField: OnField }} props */
function FormPart({ component, onField }) {
  if (component.type === 10) return html`<${Markup} text=${component.content ?? ''} />`;
  const { description } = component;
  const input = component.component ?? component.components?.[0];
  if (!input) return null;
  const label = component.label ?? input.label ?? '';
  return html`<${Labelled} ...${{ label, description, input, onField }} />`;
}

/** @param {{ label: string, description?: string, input: Component, onField: OnField }} props */
function Labelled({ label, description, input, onField }) {
  const t = useText();
  const id = useId();
  const required = input.type !== 23 && (input.required ?? true);
  const star = required && html`<span class="bad" title=${t.modal.required} aria-hidden="true"> *</span>`;
  const note = description && html`<small class="muted" id="${id}-note">${description}</small>`;
  const body = html`<${Input} ...${{ id, label, input, required, onField, noted: Boolean(description) }} />`;
  // Groups carry a legend; a label belongs to one control.
  if (input.type === 21 || input.type === 22) {
    return html`<fieldset class="field"><legend class="label">${label}${star}</legend>${note}${body}</fieldset>`;
  }
  return html`<div class="field"><label for=${id}>${label}${star}</label>${note}${body}</div>`;
}

/** @param {{ id: string, label: string, input: Component, required: boolean, noted: boolean, onField: OnField }} props */
function Input({ id, label, input, required, noted, onField }) {
  const name = input.custom_id ?? '';
  const shared = { id, required, 'aria-describedby': noted ? `${id}-note` : null };
  switch (input.type) {
    case 4: {
      const text = {
        ...shared,
        class: 'input',
        defaultValue: input.value,
        placeholder: input.placeholder,
        minlength: input.min_length,
        maxlength: input.max_length,
        onInput: (/** @type {any} */ event) => onField(name, event.target.value),
      };
      return input.style === 2
        ? html`<textarea rows="4" ...${text}></textarea>`
        : html`<input type="text" ...${text} />`;
    }
    case 19: {
      const take = async (/** @type {any} */ event) =>
        onField(name, await Promise.all([...event.target.files].map(encoded)));
      return html`<input class="input" type="file" ...${shared} multiple=${(input.max_values ?? 1) > 1} onChange=${take} />`;
    }
    case 21:
    case 22:
      return html`<${Group} input=${input} onField=${onField} />`;
    case 23:
      return html`<input type="checkbox" ...${shared} defaultChecked=${input.default}
        onChange=${(/** @type {any} */ event) => onField(name, event.target.checked)} />`;
    default:
      return html`<${Menu} menu=${input} label=${label} onChoose=${(/** @type {string[]} */ values) => onField(name, values)} />`;
  }
}

/** Radio buttons or boxes. @param {{ input: Component, onField: OnField }} props */
function Group({ input, onField }) {
  const id = useId();
  const one = input.type === 21;
  const change = (/** @type {any} */ event) => {
    const box = event.target.closest('.choices');
    const values = [...box.querySelectorAll('input:checked')].map((each) => each.value);
    onField(input.custom_id ?? '', one ? values[0] : values);
  };
  return html`<div class="choices">
    ${input.options?.map(
      (option) => html`<label>
        <input type=${one ? 'radio' : 'checkbox'} name=${id} value=${option.value} defaultChecked=${option.default} onChange=${change} />
        <span>${option.label}${option.description && html`<small class="muted">${option.description}</small>`}</span>
      </label>`,
    )}
  </div>`;
}
