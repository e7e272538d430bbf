import { join } from 'node:path';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { type Picture, type Point, SCALE, type Shape } from './picture.ts';

/** The only file that knows the drawing library; loaded by the painter's process alone. */

const FAMILY = 'Chart';

/** Chinese characters of GB 2312 and Latin letters; how it was made is in scripts/font.js. */
const FONT = join(import.meta.dirname, 'fonts', 'NotoSansSC-Medium.woff2');

/** The picture as PNG, `SCALE` pixels for each logical one. */
export async function paint({ width, height, background, shapes }: Picture): Promise<Buffer> {
  if (!GlobalFonts.has(FAMILY)) GlobalFonts.registerFromPath(FONT, FAMILY);
  const canvas = createCanvas(Math.round(width * SCALE), Math.round(height * SCALE));
  const context = canvas.getContext('2d');
  context.scale(SCALE, SCALE);
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  for (const shape of shapes) draw(context, shape);
  return canvas.encode('png');
}

function draw(context: SKRSContext2D, shape: Shape): void {
  switch (shape.type) {
    case 'rect':
      context.fillStyle = shape.fill;
      context.beginPath();
      context.roundRect(shape.x, shape.y, shape.width, shape.height, shape.radius ?? 0);
      context.fill();
      return;
    case 'line':
      trace(context, shape.points);
      context.setLineDash([...(shape.dash ?? [])]);
      context.strokeStyle = shape.stroke;
      context.lineWidth = shape.width;
      context.stroke();
      context.setLineDash([]);
      return;
    case 'area':
      trace(context, shape.points);
      context.closePath();
      if (shape.outline) {
        context.strokeStyle = shape.outline;
        context.lineWidth = 2;
        context.stroke();
      }
      context.fillStyle = shape.fill;
      context.fill();
      return;
    case 'text':
      context.font = `${shape.size}px ${FAMILY}`;
      context.textAlign = shape.align ?? 'left';
      context.fillStyle = shape.fill;
      context.fillText(shape.text, shape.x, shape.y);
      return;
  }
}

function trace(context: SKRSContext2D, points: readonly Point[]): void {
  context.beginPath();
  points.forEach(([x, y], index) => {
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
}
