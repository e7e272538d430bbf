import { html, useState } from '../web/html.js';
import { useStore } from '../web/store.js';
import { log } from './live.js';
import { useText } from './words.js';

const RANKS = /** @type {Record<string, number>} */ ({
  trace: 0,
  debug: 0,
  info: 0,
  warn: 1,
  error: 2,
  fatal: 2,
});

/** The newest lines first, as far as they fit. */
export function LogTail() {
  const t = useText();
  const words = t.log;
  const lines = useStore(log);
  const [filter, setFilter] = useState('');
  const [level, setLevel] = useState('info');
  const wanted = filter.trim().toLowerCase();
  const shown = lines.filter(
    (line) =>
      (RANKS[line.level] ?? 0) >= (RANKS[level] ?? 0) &&
      `${line.level} ${line.text}`.toLowerCase().includes(wanted),
  );
  return html`<section id="log" aria-labelledby="log-title">
    <h2 id="log-title">${words.title}</h2>
    <div class="filters">
      <div class="field">
        <label for="log-filter">${words.filter}</label>
        <input class="input" id="log-filter" type="search" value=${filter}
          onInput=${(/** @type {any} */ event) => setFilter(event.target.value)} />
      </div>
      <div class="field">
        <label for="log-level">${words.level}</label>
        <select class="input" id="log-level" value=${level}
          onChange=${(/** @type {any} */ event) => setLevel(event.target.value)}>
          ${Object.entries(words.levels).map(([value, name]) => html`<option key=${value} value=${value}>${name}</option>`)}
        </select>
      </div>
    </div>
    <div class="lines" role="region" aria-labelledby="log-title" tabindex="0">
      ${shown.length === 0 && html`<p class="muted">${words.none}</p>`}
      ${shown.toReversed().map(
        (line) => html`<p key=${line.id} class=${line.level}>
          <span class="muted">${line.time.slice(11, 23)}</span> ${line.level} ${line.text}
        </p>`,
      )}
    </div>
  </section>`;
}
