import { html } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { useText } from './words.js';

/**
 * An embed as signal feeds post them by webhook.
 * @typedef {{ title: string, description: string, fields: { name: string, value: string }[] }} Draft
 */

/** @type {Draft} */
export const EMPTY_EMBED = { title: '', description: '', fields: [] };

/** What is left empty is left out. @param {Draft} draft */
export function filledEmbed({ title, description, fields }) {
  const filled = fields.filter(({ name, value }) => name !== '' && value !== '');
  return {
    ...(title === '' ? {} : { title }),
    ...(description === '' ? {} : { description }),
    ...(filled.length === 0 ? {} : { fields: filled.map((field) => ({ ...field, inline: true })) }),
  };
}

/** @param {{ draft: Draft, onChange: (draft: Draft) => void, onRemove: () => void }} props */
export function EmbedForm({ draft, onChange, onRemove }) {
  const t = useText().composer;
  const change = (/** @type {Partial<Draft>} */ part) => onChange({ ...draft, ...part });
  const changeField = (/** @type {number} */ at, /** @type {Partial<Draft['fields'][number]>} */ part) =>
    change({ fields: draft.fields.map((field, index) => (index === at ? { ...field, ...part } : field)) });
  const input = (
    /** @type {string} */ label,
    /** @type {string} */ value,
    /** @type {(value: string) => void} */ set,
  ) =>
    html`<input class="input" aria-label=${label} placeholder=${label} value=${value}
      onInput=${(/** @type {any} */ event) => set(event.target.value)} />`;
  return html`<fieldset class="embed-form">
    <legend class="label">${t.embed}</legend>
    ${input(t.embedTitle, draft.title, (title) => change({ title }))}
    <textarea class="input" rows="2" aria-label=${t.embedText} placeholder=${t.embedText} value=${draft.description}
      onInput=${(/** @type {any} */ event) => change({ description: event.target.value })}></textarea>
    ${draft.fields.map(
      (field, index) => html`<div class="embed-form-field">
        ${input(t.embedField, field.name, (name) => changeField(index, { name }))}
        ${input(t.embedValue, field.value, (value) => changeField(index, { value }))}
      </div>`,
    )}
    <div>
      <button class="button small quiet" onClick=${() => change({ fields: [...draft.fields, { name: '', value: '' }] })}>${t.embedAdd}</button>
      <button class="icon-button" aria-label=${t.embedRemove} onClick=${onRemove}><${Icon} name="trash" /></button>
    </div>
  </fieldset>`;
}
