/**
 * A picture as a list of shapes in drawing order, in logical pixels from the top left. Charts are laid out as such
 * lists by pure functions; only the painter, in a process of its own, knows how pixels are made of them.
 */
export interface Picture {
  width: number;
  height: number;
  background: string;
  shapes: readonly Shape[];
}

export type Point = readonly [x: number, y: number];

export type Shape =
  | {
      type: 'rect';
      x: number;
      y: number;
      width: number;
      height: number;
      fill: string;
      /** Of the corners. */
      radius?: number;
    }
  | { type: 'line'; points: readonly Point[]; stroke: string; width: number; dash?: readonly number[] }
  | { type: 'area'; points: readonly Point[]; fill: string; outline?: string }
  | {
      type: 'text';
      x: number;
      /** Of the middle of the line. */
      y: number;
      text: string;
      size: number;
      fill: string;
      align?: 'left' | 'right' | 'center';
    };

/** Dark, as most read Discord; every meaning is also written, never told by colour alone. */
export const colours = {
  background: '#15181d',
  grid: '#262b33',
  axis: '#8a929e',
  text: '#e8ebf0',
  muted: '#a7aeb9',
  up: '#2ebd85',
  down: '#f6465d',
  entry: '#5aa2ff',
  stop: '#ff5d6c',
  target: '#39c98d',
  last: '#c4cad4',
  onLabel: '#0d0f12',
  doneLabel: '#333a45',
} as const;

/** Pixels drawn per logical one: sharp on a phone. */
export const SCALE = 2;
