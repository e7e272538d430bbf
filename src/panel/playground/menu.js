import { html, useId, useLayoutEffect, useRef, useState } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { useStore } from '../web/store.js';
import { nameOf, world } from './state.js';
import { useText } from './words.js';

/**
 * A menu of a message or a form: texts, people, roles, channels. With more than one choice they are ticked and sent
 * together.
 *
 * @import { Component } from '../../sim/discord/wire.ts'
 * @typedef {{ value: string, label: string, description?: string | undefined, emoji?: string, chosen: boolean }} Option
 */

/** @param {{ menu: Component, onChoose: (values: string[]) => unknown, label?: string }} props */
export function Menu({ menu, onChoose, label }) {
  const t = useText();
  const id = useId();
  const state = useStore(world);
  const options = optionsOf(menu, state);
  const preset = options.filter((option) => option.chosen).map((option) => option.value);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(preset);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const many = (menu.max_values ?? 1) > 1;
  const shown = options.filter((option) => chosen.includes(option.value)).map((option) => option.label);
  // At once: a key that is pressed as soon as the list is seen must meet it.
  useLayoutEffect(() => {
    if (!open) return;
    /** @type {HTMLElement | null} */ (box.current?.querySelector('[role=option]'))?.focus();
    const outside = (/** @type {Event} */ event) => {
      if (!box.current?.contains(/** @type {Node} */ (event.target))) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  const send = (/** @type {string[]} */ values) => {
    setOpen(false);
    box.current?.querySelector('button')?.focus();
    void onChoose(values);
  };
  const pick = (/** @type {string} */ value) => {
    const rest = chosen.filter((each) => each !== value);
    const next = !many ? [value] : rest.length < chosen.length ? rest : [...chosen, value];
    setChosen(next);
    if (!many) send(next);
  };
  const enough = chosen.length >= (menu.min_values ?? 1) && chosen.length <= (menu.max_values ?? 1);
  return html`<div class="menu" ref=${box} onKeyDown=${(/** @type {KeyboardEvent} */ event) => moveIn(event, () => setOpen(false))}>
    <button type="button" class="menu-button" aria-haspopup="listbox" aria-expanded=${open} aria-controls=${id}
      aria-label=${label === undefined ? null : `${label}: ${shown.join(', ') || t.chat.choose}`}
      disabled=${menu.disabled} onClick=${() => setOpen(!open)}>
      <span class=${shown.length === 0 ? 'muted' : ''}>${shown.join(', ') || menu.placeholder || t.chat.choose}</span>
      <${Icon} name="down" />
    </button>
    ${
      open &&
      html`<div class="menu-list">
        <ul id=${id} role="listbox" aria-label=${label ?? menu.placeholder ?? t.chat.choose} aria-multiselectable=${many}>
          ${options.map(
            (
              option,
            ) => html`<li key=${option.value} role="option" tabindex="-1" aria-selected=${chosen.includes(option.value)}
              onClick=${() => pick(option.value)}>
              <span>${option.emoji} ${option.label}</span>
              ${option.description && html`<small class="muted">${option.description}</small>`}
            </li>`,
          )}
        </ul>
        ${many && html`<button type="button" class="button small primary" disabled=${!enough} onClick=${() => send(chosen)}>${t.chat.done}</button>`}
      </div>`
    }
  </div>`;
}

/**
 * Arrows walk through the options, Enter and blank choose, Escape closes.
 * @param {KeyboardEvent} event
 * @param {() => void} close
 */
function moveIn(event, close) {
  const here = /** @type {HTMLElement} */ (event.target);
  if (event.key === 'Escape') {
    event.stopPropagation();
    close();
  }
  if (here.role !== 'option') return;
  if (event.key === 'Enter' || event.key === ' ') here.click();
  const next = { ArrowDown: here.nextElementSibling, ArrowUp: here.previousElementSibling }[event.key];
  if (next) /** @type {HTMLElement} */ (next).focus();
  if (['Enter', ' ', 'ArrowDown', 'ArrowUp'].includes(event.key)) event.preventDefault();
}

/**
 * @param {Component} menu
 * @param {import('./state.js').World} state
 * @returns {Option[]}
 */
function optionsOf(menu, state) {
  const preset = new Set(menu.default_values?.map((each) => each.id));
  const entity = (/** @type {string} */ value, /** @type {string} */ label) => ({
    value,
    label,
    chosen: preset.has(value),
  });
  const people = () => [...state.people.values()].map(({ user }) => entity(user.id, `@${nameOf(user)}`));
  const roles = () => [...state.roles.values()].map((role) => entity(role.id, role.name));
  switch (menu.type) {
    case 5:
      return people();
    case 6:
      return roles();
    case 7:
      return [...people(), ...roles()];
    case 8:
      return [...state.channels.values()]
        .filter(({ type }) => type !== 1 && (menu.channel_types ?? [type]).includes(type))
        .map((channel) => entity(channel.id, `#${channel.name}`));
    default:
      return (menu.options ?? []).map(({ value, label, description, emoji, default: chosen = false }) => ({
        value,
        label,
        description,
        emoji: emoji?.id ? '' : (emoji?.name ?? ''),
        chosen,
      }));
  }
}
