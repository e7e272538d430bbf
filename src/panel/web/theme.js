import { createStore } from './store.js';

/** @typedef {'dark' | 'light'} Theme */

/** @returns {Theme} */
function current() {
  return document.documentElement.dataset.theme === 'light' ? 'light' : 'dark';
}

/** The page's theme; what draws by itself (a chart) listens to it. Kept in the browser. */
export const theme = createStore(current());

/** @param {Theme} next */
export function setTheme(next) {
  document.documentElement.dataset.theme = next;
  remember('theme', next);
  theme.set(next);
}

/**
 * Keeps a setting in this browser.
 * @param {string} name
 * @param {string} value
 */
export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage is switched off: it lasts as long as the page.
  }
}

/**
 * @param {string} name
 * @returns {string | null}
 */
export function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/**
 * A colour of tokens.css as it is now, for what cannot read CSS variables.
 * @param {string} name
 */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
