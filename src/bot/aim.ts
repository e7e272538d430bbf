import { isSameCoin } from '../risk/listing.ts';
import type { Side, Trade, Update } from '../trading/model.ts';
import type { Receipt } from './records.ts';

/** Which trades a management message means. */

export type Aim =
  | { kind: 'trades'; trades: Trade[] }
  /** More than one could be meant, or what is open is not on the side that the message names. */
  | { kind: 'ask'; candidates: Trade[]; missing: Side | null }
  | { kind: 'none' };

export interface AimContext {
  /** The open trades of the message's channel. */
  trades: readonly Trade[];
  authorId: string;
  /** The message it answers, and what is known of that one. */
  replyTo: string | null;
  replied: Receipt | undefined;
}

/**
 * By reply, by symbol and side, else at the channel's only trade. A reply to a trade that is over means none other.
 */
export function aim(update: Update, context: AimContext): Aim {
  if (update.scope) return found(inScope(update, context.trades));
  const replied = repliedTrades(context);
  if (replied) {
    const named = update.symbol === null ? replied : ofSymbol(replied, update.symbol);
    const held = ofSide(named, update.side);
    const meant = held.length > 0 ? held : named;
    return meant.length === 1 || update.symbol === null ? found(meant) : single(meant, context);
  }
  const named = update.symbol === null ? context.trades : ofSymbol(context.trades, update.symbol);
  const meant = ofSide(named, update.side);
  // "BTC short closed" where the only trade is a long: perhaps not ours, perhaps a slip.
  if (meant.length === 0 && named.length > 0)
    return { kind: 'ask', candidates: [...named], missing: update.side ?? null };
  return single(meant, context);
}

function ofSide(trades: readonly Trade[], side: Side | undefined): readonly Trade[] {
  return side === undefined ? trades : trades.filter((trade) => trade.plan.side === side);
}

/** Null when the message answers nothing that we know. */
function repliedTrades({ trades, replyTo, replied }: AimContext): Trade[] | null {
  if (replyTo === null) return null;
  const direct = trades.filter((trade) => trade.source.messageId === replyTo);
  if (direct.length > 0) return direct;
  if (replied === undefined) return null;
  // An answer to an answer: what the first one was aimed at.
  const followed = trades.filter((trade) => replied.tradeIds.includes(trade.id));
  return followed.length > 0 || replied.kind === 'signal' ? followed : null;
}

function inScope(update: Update, trades: readonly Trade[]): Trade[] {
  const except = update.except ?? [];
  return trades.filter((trade) => {
    if (except.some((symbol) => isSameCoin(trade.plan.symbol, symbol))) return false;
    if (update.symbol !== null && ofSymbol([trade], update.symbol).length === 0) return false;
    if (update.scope === 'longs') return trade.plan.side === 'long';
    return update.scope !== 'shorts' || trade.plan.side === 'short';
  });
}

function ofSymbol(trades: readonly Trade[], symbol: string): Trade[] {
  return trades.filter((trade) => isSameCoin(trade.plan.symbol, symbol));
}

/** One is meant: of several, the author's own. */
function single(candidates: readonly Trade[], { authorId }: AimContext): Aim {
  if (candidates.length <= 1) return found(candidates);
  const own = candidates.filter((trade) => trade.source.authorId === authorId);
  if (own.length === 1) return found(own);
  return { kind: 'ask', candidates: own.length > 0 ? own : [...candidates], missing: null };
}

function found(trades: readonly Trade[]): Aim {
  return trades.length === 0 ? { kind: 'none' } : { kind: 'trades', trades: [...trades] };
}
