import type { Point, Shape } from './picture.ts';

/** The shapes that charts are made of, in short. */

export function line(points: readonly Point[], stroke: string, width = 1, dash?: readonly number[]): Shape {
  return { type: 'line', points, stroke, width, ...(dash ? { dash } : {}) };
}

/** `y` is the middle of the line. */
export function text(
  x: number,
  y: number,
  content: string,
  size: number,
  fill: string,
  align?: 'right' | 'center',
): Shape {
  return { type: 'text', x, y, text: content, size, fill, ...(align ? { align } : {}) };
}
