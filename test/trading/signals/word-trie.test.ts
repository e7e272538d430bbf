import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWordTrie, type WordTrie } from '../../../src/trading/signals/word-trie.ts';

function walk<T>(trie: WordTrie<T>, text: string): T | undefined {
  let node: number | undefined = 0;
  for (let at = 0; at < text.length && node !== undefined; at += 1) {
    node = trie.next(node, text.charCodeAt(at));
  }
  return node === undefined ? undefined : trie.value(node);
}

test.each([
  ['no word', [], 'a'],
  ['a word', ['stop'], 'stop'],
  ['the beginning of one is none', ['stop'], 'sto'],
  ['nor is what goes on', ['stop'], 'stops'],
  ['one within another', ['stop loss', 'stop'], 'stop'],
  ['and the longer one', ['stop loss', 'stop'], 'stop loss'],
  ['brothers', ['tp', 'tp1', 'to', 'sl'], 'to'],
  ['a leaf before a brother', ['ab', 'ac', 'b'], 'abc'],
  ['Chinese', ['止盈', '止损', '多'], '止损'],
  ['beyond the first plane', ['🚀', '🛑'], '🛑'],
] as const)('%s', (_, words: readonly string[], text) => {
  expect(walk(createWordTrie(new Map(words.map((word) => [word, word]))), text)).toBe(
    words.includes(text) ? text : undefined,
  );
});

test('knows its words, each with its value, and no others', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '止', '损'), maxLength: 6 });
  fc.assert(
    fc.property(fc.dictionary(text, fc.integer()), fc.array(text), (words, others) => {
      const trie = createWordTrie(new Map(Object.entries(words)));
      for (const word of [...Object.keys(words), ...others]) {
        expect(walk(trie, word)).toBe(Object.hasOwn(words, word) ? words[word] : undefined);
      }
    }),
  );
});
