import type { Desk, DeskEvent } from '../trading/desk-types.ts';
import type { Trade } from '../trading/model.ts';

/** Lets callers wait for what becomes of a trade. */
export class TradeWatch {
  readonly #desk: Pick<Desk, 'find'>;
  readonly #settling = new Map<string, (trade: Trade) => void>();
  readonly #looking = new Map<string, Set<(trade: Trade) => void>>();

  constructor(desk: Pick<Desk, 'find'>) {
    this.#desk = desk;
  }

  hear(event: DeskEvent): void {
    if (event.type !== 'changed' && event.type !== 'closed' && event.type !== 'filled') return;
    const { trade } = event;
    if (event.type !== 'changed') this.#settling.get(trade.id)?.(trade);
    for (const look of this.#looking.get(trade.id) ?? []) look(trade);
  }

  /** Of an entering trade: once it has ended or filled. Null when neither happened in time. */
  async settled(tradeId: string, timeoutMs: number): Promise<Trade | null> {
    const { promise, resolve } = Promise.withResolvers<Trade | null>();
    const timer = setTimeout(() => resolve(null), timeoutMs);
    this.#settling.set(tradeId, resolve);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#settling.delete(tradeId);
    }
  }

  /** The first that `find` makes of the trade as it is now or becomes. `find` must take a closed one for an end. */
  async first<T>(tradeId: string, find: (trade: Trade) => T | null): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    const look = (trade: Trade): void => {
      const found = find(trade);
      if (found !== null) resolve(found);
    };
    const looking = this.#looking.get(tradeId) ?? new Set();
    this.#looking.set(tradeId, looking.add(look));
    try {
      // What happened before it was listened to is in the trade.
      const trade = await this.#desk.find(tradeId);
      if (trade) look(trade);
      return await promise;
    } finally {
      looking.delete(look);
      if (looking.size === 0) this.#looking.delete(tradeId);
    }
  }
}
