import { html } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { language, setLanguage } from '../web/language.js';
import { ask } from '../web/server.js';
import { useStore } from '../web/store.js';
import { setTheme, theme } from '../web/theme.js';
import { tell } from '../web/toasts.js';
import { demo } from './live.js';
import { useText } from './words.js';

export function Header() {
  const t = useText();
  const chosen = useStore(language);
  const colours = useStore(theme);
  const { playing } = useStore(demo);
  const play = () => ask('/api/demo', { playing: !playing }).catch(tell);
  return html`<header class="top">
    <h1><span class="mark" aria-hidden="true"></span>${t.title}</h1>
    <div class="top-demo" role="status">
      ${playing && html`<span>${t.demo.playing}</span>`}
      <button class="button small quiet" onClick=${play}>${playing ? t.demo.stop : t.demo.play}</button>
    </div>
    <div class="top-tools">
      <div class="segments" role="group" aria-label=${t.language}>
        <button lang="en" aria-pressed=${chosen === 'en'} onClick=${() => setLanguage('en')}>English</button>
        <button lang="zh-CN" aria-pressed=${chosen === 'zh-CN'} onClick=${() => setLanguage('zh-CN')}>中文</button>
      </div>
      <button class="icon-button" aria-label=${colours === 'dark' ? t.light : t.dark}
        onClick=${() => setTheme(colours === 'dark' ? 'light' : 'dark')}>
        <${Icon} name=${colours === 'dark' ? 'sun' : 'moon'} />
      </button>
    </div>
  </header>`;
}
