import { language, useWords } from '../web/language.js';
import { en } from './locales/en.js';
import { zhCN } from './locales/zh-CN.js';

/** The page's words in the reader's language. */
export const useText = () => useWords({ en, 'zh-CN': zhCN });

/**
 * The address of a route that answers in the reader's language.
 * @param {string} path
 */
export function inLanguage(path) {
  return `${path}?language=${language.get()}`;
}
