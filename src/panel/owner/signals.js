import { html, useEffect, useState } from '../web/html.js';
import { language } from '../web/language.js';
import { ask } from '../web/server.js';
import { useStore } from '../web/store.js';
import { tell } from '../web/toasts.js';
import { moment, plain } from './format.js';
import { overview } from './live.js';
import { inLanguage, useText } from './words.js';

/** @typedef {import('../signals.ts').SignalView} SignalView */

/** What was read lately, what was decided, and why. */
export function Signals() {
  const t = useText();
  const words = t.signals;
  const [signals, setSignals] = useState(/** @type {SignalView[] | null} */ (null));
  const chosen = useStore(language);
  const revision = useStore(overview, decisionsOf);
  useEffect(() => {
    ask(inLanguage('/api/signals'))
      .then((answer) => setSignals(answer.signals))
      .catch(tell);
  }, [chosen, revision]);
  if (!signals) return null;
  return html`<section id="signals" class="wide" aria-labelledby="signals-title">
    <h2 id="signals-title">${words.title}</h2>
    ${
      signals.length === 0
        ? html`<p class="muted">${words.none}</p>`
        : html`<ul class="signals">${signals.map((signal) => html`<${Signal} key=${signal.messageId} signal=${signal} />`)}</ul>`
    }
  </section>`;
}

/** It grows when something new can be read. @param {import('./live.js').Overview | null} now */
const decisionsOf = (now) => now?.revisions.decisions ?? 0;

/** @type {Record<string, string>} */
const DOTS = {
  opened: 'on',
  proposed: 'wait',
  observed: 'wait',
  denied: 'off',
  rejected: 'off',
  failed: 'off',
  expired: 'off',
  withdrawn: 'off',
};

/** @param {{ signal: SignalView }} props */
function Signal({ signal }) {
  const t = useText();
  const { messageId, readAt, channel, outcomes, shown, why, link } = signal;
  const [open, setOpen] = useState(false);
  return html`<li>
    <p class="signal-head"><time datetime=${new Date(readAt).toISOString()}>${moment(readAt)}</time> · ${channel} · ${shown}</p>
    ${why.map((line) => html`<p>${plain(line)}</p>`)}
    ${outcomes.map(
      (outcome) => html`<div>
        <p><span class="dot ${DOTS[outcome.result] ?? ''}" aria-hidden="true"></span>
          <strong>${outcome.symbol} ${t.trades[outcome.side]}</strong>: ${outcome.shown}</p>
        ${outcome.why.map((line) => html`<p class="why muted">${plain(line)}</p>`)}
      </div>`,
    )}
    <details onToggle=${(/** @type {any} */ event) => setOpen(event.target.open)}>
      <summary>${t.signals.why}</summary>
      ${open && html`<${Why} messageId=${messageId} />`}
      <a href=${link} target="_blank" rel="noopener noreferrer">${t.signals.open}</a>
    </details>
  </li>`;
}

/** @typedef {import('../signals.ts').WhyView} WhyView */

/** The message, what was read from it, what followed, and what each rule found. @param {{ messageId: string }} props */
function Why({ messageId }) {
  const words = useText().signals;
  const [view, setView] = useState(/** @type {WhyView | null} */ (null));
  const chosen = useStore(language);
  const revision = useStore(overview, decisionsOf);
  useEffect(() => {
    ask(`${inLanguage('/api/why')}&message=${messageId}`)
      .then(setView)
      .catch(tell);
  }, [chosen, revision]);
  if (!view) return null;
  const { text, reading, decision, rules } = view;
  return html`<div class="why-view">
    ${text !== null && html`<h3>${words.message}</h3><pre tabindex="0">${text}</pre>`}
    <h3>${words.reading}</h3>
    ${reading.map((line) => html`<p>${plain(line)}</p>`)}
    ${decision.length > 0 && html`<h3>${words.decision}</h3>`}
    ${decision.map((line) => html`<p>${plain(line)}</p>`)}
    ${rules.map((each) => html`<${Rules} key=${each.name} ...${each} />`)}
  </div>`;
}

/** @param {WhyView['rules'][number]} props */
function Rules({ name, rows, unasked }) {
  const words = useText().signals;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${`${words.rules}: ${name}`}>
    <table class="rules">
      <caption>${words.rules}: ${name}</caption>
      <thead><tr>
        <th scope="col">${words.rule}</th><th scope="col">${words.found}</th>
        <th scope="col">${words.setting}</th><th scope="col">${words.used}</th>
      </tr></thead>
      <tbody>${rows.map(
        (row) => html`<tr key=${row.code}>
          <th scope="row"><span class="dot ${row.passed ? (row.close ? 'wait' : 'on') : 'off'}" role="img"
            aria-label=${row.passed ? words.passed : words.denied}></span> ${row.code}</th>
          <td>${plain(row.found)}</td>
          <td>${row.setting ?? '–'}</td>
          <td class="number">${row.usedPct === null ? '–' : `${row.usedPct}%`}</td>
        </tr>`,
      )}</tbody>
    </table>
    ${unasked && html`<p class="muted">${unasked}</p>`}
  </div>`;
}
