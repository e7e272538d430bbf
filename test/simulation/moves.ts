import type { Decimal } from '../../src/trading/decimal.ts';
import { tagOf } from './books.ts';
import type { Law } from './law.ts';
import type { NewOrder } from './sent.ts';
import type { Answer } from './venue.ts';

/**
 * A move of the stop that was said to be done holds, whatever is lost on the way and whenever the program ends: no stop
 * that is looser is sent after it, and none is left in the end. Only where the exchange has said no to a stop since, or
 * somebody else has acted there, may it be another one.
 */
export interface Moves {
  /** Somebody asks for another one: what was said before does not count any more. */
  asked(tradeId: string): void;
  /** What it was answered: null where that does not promise anything. */
  answered(tradeId: string, move: Move | null): void;
  /** Its signal is said to be denied: what opens it when it is read once more is another trade. */
  onDenied(tradeId: string): void;
  /** What was asked for and has had no answer never gets one. */
  onCrash(): void;
  onAnswer(orders: readonly NewOrder[], answer: Answer): void;
  onManual(symbol: string): void;
  /** What is wrong with a stop that is sent; null: nothing. */
  breach(order: NewOrder): string | null;
  /** Stops that stand and are looser. */
  left(): string[];
}

export interface Move {
  side: 'long' | 'short';
  price: Decimal;
  /** The client ids of the trade's row, decided before. */
  known: ReadonlySet<string>;
}

/** 409: one of the two that a replacement is made of. */
const REFUSED = new Set([400, 409]);
/** Not carried out, or nobody knows: -1007 time-out, -1008 overload, -1021 too late, -1003 and -1015 limits. */
const SAYS_NOTHING = new Set([-1003, -1007, -1008, -1015, -1021]);

export function createMoves(law: Law): Moves {
  const moves = new Map<string, Move>();
  /** By trade: how many were asked for and have no answer yet. */
  const open = new Map<string, number>();

  /** What is rounded to the price step is rounded towards less risk. */
  function isLooser({ side, price }: Move, trigger: Decimal): boolean {
    return side === 'long' ? trigger.lt(price) : trigger.gt(price);
  }

  function moveOf(clientId: string): { tradeId: string; move: Move } | null {
    const tag = tagOf(clientId);
    const move = tag?.role === 'stop' ? moves.get(tag.tradeId) : undefined;
    return tag && move ? { tradeId: tag.tradeId, move } : null;
  }

  return {
    asked(tradeId) {
      moves.delete(tradeId);
      open.set(tradeId, (open.get(tradeId) ?? 0) + 1);
    },
    answered(tradeId, move) {
      const left = (open.get(tradeId) ?? 1) - 1;
      open.set(tradeId, left);
      // Another one may have been carried out since.
      if (move !== null && left === 0) moves.set(tradeId, move);
    },
    onDenied: (tradeId) => void moves.delete(tradeId),
    onCrash: () => open.clear(),
    onAnswer(orders, { status, body }) {
      const code = (body as { code?: number } | null)?.code;
      if (!REFUSED.has(status) || code === undefined || SAYS_NOTHING.has(code)) return;
      for (const { clientId } of orders) moves.delete(moveOf(clientId)?.tradeId ?? '');
    },
    onManual(symbol) {
      for (const { tradeId, key } of law.books.trades()) {
        if (key.startsWith(`${symbol}:`)) moves.delete(tradeId);
      }
    },
    breach({ clientId, trigger }) {
      const found = moveOf(clientId);
      if (!found || trigger === null || found.move.known.has(clientId)) return null;
      return isLooser(found.move, trigger) ? `${clientId}: ${trigger}, moved to ${found.move.price}` : null;
    },
    left() {
      return [...law.stops()].flatMap((clientId) => {
        const found = moveOf(clientId);
        const stop = found && law.stopOf(clientId);
        if (!stop || !isLooser(found.move, stop.trigger) || law.isTiny(stop.key, stop.quantity)) return [];
        return [`${clientId} stands at ${stop.trigger}, moved to ${found.move.price}`];
      });
    },
  };
}
