import { paint } from './paint.ts';
import type { Picture } from './picture.ts';

/** The painter's process: draws one picture after the other, as it is asked over the channel to its parent. */

export interface Job {
  id: number;
  picture: Picture;
}

export type Answer = { id: number; png: Uint8Array } | { id: number; error: string };

process.on('message', async ({ id, picture }: Job) => {
  let answer: Answer;
  try {
    answer = { id, png: await paint(picture) };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  process.send?.(answer);
});

// Whoever asked is gone.
process.on('disconnect', () => process.exit());
