import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { indexedPng } from '../../src/charts/png.ts';

type Colour = readonly [red: number, green: number, blue: number];

function rgbaOf(colours: readonly Colour[]): Uint8Array {
  return Uint8Array.from(colours.flatMap((colour) => [...colour, 255]));
}

/** As another program reads it. */
async function readBack(png: Buffer) {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { width, height, data } = context.getImageData(0, 0, image.width, image.height);
  return { width, height, data: new Uint8Array(data) };
}

function farthest(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? 0))), 0);
}

describe('a picture of few colours', () => {
  test.each([
    ['of one pixel', 1, 1],
    ['of one colour for each pixel', 16, 16],
    ['of lines that are no multiple of four', 13, 7],
  ])('%s is read as it was', async (_, width, height) => {
    const rgba = rgbaOf(
      Array.from({ length: width * height }, (__, at): Colour => [at, 255 - at, (at * 7) % 256]),
    );
    expect(await readBack(indexedPng(rgba, width, height))).toEqual({ width, height, data: rgba });
  });
});

describe('a picture of more colours than one byte tells apart', () => {
  const flat: Colour[] = Array.from({ length: 4_000 }, (_, at) =>
    at < 3_000 ? [21, 24, 29] : [46, 189, 133],
  );

  test('keeps the frequent ones exactly, and of the edges what the eye sees', async () => {
    const edges = Array.from({ length: 1_000 }, (_, at): Colour => {
      const share = at / 999;
      return [21 + share * 25, 24 + share * 165, 29 + share * 104].map(Math.round) as unknown as Colour;
    });
    const fringes = Array.from({ length: 1_000 }, (_, at): Colour => [at % 200, (at * 3) % 100, 60]);
    const rgba = rgbaOf([...flat, ...edges, ...fringes]);

    const { data } = await readBack(indexedPng(rgba, 60, 100));

    expect(data.subarray(0, 16_000)).toEqual(rgba.subarray(0, 16_000));
    expect(farthest(data, rgba)).toBeLessThanOrEqual(32);
  });

  test('is one also where all of them are rare', async () => {
    const all = Array.from(
      { length: 6_400 },
      (_, at): Colour => [at % 256, (at >> 3) % 256, (at * 37) % 256],
    );

    const { data } = await readBack(indexedPng(rgbaOf(all), 80, 80));

    expect(farthest(data, rgbaOf(all))).toBeLessThanOrEqual(128);
  });
});
