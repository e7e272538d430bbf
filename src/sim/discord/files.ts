import type { Core } from './core.ts';
import { ApiError, refusal } from './errors.ts';
import { walkComponents } from './limits/components.ts';
import { type AttachmentRequest, MESSAGE_LIMITS } from './limits/message.ts';
import { pictureSize } from './pictures.ts';
import type { Snowflake } from './snowflake.ts';
import type { Attachment, Component, Embed, Message } from './wire.ts';

/** A file as it came with a request, `files[index]`. */
export interface Upload {
  index: number;
  filename: string;
  contentType: string;
  bytes: Buffer;
}

const LINK_LIFETIME_S = 24 * 60 * 60;

/** Keeps the uploaded files and describes them as attachments of the channel. */
export function storeUploads(
  core: Core,
  channelId: Snowflake,
  uploads: readonly Upload[],
  metadata: readonly AttachmentRequest[],
): Attachment[] {
  if (uploads.length > MESSAGE_LIMITS.attachments) {
    throw new ApiError(400, 30015, 'Maximum number of attachments in a message reached (10)');
  }
  if (uploads.some((upload) => upload.bytes.length > MESSAGE_LIMITS.fileBytes)) throw refusal(40005);
  return uploads.map((upload) => {
    const described = metadata.find((entry) => entry.id === String(upload.index));
    const id = core.ids.next();
    const filename = safeName(described?.filename ?? upload.filename);
    core.world.files.set(id, { filename, contentType: upload.contentType, bytes: upload.bytes });
    const url = fileUrl(core, channelId, id, filename);
    const attachment: Attachment = {
      id,
      filename,
      content_type: upload.contentType,
      size: upload.bytes.length,
      url,
      proxy_url: url,
      ...pictureSize(upload.bytes),
    };
    return described?.description === undefined
      ? attachment
      : { ...attachment, description: described.description };
  });
}

/** Puts the addresses of uploaded files in place of `attachment://name`, and says which were used so. */
export function linkEmbedFiles(embeds: readonly Embed[], attachments: readonly Attachment[]): Set<Snowflake> {
  const used = new Set<Snowflake>();
  for (const embed of embeds) {
    for (const media of [embed.image, embed.thumbnail]) {
      const attachment = media && named(media.url, attachments);
      if (!media || !attachment) continue;
      const { url, proxy_url, width, height } = attachment;
      Object.assign(media, { url, proxy_url }, width && height ? { width, height } : {});
      used.add(attachment.id);
    }
    for (const icon of [embed.footer, embed.author]) {
      const attachment = icon?.icon_url === undefined ? undefined : named(icon.icon_url, attachments);
      if (!icon || !attachment) continue;
      Object.assign(icon, { icon_url: attachment.url, proxy_icon_url: attachment.proxy_url });
      used.add(attachment.id);
    }
  }
  return used;
}

/**
 * The same for components, where a file that was not uploaded is an error. What they show stays among the attachments,
 * which clients do not show of such a message.
 * https://docs.discord.com/developers/components/reference#unfurled-media-item
 */
export function linkComponentFiles(
  components: readonly Component[],
  attachments: readonly Attachment[],
): void {
  for (const component of walkComponents(components)) {
    const media = [component.media, component.file, ...(component.items ?? []).map((item) => item.media)];
    for (const item of media) {
      if (!item?.url.startsWith(SCHEME)) continue;
      const attachment = named(item.url, attachments);
      if (attachment === undefined) {
        throw new ApiError(400, 50035, `Invalid Form Body: there is no uploaded file ${item.url}`);
      }
      const { id, url, proxy_url, content_type = '', width, height } = attachment;
      Object.assign(item, { url, proxy_url, content_type, attachment_id: id });
      if (width && height) Object.assign(item, { width, height });
    }
  }
}

const SCHEME = 'attachment://';

function named(url: string, attachments: readonly Attachment[]): Attachment | undefined {
  if (!url.startsWith(SCHEME)) return undefined;
  return attachments.find((candidate) => candidate.filename === url.slice(SCHEME.length));
}

/** Files that a message shows, by its links to them. */
export function shownFiles({ attachments, embeds, components }: Message): Set<Snowflake> {
  const text = JSON.stringify([attachments, embeds, components]);
  return new Set([...text.matchAll(/\/attachments\/\d+\/(\d+)\//g)].map(([, id = '']) => id));
}

/** Links carry an expiry and a signature, as those of Discord's CDN do. */
function fileUrl(core: Core, channelId: Snowflake, id: Snowflake, filename: string): string {
  const issuedS = Math.floor(core.clock.now() / 1000);
  const query = `ex=${(issuedS + LINK_LIFETIME_S).toString(16)}&is=${issuedS.toString(16)}&hm=${BigInt(id).toString(16)}`;
  return `${core.origin()}/attachments/${channelId}/${id}/${encodeURIComponent(filename)}?${query}`;
}

function safeName(filename: string): string {
  return filename.replace(/[^\w.-]+/g, '_') || 'unknown';
}
