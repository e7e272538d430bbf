import type { Form, Path } from '../form.ts';
import type { Json, JsonObject } from '../json.ts';

/** https://docs.discord.com/developers/components/reference#media-gallery and the other components with media */
const MEDIA_LIMITS = { items: 10, description: 1024 } as const;

/** A `MediaGallery`: one to ten pictures. */
export function readGallery(form: Form, path: Path, source: JsonObject): void {
  const items = form.list([...path, 'items'], source.items, {
    min: 1,
    max: MEDIA_LIMITS.items,
    required: true,
  });
  items?.forEach((item, index) => {
    const at = [...path, 'items', index];
    readMedia(form, at, form.object(at, item, true) ?? {}, 'media');
  });
}

/** A picture with its description: a gallery's item, a thumbnail. */
export function readMedia(form: Form, path: Path, source: JsonObject, key: 'media' | 'file'): void {
  const at = [...path, key];
  const media = form.object(at, source[key], true) ?? {};
  form.url([...at, 'url'], media.url, { attachments: true, required: true, max: 2048 });
  form.text([...path, 'description'], source.description, { max: MEDIA_LIMITS.description });
  form.boolean([...path, 'spoiler'], source.spoiler);
}

/** A `File` shows what was uploaded with the message, and nothing of elsewhere. */
export function readFile(form: Form, path: Path, source: JsonObject): void {
  readMedia(form, path, source, 'file');
  const url = (source.file as { url?: Json } | null | undefined)?.url;
  if (typeof url === 'string' && !url.startsWith('attachment://')) {
    form.fail(
      [...path, 'file', 'url'],
      'URL_TYPE_INVALID_SCHEME',
      `Scheme "${url.split(':')[0]}" must be one of ('attachment').`,
    );
  }
}
