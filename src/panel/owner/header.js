import { Appearance } from '../web/appearance.js';
import { html, useState } from '../web/html.js';
import { ask, connection } from '../web/server.js';
import { useStore } from '../web/store.js';
import { tell, toast } from '../web/toasts.js';
import { Confirm, PauseDialog } from './confirm.js';
import { moment, plain } from './format.js';
import { overview } from './live.js';
import { inLanguage, useText } from './words.js';

/** What the bot is doing, and what can be done about it. */
export function Header() {
  const t = useText();
  const now = useStore(overview);
  const [question, setQuestion] = useState(/** @type {{ id: string, text: string } | null} */ (null));
  /** What is to be confirmed before it is even asked for. */
  const [about, setAbout] = useState(/** @type {'pause' | 'resume' | null} */ (null));
  if (!now) return null;
  const heard = (/** @type {any} */ answer) => {
    setQuestion(answer.question ?? null);
    if (answer.said) toast(plain(answer.said));
  };
  const command = (/** @type {Record<string, string>} */ body) =>
    ask(inLanguage('/api/command'), body).then(heard).catch(tell);
  const close = () => setAbout(null);
  const agree = () => ask(inLanguage('/api/agree'), { id: question?.id }).then(heard).catch(failed);
  const failed = (/** @type {unknown} */ error) => {
    setQuestion(null);
    tell(error);
  };
  const leave = () =>
    ask('/api/logout', {})
      .then(() => location.reload())
      .catch(tell);
  const paused = now.pauses.length > 0;
  // A pause of one channel leaves the others to be paused.
  const everywhere = now.pauses.some(({ channel }) => channel === null);
  return html`<header class="top">
    <h1><span class="mark" aria-hidden="true"></span>${t.title}</h1>
    <span class=${now.environment === 'live' ? 'badge live' : 'badge'}>${t.environments[now.environment]}</span>
    <${State} />
    <div class="actions">
      ${
        paused &&
        html`<button class="button success" onClick=${() => setAbout('resume')}>${t.controls.resume}</button>`
      }
      ${!everywhere && html`<button class="button quiet" onClick=${() => setAbout('pause')}>${t.controls.pause}</button>`}
      <button class="button danger" onClick=${() => command({ name: 'panic' })}>${t.controls.panic}</button>
    </div>
    <${Appearance} words=${t} />
    <button class="button small quiet" onClick=${leave}>${t.login.leave}</button>
    ${
      about === 'pause' &&
      html`<${PauseDialog} onClose=${close} onPause=${(/** @type {string} */ lasts) => command({ name: 'pause', for: lasts })} />`
    }
    ${
      about === 'resume' &&
      html`<${Confirm} title=${t.controls.resume} text=${t.controls.resumeText} onClose=${close}
        onConfirm=${() => command({ name: 'resume' }).then(close)} />`
    }
    ${
      question &&
      html`<${Confirm} key=${question.id} title=${t.controls.sure} text=${plain(question.text)}
        onConfirm=${agree} onClose=${() => setQuestion(null)} />`
    }
  </header>`;
}

function State() {
  const t = useText();
  const now = useStore(overview);
  const lost = useStore(connection) === 'lost';
  if (!now) return null;
  // What it said last holds no more: nobody may take it for a bot that is trading.
  if (lost) {
    return html`<p class="state" role="status"><span class="dot off" aria-hidden="true"></span> <strong>${t.state.lost}</strong></p>`;
  }
  const why = now.pauses.map(({ reason, channel, until }) =>
    [t.pauses[reason], channel, until === null ? t.untilResumed : t.until(moment(until))]
      .filter(Boolean)
      .join(', '),
  );
  const [dot, word] = !now.ready
    ? ['off', t.state.notReady]
    : why.length > 0
      ? ['wait', t.state.paused]
      : ['on', t.state.ready];
  return html`<p class="state" role="status">
    <span class="dot ${dot}" aria-hidden="true"></span>
    <strong>${word}</strong>
    <span class="muted">${[now.reason, ...why].filter(Boolean).join('; ')}</span>
  </p>`;
}
