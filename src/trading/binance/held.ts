import type { Clearance } from '../exchange.ts';

/**
 * What is to leave only once a row is on the disk is made ready meanwhile, up to its last step: parameters, signature
 * and a socket take as long as the row. A request waits there for this promise, and leaves when it resolves; where it
 * rejects nothing leaves, and the request rejects alike. Absent where it may leave at once.
 */
export type Release = Promise<void> | undefined;

/** It may not leave after all. */
export class Withheld extends Error {
  override name = 'Withheld';
}

/** @throws Withheld with the reason */
export async function whenCleared(clearance: Clearance): Promise<void> {
  const why = await clearance;
  if (why !== null) throw new Withheld(why);
}
