import { price } from '../../src/bot/format.ts';
import type { Signal } from '../../src/trading/model.ts';
import type { Message } from './guild.ts';

/** What authors have said in a message, from its posting on. */

export interface Said {
  message: Message;
  asks: boolean;
  /** Every version that its author has given it, oldest first. */
  versions: Version[];
  /** Ids of trades of which an order has left. */
  trades: Set<string>;
  /** What this life of the program has heard of it last, while it ran: the signals of it; none: that it is gone. */
  heard: { at: number; signals: readonly Signal[] } | null;
}

export interface Version {
  at: number;
  /** Empty where it is no signal. */
  sayings: readonly Saying[];
}

/** One signal; it keeps its key through all that its author makes of it. */
export interface Saying {
  key: number;
  signal: Signal;
}

/** Stop and targets: what makes one version another. */
export function levelsOf({ stopLoss, takeProfits }: Signal): string {
  const levels = [stopLoss, ...takeProfits].flatMap((level) =>
    level && 'price' in level ? [price(level.price)] : [],
  );
  return levels.join(' ');
}

export function stopOf({ stopLoss }: Signal): string {
  return stopLoss && 'price' in stopLoss ? price(stopLoss.price) : '';
}

/** The same symbol, the same way. */
export function isAlike(one: Signal, other: Signal): boolean {
  return one.symbol === other.symbol && one.side === other.side;
}

export function isEqual(one: Signal, other: Signal): boolean {
  return isAlike(one, other) && levelsOf(one) === levelsOf(other);
}

export function says({ sayings }: Version, signal: Signal): boolean {
  return sayings.some((saying) => isEqual(saying.signal, signal));
}

/** It stands in the message now, as it did at that moment and ever since. */
export function hasStoodSince({ versions }: Said, atMs: number, signal: Signal): boolean {
  const first = Math.max(
    versions.findLastIndex(({ at }) => at <= atMs),
    0,
  );
  return versions.slice(first).every((version) => says(version, signal));
}

export function isShown(signal: Signal, shown: string): boolean {
  return levelsOf(signal)
    .split(' ')
    .every((level) => shown.includes(level));
}
