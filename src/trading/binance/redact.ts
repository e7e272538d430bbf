export interface Redactor {
  /** Text that must never leave the adapter from now on. */
  hide(secret: string): void;
  clean(text: string): string;
}

const PARAMETERS = /\b(signature|listenKey|apiKey|X-MBX-APIKEY)(["']?\s*[=:]\s*["']?)[^&\s"'<>]+/gi;
const QUERY = /(\b(?:https?|wss?):\/\/[^\s?"'<>]+)\?[^\s"'<>]*/gi;
const RETIRED_KEYS = 8;

export function createRedactor(...secrets: string[]): Redactor {
  const fixed = secrets.flatMap(parts);
  const listenKeys: string[] = [];
  return {
    hide(secret) {
      if (secret === '' || listenKeys.includes(secret)) return;
      listenKeys.push(secret);
      if (listenKeys.length > RETIRED_KEYS) listenKeys.shift();
    },
    clean(text) {
      let clean = text.replace(QUERY, '$1?…').replace(PARAMETERS, '$1$2…');
      for (const secret of [...fixed, ...listenKeys]) clean = clean.replaceAll(secret, '…');
      return clean;
    },
  };
}

/** A PEM key may be quoted line by line. */
function parts(secret: string): string[] {
  return secret.split(/\\n|\s+/).filter((part) => part.length >= 8 && !/^-+|-+$|^(PRIVATE|RSA)$/.test(part));
}
