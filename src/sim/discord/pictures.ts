const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** Width and height of a PNG in pixels, which Discord tells with every picture; null for anything else. */
export function pictureSize(bytes: Buffer): { width: number; height: number } | null {
  // The header is the first chunk: https://www.w3.org/TR/png-3/#11IHDR
  if (bytes.length < 24 || !bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return null;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}
