/**
 * Discord's markup as a tree. https://docs.discord.com/developers/reference#message-formatting and
 * https://support.discord.com/hc/en-us/articles/210298617. Whatever looks like markup of Discord's and is not known
 * here becomes `unknown`, which the page marks and the tests refuse.
 *
 * @typedef {{ type: 'text', text: string }
 *   | { type: 'strong' | 'em' | 'underline' | 'strike' | 'spoiler', content: Inline[] }
 *   | { type: 'code', text: string }
 *   | { type: 'link', url: string, content: Inline[] }
 *   | { type: 'time', seconds: number, style: string }
 *   | { type: 'user' | 'role' | 'channel', id: string }
 *   | { type: 'command', name: string }
 *   | { type: 'emoji', name: string }
 *   | { type: 'everyone', text: string }
 *   | { type: 'unknown', text: string }} Inline
 *
 * @typedef {{ type: 'paragraph', content: Inline[] }
 *   | { type: 'heading', level: number, content: Inline[] }
 *   | { type: 'subtext', content: Inline[] }
 *   | { type: 'quote', content: Block[] }
 *   | { type: 'list', ordered: boolean, start: number, items: Block[][] }
 *   | { type: 'code', language: string, text: string }} Block
 */

/** Nobody nests deeper, and a hostile text must not either. */
const MAX_DEPTH = 8;

/**
 * @param {string} source
 * @param {number} [depth]
 * @returns {Block[]}
 */
