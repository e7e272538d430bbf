import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** What one byte a pixel can tell apart. */
const COLOURS = 256;
/** So many of the most frequent colours are kept exactly: what is drawn has a dozen, its edges have the others. */
const EXACT = 64;

/**
 * As a PNG of at most 256 colours, a third as large as with all of them: what is drawn keeps its own, those that its
 * edges have between them are put together with their like. https://www.w3.org/TR/png-3/
 * @param rgba Four bytes a pixel, row by row; what shines through is taken as if it did not.
 */
export function indexedPng(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): Buffer {
  const pixels = coloursOf(rgba, width * height);
  const { palette, indexOf } = paletteOf(countsOf(pixels));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, which is an index; compressed as all are, without a filter of lines, in one go.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rowsOf(pixels, width, height, indexOf))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Each pixel as one number, 0xrrggbb. */
function coloursOf(rgba: Uint8Array | Uint8ClampedArray, count: number): Uint32Array {
  const pixels = new Uint32Array(count);
  for (let pixel = 0, at = 0; pixel < count; pixel += 1, at += 4)
    pixels[pixel] = ((rgba[at] ?? 0) << 16) | ((rgba[at + 1] ?? 0) << 8) | (rgba[at + 2] ?? 0);
  return pixels;
}

/** How many pixels have each colour. Most have that of the one before. */
function countsOf(pixels: Uint32Array): Map<number, number> {
  const counts = new Map<number, number>();
  let colour = pixels[0] ?? 0;
  let began = 0;
  for (let at = 1; at <= pixels.length; at += 1) {
    if (at < pixels.length && pixels[at] === colour) continue;
    counts.set(colour, (counts.get(colour) ?? 0) + at - began);
    colour = pixels[at] ?? 0;
    began = at;
  }
  return counts;
}

/** Three bytes a colour, and which of them each colour has become. */
function paletteOf(counts: Map<number, number>): { palette: Buffer; indexOf: Map<number, number> } {
  const groups = grouped([...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour));
  const palette = Buffer.alloc(groups.length * 3);
  const indexOf = new Map<number, number>();
  for (const [index, group] of groups.entries()) {
    const sums = [0, 0, 0, 0] as [number, number, number, number];
    for (const colour of group) {
      const count = counts.get(colour) ?? 0;
      sums[0] += (colour >> 16) * count;
      sums[1] += ((colour >> 8) & 0xff) * count;
      sums[2] += (colour & 0xff) * count;
      sums[3] += count;
      indexOf.set(colour, index);
    }
    const [red, green, blue, total] = sums;
    palette.set([Math.round(red / total), Math.round(green / total), Math.round(blue / total)], index * 3);
  }
  return { palette, indexOf };
}

/** The frequent ones each by itself, the others by the cells of a grid that is as fine as there is room for. */
function grouped(colours: readonly number[]): number[][] {
  if (colours.length <= COLOURS) return colours.map((colour) => [colour]);
  const exact = colours.slice(0, EXACT).map((colour) => [colour]);
  for (let bits = 7; ; bits -= 1) {
    const kept = (0xff00 >> bits) & 0xff;
    const cells = Map.groupBy(colours.slice(EXACT), (colour) => colour & (kept * 0x010101));
    if (cells.size <= COLOURS - EXACT) return [...exact, ...cells.values()];
  }
}

/** Each line begins with its filter, which is none: flat colours repeat themselves as they are. */
function rowsOf(
  pixels: Uint32Array,
  width: number,
  height: number,
  indexOf: ReadonlyMap<number, number>,
): Uint8Array {
  const rows = new Uint8Array((width + 1) * height);
  let colour = -1;
  let index = 0;
  for (let row = 0, pixel = 0, at = 0; row < height; row += 1) {
    at += 1;
    for (const end = pixel + width; pixel < end; pixel += 1, at += 1) {
      const next = pixels[pixel] ?? 0;
      if (next !== colour) {
        colour = next;
        index = indexOf.get(next) ?? 0;
      }
      rows[at] = index;
    }
  }
  return rows;
}

function chunk(type: string, data: Buffer): Buffer {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  framed.set(data, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, data.length + 8)), data.length + 8);
  return framed;
}
