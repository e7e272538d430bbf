import { readFile } from 'node:fs/promises';
import { createCanvas, GlobalFonts, loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { paint } from '../../src/charts/paint.ts';
import { type Picture, SCALE } from '../../src/charts/picture.ts';
import { textWidth } from '../../src/charts/text-width.ts';
import { golden, goldenFile } from './draw.ts';

/** A pixel differs when one of its channels does by more; edges of letters vary a little between processors. */
const CHANNEL_TOLERANCE = 40;
/** Share of pixels that may differ. */
const PIXEL_TOLERANCE = 0.002;

async function pixels(png: Buffer) {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}

async function difference(a: Buffer, b: Buffer): Promise<number> {
  const [left, right] = await Promise.all([pixels(a), pixels(b)]);
  if (left.width !== right.width || left.height !== right.height) return 1;
  let differing = 0;
  for (let at = 0; at < left.data.length; at += 4) {
    const far = [0, 1, 2].some(
      (channel) =>
        Math.abs((left.data[at + channel] ?? 0) - (right.data[at + channel] ?? 0)) > CHANNEL_TOLERANCE,
    );
    if (far) differing += 1;
  }
  return differing / (left.width * left.height);
}

describe('pictures look as they were approved', () => {
  test.each(Object.keys(golden))('%s', async (name) => {
    const picture = golden[name] as Picture;
    const drawn = await paint(picture);
    expect(await difference(drawn, await readFile(goldenFile(name)))).toBeLessThan(PIXEL_TOLERANCE);
    expect((await pixels(drawn)).width).toBe(picture.width * SCALE);
  });

  test('a label that has moved by four pixels is noticed', async () => {
    const picture = golden['six-targets'] as Picture;
    const shapes = picture.shapes.map((shape) =>
      shape.type === 'text' && shape.text.startsWith('TP4') ? { ...shape, y: shape.y + 4 } : shape,
    );
    const moved = await paint({ ...picture, shapes });
    expect(await difference(moved, await readFile(goldenFile('six-targets')))).toBeGreaterThan(
      PIXEL_TOLERANCE,
    );
  });
});

test('texts are as wide as the layout believes, to two per cent', async () => {
  await paint({ width: 1, height: 1, background: '#000', shapes: [] });
  const context = createCanvas(1, 1).getContext('2d');
  context.font = '100px Chart';
  for (const text of [
    'BTCUSDT LONG 10x',
    'Entry 64,900.25 (65%)',
    '止损 0.000013',
    '币安人生USDT 空',
    'max drawdown -96.10 USDT @ #1',
  ]) {
    const real = context.measureText(text).width;
    expect(Math.abs(textWidth(text, 100) / real - 1), text).toBeLessThan(0.02);
  }
});

test('the font has the letters that charts need, in both languages', () => {
  const [chart] = GlobalFonts.families.filter(({ family }) => family === 'Chart');
  expect(chart?.styles).toHaveLength(1);
  const context = createCanvas(60, 60).getContext('2d');
  const drawn = (character: string) => {
    context.clearRect(0, 0, 60, 60);
    context.font = '40px Chart';
    context.fillText(character, 5, 45);
    return Buffer.from(context.getImageData(0, 0, 60, 60).data).toString('base64');
  };
  const missing = drawn('\u{10fffd}');
  for (const character of 'aZ9$@✓…入场止损盈目标信号净值曲线回撤每日币安人生踏麒麟') {
    expect(drawn(character), character).not.toBe(missing);
  }
});
