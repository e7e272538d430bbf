import type { DeskEvent } from './trading/desk-types.ts';
import { isActive, isLive } from './trading/lifecycle/facts.ts';
import type { Trade } from './trading/model.ts';

/** Signals that come together come within this time of each other. */
const BURST_MS = 1_500;

/** Whether the trades leave time for what stops the program for a moment. */
export interface Calm {
  hear(event: Pick<DeskEvent, 'type'>): void;
  /** No order is on its way to the exchange, nor is the answer to one awaited, and no trade has just been opened. */
  isCalm(): boolean;
}

/** `now` in milliseconds, on a clock that nobody sets. */
export function createCalm(
  trades: () => readonly Pick<Trade, 'orders'>[],
  now = () => performance.now(),
): Calm {
  let openedAt = Number.NEGATIVE_INFINITY;
  return {
    hear({ type }) {
      if (type === 'opened') openedAt = now();
    },
    isCalm() {
      if (now() - openedAt < BURST_MS) return false;
      return trades().every(({ orders }) => orders.every((order) => !isLive(order) || isActive(order)));
    },
  };
}
