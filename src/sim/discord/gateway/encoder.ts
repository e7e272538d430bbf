import zlib from 'node:zlib';

/** Turns JSON text into what goes over one connection; compressed streams share a context for its lifetime. */
export interface Encoder {
  encode(text: string): Promise<string | Buffer>;
  close(): void;
}

/** Payloads from this size on are compressed when the session asked for it in Identify; "not all" are. */
const PAYLOAD_COMPRESSION_BYTES = 512;

/** https://docs.discord.com/developers/events/gateway#transport-compression */
export function createEncoder(compress: string | null): Encoder {
  switch (compress) {
    case 'zlib-stream':
      return streamEncoder(zlib.createDeflate(), zlib.constants.Z_SYNC_FLUSH);
    case 'zstd-stream':
      return streamEncoder(zlib.createZstdCompress(), zlib.constants.ZSTD_e_flush);
    default:
      return plainEncoder();
  }
}

/** https://docs.discord.com/developers/events/gateway#payload-compression: each payload on its own. */
export function createPayloadEncoder(): Encoder {
  return {
    encode: async (text) => (text.length < PAYLOAD_COMPRESSION_BYTES ? text : zlib.deflateSync(text)),
    close: () => {},
  };
}

function plainEncoder(): Encoder {
  return { encode: async (text) => text, close: () => {} };
}

function streamEncoder(stream: zlib.Deflate | zlib.ZstdCompress, flushKind: number): Encoder {
  let chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    encode: (text) =>
      new Promise((resolve) => {
        stream.write(text);
        stream.flush(flushKind, () => {
          const packet = Buffer.concat(chunks);
          chunks = [];
          resolve(packet);
        });
      }),
    close: () => stream.destroy(),
  };
}
