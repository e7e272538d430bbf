import type { Decimal } from '../../../trading/decimal.ts';
import type { Account } from './account.ts';
import type { Market } from './markets.ts';
import type { Order, OrderList, Trade, UserEvent } from './model.ts';

/** Sequences of the exchange's ids. */
export interface Ids {
  order: number;
  list: number;
  trade: number;
  execution: number;
}

/** Exchange filters: how much an account may have open over all symbols; null where there is no such filter. */
export interface ExchangeLimits {
  maxOrders: number | null;
  maxAlgoOrders: number | null;
  maxOrderLists: number | null;
}

/** The state that the parts of the spot core share; no sockets, no clock of its own. */
export interface Core {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly markets: ReadonlyMap<string, Market>;
  readonly account: Account;
  readonly limits: Readonly<ExchangeLimits>;
  /** Every order ever, by id. */
  readonly orders: Map<number, Order>;
  /** The newest order of each client id. */
  readonly orderIds: Map<string, number>;
  /** Those that are not final, pending ones too, oldest first. */
  readonly openOrders: Map<number, Order>;
  readonly lists: Map<number, OrderList>;
  /** The newest list of each client id. */
  readonly listIds: Map<string, number>;
  readonly openLists: Map<number, OrderList>;
  readonly trades: Trade[];
  readonly ids: Ids;
  /** A client id for an order or a list that was sent without one. */
  clientId(): string;
  /** To the account's stream. */
  publish(event: UserEvent): void;
  /** What an asset is worth in another by the last prices; null where no market leads there. */
  rate(from: string, to: string): Decimal | null;
  /** An order has filled for the first time: it no longer counts as unfilled. */
  firstFill(order: Order, maker: boolean): void;
  /** An order begins to trade, or has triggered: what it excludes goes. */
  orderStarts(order: Order): void;
  /** An order has reached its end; `cancelId` names the cancellation that ended it. */
  orderEnded(order: Order, cancelId?: string): void;
  /** Done once the request or the price at hand is through: the next phase of a list, for instance. */
  later(step: () => void): void;
}
