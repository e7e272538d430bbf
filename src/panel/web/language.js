import { createStore, useStore } from './store.js';
import { recall, remember } from './theme.js';

/** @typedef {'en' | 'zh-CN'} Language */

/** @type {import('./store.js').Store<Language>} */
export const language = createStore(initial());

/** @returns {Language} */
function initial() {
  const kept = recall('language') ?? navigator.language;
  const found = kept.startsWith('zh') ? 'zh-CN' : 'en';
  document.documentElement.lang = found;
  return found;
}

/** @param {Language} next */
export function setLanguage(next) {
  document.documentElement.lang = next;
  remember('language', next);
  language.set(next);
}

/**
 * The words of the page in the reader's language; a component that uses them is drawn again when it changes.
 * @template T
 * @param {Record<Language, T>} catalogues
 * @returns {T}
 */
export function useWords(catalogues) {
  return catalogues[useStore(language)];
}
