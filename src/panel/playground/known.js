import { parseBlocks, walkInline } from './markdown.js';

/**
 * What the page can draw. Whatever is not listed here is told by `unknownParts`: the page marks it, and the tests
 * refuse it, so that nothing the bot posts is lost in silence.
 *
 * @import { Component, Message } from '../../sim/discord/wire.ts'
 */

const MEDIA = ['url', 'proxy_url', 'content_type', 'width', 'height', 'attachment_id'];

/** Fields by the kind of their object; those of a value that is an object itself name its kind. */
const FIELDS = /** @type {const} */ ({
  embed: [
    'type',
    'title',
    'description',
    'url',
    'color',
    'timestamp',
    'footer',
    'author',
    'image',
    'thumbnail',
    'fields',
  ],
  footer: ['text', 'icon_url', 'proxy_icon_url'],
  author: ['name', 'url', 'icon_url', 'proxy_icon_url'],
  field: ['name', 'value', 'inline'],
  media: MEDIA,
  item: ['media', 'description', 'spoiler'],
  attachment: [...MEDIA, 'id', 'filename', 'description', 'size', 'ephemeral'],
});

/** Fields of each component beside `type` and `id`. */
const COMPONENTS = /** @type {Record<number, readonly string[]>} */ ({
  1: ['components'],
  2: ['style', 'label', 'emoji', 'custom_id', 'url', 'disabled'],
  3: ['custom_id', 'options', 'placeholder', 'min_values', 'max_values', 'disabled', 'required'],
  4: ['custom_id', 'style', 'label', 'min_length', 'max_length', 'required', 'value', 'placeholder'],
  5: ['custom_id', 'placeholder', 'min_values', 'max_values', 'disabled', 'default_values', 'required'],
  6: ['custom_id', 'placeholder', 'min_values', 'max_values', 'disabled', 'default_values', 'required'],
  7: ['custom_id', 'placeholder', 'min_values', 'max_values', 'disabled', 'default_values', 'required'],
  8: [
    ...['custom_id', 'placeholder', 'min_values', 'max_values', 'disabled', 'default_values', 'required'],
    'channel_types',
  ],
  9: ['components', 'accessory'],
  10: ['content'],
  11: ['media', 'description', 'spoiler'],
  12: ['items'],
  13: ['file', 'spoiler'],
  14: ['divider', 'spacing'],
  17: ['components', 'accent_color', 'spoiler'],
  18: ['label', 'description', 'component'],
  19: ['custom_id', 'min_values', 'max_values', 'required'],
  21: ['custom_id', 'options', 'required'],
  22: ['custom_id', 'options', 'min_values', 'max_values', 'required'],
  23: ['custom_id', 'default'],
});

/** Default, pin, follow, thread created, reply, answer to a command, thread starter, answer to a context menu. */
const MESSAGE_TYPES = [0, 6, 12, 18, 19, 20, 21, 23];

/** Crosspost and its source, no embeds, source gone, thread, ephemeral, loading, silent, snapshot, components. */
const FLAGS = [0, 1, 2, 3, 5, 6, 7, 12, 14, 15];

/** Primary, secondary, success, danger, link. */
const BUTTON_STYLES = [1, 2, 3, 4, 5];

/**
 * What of the message the page does not know how to draw, a line each.
 * @param {Message} message
 * @returns {string[]}
 */
export function unknownParts(message) {
  const texts = [message.content, ...message.embeds.flatMap(embedTexts), ...displayed(message.components)];
  return [
    ...(MESSAGE_TYPES.includes(message.type) ? [] : [`message type ${message.type}`]),
    ...flags(message.flags)
      .filter((bit) => !FLAGS.includes(bit))
      .map((bit) => `message flag 1 << ${bit}`),
    ...message.embeds.flatMap(embedParts),
    ...message.attachments.flatMap((attachment) => strange('attachment', attachment)),
    ...unknownComponents(message.components),
    ...texts.flatMap(unknownMarkup),
    ...(message.message_snapshots ?? []).flatMap(({ message: part }) =>
      unknownParts({ ...message, message_snapshots: [], ...part }),
    ),
  ];
}

/**
 * @param {readonly Component[]} components
 * @returns {string[]}
 */
export function unknownComponents(components) {
  return components.flatMap((component) => {
    const { type } = component;
    const known = COMPONENTS[type];
    if (known === undefined) return [`component type ${type}`];
    const fields = present(component).filter((key) => !['type', 'id', ...known].includes(key));
    const media = [component.media, component.file, ...(component.items ?? []).map((item) => item.media)];
    const inner = [component.components ?? [], component.component ?? [], component.accessory ?? []].flat();
    return [
      ...fields.map((key) => `component ${type}: ${key}`),
      ...(type === 2 && !BUTTON_STYLES.includes(component.style ?? 0)
        ? [`button style ${component.style}`]
        : []),
      ...media.flatMap((each) => (each === undefined ? [] : strange('media', each))),
      ...(component.items ?? []).flatMap((item) => strange('item', item)),
      ...unknownComponents(inner),
    ];
  });
}

/** @param {import('../../sim/discord/wire.ts').Embed} embed */
function embedParts(embed) {
  return [
    ...strange('embed', embed),
    ...(embed.footer ? strange('footer', embed.footer) : []),
    ...(embed.author ? strange('author', embed.author) : []),
    ...[embed.image, embed.thumbnail].flatMap((media) => (media ? strange('media', media) : [])),
    ...(embed.fields ?? []).flatMap((field) => strange('field', field)),
  ];
}

/** @param {import('../../sim/discord/wire.ts').Embed} embed */
function embedTexts({ title = '', description = '', fields = [] }) {
  return [title, description, ...fields.flatMap(({ name, value }) => [name, value])];
}

/**
 * @param {readonly Component[]} components
 * @returns {string[]}
 */
function displayed(components) {
  return components.flatMap((component) => [
    ...(component.content === undefined ? [] : [component.content]),
    ...displayed(component.components ?? []),
  ]);
}

/** @param {string} text */
function unknownMarkup(text) {
  const nodes = [...walkInline(parseBlocks(text))];
  return nodes.flatMap((node) => (node.type === 'unknown' ? [`markup ${node.text}`] : []));
}

/**
 * @param {keyof typeof FIELDS} kind
 * @param {object} value
 */
function strange(kind, value) {
  const known = /** @type {readonly string[]} */ (FIELDS[kind]);
  return present(value)
    .filter((key) => !known.includes(key))
    .map((key) => `${kind}: ${key}`);
}

/** @param {object} value */
function present(value) {
  return Object.entries(value).flatMap(([key, each]) => (each === null || each === undefined ? [] : [key]));
}

/** @param {number} bits */
function flags(bits) {
  return Array.from({ length: 31 }, (_, bit) => bit).filter((bit) => (bits & (1 << bit)) !== 0);
}
