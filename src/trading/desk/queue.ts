import type { Log } from '../../log.ts';
import type { TradeEvent } from '../lifecycle/types.ts';

export interface Told {
  event: TradeEvent;
  /** Whether a row that is on its way to the disk has come there, ahead of which nothing of what follows may leave. */
  written?: Promise<boolean> | undefined;
}

/** What one trade is told, taken in one after the other. */
export interface Queue {
  /** Resolves when it has been taken in. */
  push(told: Told): Promise<void>;
  /** Ends its sleep; these come ahead of all that waits. Resolves when they have been taken in. */
  wake(events: readonly TradeEvent[]): Promise<void>;
  /** Nothing is taken in before it is woken. */
  isAsleep(): boolean;
  waiting(): readonly Told[];
  /** What waits leads to nothing. */
  clear(): void;
}

export interface QueueOptions {
  tradeId: string;
  isAsleep: boolean;
  take(told: Told): Promise<void>;
  /** All has been taken in. */
  onEmpty(): void;
  /** Hears of each run through what waits. */
  track(work: Promise<void>): void;
  log: Log;
}

export function createQueue({ tradeId, take, onEmpty, track, log, ...options }: QueueOptions): Queue {
  const waiting: (Told & { done: () => void })[] = [];
  let { isAsleep } = options;
  let isRunning = false;

  function push(told: Told): Promise<void> {
    return new Promise((done) => {
      waiting.push({ ...told, done });
      if (!isRunning && !isAsleep) track(drain());
    });
  }

  async function drain(): Promise<void> {
    isRunning = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        await take(next);
      } catch (error) {
        log.error({ err: error, tradeId, event: next.event.type }, 'a trade could not take in an event');
      }
      next.done();
    }
    isRunning = false;
    onEmpty();
  }

  return {
    push,
    async wake(events) {
      isAsleep = false;
      const later = waiting.splice(0);
      const taken = Promise.all(events.map((event) => push({ event })));
      waiting.push(...later);
      await taken;
    },
    isAsleep: () => isAsleep,
    waiting: () => waiting,
    clear() {
      for (const { done } of waiting.splice(0)) done();
    },
  };
}
