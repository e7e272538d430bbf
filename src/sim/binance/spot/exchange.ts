import { Decimal } from '../../../trading/decimal.ts';
import { KeyRing } from '../auth.ts';
import type { Level } from '../book.ts';
import type { Params } from '../params.ts';
import { Random } from '../random.ts';
import { Account, balanceOf } from './account.ts';
import type { Core, ExchangeLimits, Ids } from './core.ts';
import { accountPosition, balanceUpdate, externalLockUpdate } from './events.ts';
import { end, fill, marketOf } from './fills.ts';
import type { Instrument, SymbolStatus } from './instruments.ts';
import { legStarts, listAfter } from './list-phases.ts';
import { cancelList, type ListKind, type PlacedList, placeList } from './lists.ts';
import { type Market, newMarket } from './markets.ts';
import type { Order, OrderList, Trade, UserEvent } from './model.ts';
import { jumpPrice, matchScripted, movePrice } from './movement.ts';
import { cancelOrder, checkedOrder, placeOrder } from './placement.ts';
import { cancelReplace, type Replaced } from './replace.ts';

export interface SpotOptions {
  /** Milliseconds since the epoch; the core has no clock of its own. */
  clock: () => number;
  instruments: Map<string, Instrument>;
  seed?: number;
  /** Default: 10000 USDT. */
  balances?: Readonly<Record<string, Decimal>>;
  uid?: number;
  keys?: KeyRing;
}

export type SpotEvent =
  | { kind: 'user'; event: UserEvent }
  /** Last price or book of that symbol changed. */
  | { kind: 'market'; symbol: string }
  | { kind: 'first-fill'; maker: boolean };

/** The spot matching core with one account: deterministic, synchronous, without sockets. */
export class SpotExchange implements Core {
  readonly markets: Map<string, Market>;
  readonly account: Account;
  readonly limits: ExchangeLimits = { maxOrders: null, maxAlgoOrders: null, maxOrderLists: null };
  readonly orders = new Map<number, Order>();
  readonly orderIds = new Map<string, number>();
  readonly openOrders = new Map<number, Order>();
  readonly lists = new Map<number, OrderList>();
  readonly listIds = new Map<string, number>();
  readonly openLists = new Map<number, OrderList>();
  readonly trades: Trade[] = [];
  readonly ids: Ids = { order: 12_510_053_279, list: 93_401, trade: 3_900_000_001, execution: 8_641_984 };
  readonly keys: KeyRing;
  readonly #clock: () => number;
  readonly #random: Random;
  readonly #listeners = new Set<(event: SpotEvent) => void>();
  readonly #later: (() => void)[] = [];

  constructor(options: SpotOptions) {
    this.#clock = options.clock;
    this.#random = new Random((options.seed ?? 1) + 7);
    this.markets = new Map(
      [...options.instruments].map(([symbol, own]) => [symbol, newMarket(own, options.clock())]),
    );
    const balances = options.balances ?? { USDT: new Decimal(10_000) };
    this.account = new Account(options.uid ?? 354_937_868, balances);
    this.keys = options.keys ?? new KeyRing();
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: SpotEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  now(): number {
    return this.#clock();
  }

  clientId(): string {
    return this.#random.text(22);
  }

  publish(event: UserEvent): void {
    this.#emit({ kind: 'user', event });
  }

  #emit(event: SpotEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  firstFill(_order: Order, maker: boolean): void {
    this.#emit({ kind: 'first-fill', maker });
  }

  rate(from: string, to: string): Decimal | null {
    if (from === to) return new Decimal(1);
    const direct = this.markets.get(`${from}${to}`)?.last;
    if (direct !== undefined) return direct;
    const inverse = this.markets.get(`${to}${from}`)?.last;
    if (inverse !== undefined) return new Decimal(1).div(inverse);
    const [inUsdt, usdtIn] = [this.markets.get(`${from}USDT`)?.last, this.markets.get(`${to}USDT`)?.last];
    return inUsdt === undefined || usdtIn === undefined ? null : inUsdt.div(usdtIn);
  }

  orderStarts(order: Order): void {
    legStarts(this, order);
  }

  orderEnded(order: Order, cancelId?: string): void {
    listAfter(this, order, cancelId);
  }

  later(step: () => void): void {
    this.#later.push(step);
  }

