import { html } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { ask } from '../web/server.js';
import { useStore } from '../web/store.js';
import { tell, toast } from '../web/toasts.js';
import { bot, faults } from './live.js';
import { world } from './state.js';
import { useText } from './words.js';

const MISHAPS = /** @type {const} */ (['gateway-drop', 'gateway-lost', 'stream-drop', 'order-unknown']);
const SWITCHES = /** @type {const} */ ([
  'gateway-silent',
  'discord-down',
  'stream-stalled',
  'exchange-down',
  'exchange-limited',
]);

/** Everything that can be made to go wrong, and the bot's life and death. */
export function Faults() {
  const t = useText().faults;
  const { on } = useStore(faults);
  const send = (/** @type {object} */ body) => ask('/api/faults', body);
  const happen = (/** @type {typeof MISHAPS[number]} */ name) =>
    send({ happen: name })
      .then(() => toast(t.happened(t.names[name])))
      .catch(tell);
  return html`<section class="faults" aria-label=${t.title}>
    <h2>${t.title}</h2>
    <${BotLife} />
    <h3 class="label">${t.once}</h3>
    <div class="buttons">
      ${MISHAPS.map(
        (name) =>
          html`<button key=${name} class="button small quiet" onClick=${() => happen(name)}>${t.names[name]}</button>`,
      )}
    </div>
    <h3 class="label">${t.lasting}</h3>
    <div class="switches">
      ${SWITCHES.map(
        (name) => html`<label key=${name} class="switch">
          <input type="checkbox" role="switch" checked=${on.includes(name)}
            onChange=${(/** @type {any} */ event) => send({ name, on: event.target.checked }).catch(tell)} />
          <span>${t.names[name]}</span>
        </label>`,
      )}
    </div>
    ${on.length > 0 && html`<button class="button small success" onClick=${() => send({ clear: true }).catch(tell)}>${t.clear}</button>`}
  </section>`;
}

function BotLife() {
  const t = useText().faults;
  const { state, pid, exit } = useStore(bot);
  const connected = useStore(world, (now) => now.connected);
  const alive = state !== 'ended';
  const colour = !alive ? 'off' : state === 'ready' && connected ? 'on' : 'wait';
  const words = alive
    ? state === 'ready'
      ? t.running
      : t.starting
    : exit?.signal === 'SIGKILL'
      ? t.ended
      : t.stopped;
  const act = (/** @type {string} */ what) => ask('/api/bot', { what }).catch(tell);
  return html`<div class="bot-life">
    <p role="status">
      <span class="dot ${colour}"></span> <strong>${t.bot}</strong> ${words}
      <small class="muted"> ${pid === null ? '' : `PID ${pid} · `}${connected ? t.gateway.on : t.gateway.off}</small>
    </p>
    ${exit?.words && html`<pre class="last-words" tabindex="0">${exit.words}</pre>`}
    ${
      alive
        ? html`<button class="button small danger" data-bot="kill" onClick=${() => act('kill')}><${Icon} name="skull" />${t.kill}</button>`
        : html`<button class="button small success" data-bot="start" onClick=${() => act('start')}><${Icon} name="play" />${t.start}</button>`
    }
  </div>`;
}
