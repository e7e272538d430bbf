import { randomBytes } from 'node:crypto';
import { ComponentType } from 'discord.js';
import type { MessageBody } from './ports.ts';

/** As many as can be on their way at a time. */
const KEPT = 30;
/** Once posted, 40 kB each, they are only needed for a message that must be posted anew: of the newest that is likely. */
const KEPT_POSTED = 5;

/** Pictures that messages show, by the name they are uploaded under; forgotten at the end of the program. */
export class Pictures {
  readonly #bytes = new Map<string, Buffer>();
  readonly #posted = new Set<string>();

  /** Answers with its name, which no other picture ever has: clients keep what they have seen under a name. */
  put(png: Buffer, kind: string): string {
    const name = `${kind}-${randomBytes(6).toString('hex')}.png`;
    this.#bytes.set(name, png);
    if (this.#bytes.size > KEPT) this.#forget(this.#bytes.keys().next().value ?? name);
    return name;
  }

  /** Discord has it: what shows it from now on need not send it again. */
  posted(name: string): void {
    if (this.#bytes.has(name)) this.#posted.add(name);
    if (this.#posted.size > KEPT_POSTED) this.#forget(this.#posted.keys().next().value ?? name);
  }

  get(name: string): Buffer | null {
    return this.#bytes.get(name) ?? null;
  }

  #forget(name: string): void {
    this.#bytes.delete(name);
    this.#posted.delete(name);
  }
}

/** The same message where its picture cannot be shown. */
export function withoutPicture({ picture, ...body }: MessageBody): MessageBody {
  if (picture === undefined) return body;
  const url = `attachment://${picture}`;
  return {
    ...body,
    ...(body.layout ? { layout: withoutMedia(body.layout, url) } : {}),
    ...(body.embeds
      ? {
          embeds: body.embeds.map(({ image, ...embed }) =>
            image && image.url !== url ? { ...embed, image } : embed,
          ),
        }
      : {}),
  };
}

type Layout = NonNullable<MessageBody['layout']>;

function withoutMedia(layout: Layout, url: string): Layout {
  return layout.flatMap((component): Layout => {
    if (component.type === ComponentType.MediaGallery) {
      const items = component.items.filter(({ media }) => media.url !== url);
      return items.length === 0 ? [] : [{ ...component, items }];
    }
    if (component.type !== ComponentType.Container) return [component];
    const components = withoutMedia(component.components, url) as typeof component.components;
    return components.length === 0 ? [] : [{ ...component, components }];
  });
}
