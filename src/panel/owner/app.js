import { html, useEffect } from '../web/html.js';
import { connection } from '../web/server.js';
import { useStore } from '../web/store.js';
import { Toasts } from '../web/toasts.js';
import { Header } from './header.js';
import { Health } from './health.js';
import { Latencies } from './latency.js';
import { overview, signedIn } from './live.js';
import { LogTail } from './log.js';
import { Login } from './login.js';
import { Results } from './results.js';
import { SettingsTables } from './settings.js';
import { Signals } from './signals.js';
import { Facts, Trades } from './trades.js';
import { useText } from './words.js';

const SECTIONS = /** @type {const} */ ([
  'trades',
  'results',
  'signals',
  'health',
  'log',
  'latency',
  'settings',
]);

/** One page of sections, two columns where there is room. */
export function App() {
  const t = useText();
  const known = useStore(signedIn);
  const ready = useStore(overview, (now) => now !== null);
  const lost = useStore(connection) === 'lost';
  useEffect(() => {
    document.title = t.title;
  }, [t]);
  if (known === false) return html`<${Login} /><${Toasts} />`;
  if (!known || !ready) {
    return html`<main class="waiting"><h1>${t.title}</h1><p role="status">${lost ? t.lost : t.connecting}</p></main>`;
  }
  return html`<div class="app">
    <a class="skip" href="#trades">${t.skip}</a>
    <${Header} />
    ${lost && html`<p class="lost" role="alert">${t.lost}</p>`}
    <nav class="jumps" aria-label=${t.sections}>
      ${SECTIONS.map((name) => html`<a key=${name} href="#${name}">${t[name].title}</a>`)}
    </nav>
    <main>
      <${Facts} />
      <${Trades} />
      <${Results} />
      <${Signals} />
      <${Health} />
      <${LogTail} />
      <${Latencies} />
      <${SettingsTables} />
    </main>
    <${Toasts} />
  </div>`;
}
