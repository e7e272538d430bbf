import { html, useEffect, useMemo, useState } from '../web/html.js';
import { language } from '../web/language.js';
import { useStore } from '../web/store.js';
import { parseBlocks, parseInline } from './markdown.js';
import { goTo, jumpTo } from './session.js';
import { nameOf, world } from './state.js';
import { formatTime } from './timestamps.js';
import { useText } from './words.js';

/** @import { Block, Inline } from './markdown.js' */

/**
 * A text with everything that Discord lets one write.
 * @param {{ text: string, inline?: boolean }} props `inline`: no blocks, as in titles.
 */
export function Markup({ text, inline = false }) {
  const tree = useMemo(() => (inline ? null : parseBlocks(text)), [text, inline]);
  if (tree === null) return html`<span class="markup"><${Inlines} nodes=${parseInline(text)} /></span>`;
  return html`<div class="markup"><${Blocks} blocks=${tree} /></div>`;
}

/** @param {{ blocks: Block[] }} props */
function Blocks({ blocks }) {
  return blocks.map((block) => {
    switch (block.type) {
      case 'paragraph':
        return html`<p><${Inlines} nodes=${block.content} /></p>`;
      case 'heading':
        // Levels of the page itself come before: a heading in a message must not pass for one of them.
        return html`<p class="heading level-${block.level}" role="heading" aria-level=${block.level + 3}>
          <${Inlines} nodes=${block.content} />
        </p>`;
      case 'subtext':
        return html`<p class="subtext"><${Inlines} nodes=${block.content} /></p>`;
      case 'quote':
        return html`<blockquote><${Blocks} blocks=${block.content} /></blockquote>`;
      case 'list':
        return html`<${block.ordered ? 'ol' : 'ul'} start=${block.ordered ? block.start : null}>
          ${block.items.map((item) => html`<li><${Blocks} blocks=${item} /></li>`)}
        <//>`;
      case 'code':
        return html`<pre tabindex="0"><code data-language=${block.language}>${block.text}</code></pre>`;
      default:
        return null;
    }
  });
}

/** @param {{ nodes: Inline[] }} props */
function Inlines({ nodes }) {
  return nodes.map((node) => html`<${InlineNode} node=${node} />`);
}

/** @param {{ node: Inline }} props */
function InlineNode({ node }) {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'strong':
      return html`<strong><${Inlines} nodes=${node.content} /></strong>`;
    case 'em':
      return html`<em><${Inlines} nodes=${node.content} /></em>`;
    case 'underline':
      return html`<u><${Inlines} nodes=${node.content} /></u>`;
    case 'strike':
      return html`<s><${Inlines} nodes=${node.content} /></s>`;
    case 'spoiler':
      return html`<${Spoiler}><${Inlines} nodes=${node.content} /><//>`;
    case 'code':
      return html`<code>${node.text}</code>`;
    case 'link':
      return html`<${Link} url=${node.url}><${Inlines} nodes=${node.content} /><//>`;
    case 'time':
      return html`<${Time} seconds=${node.seconds} style=${node.style} />`;
    case 'emoji':
      return html`<span class="custom-emoji">:${node.name}:</span>`;
    case 'unknown':
      return html`<mark class="unknown" data-unknown=${node.text}>${node.text}</mark>`;
    default:
      return html`<${Mention} node=${node} />`;
  }
}

/** @param {{ node: Inline }} props */
function Mention({ node }) {
  const t = useText();
  // Only a change of who or what is mentioned draws it again.
  const person = useStore(world, (state) => (node.type === 'user' ? state.people.get(node.id) : undefined));
  const role = useStore(world, (state) => (node.type === 'role' ? state.roles.get(node.id) : undefined));
  const channel = useStore(world, (state) =>
    node.type === 'channel' ? state.channels.get(node.id) : undefined,
  );
  switch (node.type) {
    case 'user':
      return html`<span class="mention">@${person ? nameOf(person.user) : node.id}</span>`;
    case 'role':
      return html`<span class="mention">@${role?.name ?? node.id}</span>`;
    case 'channel':
      if (!channel) return html`<span class="mention">#${t.chat.channelGone}</span>`;
      return html`<button class="mention" onClick=${() => goTo(node.id)}>#${channel.name}</button>`;
    case 'command':
      return html`<span class="mention">/${node.name}</span>`;
    case 'everyone':
      return html`<span class="mention">${node.text}</span>`;
    default:
      return null;
  }
}

const MESSAGE_LINK = /^https:\/\/(?:\w+\.)?discord\.com\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?$/;

/**
 * Links to messages lead to them here; others open beside the page.
 * @param {{ url: string, children?: unknown }} props
 */
export function Link({ url, children }) {
  const [, channelId, messageId] = MESSAGE_LINK.exec(url) ?? [];
  if (channelId === undefined) {
    return html`<a href=${url} target="_blank" rel="noopener noreferrer">${children}</a>`;
  }
  const follow = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (messageId !== undefined && jumpTo(messageId)) return;
    if (world.get().channels.has(channelId)) goTo(channelId);
  };
  return html`<a href=${url} onClick=${follow}>${children}</a>`;
}

/** @param {{ children?: unknown }} props */
export function Spoiler({ children }) {
  const t = useText();
  const [shown, show] = useState(false);
  if (shown) return html`<span class="spoiler shown">${children}</span>`;
  return html`<button class="spoiler" data-label=${t.chat.spoilerLabel} aria-label=${t.chat.spoiler} onClick=${() => show(true)}>
    <span aria-hidden="true" class="spoiler-inside" inert>${children}</span>
  </button>`;
}

/** @param {{ seconds: number, style: string }} props */
export function Time({ seconds, style }) {
  const locale = useStore(language);
  const now = useClock(style === 'R');
  const full = formatTime(seconds, 'F', locale, now);
  const iso = Math.abs(seconds) > 8.64e12 ? null : new Date(seconds * 1_000).toISOString();
  return html`<time class="stamp" datetime=${iso} title=${full}>${formatTime(seconds, style, locale, now)}</time>`;
}

/**
 * Milliseconds since the epoch, each second anew while it matters.
 * @param {boolean} runs
 */
function useClock(runs) {
  const [now, tick] = useState(Date.now());
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => tick(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [runs]);
  return now;
}
