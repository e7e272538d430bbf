import type { RuleCheck } from '../risk/assess.ts';
import type { Book, Pause } from '../risk/book.ts';
import type { ChannelSettings } from '../risk/settings.ts';
import type { Decimal } from './decimal.ts';
import type { Prices } from './exchange.ts';
import type { WalletAsset } from './holding.ts';
import type { Denial, Fill, Market, Order, OutsideCause, Plan, Signal, Source, Trade } from './model.ts';

/** What Discord, the commands and the panel may ask of the desk. */
export interface Desk {
  /** The first market's book, a live view: read it, never keep it over an await. */
  readonly book: Book;
  /** One for each market; what is the account's is the same in all. */
  books(): readonly Book[];
  /** What the account has, of each market, USDT first. */
  holdings(): readonly WalletAsset[];
  /** The prices of a trade's symbol on its market; null where they are not known. */
  priceOf(trade: Trade): Prices | null;
  /** Follows the prices of these symbols beside those of the trades, in place of what was asked before. */
  follow(market: Market, symbols: readonly string[]): void;
  /**
   * Plans and checks without reserving anything. Prices of the symbol are fetched first where they are not known; for
   * an exchange that is busy or away it waits as long as the channel's `maxAgeMs`, and no longer than until `withdrawn`
   * is aborted: what it answers then is worth nothing.
   */
  preview(
    signal: Signal,
    source: Source,
    channel: ChannelSettings,
    withdrawn?: AbortSignal,
  ): Promise<Assessment>;
  /** Remembers a signal that was put to a human, so that the same one again is a duplicate. */
  proposed(signal: Signal, source: Source): Promise<void>;
  /**
   * Assesses again and reserves in one turn, journals, sends. A signal that has a trade already answers `exists`, one whose
   * `withdrawn` is aborted before its first order leaves `withdrawn`.
   */
  open(signal: Signal, source: Source, channel: ChannelSettings, withdrawn?: AbortSignal): Promise<Opened>;
  /** Open trades, oldest first. */
  trades(): readonly Trade[];
  /** Open or closed. */
  find(tradeId: string): Promise<Trade | null>;
  /** Closed trades with `closedAt` in [from, to), oldest first. */
  closedBetween(fromMs: number, toMs: number): Promise<Trade[]>;
  /**
   * What `take` makes of each of those, without what is null. For many of them: they are read in pieces, and only what
   * was taken stays in memory.
   */
  takeClosed<T>(fromMs: number, toMs: number, take: (trade: Trade) => T | null): Promise<T[]>;
  request(tradeId: string, request: TradeRequest, by: string): Promise<RequestResult>;
  /**
   * Holds from this moment. Resolves with whether it is on the disk: one that is not is written again until it is, and
   * would be forgotten by a crash before that.
   */
  pause(pause: Pause): Promise<boolean>;
  /** Resolves once the pauses that hold are on the disk. */
  pausesStored(): Promise<void>;
  /** Lifts the pauses of these reasons (all channels, or one). False where that could not be written: they stand. */
  resume(reasons: readonly Pause['reason'][], channelId: string | null): Promise<boolean>;
  /**
   * Pauses, cancels every entry, closes every position of ours; goes on over a restart until flat. `stored`: as of a
   * pause; nothing is left open where it is not.
   */
  panic(by: string): Promise<{ trades: number; stored: boolean }>;
  /** Marks an order's fill as told to the user; until then it is announced again after a restart. */
  announced(tradeId: string, clientId: string, executed: Decimal): Promise<void>;
  /** The same for the end of a trade, named by its `closedAt`. */
  closingAnnounced(tradeId: string, closedAt: number): Promise<void>;
  health(): DeskHealth;
}

export type Assessment =
  | { kind: 'planned'; plan: Plan; checks: RuleCheck[] }
  | { kind: 'denied'; denial: Denial; checks: RuleCheck[] };

export type Opened =
  | { kind: 'opened'; trade: Trade; checks: RuleCheck[] }
  | { kind: 'exists'; tradeId: string }
  | { kind: 'denied'; denial: Denial; checks: RuleCheck[] }
  | { kind: 'withdrawn' }
  /** Nothing was sent: our fault (the journal could not be written), or the exchange refused leverage or margin. */
  | { kind: 'failed'; message: string }
  | { kind: 'rejected'; code: number; message: string };

export type TradeRequest =
  /** `fraction` of what is held now, 0 to 1; 1 also cancels the entries. */
  | { type: 'close'; fraction: Decimal; reason: 'user' | 'message' | 'panic' | 'opposite' }
  /** Loosening a stop raises risk: refused unless a human has confirmed it. */
  | { type: 'move_stop'; price: Decimal; confirmed: boolean }
  | { type: 'break_even' }
  | { type: 'cancel_entries' }
  | { type: 'set_targets'; prices: Decimal[] };

