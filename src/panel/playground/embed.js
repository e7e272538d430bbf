import { html } from '../web/html.js';
import { language } from '../web/language.js';
import { useStore } from '../web/store.js';
import { Picture } from './attachments.js';
import { Link, Markup } from './markup.js';
import { formatTime } from './timestamps.js';

/**
 * @import { Embed } from '../../sim/discord/wire.ts'
 * @typedef {NonNullable<Embed['fields']>} Fields
 */

/** @param {{ embed: Embed }} props */
export function EmbedCard({ embed }) {
  const { title, description, url, color, author, image, thumbnail, footer, fields = [] } = embed;
  const bar = color === undefined ? {} : { borderLeftColor: `#${color.toString(16).padStart(6, '0')}` };
  const heading = title && html`<${Markup} inline text=${title} />`;
  return html`<section class="embed" style=${bar}>
    <div class="embed-body">
      ${
        author &&
        html`<p class="embed-author">
          <${Icon} url=${author.icon_url} />
          ${author.url ? html`<${Link} url=${author.url}>${author.name}<//>` : author.name}
        </p>`
      }
      ${heading && html`<p class="embed-title">${url ? html`<${Link} url=${url}>${heading}<//>` : heading}</p>`}
      ${description && html`<div class="embed-text"><${Markup} text=${description} /></div>`}
      ${
        fields.length > 0 &&
        html`<dl class="embed-fields">
          ${laidOut(fields, thumbnail ? 2 : 3).map(
            ({ field, span }) => html`<div class="embed-field" style=${{ gridColumn: `span ${span}` }}>
              <dt><${Markup} inline text=${field.name} /></dt>
              <dd><${Markup} text=${field.value} /></dd>
            </div>`,
          )}
        </dl>`
      }
      ${image && html`<${Picture} url=${image.url} width=${image.width} height=${image.height} />`}
      ${
        (footer || embed.timestamp) &&
        html`<p class="embed-footer">
          <${Icon} url=${footer?.icon_url} />${footer?.text}
          ${footer && embed.timestamp && ' • '}
          ${embed.timestamp && html`<${EmbedTime} iso=${embed.timestamp} />`}
        </p>`
      }
    </div>
    ${thumbnail && html`<div class="embed-thumbnail"><${Picture} url=${thumbnail.url} /></div>`}
  </section>`;
}

/** @param {{ iso: string }} props */
function EmbedTime({ iso }) {
  const locale = useStore(language);
  return html`<time datetime=${iso}>${formatTime(Date.parse(iso) / 1_000, 's', locale, 0)}</time>`;
}

/** @param {{ url?: string }} props */
function Icon({ url }) {
  return url?.startsWith('/') ? html`<img class="embed-icon" src=${url} alt="" />` : null;
}

/**
 * Inline fields stand beside each other, three (or two) in a row; a row that is not full is shared evenly.
 * @param {Fields} fields
 * @param {number} perRow
 * @returns {{ field: Fields[number], span: number }[]} spans of a grid of 12 columns
 */
export function laidOut(fields, perRow) {
  /** @type {Fields[]} */
  const rows = [];
  for (const field of fields) {
    const row = rows.at(-1);
    if (field.inline && row?.[0]?.inline && row.length < perRow) row.push(field);
    else rows.push([field]);
  }
  return rows.flatMap((row) => row.map((field) => ({ field, span: 12 / row.length })));
}
