import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Block,
  type Inline,
  parseBlocks,
  parseInline,
  walkInline,
} from '../../../src/panel/playground/markdown.js';

const text = (value: string) => ({ type: 'text', text: value });

describe('a text in a line', () => {
  const cases: [given: string, then: object[]][] = [
    ['plain', [text('plain')]],
    ['**bold**', [{ type: 'strong', content: [text('bold')] }]],
    [
      '*thin* and _thin_',
      [{ type: 'em', content: [text('thin')] }, text(' and '), { type: 'em', content: [text('thin')] }],
    ],
    ['***both***', [{ type: 'strong', content: [{ type: 'em', content: [text('both')] }] }]],
    [
      '__line__ ~~gone~~',
      [
        { type: 'underline', content: [text('line')] },
        text(' '),
        { type: 'strike', content: [text('gone')] },
      ],
    ],
    [
      '||secret **bold**||',
      [{ type: 'spoiler', content: [text('secret '), { type: 'strong', content: [text('bold')] }] }],
    ],
    ['`**code**`', [{ type: 'code', text: '**code**' }]],
    ['``a`b``', [{ type: 'code', text: 'a`b' }]],
    ['\\*not\\*', [text('*not*')]],
    ['2 * 3 * 4', [text('2 * 3 * 4')]],
    ['snake_case_name', [text('snake_case_name')]],
    ['<t:1700000000>', [{ type: 'time', seconds: 1_700_000_000, style: 'f' }]],
    ['<t:1700000000:R>', [{ type: 'time', seconds: 1_700_000_000, style: 'R' }]],
    [
      '<@200> <@!200> <@&300> <#400>',
      [
        { type: 'user', id: '200' },
        text(' '),
        { type: 'user', id: '200' },
        text(' '),
        { type: 'role', id: '300' },
        text(' '),
        { type: 'channel', id: '400' },
      ],
    ],
    ['</risk set:12>', [{ type: 'command', name: 'risk set' }]],
    [
      '<:up:12><a:down:13>',
      [
        { type: 'emoji', name: 'up' },
        { type: 'emoji', name: 'down' },
      ],
    ],
    [
      '@everyone @here',
      [{ type: 'everyone', text: '@everyone' }, text(' '), { type: 'everyone', text: '@here' }],
    ],
    [
      '[chart **1**](https://x.y/z)',
      [
        {
          type: 'link',
          url: 'https://x.y/z',
          content: [text('chart '), { type: 'strong', content: [text('1')] }],
        },
      ],
    ],
    [
      'see https://x.y/z.',
      [text('see '), { type: 'link', url: 'https://x.y/z', content: [text('https://x.y/z')] }, text('.')],
    ],
    ['<https://x.y>', [{ type: 'link', url: 'https://x.y', content: [text('https://x.y')] }]],
    ['[x](javascript:alert(1))', [text('[x](javascript:alert(1))')]],
    ['a < b > c, <3', [text('a < b > c, <3')]],
    ['<sound:1:2>', [{ type: 'unknown', text: '<sound:1:2>' }]],
    ['**open', [text('**open')]],
  ];
  test.each(cases)('GIVEN %s', (given, then) => {
    expect(parseInline(given)).toEqual(then);
  });
});

describe('a text of several lines', () => {
  const paragraph = (value: string) => ({ type: 'paragraph', content: [text(value)] });
  const cases: [given: string, then: object[]][] = [
    ['a\nb', [paragraph('a\nb')]],
    [
      '# One\n## Two\n### Three\n-# small',
      [
        { type: 'heading', level: 1, content: [text('One')] },
        { type: 'heading', level: 2, content: [text('Two')] },
        { type: 'heading', level: 3, content: [text('Three')] },
        { type: 'subtext', content: [text('small')] },
      ],
    ],
    ['#BTC', [paragraph('#BTC')]],
    ['> a\n> b\nc', [{ type: 'quote', content: [paragraph('a\nb')] }, paragraph('c')]],
    ['>>> a\nb', [{ type: 'quote', content: [paragraph('a\nb')] }]],
    [
      '- a\n- b\n  - c',
      [
        {
          type: 'list',
          ordered: false,
          start: 1,
          items: [
            [paragraph('a')],
            [paragraph('b'), { type: 'list', ordered: false, start: 1, items: [[paragraph('c')]] }],
          ],
        },
      ],
    ],
    ['3. a\n4. b', [{ type: 'list', ordered: true, start: 3, items: [[paragraph('a')], [paragraph('b')]] }]],
    [
      'a\n```js\nlet b;\n```\nc',
      [paragraph('a\n'), { type: 'code', language: 'js', text: 'let b;' }, paragraph('c')],
    ],
    ['```x```', [{ type: 'code', language: '', text: 'x' }]],
    ['```word\n```', [{ type: 'code', language: '', text: 'word' }]],
  ];
  test.each(cases)('GIVEN %j', (given, then) => {
    expect(parseBlocks(given)).toEqual(then);
  });
});

/** What is left to read of a tree. */
function letters(blocks: Block[]): string {
  const inline = (node: Inline): string => {
    if ('content' in node) return node.content.map(inline).join('');
    return 'text' in node ? node.text : '';
  };
  return blocks
    .map((block) => {
      if (block.type === 'code') return `${block.language} ${block.text}`;
      if (block.type === 'list') return block.items.map(letters).join('');
      return block.type === 'quote' ? letters(block.content) : block.content.map(inline).join('');
    })
    .join('');
}

const pieces = fc.constantFrom(
  ...['**', '__', '*', '_', '~~', '||', '`', '```', '\n', '> ', '>>> ', '# ', '- ', '1. ', '<t:1:R>', '<@1>'],
  ...['[a](https://b.c)', 'https://d.e', '\\', ' ', 'word', '多', '🚀', '<', '>', '(', ')'],
);

test('no text is too wild: it is read, and none of its words are lost', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (list) => {
      const blocks = parseBlocks(list.join(''));
      expect([...walkInline(blocks)].length).toBeGreaterThanOrEqual(0);
      const count = (source: string, word: string) => source.split(word).length - 1;
      const seen = letters(blocks);
      for (const word of ['word', '多', '🚀']) {
        expect(count(seen, word)).toBe(list.filter((piece) => piece === word).length);
      }
    }),
    { numRuns: 500 },
  );
});

test.each(['*', '**a', '||', '[', '`', '<', '> ', '- ', '\\'])(
  'GIVEN 4000 characters of %s THEN reading ends, without an overflow',
  (piece) => {
    expect(parseBlocks(piece.repeat(4_000 / piece.length)).length).toBeGreaterThan(0);
  },
);