  /** What the request or the price at hand has put off. */
  readonly settle = (): void => {
    for (let step = this.#later.shift(); step !== undefined; step = this.#later.shift()) step();
  };

  #after<T>(result: T, symbol?: string): T {
    this.settle();
    if (symbol !== undefined) this.#emit({ kind: 'market', symbol });
    return result;
  }

  market(symbol: string): Market {
    return marketOf(this, symbol);
  }

  /** A copy of the order as the answer shows it, before any pending order of a list came to the book. */
  placeOrder(params: Params): Order {
    const order = placeOrder(this, params);
    return this.#after({ ...order }, order.symbol);
  }

  testOrder(params: Params): void {
    checkedOrder(this, params);
  }

  cancelOrder(params: Params): Order {
    return this.#after(cancelOrder(this, params));
  }

  cancelReplace(params: Params): Replaced {
    return this.#after(cancelReplace(this, params));
  }

  placeList(kind: ListKind, params: Params): PlacedList {
    const placed = placeList(this, kind, params);
    return this.#after(placed, placed.list.symbol);
  }

  cancelList(params: Params): OrderList {
    return this.#after(cancelList(this, params));
  }

  /** Moves the last price; resting orders and stops on the way are met in order. */
  setPrice(symbol: string, last: Decimal): void {
    movePrice(this, symbol, this.#priceOf(symbol, last), this.settle);
    this.#after(undefined, symbol);
  }

  /** Opens a gap: what lies on the way meets the book as it is at the new price. */
  jumpPrice(symbol: string, to: Decimal): void {
    jumpPrice(this, symbol, this.#priceOf(symbol, to), this.settle);
    this.#after(undefined, symbol);
  }

  #priceOf(symbol: string, price: Decimal): Decimal {
    const { tickSize } = this.market(symbol).instrument;
    return Decimal.max(price.toNearest(tickSize), tickSize);
  }

  /** Replaces the book until the next price; what crosses resting orders fills them. */
  setDepth(symbol: string, depth: { bids: readonly Level[]; asks: readonly Level[] }): void {
    const market = this.market(symbol);
    const copy = (levels: readonly Level[]) => levels.map((level) => ({ ...level }));
    market.scripted = { bids: copy(depth.bids), asks: copy(depth.asks) };
    market.updateId += 1;
    if (market.instrument.status === 'TRADING') matchScripted(this, market);
    this.#after(undefined, symbol);
  }

  /** The next price that crosses resting orders of the symbol fills only this much of each. */
  setPartialFill(symbol: string, part: { fraction: Decimal } | { quantity: Decimal } | null): void {
    this.market(symbol).partial = part;
  }

  /** Fills a part of a resting order at its price, as maker. Returns what was filled. */
  fillOrder(orderId: number, quantity: Decimal): Decimal {
    const order = this.openOrders.get(orderId);
    if (order === undefined || !order.working) return new Decimal(0);
    return this.#after(fill(this, order, order.price, quantity, true));
  }

  /** The exchange drops an open order. */
  expireOrder(orderId: number): void {
    const order = this.openOrders.get(orderId);
    if (order !== undefined) end(this, order, 'EXPIRED', { reason: 'EXCHANGE_CANCELED' });
    this.settle();
  }

  /** A reference price as the exchange would set it; null takes it away. */
  setReference(symbol: string, price: Decimal | null): void {
    this.market(symbol).reference = { price, time: this.now() };
  }

  /** Money in (positive) or out of the wallet. */
  deposit(asset: string, amount: Decimal): void {
    this.account.add(asset, amount);
    this.publish(balanceUpdate(this, asset, amount.toFixed(8)));
    this.publish(accountPosition(this, [asset]));
  }

  /** Another system locks (positive) or frees a part of the balance. */
  lockOutside(asset: string, amount: Decimal): void {
    this.account.lockOutside(asset, amount);
    this.publish(externalLockUpdate(this, asset, amount.toFixed(8)));
    this.publish(accountPosition(this, [asset]));
  }

  balance(asset: string): { free: Decimal; locked: Decimal } {
    return balanceOf(this, asset);
  }

  setStatus(symbol: string, status: SymbolStatus): void {
    this.changeInstrument(symbol, { status });
  }

  /** Gives the symbol other filters. */
  changeInstrument(symbol: string, change: Partial<Instrument>): void {
    Object.assign(this.market(symbol).instrument, change);
  }
}
