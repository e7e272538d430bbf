import { html, useLayoutEffect, useRef, useState } from '../web/html.js';
import { language } from '../web/language.js';
import { useStore } from '../web/store.js';
import { tell } from '../web/toasts.js';
import { discord, encoded, runCommand } from './actions.js';
import { localised, optionValues } from './commands.js';
import { session } from './session.js';
import { nameOf, world } from './state.js';
import { useText } from './words.js';

/**
 * The options of a chosen command.
 * @import { Choice, CommandOption } from '../../sim/discord/wire.ts'
 * @typedef {Record<string, unknown>} Entered
 */

/** @param {{ leaf: import('./commands.js').Leaf, channel: string, onLeave: () => void }} props */
export function CommandForm({ leaf, channel, onLeave }) {
  const t = useText();
  const [entered, setEntered] = useState(/** @type {Entered} */ ({}));
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  // At once: who types on must type into the form.
  useLayoutEffect(() => {
    /** @type {HTMLElement | null | undefined} */
    const first = form.current?.querySelector('input, select, .primary');
    first?.focus();
  }, []);
  const run = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const { values, missing } = optionValues(leaf.options, entered);
    if (values === null) return tell(t.composer.missing(missing));
    setBusy(true);
    try {
      await runCommand(channel, leaf.name, values);
      onLeave();
    } catch (error) {
      tell(error);
      setBusy(false);
    }
  };
  return html`<form class="composer command-form" ref=${form} onSubmit=${run} noValidate
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && onLeave()}>
    <p class="command-title"><strong>/${leaf.label}</strong> <span class="muted">${leaf.description}</span></p>
    <div class="command-options">
      ${leaf.options.map(
        (option) => html`<${OptionField} key=${option.name} option=${option} value=${entered[option.name]}
          onChange=${(/** @type {unknown} */ value) => setEntered((all) => ({ ...all, [option.name]: value }))}
          complete=${(/** @type {string} */ typed) =>
            discord('autocomplete', {
              user: session.get().persona,
              channel,
              name: leaf.name,
              options: {
                ...optionValues(leaf.options.map(unrequired), entered).values,
                [option.name]: typed,
              },
              focused: option.name,
            })} />`,
      )}
    </div>
    <div class="command-buttons">
      <button class="button small primary" type="submit" disabled=${busy}>${t.composer.run}</button>
      <button class="button small quiet" type="button" onClick=${onLeave}>${t.composer.leave}</button>
    </div>
  </form>`;
}

/** @param {CommandOption} option @returns {CommandOption} */
const unrequired = (option) => ({ ...option, required: false });

/** @param {{ option: CommandOption, value: any, onChange: (value: unknown) => void, complete: (typed: string) => Promise<Choice[]> }} props */
function OptionField({ option, value, onChange, complete }) {
  const t = useText();
  const locale = useStore(language);
  const { name, description } = localised(option, locale);
  const id = `option-${option.name}`;
  return html`<div class="field">
    <label for=${id}>${name} ${!option.required && html`<span class="muted">(${t.composer.optional})</span>`}</label>
    <${OptionInput} ...${{ id, option, value, onChange, complete, description }} />
  </div>`;
}

/** @param {{ id: string, option: CommandOption, value: any, onChange: (value: unknown) => void, complete: (typed: string) => Promise<Choice[]>, description: string }} props */
function OptionInput({ id, option, value, onChange, complete, description }) {
  const t = useText();
  const locale = useStore(language);
  const state = useStore(world);
  const shared = { id, title: description, required: option.required };
  const choices = fixedChoices(option, state, locale, t);
  if (choices !== null) {
    return html`<select class="input" ...${shared} value=${value ?? ''}
      onChange=${(/** @type {any} */ event) => onChange(event.target.value)}>
      <option value="">${t.chat.choose}</option>
      ${choices.map((choice) => html`<option value=${choice.value}>${choice.name}</option>`)}
    </select>`;
  }
  if (option.type === 11) {
    const take = async (/** @type {any} */ event) => onChange(await encoded(event.target.files[0]));
    return html`<input class="input" type="file" ...${shared} onChange=${take} />`;
  }
  if (option.autocomplete)
    return html`<${Completing} ...${{ shared, onChange, complete, placeholder: description }} />`;
  const numeric = option.type === 4 || option.type === 10;
  const bounds = numeric
    ? { type: 'number', step: option.type === 4 ? 1 : 'any', min: option.min_value, max: option.max_value }
    : { type: 'text', maxlength: option.max_length };
  return html`<input class="input" ...${shared} ...${bounds} autocomplete="off" placeholder=${description} value=${value ?? ''}
    onInput=${(/** @type {any} */ event) => onChange(event.target.value)} />`;
}

