import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clearance } from '../exchange.ts';

/**
 * What is to leave only once a row is on the disk is made ready meanwhile, up to its last step: parameters, signature,
 * the SDK's client and a socket take as long as the row. The SDK hands nothing of ours down to its transport, so what a
 * request waits for goes with the context of the call.
 */
const release = new AsyncLocalStorage<Promise<void>>();

/** Whatever `send` sends leaves when `released` resolves; where that rejects nothing leaves, and the request rejects alike. */
export function held<T>(released: Promise<void>, send: () => Promise<T>): Promise<T> {
  // It may fail before anybody waits for it.
  released.catch(() => undefined);
  return release.run(released, send);
}

/** What the request that is being made has to wait for at its last step; undefined where it may leave at once. */
export function released(): Promise<void> | undefined {
  return release.getStore();
}

/** It may not leave after all. */
export class Withheld extends Error {
  override name = 'Withheld';
}

/** @throws Withheld with the reason */
export async function whenCleared(clearance: Clearance): Promise<void> {
  const why = await clearance;
  if (why !== null) throw new Withheld(why);
}
