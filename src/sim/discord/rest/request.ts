import type { IncomingMessage } from 'node:http';
import { ApiError, refusal } from '../errors.ts';
import type { Upload } from '../files.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { MESSAGE_LIMITS } from '../limits/message.ts';

export interface Body {
  /** The JSON of the request, or `payload_json` of a form; an empty object when there is none. */
  json: JsonObject;
  /** The JSON as it is, for routes that take a list. */
  raw: Json;
  uploads: Upload[];
}

export const EMPTY_BODY: Body = { json: {}, raw: null, uploads: [] };

/** Reads a request to its end; more than Discord takes is refused with 413. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MESSAGE_LIMITS.requestBytes) chunks.push(chunk);
  }
  if (size > MESSAGE_LIMITS.requestBytes) throw refusal(40005);
  return Buffer.concat(chunks);
}

/** https://docs.discord.com/developers/reference#uploading-files */
export async function parseBody(bytes: Buffer, contentType: string): Promise<Body> {
  if (bytes.length === 0) return EMPTY_BODY;
  if (contentType.startsWith('multipart/form-data')) return parseForm(bytes, contentType);
  if (contentType.startsWith('application/json')) return jsonBody(parseJson(bytes.toString()), []);
  throw new ApiError(400, 50035, 'Invalid Form Body', {
    errors: {
      _errors: [
        {
          code: 'CONTENT_TYPE_INVALID',
          message: `Expected "Content-Type" header to be one of {'application/json'}.`,
        },
      ],
    },
  });
}

async function parseForm(bytes: Buffer, contentType: string): Promise<Body> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => {
      throw new ApiError(400, 50035, 'Invalid Form Body');
    });
  const uploads: Upload[] = [];
  const fields: JsonObject = {};
  let payload: Json = null;
  for (const [name, value] of form) {
    if (typeof value !== 'string') {
      const index = /^files\[(\d+)\]$/.exec(name)?.[1];
      uploads.push({
        index: index === undefined ? uploads.length : Number(index),
        filename: value.name,
        contentType: value.type || 'application/octet-stream',
        bytes: Buffer.from(await value.arrayBuffer()),
      });
    } else if (name === 'payload_json') {
      payload = parseJson(value);
    } else {
      fields[name] = value;
    }
  }
  return jsonBody(payload ?? fields, uploads);
}

function jsonBody(raw: Json, uploads: Upload[]): Body {
  return { json: isObject(raw) ? raw : {}, raw, uploads };
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw refusal(50109);
  }
}
