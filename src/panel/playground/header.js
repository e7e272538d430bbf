import { Appearance } from '../web/appearance.js';
import { html } from '../web/html.js';
import { ask } from '../web/server.js';
import { useStore } from '../web/store.js';
import { tell } from '../web/toasts.js';
import { bot, demo, panelUrl } from './live.js';
import { useText } from './words.js';

export function Header() {
  const t = useText();
  const { playing } = useStore(demo);
  const panel = useStore(panelUrl);
  const alive = useStore(bot, ({ state }) => state === 'ready');
  const dead = useStore(bot, ({ state, exit }) => (state === 'ended' ? exit : null));
  const play = () => ask('/api/demo', { playing: !playing }).catch(tell);
  return html`<header class="top">
    <h1><span class="mark" aria-hidden="true"></span>${t.title}</h1>
    <div class="top-demo" role="status">
      ${playing && html`<span>${t.demo.playing}</span>`}
      <button class="button small quiet" onClick=${play}>${playing ? t.demo.stop : t.demo.play}</button>
    </div>
    ${panel && alive && html`<a class="button small quiet" href=${panel} target="_blank" rel="noopener">${t.panel}</a>`}
    <${Appearance} words=${t} />
    ${dead && html`<${Dead} words=${dead.words} />`}
  </header>`;
}

/** On a phone its life and death are on another pane; without it nothing that is pressed here is answered. */
function Dead(/** @type {{ words: string }} */ { words }) {
  const t = useText().faults;
  const start = () => ask('/api/bot', { what: 'start' }).catch(tell);
  return html`<div class="top-dead" role="alert">
    <p><span class="dot off"></span> ${t.down}</p>
    <button class="button small success" onClick=${start}>${t.start}</button>
    ${words && html`<pre class="last-words" tabindex="0">${words}</pre>`}
  </div>`;
}