export function parseBlocks(source, depth = 0) {
  if (depth > MAX_DEPTH) return [{ type: 'paragraph', content: [{ type: 'text', text: source }] }];
  /** @type {Block[]} */
  const blocks = [];
  let rest = source;
  while (rest !== '') {
    // A first line with nothing below it is no language but the code itself.
    const fence = /```(?:([\w+-]+)\n(?!\n*```))?([\s\S]*?)```/.exec(rest);
    const before = fence === null ? rest : rest.slice(0, fence.index);
    blocks.push(...parseLines(before, depth));
    if (fence === null) break;
    blocks.push({ type: 'code', language: fence[1] ?? '', text: (fence[2] ?? '').replace(/^\n|\n$/g, '') });
    rest = rest.slice(fence.index + fence[0].length).replace(/^\n/, '');
  }
  return blocks;
}

const HEADING = /^(#{1,3}) +(.*)$/;
const SUBTEXT = /^-# +(.*)$/;
const QUOTE = /^> (.*)$/;
const QUOTE_REST = /^>>> ([\s\S]*)$/;
const ITEM = /^( *)(?:([-*])|(\d{1,9})\.) +(.*)$/;

/**
 * @param {string} source
 * @param {number} depth
 * @returns {Block[]}
 */
function parseLines(source, depth) {
  if (source === '') return [];
  const lines = source.split('\n');
  /** @type {Block[]} */
  const blocks = [];
  /** @type {string[]} */
  let plain = [];
  const flush = () => {
    if (plain.some((line) => line !== '') || blocks.length > 0) {
      const text = plain.join('\n');
      if (text !== '') blocks.push({ type: 'paragraph', content: parseInline(text, depth) });
    }
    plain = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const heading = HEADING.exec(line);
    const subtext = SUBTEXT.exec(line);
    const rest = line.startsWith('>>> ') ? QUOTE_REST.exec(lines.slice(at).join('\n')) : null;
    if (heading) {
      flush();
      blocks.push({
        type: 'heading',
        level: heading[1]?.length ?? 1,
        content: parseInline(heading[2] ?? '', depth),
      });
    } else if (subtext) {
      flush();
      blocks.push({ type: 'subtext', content: parseInline(subtext[1] ?? '', depth) });
    } else if (rest) {
      flush();
      blocks.push({ type: 'quote', content: parseBlocks(rest[1] ?? '', depth + 1) });
      break;
    } else if (QUOTE.test(line)) {
      flush();
      const end = lines.findIndex((other, index) => index > at && !QUOTE.test(other));
      const quoted = lines.slice(at, end < 0 ? undefined : end);
      blocks.push({
        type: 'quote',
        content: parseBlocks(quoted.map((each) => each.slice(2)).join('\n'), depth + 1),
      });
      at += quoted.length - 1;
    } else if (ITEM.test(line)) {
      flush();
      const end = lines.findIndex((other, index) => index > at && !ITEM.test(other));
      const items = lines.slice(at, end < 0 ? undefined : end);
      blocks.push(...parseList(items, depth));
      at += items.length - 1;
    } else {
      plain.push(line);
    }
  }
  flush();
  return blocks;
}

/**
 * Lines of a list; deeper ones belong to the item before.
 * @param {string[]} lines
 * @param {number} depth
 * @returns {Block[]}
 */
function parseList(lines, depth) {
  /** @type {Block[]} */
  const lists = [];
  for (let at = 0; at < lines.length; at += 1) {
    const found = ITEM.exec(lines[at] ?? '');
    if (!found) continue;
    const [, indent = '', , number, text = ''] = found;
    const end = lines.findIndex(
      (other, index) => index > at && (ITEM.exec(other)?.[1]?.length ?? 0) <= indent.length,
    );
    const inner = lines.slice(at + 1, end < 0 ? undefined : end);
    const ordered = number !== undefined;
    const last = lists.at(-1);
    const list =
      last?.type === 'list' && last.ordered === ordered
        ? last
        : { type: /** @type {const} */ ('list'), ordered, start: Number(number ?? 1), items: [] };
    if (list !== last) lists.push(list);
    const below = depth < MAX_DEPTH ? parseList(inner, depth + 1) : [];
    list.items.push([{ type: 'paragraph', content: parseInline(text, depth) }, ...below]);
    at += inner.length;
  }
  return lists;
}

/** Pairs of marks, longer ones first. */
const MARKS = /** @type {const} */ ([
  ['**', 'strong'],
  ['__', 'underline'],
  ['~~', 'strike'],
  ['||', 'spoiler'],
  ['*', 'em'],
  ['_', 'em'],
]);

/** Patterns that begin here, with what they become. @type {[RegExp, (match: RegExpExecArray, depth: number) => Inline][]} */
const TOKENS = [
  [/\\([^\p{L}\p{N}\s])/uy, ([, text = '']) => ({ type: 'text', text })],
  [/(`+)(?!`)([\s\S]*?[^`])\1(?!`)/y, ([, , text = '']) => ({ type: 'code', text: text.trim() || text })],
  [
    /<t:(-?\d{1,17})(?::([tTdDfFsSR]))?>/y,
    ([, seconds = '', style = 'f']) => ({ type: 'time', seconds: Number(seconds), style }),
  ],
  [/<@!?(\d+)>/y, ([, id = '']) => ({ type: 'user', id })],
  [/<@&(\d+)>/y, ([, id = '']) => ({ type: 'role', id })],
  [/<#(\d+)>/y, ([, id = '']) => ({ type: 'channel', id })],
  [/<\/([^:>]{1,100}):\d+>/y, ([, name = '']) => ({ type: 'command', name })],
  [/<a?:(\w+):\d+>/y, ([, name = '']) => ({ type: 'emoji', name })],
  [/<(https?:\/\/[^\s>]+)>/y, ([, url = '']) => link(url, url)],
  [/@(?:everyone|here)\b/y, ([text]) => ({ type: 'everyone', text })],
  [
    /\[((?:\\.|[^\]\\\n]){1,512})\]\(<?(https?:\/\/[^\s<>)]+(?:\([^\s<>)]*\)[^\s<>)]*)*)>?(?: +"[^"]*")?\)/y,
    ([, text = '', url = ''], depth) => ({ type: 'link', url, content: parseInline(text, depth + 1) }),
  ],
  [/https?:\/\/[^\s<>]*[^\s<>.,:;"'\])*_~|`]/y, ([url]) => link(url, url)],
  [/<(?:[@#:]|[a-z]+:|\/)[^>\s]*>/y, ([text]) => ({ type: 'unknown', text })],
];

/**
 * @param {string} url
 * @param {string} text
 * @returns {Inline}
 */
function link(url, text) {
  return { type: 'link', url, content: [{ type: 'text', text }] };
}

/**
 * @param {string} source
 * @param {number} [depth]
 * @returns {Inline[]}
 */
export function parseInline(source, depth = 0) {
  if (depth > MAX_DEPTH) return [{ type: 'text', text: source }];
  /** @type {Inline[]} */
  const nodes = [];
  let text = '';
  const push = (/** @type {Inline} */ node) => {
    if (text !== '') nodes.push({ type: 'text', text });
    text = '';
    nodes.push(node);
  };
  let at = 0;
  while (at < source.length) {
    const token = tokenAt(source, at, depth) ?? markedAt(source, at, depth);
    if (token === null) {
      text += source[at];
      at += 1;
    } else {
      if (token.node.type === 'text') text += token.node.text;
      else push(token.node);
      at += token.length;
    }
  }
  if (text !== '') nodes.push({ type: 'text', text });
  return nodes;
}

/** Characters that a token can begin with; most text is none of them. */
const BEGINS = /[\\`<@[h]/;

/**
 * @param {string} source
 * @param {number} at
 * @param {number} depth
 * @returns {{ node: Inline, length: number } | null}
 */
function tokenAt(source, at, depth) {
  if (!BEGINS.test(source[at] ?? '')) return null;
  for (const [pattern, make] of TOKENS) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) return { node: make(match, depth), length: match[0].length };
  }
  return null;
}

/**
 * @param {string} source
 * @param {number} at
 * @param {number} depth
 * @returns {{ node: Inline, length: number } | null}
 */
function markedAt(source, at, depth) {
  for (const [mark, type] of MARKS) {
    if (!source.startsWith(mark, at)) continue;
    const end = closing(source, at + mark.length, mark);
    if (end < 0) continue;
    const inner = source.slice(at + mark.length, end);
    const between = mark === '_' && /\w/.test(source[at - 1] ?? '');
    const spaced = mark.length === 1 && (/^\s/.test(inner) || /\s$/.test(inner));
    if (inner === '' || between || spaced) continue;
    return {
      node: { type, content: parseInline(inner, depth + 1) },
      length: inner.length + 2 * mark.length,
    };
  }
  return null;
}

/**
 * Where the mark closes: not behind a backslash, not inside code, and a single one not in the middle of a double one.
 * @param {string} source
 * @param {number} from
 * @param {string} mark
 */
function closing(source, from, mark) {
  for (let at = from; at < source.length; at += 1) {
    const char = source[at];
    if (char === '\\') {
      at += 1;
    } else if (char === '`') {
      const end = source.indexOf('`', at + 1);
      if (end > 0) at = end;
    } else if (source.startsWith(mark, at)) {
      if (mark.length === 2) return source[at + 2] === mark[0] && at > from ? at + 1 : at;
      if (source[at + 1] !== mark) {
        const wordGoesOn = mark === '_' && /\w/.test(source[at + 1] ?? '');
        if (!wordGoesOn) return at;
      } else {
        at += 1;
      }
    }
  }
  return -1;
}

/**
 * Every inline node of a text, the nested ones too.
 * @param {Block[]} blocks
 * @returns {Generator<Inline>}
 */
export function* walkInline(blocks) {
  for (const block of blocks) {
    if (block.type === 'quote') yield* walkInline(block.content);
    else if (block.type === 'list') for (const item of block.items) yield* walkInline(item);
    else if (block.type !== 'code') yield* nested(block.content);
  }
}

/**
 * @param {Inline[]} nodes
 * @returns {Generator<Inline>}
 */
function* nested(nodes) {
  for (const node of nodes) {
    yield node;
    if ('content' in node) yield* nested(node.content);
  }
}
