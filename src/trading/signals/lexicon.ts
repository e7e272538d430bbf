import { fold, isDigit, isLetter, isUnspaced, isUpper } from './fold.ts';
import { en } from './keywords/en.ts';
import { es } from './keywords/es.ts';
import { more } from './keywords/more.ts';
import { pt } from './keywords/pt.ts';
import { ru } from './keywords/ru.ts';
import type { KeywordTable, Role } from './keywords/table.ts';
import { tr } from './keywords/tr.ts';
import { zh } from './keywords/zh.ts';
import { createWordTrie, type WordTrie } from './word-trie.ts';

/** English words are used in signals of every language, and Chinese ones cannot be mistaken for another language's. */
const ALWAYS: readonly KeywordTable[] = [en, zh];
const DETECTED: readonly KeywordTable[] = [es, pt, ru, tr, ...more];

export interface Meaning {
  readonly roles: ReadonlySet<Role>;
  readonly fraction: string | null;
  readonly coin: string | null;
}

export interface Match extends Meaning {
  readonly end: number;
}

const SPACE = 32;

const NOTHING: Meaning = { roles: new Set(), fraction: null, coin: null };

function buildTrie(table: KeywordTable): WordTrie<Meaning> {
  const meanings = new Map<string, Meaning>();
  const more = createMore();
  const add = (phrase: string, key: string, change: Change): void => {
    const spaced = fold(phrase.normalize('NFC')).replace(/[\s_-]+/g, ' ');
    const forms = spaced.includes(' ') ? [spaced, spaced.replaceAll(' ', '')] : [spaced];
    for (const form of forms) meanings.set(form, more(meanings.get(form) ?? NOTHING, key, change));
  };
  for (const [role, phrases] of Object.entries(table.words)) {
    if (!isRole(role, table)) continue;
    for (const phrase of phrases)
      add(phrase, role, (known) => ({ ...known, roles: new Set([...known.roles, role]) }));
  }
  for (const [phrase, fraction] of Object.entries(table.fractions ?? {})) {
    add(phrase, fraction, (known) => ({ ...known, fraction }));
  }
  for (const [phrase, coin] of Object.entries(table.coins ?? {})) {
    add(phrase, coin, (known) => ({ ...known, coin }));
  }
  return createWordTrie(meanings);
}

const isRole = (name: string, table: KeywordTable): name is Role => name in table.words;

type Change = (known: Meaning) => Meaning;

/** The same change of the same meaning is made once: thousands of words have a few hundred meanings. */
function createMore(): (known: Meaning, key: string, change: Change) => Meaning {
  const changed = new Map<Meaning, Map<string, Meaning>>();
  return (known, key, change) => {
    const by = changed.get(known) ?? new Map<string, Meaning>();
    const next = by.get(key) ?? change(known);
    changed.set(known, by.set(key, next));
    return next;
  };
}

