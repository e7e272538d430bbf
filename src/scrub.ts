/**
 * The last gate before anything leaves the process as text: takes secrets out of a string, whoever put them in.
 * Works on plain text and on serialized JSON, where quotes and line ends are escaped once or more.
 */

const HIDDEN = '[redacted]';

/** A shorter value would be found inside ordinary words and numbers; real secrets are all longer. */
const SHORTEST_SECRET = 8;

const secrets = new Set<string>();
let registered: RegExp | null = null;

/** From now on `scrub` hides this value, as it is, as it stands in JSON and as it stands in a URL. */
export function registerSecret(value: string): void {
  const text = value.trim();
  if (text.length < SHORTEST_SECRET) return;
  for (const form of [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)]) secrets.add(form);
  // A secret that contains another one must be found first.
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  registered = new RegExp(longestFirst.map((secret) => RegExp.escape(secret)).join('|'), 'g');
}

/** `name=value`, `name: value`, `"name":"value"`, the quotes double, single, absent or escaped any number of times. */
const NAMED =
  /(signature|listenKey|X-MBX-APIKEY|apiKey|authorization)(\\*["']?\s*[=:]\s*\\*["']?)(?!\[redacted\])(?:(?:Bot|Bearer) )?[^\s"'&\\,}]+/gi;

/** A token field of JSON or of a query string; the bare word is too common to hide what follows it. */
const TOKEN = /(\\*\btoken\\*["']?\s*:\s*\\*["']|[?&]token=)(?!\[redacted\])[^\s"'&\\]+/gi;

/** Whoever holds these paths may post; https://discord.com/developers/docs/resources/webhook */
const DISCORD_PATH = /\/(webhooks|interactions)\/(\d{5,20})\/[\w.~%-]+/g;

const BOT_TOKEN = /\bBot [\w.-]{20,}|\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}/g;

const PEM = /-----BEGIN [A-Z ]+-----[^"]*?(?:-----END [A-Z ]+-----|(?=")|$)/g;

/** Binance's keys, secrets, listen keys and HMAC signatures all have 64 of these characters. */
const KEY_SHAPED = /\b[A-Za-z0-9]{64}\b/g;

export function scrub(text: string): string {
  const known = registered ? text.replace(registered, HIDDEN) : text;
  return known
    .replace(NAMED, `$1$2${HIDDEN}`)
    .replace(TOKEN, `$1${HIDDEN}`)
    .replace(DISCORD_PATH, `/$1/$2/${HIDDEN}`)
    .replace(BOT_TOKEN, HIDDEN)
    .replace(PEM, HIDDEN)
    .replace(KEY_SHAPED, HIDDEN);
}
