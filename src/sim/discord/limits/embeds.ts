import { type Form, type Path, textLength } from '../form.ts';
import { asObject, type Json, type JsonObject } from '../json.ts';
import type { Embed } from '../wire.ts';

/** https://docs.discord.com/developers/resources/message#embed-object-embed-limits */
const EMBED_LIMITS = {
  embeds: 10,
  title: 256,
  description: 4096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1024,
  footer: 2048,
  author: 256,
  /** All texts of all embeds of a message together. */
  total: 6000,
} as const;

/**
 * Reads the embeds of a request. What only Discord may set (`type`, `provider`, `video`, sizes) is dropped;
 * a refused embed leaves its errors in the form.
 */
export function readEmbeds(form: Form, path: Path, value: Json | undefined): Embed[] | undefined {
  const list = form.list(path, value, { max: EMBED_LIMITS.embeds });
  if (list === undefined) return undefined;
  const embeds = list.map((item, index) => readEmbed(form, [...path, index], item));
  const total = embeds.reduce((sum, embed) => sum + embedTextLength(embed), 0);
  if (total > EMBED_LIMITS.total) {
    form.fail(path, 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${EMBED_LIMITS.total}`);
  }
  return embeds;
}

function embedTextLength(embed: Embed): number {
  const texts = [
    embed.title,
    embed.description,
    embed.footer?.text,
    embed.author?.name,
    ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
  ];
  return texts.reduce((sum, text) => sum + textLength(text ?? ''), 0);
}

function readEmbed(form: Form, path: Path, value: Json): Embed {
  const source = form.object(path, value, true) ?? {};
  const at = (key: string): Path => [...path, key];
  const embed: JsonObject = {
    type: 'rich',
    title: form.trimmed(at('title'), source.title, { max: EMBED_LIMITS.title }),
    description: form.trimmed(at('description'), source.description, { max: EMBED_LIMITS.description }),
    url: form.url(at('url'), source.url, { max: 2048 }),
    color: form.integer(at('color'), source.color, { min: 0, max: 0xffffff }),
    timestamp: readTimestamp(form, at('timestamp'), source.timestamp),
    footer: readFooter(form, at('footer'), source.footer),
    author: readAuthor(form, at('author'), source.author),
    image: readImage(form, at('image'), source.image),
    thumbnail: readImage(form, at('thumbnail'), source.thumbnail),
    fields: readFields(form, at('fields'), source.fields),
  };
  const present = Object.entries(embed).filter(([, field]) => field !== undefined && field !== '');
  if (present.length <= 1) form.fail(at('description'), 'BASE_TYPE_REQUIRED', 'This field is required');
  return Object.fromEntries(present) as Embed;
}

function readFields(form: Form, path: Path, value: Json | undefined): Json | undefined {
  const list = form.list(path, value, { max: EMBED_LIMITS.fields });
  return list?.map((item, index) => {
    const field = form.object([...path, index], item, true) ?? {};
    const name = form.trimmed([...path, index, 'name'], field.name, {
      max: EMBED_LIMITS.fieldName,
      required: true,
    });
    const text = form.trimmed([...path, index, 'value'], field.value, {
      max: EMBED_LIMITS.fieldValue,
      required: true,
    });
    if (name === '') {
      form.fail([...path, index, 'name'], 'BASE_TYPE_REQUIRED', 'This field is required');
    }
    if (text === '') {
      form.fail([...path, index, 'value'], 'BASE_TYPE_REQUIRED', 'This field is required');
    }
    return { name: name ?? '', value: text ?? '', inline: field.inline === true };
  });
}

function readFooter(form: Form, path: Path, value: Json | undefined): Json | undefined {
  const footer = form.object(path, value);
  if (footer === undefined) return undefined;
  const text = form.trimmed([...path, 'text'], footer.text, { max: EMBED_LIMITS.footer }) ?? '';
  const icon = form.url([...path, 'icon_url'], footer.icon_url, { attachments: true });
  return icon === undefined ? { text } : { text, icon_url: icon };
}

function readAuthor(form: Form, path: Path, value: Json | undefined): Json | undefined {
  const author = form.object(path, value);
  if (author === undefined) return undefined;
  const name = form.trimmed([...path, 'name'], author.name, { max: EMBED_LIMITS.author }) ?? '';
  const url = form.url([...path, 'url'], author.url);
  const icon = form.url([...path, 'icon_url'], author.icon_url, { attachments: true });
  return { name, ...(url === undefined ? {} : { url }), ...(icon === undefined ? {} : { icon_url: icon }) };
}

function readImage(form: Form, path: Path, value: Json | undefined): Json | undefined {
  const image = form.object(path, value);
  if (image === undefined) return undefined;
  const url = form.url([...path, 'url'], asObject(image).url, { attachments: true, required: true });
  return url === undefined ? undefined : { url };
}

function readTimestamp(form: Form, path: Path, value: Json | undefined): string | undefined {
  const text = typeof value === 'number' ? new Date(value).toISOString() : form.text(path, value);
  if (text === undefined) return undefined;
  if (Number.isNaN(Date.parse(text))) {
    form.fail(path, 'DATE_TIME_TYPE_PARSE', `Could not parse ${text}. Should be ISO8601.`);
  }
  return text;
}
