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
  closeOnOpposite: boolean;
  /** 0: off. */
  maxConsecutiveLosses: number;
  /** After a loss, by symbol; none where it is absent. */
  cooldownMs?: number;
  /** BNB in the futures wallet, for commissions, as far as they last; 0: none. */
  bnb: number;
  /** Request weight that the exchange grants a minute. */
  weightPerMinute: number;
  /** See `Policy` of the simulated exchange. */
  reduceOnlyMarket: 'knock-out' | 'reject';
  reduceOnlyLimit: 'reject' | 'accept';
  /** Until then the script acts; afterwards everything works. */
  stormMs: number;
  /** The spot market beside it, for the same symbols; none where it is absent. */
  spot?: SpotSetting;
  /** Signals are messages in a Discord server, and what the program says stands there; none where it is absent. */
  talk?: TalkSetting;
}

export interface TalkSetting {
  /** A question is open for so long. */
  confirmMs: number;
  maxAgeMs: number;
}

export interface SpotSetting {
  usdt: string;
  /** What the user has of coins, by asset. */
  own: Readonly<Record<string, string>>;
  paysInBnb: boolean;
  /** Its prices are those of futures and so many hundredths of a percent; the same where it is absent. */
  basisBps?: number;
}

/** What happens at a moment. */
export type Happening =
  | SignalItem
  /** To this many hundredths of a percent of the symbol's first price; the mark price `gap` further or not at all. */
  | { do: 'price'; atMs: number; symbol: string; bps: number; markBps: number | null }
  /** The next price that crosses resting orders fills only this part of each. */
  | { do: 'part'; atMs: number; symbol: string; fraction: string }
  | { do: 'request'; atMs: number; trade: number; what: RequestKind; bps: number }
  | { do: 'manual'; atMs: number; symbol: string; what: ManualKind; part: string }
  /** As `manual`, on spot. */
  | { do: 'spot hand'; atMs: number; symbol: string; what: SpotHand; part: string }
  /** The spot price jumps there: what lies on the way meets the book as it is then. */
  | { do: 'gap'; atMs: number; symbol: string; bps: number }
  /** Lifted after `forMs`; with `endsMs`, it ends by itself so long after it was set. */
  | { do: 'pause'; atMs: number; forMs: number; endsMs?: number }
  /** Lifts every pause, whatever it stands for. */
  | { do: 'resume'; atMs: number }
  | { do: 'panic'; atMs: number }
  | { do: 'funding'; atMs: number; symbol: string; bps: number }
  /** The contract takes no orders that open. */
  | { do: 'halt'; atMs: number; symbol: string; forMs: number }
  | { do: 'outage'; atMs: number; forMs: number; how: 'silent' | 'refused' | 'broken' }
  /** 418 to everything. */
  | { do: 'ban'; atMs: number; forMs: number }
  | { do: 'stream'; atMs: number; forMs: number; noticed: boolean }
  | { do: 'listen key'; atMs: number }
  | { do: 'store'; atMs: number; forMs: number; how: StoreTrouble }
  | { do: 'clock'; atMs: number; byMs: number }
  /** `clockMs`: by so much the computer's clock is set meanwhile. */
  | {
      do: 'kill';
      atMs: number;
      downMs: number;
      requests: InFlight;
      writes: InFlight;
      clockMs?: number;
    }
  | TalkHappening;

/** What happens in the Discord server. `message`: the nth that an author has posted, counted from the newest, 0. */
export type TalkHappening =
  | { do: 'edit'; atMs: number; message: number; how: EditKind; bps: number }
  | { do: 'remove'; atMs: number; message: number }
  /** A message is given other signals; the steps of one edit are heard as one. */
  | {
      do: 'rewrite';
      atMs: number;
      message: number;
      steps: readonly RewriteStep[];
      /** The same edit is told a second time after this long; null: never. */
      againMs: number | null;
    }
  /** An operator presses the button of that number on the nth message that has, or had, any, counted from the newest. */
  | { do: 'press'; atMs: number; on: number; button: number; againMs: number | null }
  /** The gateway is away. */
  | { do: 'gateway'; atMs: number; forMs: number }
  /** What is posted, edited and read. */
  | { do: 'discord'; atMs: number; forMs: number; how: DiscordTrouble };