/** The words of a table; common English ones say nothing about the language. */
function wordsOf(table: KeywordTable): Set<string> {
  const phrases = [
    ...Object.values(table.words).flat(),
    ...Object.keys(table.fractions ?? {}),
    ...Object.keys(table.coins ?? {}),
  ];
  return new Set(phrases.flatMap((phrase) => fold(phrase.normalize('NFC')).split(/[\s'/_-]+/)));
}

export interface Lexicon {
  /** Whether a language of the text writes 59,50 for 59.5. */
  readonly decimalComma: boolean;
  /** Longest keyword that begins at `start` and keeps to word boundaries. */
  match(text: string, folded: string, start: number): Match | null;
}

interface Words {
  readonly alwaysTries: readonly WordTrie<Meaning>[];
  /** A bit for each table. */
  readonly tablesOfWord: ReadonlyMap<string, number>;
  /** Words that name a side: one of them is the language of a short call ("Beli BNB di 566"). */
  readonly sideWords: ReadonlySet<string>;
}

/** Built when the first message is read. */
let built: Words | null = null;
/** Built when the first message in the language comes. */
const detectedTries = new Map<number, WordTrie<Meaning>>();
const WORD = /[\p{L}\p{M}]{2,24}/gu;
const cached = new Map<string, Lexicon>();

function buildWords(): Words {
  const englishWords = wordsOf(en);
  const tablesOfWord = new Map<string, number>();
  DETECTED.forEach((table, index) => {
    for (const word of wordsOf(table)) {
      if (word.length < 2 || englishWords.has(word)) continue;
      tablesOfWord.set(word, (tablesOfWord.get(word) ?? 0) | (1 << index));
    }
  });
  const sides = DETECTED.flatMap((table) => SIDE_ROLES.flatMap((role) => table.words[role] ?? []))
    .map((word) => fold(word.normalize('NFC')))
    .filter((word) => word.length >= 4 && !englishWords.has(word));
  return { alwaysTries: ALWAYS.map(buildTrie), tablesOfWord, sideWords: new Set(sides) };
}

function words(): Words {
  built ??= buildWords();
  return built;
}

/** A long word, or two short ones, prove a language; a single short word may be chance. */
const PROOF = 2;
/** As much of a long text as shows its language. */
const SAMPLE_LENGTH = 8_000;
const SIDE_ROLES: readonly Role[] = ['long', 'short', 'buy', 'sell'];
const weightOf = (word: string): number => (words().sideWords.has(word) ? PROOF : lengthWeight(word));

const lengthWeight = (word: string): number =>
  /[\u0250-\uffff]/.test(word) ? 2 : word.length >= 5 ? 2 : word.length >= 3 ? 1 : 0;

/**
 * The keywords that count in this text. Short words of one language are other words in the next (Turkish "al" buys,
 * Spanish "al" is "to the"), so a table joins only when the text shows its language.
 */
export function lexiconFor(folded: string, text: string): Lexicon {
  const chosen = languagesOf(folded, text);
  const key = chosen.join();
  let lexicon = cached.get(key);
  if (lexicon === undefined) {
    const decimalComma = chosen.some((index) => DETECTED[index]?.decimalComma === true);
    lexicon = lexiconOf([...words().alwaysTries, ...chosen.map(trieOf)], decimalComma);
    cached.set(key, lexicon);
  }
  return lexicon;
}

function trieOf(index: number): WordTrie<Meaning> {
  const trie = detectedTries.get(index) ?? buildTrie(DETECTED[index] ?? { words: {} });
  detectedTries.set(index, trie);
  return trie;
}

function languagesOf(folded: string, text: string): readonly number[] {
  const sample = text.slice(0, SAMPLE_LENGTH);
  const sampled = folded.slice(0, SAMPLE_LENGTH);
  const scores: number[] = DETECTED.map((table) => (table.letters?.test(sample) === true ? 1 : 0));
  const seen = new Set<string>();
  const { tablesOfWord } = words();
  WORD.lastIndex = 0;
  for (let found = WORD.exec(sampled); found !== null; found = WORD.exec(sampled)) {
    const [word] = found;
    const tables = tablesOfWord.get(word) ?? 0;
    if (tables === 0 || seen.has(word)) continue;
    seen.add(word);
    for (let index = 0; tables >> index !== 0; index++) {
      if ((tables >> index) & 1) scores[index] = (scores[index] ?? 0) + weightOf(word);
    }
  }
  if (/[\uac00-\ud7af\u3040-\u30ff]/.test(folded)) addUnspaced(folded, scores);
  const best = Math.max(...scores);
  return scores.flatMap((score, index) => (score >= PROOF && score * 2 > best ? [index] : []));
}

function addUnspaced(folded: string, scores: number[]): void {
  DETECTED.forEach((table, index) => {
    const all = Object.values(table.words).flat();
    const isScript = /[\uac00-\ud7af]/.test(folded) ? /[\uac00-\ud7af]/ : /[\u3040-\u30ff]/;
    if (all.some((word) => isScript.test(word))) scores[index] = (scores[index] ?? 0) + PROOF;
  });
}

function lexiconOf(tries: readonly WordTrie<Meaning>[], decimalComma: boolean): Lexicon {
  return {
    decimalComma,
    match(text, folded, start) {
      let best: Match | null = null;
      for (const trie of tries) {
        const found = longest(trie, text, folded, start);
        if (found === null) continue;
        if (best === null || found.end > best.end) best = found;
        else if (found.end === best.end) best = merge(best, found);
      }
      return best;
    },
  };
}

function merge(a: Match, b: Match): Match {
  return {
    end: a.end,
    roles: new Set([...a.roles, ...b.roles]),
    fraction: a.fraction ?? b.fraction,
    coin: a.coin ?? b.coin,
  };
}

const isGap = (code: number): boolean => code === SPACE || code === 45 || code === 95;

function longest(trie: WordTrie<Meaning>, text: string, folded: string, start: number): Match | null {
  let node = 0;
  let best: Match | null = null;
  let i = start;
  while (i < folded.length) {
    const code = folded.charCodeAt(i);
    let next = trie.next(node, code);
    let end = i + 1;
    if (isGap(code) && node !== 0) {
      const spaced = trie.next(node, SPACE);
      if (spaced !== undefined) {
        next = spaced;
        while (end - i < 3 && isGap(folded.charCodeAt(end))) end++;
        // `BUY - Stop: 24` is no buy stop: a dash with a space beside it parts.
        if (end - i > 1 && /[-_]/.test(folded.slice(i, end))) break;
      }
    }
    if (next === undefined) break;
    node = next;
    i = end;
    const meaning = trie.value(node);
    if (meaning !== undefined && endsWord(text, i)) best = { end: i, ...meaning };
  }
  return best;
}

/** `LONGLeverage`, `10xEntry`, `StopLoss:` — glued words part where the case changes. */
export function isCamelBoundary(text: string, at: number): boolean {
  const before = text.charAt(at - 1);
  const after = text.charAt(at);
  if (!isUpper(after)) return false;
  if (!isUpper(before)) return true;
  const following = text.charAt(at + 1);
  return following !== '' && isLetter(following.charCodeAt(0)) && !isUpper(following);
}

function endsWord(text: string, end: number): boolean {
  if (end >= text.length) return true;
  const last = text.charCodeAt(end - 1);
  const code = text.charCodeAt(end);
  if (isUnspaced(last) || isUnspaced(code)) return true;
  if (isDigit(last) && isDigit(code)) return false;
  if (!isLetter(code) || !isLetter(last)) return true;
  return isCamelBoundary(text, end);
}

/** Whether a keyword may begin at `start`. */
export function beginsWord(text: string, start: number): boolean {
  if (start === 0) return true;
  const code = text.charCodeAt(start);
  const before = text.charCodeAt(start - 1);
  if (isUnspaced(code) || isUnspaced(before) || !isLetter(before)) return true;
  return isLetter(code) && isCamelBoundary(text, start);
}
