import { html, useEffect, useState } from '../web/html.js';
import { language } from '../web/language.js';
import { ask } from '../web/server.js';
import { useStore } from '../web/store.js';
import { tell } from '../web/toasts.js';
import { inLanguage, useText } from './words.js';

/** @typedef {import('../settings-view.ts').SettingsView} SettingsView */

/** Read when they are opened, and read again when they are opened again. */
export function SettingsTables() {
  const t = useText();
  const words = t.settings;
  const [view, setView] = useState(/** @type {SettingsView | null} */ (null));
  const [open, setOpen] = useState(false);
  const chosen = useStore(language);
  useEffect(() => {
    if (open) ask(inLanguage('/api/settings')).then(setView).catch(tell);
  }, [open, chosen]);
  return html`<section id="settings" class="wide" aria-labelledby="settings-title">
    <details onToggle=${(/** @type {any} */ event) => setOpen(event.target.open)}>
      <summary><h2 id="settings-title">${words.title}</h2></summary>
      <p class="muted">${words.note}</p>
      ${view && html`<${Tables} view=${view} />`}
    </details>
  </section>`;
}

/** @param {{ view: SettingsView }} props */
function Tables({ view }) {
  const words = useText().settings;
  const heads = [words.key, words.value, words.origin];
  return html`
    <${Table} caption=${words.channels} heads=${[words.channel, words.market, words.mode, words.maxAge, words.authors]}
      rows=${view.channels.map(({ name, market, mode, maxAge, authors }) => [name, market, mode, maxAge, authors])} />
    ${view.channels.map(
      ({ name, channelId, rows }) => html`<details key=${channelId}>
        <summary>${words.inChannel(name)}</summary>
        <${Table} heads=${heads} rows=${rows.map(({ key, value, origin }) => [key, value, origin])} />
      </details>`,
    )}
    <${Table} caption=${words.risk} heads=${heads}
      rows=${view.risk.map(({ key, value, origin }) => [key, value, origin])} />
    <${Table} caption=${words.general} heads=${[words.key, words.value]}
      rows=${view.general.map(({ key, value }) => [key, value])} />`;
}

/** @param {{ caption?: string, heads: string[], rows: (string | number)[][] }} props */
function Table({ caption, heads, rows }) {
  return html`<table>
    ${caption && html`<caption>${caption}</caption>`}
    <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
    <tbody>${rows.map(([name, ...rest]) => html`<tr key=${name}><th scope="row">${name}</th>${rest.map((each) => html`<td>${each}</td>`)}</tr>`)}</tbody>
  </table>`;
}
