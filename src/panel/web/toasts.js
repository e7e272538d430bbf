import { html } from './html.js';
import { createStore, useStore } from './store.js';

/** Short notices that go by themselves. */

/** @typedef {{ id: number, text: string, bad: boolean, action: { label: string, run: () => void } | null }} Toast */

const SHOWN_MS = 6_000;

/** @type {import('./store.js').Store<Toast[]>} */
const toasts = createStore(/** @type {Toast[]} */ ([]));
let last = 0;

/**
 * @param {string} text
 * @param {{ bad?: boolean, action?: Toast['action'] }} [options]
 */
export function toast(text, { bad = false, action = null } = {}) {
  last += 1;
  const id = last;
  toasts.set([...toasts.get().slice(-1), { id, text, bad, action }]);
  setTimeout(() => drop(id), SHOWN_MS);
}

/** @param {number} id */
function drop(id) {
  toasts.set(toasts.get().filter((each) => each.id !== id));
}

/** For the promise of something the reader has asked for: what went wrong is shown to them. */
export function tell(/** @type {unknown} */ error) {
  toast(error instanceof Error ? error.message : String(error), { bad: true });
}

export function Toasts() {
  const shown = useStore(toasts);
  return html`<div class="toasts" role="status" aria-live="polite">
    ${shown.map(
      ({ id, text, bad, action }) => html`<div key=${id} class=${bad ? 'toast bad' : 'toast'}>
        <span>${text}</span>
        ${
          action &&
          html`<button class="button small quiet" onClick=${() => {
            action.run();
            drop(id);
          }}>${action.label}</button>`
        }
      </div>`,
    )}
  </div>`;
}
