import { html, useEffect, useState } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { Spoiler } from './markup.js';
import { useText } from './words.js';

/** @import { Attachment } from '../../sim/discord/wire.ts' */

const MAX_WIDTH = 400;
const MAX_HEIGHT = 320;
const PREVIEW_BYTES = 1_024;
/** Files that are texts whatever type they were sent with. */
const READABLE = /\.(txt|csv|json|jsonl|log|md|ya?ml)$/i;

/**
 * A picture in its place, which has its size before it is loaded. Pictures of other hosts are named, not loaded.
 * @param {{ url: string, width?: number, height?: number, description?: string | null }} props
 */
export function Picture({ url, width, height, description }) {
  const t = useText();
  if (!url.startsWith('/')) {
    return html`<a class="file" href=${url} target="_blank" rel="noopener noreferrer">
      <${Icon} name="link" /><span>${description || t.chat.elsewhere}</span>
    </a>`;
  }
  const scale = width && height ? Math.min(1, MAX_WIDTH / width, MAX_HEIGHT / height) : null;
  const size =
    scale && width && height ? { width: Math.round(width * scale), height: Math.round(height * scale) } : {};
  return html`<a class="picture" href=${url} target="_blank" rel="noopener">
    <img src=${url} alt=${description || t.chat.image} ...${size} />
  </a>`;
}

/** @param {{ attachments: readonly Attachment[] }} props */
export function Attachments({ attachments }) {
  if (attachments.length === 0) return null;
  return html`<div class="attachments">
    ${attachments.map((attachment) => html`<${AttachmentView} key=${attachment.id} attachment=${attachment} />`)}
  </div>`;
}

/** @param {{ attachment: Attachment }} props */
function AttachmentView({ attachment }) {
  const { filename, content_type: type = '', url, width, height, description } = attachment;
  const view = type.startsWith('image/')
    ? html`<${Picture} ...${{ url, width, height, description: description ?? filename }} />`
    : html`<${FileCard} ...${{ url, name: filename, size: attachment.size, type }} />`;
  return filename.startsWith('SPOILER_') ? html`<${Spoiler}>${view}<//>` : view;
}

/** @param {{ url: string, name: string, size?: number, type: string }} props */
export function FileCard({ url, name, size, type }) {
  const t = useText();
  const readable = type.startsWith('text/') || READABLE.test(name);
  return html`<figure class="file-card">
    ${readable && html`<${Preview} url=${url} />`}
    <figcaption class="file">
      <${Icon} name="file" />
      <span><span class="file-name">${name}</span>${size !== undefined && html`<small class="muted">${bytes(size)}</small>`}</span>
      <a class="button small quiet" href=${url} download=${name} aria-label="${t.chat.download} ${name}">${t.chat.download}</a>
    </figcaption>
  </figure>`;
}

/** @param {{ url: string }} props */
function Preview({ url }) {
  const [text, setText] = useState('');
  useEffect(() => {
    let current = true;
    fetch(url)
      .then((answer) => answer.text())
      .then((all) => current && setText(all.slice(0, PREVIEW_BYTES)))
      // Without a preview the file is still there to be downloaded.
      .catch(() => undefined);
    return () => {
      current = false;
    };
  }, [url]);
  return text === '' ? null : html`<pre tabindex="0">${text}</pre>`;
}

/** @param {number} size */
function bytes(size) {
  if (size < 1_024) return `${size} B`;
  return size < 1_048_576 ? `${(size / 1_024).toFixed(1)} kB` : `${(size / 1_048_576).toFixed(1)} MB`;
}