export type RequestResult =
  /** `leftOut`: new targets that the price has passed already: an order there would sell at once. */
  | { kind: 'done'; leftOut?: readonly Decimal[] }
  /**
   * `wrong_side`: the stop would trigger at once; `target_passed`: every new target would sell at once; `raises_risk`:
   * needs a click (ask, then pass `confirmed`).
   */
  | {
      kind: 'refused';
      reason:
        | 'no_such_trade'
        | 'nothing_held'
        | 'no_entries'
        | 'wrong_side'
        | 'target_passed'
        | 'raises_risk';
    };

/** What the desk tells the rest of the program, after it is durable. */
export type DeskEvent =
  | { type: 'opened'; trade: Trade }
  | { type: 'changed'; trade: Trade }
  /** An order is complete, or 3 s have passed since its last part. `fills` are all of that order. */
  | { type: 'filled'; trade: Trade; order: Order; fills: Fill[] }
  | { type: 'rejected'; trade: Trade; order: Order }
  | { type: 'elsewhere'; trade: Trade; quantity: Decimal; cause: OutsideCause }
  /** Comes again after a restart until `closingAnnounced` has been called. */
  | { type: 'closed'; trade: Trade }
  | { type: 'paused'; pause: Pause }
  | { type: 'resumed'; reasons: readonly Pause['reason'][] }
  /**
   * What a start (of all markets together), a reconnect or the minute's comparison found and did. `tookMs` counts from the beginning of the
   * program, the loss of the stream, or the comparison's own.
   */
  | {
      type: 'recovered';
      cause: 'start' | 'reconnect' | 'comparison';
      tookMs: number;
      /** The last sign of life of a run that ended unexpectedly; null after one that did. */
      crashedAt: number | null;
      lines: RecoveryLine[];
    }
  /** It has failed, or works again. The second may come without the first, and either again. */
  | { type: 'part'; part: 'stream' | 'exchange'; market: Market; works: boolean; reason: string }
  | { type: 'part'; part: 'store'; market: null; works: boolean; reason: string }
  | {
      type: 'alert';
      level: 'warning' | 'critical';
      code: AlertCode;
      tradeId: string | null;
      numbers: Record<string, string>;
    };

export type AlertCode =
  | 'stop_refused'
  | 'stop_crossed'
  | 'stop_unplaceable'
  | 'stop_move_refused'
  | 'stop_lost'
  /** The position would be liquidated ahead of it. Numbers: `symbol`, `stop`, `liquidation`. */
  | 'stop_unreachable'
  | 'entry_unknown'
  | 'entry_failed'
  /** Numbers: `quantity`: what is not bought or sold; `reason`: the exchange's word, where it has one. */
  | 'entry_expired'
  | 'close_refused'
  /** Numbers: `symbol`, `code`, `message`. */
  | 'orders_late'
  | 'foreign_position'
  | 'position_mismatch'
  /** Numbers: `trouble` (a TroubleClass), `failures`, `seconds` until one entry is tried; `code`, `symbol` where there is one. */
  | 'breaker_open'
  | 'breaker_closed'
  | 'key_refused'
  /** Numbers: `detail`: what it may do, or may not. */
  | 'key_rights'
  /** It works from any address. */
  | 'key_unrestricted'
  | 'account_changed'
  /** Binance's Credits Trading Mode: the account's own money for contracts sizes nothing of ours. */
  | 'credits_mode'
  | 'daily_loss'
  | 'loss_streak'
  | 'target_passed'
  | 'targets_merged'
  | 'trailing_refused'
  | 'symbol_halted'
  /** The store has been away for so long that what fills soon could not be protected. */
  | 'entries_withdrawn'
  /** Numbers: `at`. */
  | 'delisting_announced'
  | 'holding_too_small';

export interface RecoveryLine {
  code:
    | 'entry_adopted'
    | 'entry_failed'
    | 'fill_found'
    /** `role`: which of our orders has executed. */
    | 'exit_found'
    | 'order_gone'
    | 'stop_restored'
    /** The exchange has placed the stop that its entry took along. */
    | 'stop_with_entry'
    | 'exits_with_entry'
    | 'funding_found'
    | 'liquidation_fee_found'
    | 'trade_over'
    | 'order_swept'
    | 'closed_elsewhere'
    | 'closed_by_other_trade'
    | 'position_foreign'
    | 'position_mismatch';
  symbol: string;
  /** Absent until it is told. */
  market?: Market;
  numbers: Record<string, string>;
}

export interface DeskHealth {
  ready: boolean;
  reason: string | null;
  queued: number;
  lastReconciledAt: number | null;
  lastReconcileMs: number | null;
  /** Maintenance margin as a share of the futures margin balance, as of the last comparison; null without futures. */
  marginRatio: number | null;
  /** Of this run: from its beginning, and from the last loss of the stream, until everything was compared. */
  recoveries: Record<'start' | 'reconnect', { at: number; tookMs: number } | null>;
}