export type EditKind = 'stop' | 'targets' | 'same' | 'unreadable' | 'close';

/** `at`: the place of the signal that it is about, counted around; `added`: what is put in. */
export interface RewriteStep {
  how: RewriteKind;
  at: number;
  bps: number;
  added: SignalItem;
}

/**
 * `merge`: takes in the signals of the next older message of its channel, which is deleted. `split`: the signals from `at`
 * on are posted as a message of their own. `as first`: as it was first said.
 */
export type RewriteKind =
  | 'add'
  | 'take out'
  | 'reorder'
  | 'stop'
  | 'targets'
  | 'replace'
  | 'merge'
  | 'split'
  | 'as first';

/** `silent`: nothing arrives; `answers lost`: it is carried out, and no answer comes. */
export type DiscordTrouble = 'silent' | 'refused' | 'answers lost';

/** Everything that a script can say. Numbers count from 1 over the whole run. */
export type Item =
  | Happening
  /** What happens `afterMs` after the nth occasion of that kind, at whatever moment that is. */
  | { do: 'when'; what: Occasion; nth: number; afterMs: number; happening: Happening }
  /** After that many steps, or ahead of that request or write, which then does not leave the program. */
  | ({ do: 'crash'; downMs: number; requests: InFlight; writes: InFlight } & (
      | { step: number }
      | { io: number }
    ))
  /** Strikes `times` requests of that kind, from the nth on. */
  | { do: 'fault'; of: Errand | 'any'; nth: number; times: number; fate: Fate; ms: number }
  | { do: 'event'; of: EventKind | 'any'; nth: number; times: number; fate: EventFate; ms: number };

/** What a request is about. */
export type Errand = 'entry' | 'stop' | 'target' | 'close' | 'cancel' | 'question' | 'other';

export type EventKind = 'entry' | 'stop' | 'target' | 'close' | 'account';

export type EventFate = 'lost' | 'double' | 'late';

/** A request of that kind left the program, or an order of that kind was executed. */
export type Occasion =
  | `${Exclude<Errand, 'other'>} sent`
  | 'entry filled'
  | 'stop filled'
  | 'target filled'
  | 'close filled'
  /** An author has posted, or given a message other signals; the program has asked; a press has reached it. */
  | 'said'
  | 'rewritten'
  | 'asked'
  | 'pressed';

/**
 * `full`: no write succeeds. `lock`: each fails after the patience with it. `torn`: a write that fails may be there all
 * the same. `gone`: nothing can be read either.
 */
export type StoreTrouble = 'full' | 'lock' | 'torn' | 'gone';

export interface SignalItem {
  do: 'signal';
  /** USDⓈ-M where it is absent. */
  market?: 'spot';
  /** Said where signals wait for a click. */
  asks?: true;
  /** Said in the same message, below it. */
  beside?: readonly SignalItem[];
  atMs: number;
  symbol: string;
  side: 'long' | 'short';
  /** Hundredths of a percent from the price at that moment, on the side where they rest; none: at market. */
  entryBps: readonly number[];
  stopBps: number;
  targetBps: readonly number[];
  /** The first two entries are the bounds of a zone. */
  isZone: boolean;
  /** Percentages of the targets; none: as the settings say. */
  shares: readonly number[];
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
  | 'leverage'
  | 'margin_type'
  | 'position_mode'
  | 'multi_assets'
  | 'filters';

/** What the user, or the exchange by itself, does on spot. */
export type SpotHand =
  | 'sell_own'
  | 'sell_all'
  | 'buy_own'
  | 'cancel_list'
  | 'cancel_entry'
  | 'own_stop'
  | 'expire_order'
  | 'cancel_only'
  | 'withdraw'
  | 'filters';

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
  /** Arrives twice, and what the second one is told is the answer. */
  | 'doubled'
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
