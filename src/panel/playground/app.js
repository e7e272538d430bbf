import { html, useEffect } from '../web/html.js';
import { connection } from '../web/server.js';
import { useStore } from '../web/store.js';
import { Toasts } from '../web/toasts.js';
import { Channels } from './channels.js';
import { Chat } from './chat.js';
import { Header } from './header.js';
import { MarketPane } from './market.js';
import { FormDialog } from './modal.js';
import { session, update } from './session.js';
import { world } from './state.js';
import { useText } from './words.js';

/** Three columns: where, what is said there, and the market; a phone shows one of them at a time. */
export function App() {
  const t = useText();
  const ready = useStore(world, (state) => state.ready);
  const pane = useStore(session, (now) => now.pane);
  const modal = useStore(session, (now) => now.modal);
  const lost = useStore(connection) === 'lost';
  useEffect(() => {
    document.title = t.title;
  }, [t]);
  if (!ready) {
    return html`<main class="waiting"><h1>${t.title}</h1><p role="status">${lost ? t.lost : t.connecting}</p></main>`;
  }
  const panes = /** @type {import('./session.js').Pane[]} */ (['channels', 'chat', 'market']);
  return html`<div class="app" data-pane=${pane}>
    <a class="skip" href="#messages">${t.skip}</a>
    <${Header} />
    ${lost && html`<p class="lost" role="alert">${t.lost}</p>`}
    <${Channels} />
    <${Chat} />
    <${MarketPane} />
    <nav class="tabs" aria-label=${t.title}>
      ${panes.map(
        (name) => html`<button key=${name} aria-current=${pane === name ? 'page' : null}
          onClick=${() => update({ pane: name })}>${t.panes[name]}</button>`,
      )}
    </nav>
    ${modal && html`<${FormDialog} key=${modal.interactionId} ...${modal} />`}
    <${Toasts} />
  </div>`;
}
