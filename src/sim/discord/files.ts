import type { Core } from './core.ts';
import { ApiError, refusal } from './errors.ts';
import { type AttachmentRequest, MESSAGE_LIMITS } from './limits/message.ts';
import type { Snowflake } from './snowflake.ts';
import type { Attachment, Embed } from './wire.ts';

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
      const name = media?.url.startsWith('attachment://')
        ? media.url.slice('attachment://'.length)
        : undefined;
      const attachment = attachments.find((candidate) => candidate.filename === name);
      if (media === undefined || attachment === undefined) continue;
      media.url = attachment.url;
      media.proxy_url = attachment.proxy_url;
      used.add(attachment.id);
    }
  }
  return used;
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
