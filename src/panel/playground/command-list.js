import { html, useEffect } from '../web/html.js';
import { useText } from './words.js';

/**
 * The commands that fit what is typed behind the slash.
 * @param {{ leaves: import('./commands.js').Leaf[], active: number, onPick: (index: number) => void }} props
 */
export function CommandList({ leaves, active, onPick }) {
  const t = useText();
  useEffect(() => {
    document.getElementById(`command-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  if (leaves.length === 0) return html`<p class="popup muted" role="status">${t.composer.noCommand}</p>`;
  return html`<ul class="popup" id="command-list" role="listbox" aria-label=${t.composer.commands}>
    ${leaves.map(
      (
        leaf,
        index,
      ) => html`<li key=${leaf.name} id="command-${index}" role="option" aria-selected=${index === active}
        data-command=${leaf.name} onClick=${() => onPick(index)}>
        <strong>/${leaf.label}</strong>
        ${leaf.options.map((option) => html` <code>${option.name}</code>`)}
        <small class="muted">${leaf.description}</small>
      </li>`,
    )}
  </ul>`;
}
