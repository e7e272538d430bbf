/** What an emoji says when it stands where a word would. Most are decoration. */
export type EmojiMeaning =
  | 'up'
  | 'down'
  | 'stop'
  | 'target'
  | 'entry'
  | 'check'
  | 'fail'
  | 'arrow'
  | 'decoration';

const MEANINGS = new Map<string, EmojiMeaning>([
  ['📈', 'up'],
  ['📉', 'down'],
  ['🛑', 'stop'],
  ['⛔', 'stop'],
  ['🚫', 'stop'],
  ['🛡', 'stop'],
  ['🧯', 'stop'],
  ['❌', 'fail'],
  ['✖', 'fail'],
  ['❎', 'fail'],
  ['✗', 'fail'],
  ['✘', 'fail'],
  ['🎯', 'target'],
  ['🏁', 'target'],
  ['🥅', 'target'],
  ['➡', 'arrow'],
  ['→', 'arrow'],
  ['⇒', 'arrow'],
  ['⟶', 'arrow'],
  ['➜', 'arrow'],
  ['➔', 'arrow'],
  ['💰', 'entry'],
  ['📥', 'entry'],
  ['🛒', 'entry'],
  ['✅', 'check'],
  ['☑', 'check'],
  ['✔', 'check'],
  ['✓', 'check'],
]);

export const emojiMeaning = (emoji: string): EmojiMeaning => MEANINGS.get(emoji) ?? 'decoration';

/** Bullets and arrows that Unicode does not count as emoji. */
const DECORATION =
  /[\p{Extended_Pictographic}\p{Regional_Indicator}\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299•·●○◦∙‣⁃»«※★☆§¤†‡…]/u;

const known = new Map<string, boolean>();

/** @param char one code point */
export function isDecoration(char: string): boolean {
  const cachedAnswer = known.get(char);
  if (cachedAnswer !== undefined) return cachedAnswer;
  const answer = char.charCodeAt(0) > 127 && DECORATION.test(char);
  if (known.size < 10_000) known.set(char, answer);
  return answer;
}
