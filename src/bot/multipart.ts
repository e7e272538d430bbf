import { randomBytes } from 'node:crypto';
import type { MessageFile } from './ports.ts';

/** A request's body, and what names its kind. */
export interface Multipart {
  body: Buffer;
  contentType: string;
}

/**
 * A message with its picture, as one piece: https://docs.discord.com/developers/reference#uploading-files. As discord.js
 * would have it from `FormData`, but that copies a picture twice more on the way, outside of V8's heap, where it lies
 * until the next collection. The figures are in docs/performance.md.
 */
export function multipart(message: object, { name, bytes }: MessageFile): Multipart {
  const boundary = `signalbox-${randomBytes(16).toString('hex')}`;
  const head = `--${boundary}\r
Content-Disposition: form-data; name="files[0]"; filename="${quotable(name)}"\r
Content-Type: image/png\r
\r
`;
  const tail = `\r
--${boundary}\r
Content-Disposition: form-data; name="payload_json"\r
\r
${JSON.stringify(message)}\r
--${boundary}--\r
`;
  return {
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(tail)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
function quotable(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
