import type { DeskEvent } from '../trading/desk-types.ts';
import type { Trade } from '../trading/model.ts';

/** Lets a caller wait until an entering trade has either ended or filled. */
export class TradeWatch {
  readonly #waiting = new Map<string, (trade: Trade) => void>();

  hear(event: DeskEvent): void {
    if (event.type === 'closed' || event.type === 'filled') this.#waiting.get(event.trade.id)?.(event.trade);
  }

  /** Null when neither happened in time. */
  async settled(tradeId: string, timeoutMs: number): Promise<Trade | null> {
    const { promise, resolve } = Promise.withResolvers<Trade | null>();
    const timer = setTimeout(() => resolve(null), timeoutMs);
    this.#waiting.set(tradeId, resolve);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(tradeId);
    }
  }
}
