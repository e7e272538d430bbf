import type { Account } from './account.ts';
import type { Market } from './markets.ts';
import type { AlgoOrder, Order, Position, Trade, UserEvent } from './model.ts';

/** What the exchange does where Binance has been seen to do either. */
export interface Policy {
  /**
   * A reduce-only market order that together with the resting ones exceeds the position: it goes first and
   * knocks resting ones out (expiry reason 4), or it is refused with -2022.
   */
  reduceOnlyMarket: 'knock-out' | 'reject';
  /** The same with a limit order: refused with -4118, or accepted and cut when it fills. */
  reduceOnlyLimit: 'reject' | 'accept';
  /** Open conditional orders over all symbols, -4045 beyond. */
  maxAlgoOrders: number;
  /** closePosition (GTE_GTC) orders without a position: refused with -4509, or accepted. */
  gteWithoutPosition: 'reject' | 'accept';
  /** Funding at 00:00, 08:00 and 16:00 UTC by itself, or only when a script settles it. */
  funding: 'scheduled' | 'scripted';
}

/** Sequences of the exchange's ids. */
export interface Ids {
  order: number;
  trade: number;
  algo: number;
  transaction: number;
}

/** The state that the parts of the matching core share; no sockets, no clock of its own. */
export interface Core {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly markets: ReadonlyMap<string, Market>;
  readonly account: Account;
  /** Every order ever, by id. */
  readonly orders: Map<number, Order>;
  /** The newest order of each client id. */
  readonly orderIds: Map<string, number>;
  /** The resting ones, oldest first. */
  readonly openOrders: Map<number, Order>;
  readonly algos: Map<number, AlgoOrder>;
  readonly openAlgos: Map<number, AlgoOrder>;
  readonly algoIds: Map<string, number>;
  readonly trades: Trade[];
  readonly ids: Ids;
  readonly policy: Policy;
  /** A client id for an order that was sent without one. */
  clientId(): string;
  /** To the private stream. */
  publish(event: UserEvent): void;
  /** An order has reached its end: filled, cancelled or expired. */
  orderEnded(order: Order): void;
  /** A position has just become flat. */
  positionClosed(position: Position): void;
}
