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
  const play = () => ask('/api/demo', { playing: !playing }).catch(tell);
  return html`<header class="top">
    <h1><span class="mark" aria-hidden="true"></span>${t.title}</h1>
    <div class="top-demo" role="status">
      ${playing && html`<span>${t.demo.playing}</span>`}
      <button class="button small quiet" onClick=${play}>${playing ? t.demo.stop : t.demo.play}</button>
    </div>
    ${panel && alive && html`<a class="button small quiet" href=${panel} target="_blank" rel="noopener">${t.panel}</a>`}
    <${Appearance} words=${t} />
  </header>`;
}
