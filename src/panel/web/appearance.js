import { html } from './html.js';
import { Icon } from './icons.js';
import { language, setLanguage } from './language.js';
import { useStore } from './store.js';
import { setTheme, theme } from './theme.js';

/**
 * Language and theme.
 * @param {{ words: { language: string, light: string, dark: string } }} props
 */
export function Appearance({ words }) {
  const chosen = useStore(language);
  const colours = useStore(theme);
  return html`<div class="appearance">
    <div class="segments" role="group" aria-label=${words.language}>
      <button type="button" lang="en" aria-pressed=${chosen === 'en'} onClick=${() => setLanguage('en')}>English</button>
      <button type="button" lang="zh-CN" aria-pressed=${chosen === 'zh-CN'} onClick=${() => setLanguage('zh-CN')}>中文</button>
    </div>
    <button type="button" class="icon-button" aria-label=${colours === 'dark' ? words.light : words.dark}
      onClick=${() => setTheme(colours === 'dark' ? 'light' : 'dark')}>
      <${Icon} name=${colours === 'dark' ? 'sun' : 'moon'} />
    </button>
  </div>`;
}