/**
 * @param {CommandOption} option
 * @param {import('./state.js').World} state
 * @param {string} locale
 * @param {import('./locales/en.js').Words} t
 * @returns {Choice[] | null}
 */
function fixedChoices(option, state, locale, t) {
  if (option.choices && option.choices.length > 0) {
    return option.choices.map((choice) => ({
      name: choice.name_localizations?.[locale] ?? choice.name,
      value: choice.value,
    }));
  }
  const people = () =>
    [...state.people.values()].map(({ user }) => ({ name: `@${nameOf(user)}`, value: user.id }));
  const roles = () => [...state.roles.values()].map((role) => ({ name: role.name, value: role.id }));
  switch (option.type) {
    case 5:
      return [
        { name: t.composer.yes, value: 'true' },
        { name: t.composer.no, value: 'false' },
      ];
    case 6:
      return people();
    case 7:
      return [...state.channels.values()]
        .filter(({ type }) => type !== 1 && (option.channel_types ?? [type]).includes(type))
        .map((channel) => ({ name: `#${channel.name}`, value: channel.id }));
    case 8:
      return roles();
    case 9:
      return [...people(), ...roles()];
    default:
      return null;
  }
}

/**
 * A text that the bot helps to complete.
 * @param {{ shared: { id: string }, onChange: (value: unknown) => void, complete: (typed: string) => Promise<Choice[]>, placeholder: string }} props
 */
function Completing({ shared, onChange, complete, placeholder }) {
  const [text, setText] = useState('');
  const [choices, setChoices] = useState(/** @type {Choice[]} */ ([]));
  const [active, setActive] = useState(-1);
  const asked = useRef(0);
  const list = `${shared.id}-choices`;
  const look = async (/** @type {string} */ typed) => {
    asked.current += 1;
    const mine = asked.current;
    // A bot that is away completes nothing; the text can still be typed.
    const found = await complete(typed).catch(() => []);
    if (mine !== asked.current) return;
    setChoices(found);
    setActive(-1);
  };
  const pick = (/** @type {Choice} */ choice) => {
    asked.current += 1;
    setText(choice.name);
    setChoices([]);
    onChange(choice.value);
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const choice = choices[active];
    if (step !== undefined && choices.length > 0) {
      event.preventDefault();
      setActive((active + step + choices.length) % choices.length);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && choice) {
      event.preventDefault();
      pick(choice);
    } else if (event.key === 'Escape' && choices.length > 0) {
      event.stopPropagation();
      setChoices([]);
    }
  };
  return html`<div class="completing">
    <input class="input" type="text" ...${shared} role="combobox" aria-expanded=${choices.length > 0} aria-autocomplete="list"
      aria-controls=${list} aria-activedescendant=${active >= 0 ? `${list}-${active}` : null} autocomplete="off"
      placeholder=${placeholder} value=${text} onKeyDown=${onKeyDown} onFocus=${() => look(text)}
      onBlur=${() => setTimeout(() => setChoices([]), 150)}
      onInput=${(/** @type {any} */ event) => {
        setText(event.target.value);
        onChange(event.target.value);
        void look(event.target.value);
      }} />
    <ul class="popup" id=${list} role="listbox" aria-label=${placeholder} hidden=${choices.length === 0}>
      ${choices.map(
        (choice, index) => html`<li id="${list}-${index}" role="option" aria-selected=${index === active}
          onPointerDown=${(/** @type {Event} */ event) => event.preventDefault()} onClick=${() => pick(choice)}>${choice.name}</li>`,
      )}
    </ul>
  </div>`;
}
