import { html, useEffect, useState } from '../web/html.js';
import { language } from '../web/language.js';
import { ask } from '../web/server.js';
import { useStore } from '../web/store.js';
import { moment, plain } from './format.js';
import { overview } from './live.js';
import { inLanguage, useText } from './words.js';

/** @typedef {import('../signals.ts').SignalView} SignalView */

const EVERY_MS = 5_000;

/** What was read lately, what was decided, and why. */
export function Signals() {
  const t = useText();
  const words = t.signals;
  const [signals, setSignals] = useState(/** @type {SignalView[] | null} */ (null));
  const chosen = useStore(language);
  const open = useStore(overview, (now) => now?.trades.length ?? 0);
  useEffect(() => {
    // What could not be read now is read the next time; that the bot is away is said above.
    const load = () =>
      ask(inLanguage('/api/signals'))
        .then((answer) => setSignals(answer.signals))
        .catch(() => {});
    load();
    const timer = setInterval(load, EVERY_MS);
    return () => clearInterval(timer);
  }, [chosen, open]);
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

/** @type {Record<string, string>} */
const DOTS = {
  opened: 'on',
  proposed: 'wait',
  observed: 'wait',
  denied: 'off',
  rejected: 'off',
  failed: 'off',
  expired: 'off',
};

/** @param {{ signal: SignalView }} props */
function Signal({ signal }) {
  const t = useText();
  const { readAt, channel, outcomes, shown, why, text, link } = signal;
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
    <details>
      <summary>${t.signals.message}</summary>
      ${text !== null && html`<pre tabindex="0">${text}</pre>`}
      <a href=${link} target="_blank" rel="noopener noreferrer">${t.signals.open}</a>
    </details>
  </li>`;
}
