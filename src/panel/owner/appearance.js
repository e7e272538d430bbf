import { html } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { language, setLanguage } from '../web/language.js';
import { useStore } from '../web/store.js';
import { setTheme, theme } from '../web/theme.js';
import { useText } from './words.js';

/** Language and theme. */
export function Appearance() {
  const t = useText();
  const chosen = useStore(language);
  const colours = useStore(theme);
  return html`<div class="appearance">
    <div class="segments" role="group" aria-label=${t.language}>
      <button type="button" lang="en" aria-pressed=${chosen === 'en'} onClick=${() => setLanguage('en')}>English</button>
      <button type="button" lang="zh-CN" aria-pressed=${chosen === 'zh-CN'} onClick=${() => setLanguage('zh-CN')}>中文</button>
    </div>
    <button type="button" class="icon-button" aria-label=${colours === 'dark' ? t.light : t.dark}
      onClick=${() => setTheme(colours === 'dark' ? 'light' : 'dark')}>
      <${Icon} name=${colours === 'dark' ? 'sun' : 'moon'} />
    </button>
  </div>`;
}
