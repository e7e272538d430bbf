/**
 * A run, written down: what the market, the user, the author of the signals and bad luck do. The same script always
 * gives the same run, and any part of it can be left out, which is how a failing one is made short.
 */
export interface Script {
  seed: number;
  setting: Setting;
  items: readonly Item[];
}

export interface Setting {
  hedgeMode: boolean;
  symbols: readonly string[];
  stopTrigger: 'mark' | 'last';
  breakEvenAfter: number;
  entryTimeoutMs: number;
  maxTradesPerSymbol: number;
  trailing: boolean;
  /** See `Policy` of the simulated exchange. */
  reduceOnlyMarket: 'knock-out' | 'reject';
  reduceOnlyLimit: 'reject' | 'accept';
  /** Until then the script acts; afterwards everything works. */
  stormMs: number;
}

/** Numbers of requests, events, writes and steps count from 1 over the whole run. */
export type Item =
  | SignalItem
  /** To this many hundredths of a percent of the symbol's first price; the mark price `gap` further or not at all. */
  | { do: 'price'; atMs: number; symbol: string; bps: number; markBps: number | null }
  /** The next price that crosses resting orders fills only this part of each. */
  | { do: 'part'; atMs: number; symbol: string; fraction: string }
  | { do: 'request'; atMs: number; trade: number; what: RequestKind; bps: number }
  | { do: 'manual'; atMs: number; symbol: string; what: ManualKind; part: string }
  | { do: 'pause'; atMs: number; forMs: number }
  | { do: 'panic'; atMs: number }
  | { do: 'funding'; atMs: number; symbol: string; bps: number }
  | { do: 'crash'; step: number; downMs: number; requests: InFlight; writes: InFlight }
  | { do: 'outage'; atMs: number; forMs: number; how: 'silent' | 'refused' | 'broken' }
  | { do: 'stream'; atMs: number; forMs: number; noticed: boolean }
  | { do: 'store'; atMs: number; forMs: number; applied: boolean }
  | { do: 'clock'; atMs: number; byMs: number }
  | { do: 'fault'; request: number; fate: Fate; ms: number }
  | { do: 'event'; event: number; fate: 'lost' | 'double' | 'late'; ms: number };

export interface SignalItem {
  do: 'signal';
  atMs: number;
  symbol: string;
  side: 'long' | 'short';
  /** Hundredths of a percent from the price at that moment, on the side where they rest; none: at market. */
  entryBps: readonly number[];
  stopBps: number;
  targetBps: readonly number[];
  /** Over the market price a trigger is waited for. */
  trigger: boolean;
  /** The message is read again after this long; null: never. */
  againMs: number | null;
}

export type RequestKind =
  | 'close'
  | 'close_half'
  | 'break_even'
  | 'move_stop'
  | 'cancel_entries'
  | 'set_targets';
export type ManualKind =
  | 'close_part'
  | 'close_all'
  | 'cancel_stop'
  | 'cancel_target'
  | 'cancel_entry'
  | 'own_stop'
  | 'own_position'
  | 'liquidate'
  | 'deleverage'
  | 'expire_stop'
  | 'reject_stop'
  | 'expire_order'
  | 'leverage';

/** What becomes, in a crash, of that which had left the program and not arrived. */
export type InFlight = 'all' | 'none' | 'some';

export type Fate =
  /** Never arrives; no answer. */
  | 'lost'
  /** Arrives and is carried out; the answer never comes. */
  | 'answer lost'
  /** Arrives and is carried out; the connection breaks. */
  | 'dropped'
  | 'unsent'
  /** Arrives `ms` later. */
  | 'late'
  /** Is carried out at once, the answer comes `ms` later. */
  | 'slow answer'
  /** -1007, and not carried out. */
  | 'unknown before'
  /** -1007, and carried out. */
  | 'unknown after'
  /** -1007, and carried out `ms` later. */
  | 'unknown later'
  | 'html'
  /** 429 with Retry-After. */
  | 'throttled'
  /** -1008 */
  | 'busy'
  /** A definite no to an order. */
  | 'refused'
  /** -2013 for an order that may exist. */
  | 'not found';
