import { html, useState } from '../web/html.js';
import { Icon } from '../web/icons.js';
import { use } from './actions.js';
import { FileCard, Picture } from './attachments.js';
import { Link, Markup, Spoiler } from './markup.js';
import { Menu } from './menu.js';

/**
 * The components of a message. https://docs.discord.com/developers/components/reference
 *
 * @import { Component } from '../../sim/discord/wire.ts'
 */

const STYLES = ['', 'primary', '', 'success', 'danger', ''];

/** @param {{ components: readonly Component[], messageId: string }} props */
export function Components({ components, messageId }) {
  return components.map(
    (component) =>
      html`<${ComponentView} key=${component.id} component=${component} messageId=${messageId} />`,
  );
}

/** What is of no known type is told below the message (known.js). @param {{ component: Component, messageId: string }} props */
function ComponentView({ component, messageId }) {
  const inner = html`<${Components} components=${component.components ?? []} messageId=${messageId} />`;
  switch (component.type) {
    case 1:
      return html`<div class="row">${inner}</div>`;
    case 2:
      return html`<${Button} button=${component} messageId=${messageId} />`;
    case 3:
    case 5:
    case 6:
    case 7:
    case 8: {
      const choose = (/** @type {string[]} */ values) =>
        use(messageId, { customId: component.custom_id ?? '', values });
      return html`<${Menu} menu=${component} onChoose=${choose} />`;
    }
    case 9:
      return html`<div class="section">
        <div>${inner}</div>
        ${component.accessory && html`<${ComponentView} component=${component.accessory} messageId=${messageId} />`}
      </div>`;
    case 10:
      return html`<${Markup} text=${component.content ?? ''} />`;
    case 11:
      return html`<${Media} media=${component.media} description=${component.description} spoiler=${component.spoiler} />`;
    case 12:
      return html`<div class="gallery" data-count=${component.items?.length}>
        ${component.items?.map((item) => html`<${Media} ...${item} />`)}
      </div>`;
    case 13:
      return html`<${FileView} component=${component} />`;
    case 14:
      return html`<hr class=${component.spacing === 2 ? 'wide' : ''} data-line=${component.divider ?? true} />`;
    case 17:
      return html`<${Container} component=${component}>${inner}<//>`;
    default:
      return null;
  }
}

/** @param {{ button: Component, messageId: string }} props */
function Button({ button, messageId }) {
  const [busy, setBusy] = useState(false);
  const { label = '', emoji, style = 2, url, disabled, custom_id: customId = '' } = button;
  const face = html`${emoji?.name && html`<span class="button-emoji">${emoji.id ? `:${emoji.name}:` : emoji.name}</span>`}${label}`;
  if (style === 5 && url) {
    return html`<span class="button quiet"><${Link} url=${url}>${face}<//><${Icon} name="link" /></span>`;
  }
  const press = async () => {
    setBusy(true);
    await use(messageId, { customId });
    setBusy(false);
  };
  return html`<button class="button ${STYLES[style] ?? ''}" disabled=${disabled || busy} aria-busy=${busy}
    aria-label=${label === '' ? emoji?.name : null} onClick=${press}>${face}</button>`;
}

/** @param {{ media?: import('../../sim/discord/wire.ts').Media, description?: string | null, spoiler?: boolean }} props */
function Media({ media, description, spoiler }) {
  if (!media) return null;
  const { url, width, height } = media;
  const picture = html`<${Picture} ...${{ url, width, height, description }} />`;
  return spoiler ? html`<${Spoiler}>${picture}<//>` : picture;
}

/** @param {{ component: Component }} props */
function FileView({ component }) {
  const { url = '', content_type: type = '' } = component.file ?? {};
  const name = decodeURIComponent(url.split('?')[0]?.split('/').at(-1) ?? '');
  const card = html`<${FileCard} url=${url} name=${name} type=${type} />`;
  return component.spoiler ? html`<${Spoiler}>${card}<//>` : card;
}

/** @param {{ component: Component, children?: unknown }} props */
function Container({ component, children }) {
  const { accent_color: colour, spoiler } = component;
  const bar =
    typeof colour === 'number' ? { borderLeftColor: `#${colour.toString(16).padStart(6, '0')}` } : {};
  const box = html`<section class=${typeof colour === 'number' ? 'container accented' : 'container'} style=${bar}>
    ${children}
  </section>`;
  return spoiler ? html`<${Spoiler}>${box}<//>` : box;
}
