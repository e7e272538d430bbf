import { language } from '../web/language.js';

/** How figures and times are written on the page. */

/** @param {string} amount */
export function signed(amount) {
  return Number(amount) > 0 ? `+${amount}` : amount;
}

/** The class of a gain or a loss. @param {string | null} amount */
export function tone(amount) {
  const value = Number(amount ?? 0);
  return value > 0 ? 'number good' : value < 0 ? 'number bad' : 'number';
}

/** @param {number} ms */
export function moment(ms) {
  return new Date(ms).toLocaleString(language.get(), { dateStyle: 'short', timeStyle: 'medium' });
}

/** @param {number} ms */
export function day(ms) {
  return new Date(ms).toLocaleDateString(language.get());
}

/** @param {number | null | undefined} ms */
export function duration(ms) {
  if (ms === null || ms === undefined || ms < 0) return '–';
  return ms >= 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** @param {number} count */
export function bytes(count) {
  return `${(count / 1_048_576).toFixed(count < 10 * 1_048_576 ? 1 : 0)} MB`;
}

/** The bot's lines are written for Discord: its times in the reader's clock, its emphasis and escapes taken off. @param {string} text */
export function plain(text) {
  return text
    .replace(/<t:(\d+)(?::\w)?>/g, (_, seconds) => moment(Number(seconds) * 1_000))
    .replace(/<@!?(\w+)>/g, '@$1')
    .replaceAll('**', '')
    .replace(/\\([\\`*_~|<>@#[\]()])/g, '$1');
}
