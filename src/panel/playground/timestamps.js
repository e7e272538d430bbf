/** https://docs.discord.com/developers/reference#message-formatting-timestamp-styles */

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const STYLES = {
  t: { hour: '2-digit', minute: '2-digit' },
  T: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  d: { year: 'numeric', month: '2-digit', day: '2-digit' },
  D: { year: 'numeric', month: 'long', day: 'numeric' },
  f: { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  F: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  s: { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  S: {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
};

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/**
 * @param {number} seconds since the epoch
 * @param {string} style one letter
 * @param {string} locale
 * @param {number} now milliseconds since the epoch
 * @param {string} [timeZone] the browser's own by default
 */
export function formatTime(seconds, style, locale, now, timeZone) {
  if (Math.abs(seconds) > 8.64e12) return String(seconds);
  if (style === 'R') return relative(seconds - now / 1_000, locale);
  const zone = timeZone === undefined ? {} : { timeZone };
  const format = new Intl.DateTimeFormat(locale, { ...(STYLES[style] ?? STYLES.f), ...zone });
  return format.format(seconds * 1_000);
}

/**
 * @param {number} seconds from now, negative: ago
 * @param {string} locale
 */
function relative(seconds, locale) {
  const format = new Intl.RelativeTimeFormat(locale);
  const whole = Math.round(seconds);
  const [unit, length] = UNITS.find(([, size]) => Math.abs(whole) >= size) ?? ['second', 1];
  return format.format(Math.round(whole / length), unit);
}
