import { Decimal } from '../../../trading/decimal.ts';
import { KeyRing } from '../auth.ts';
import type { Level } from '../book.ts';
import type { Instrument, SymbolStatus } from '../instruments.ts';
import type { Params } from '../params.ts';
import { Random } from '../random.ts';
import { Account } from './account.ts';
import { cancelAlgo, endAlgo, finishAlgo, placeAlgo } from './algo.ts';
import { amendOrder } from './amend.ts';
import type { Core, Ids, Policy } from './core.ts';
import { accountUpdate } from './events.ts';
import { earn, end, fill, marketOf } from './fills.ts';
import { deleverage, liquidate, settleContract, settleFunding } from './forced.ts';
import { type Market, newMarket, nextFundingTime } from './markets.ts';
import type { AlgoOrder, Order, Position, PositionSide, Trade, UserEvent } from './model.ts';
import { jumpPrice, matchScripted, movePrice } from './movement.ts';
import { cancelOrder, placeOrder, testOrder } from './placement.ts';
import {
  type LeverageResult,
  setLeverage,
  setMarginType,
  setMultiAssets,
  setPositionMode,
} from './settings.ts';

export interface ExchangeOptions {
  /** Milliseconds since the epoch; the core has no clock of its own. */
  clock: () => number;
  instruments: Map<string, Instrument>;
  seed?: number;
  /** USDT in the futures wallet. */
  balance?: Decimal;
  uid?: number;
  keys?: KeyRing;
  policy?: Partial<Policy>;
}

export type ExchangeEvent =
  | { kind: 'user'; event: UserEvent }
  /** Last, mark or book of that contract changed. */
  | { kind: 'market'; symbol: string; jump?: true }
  /** A setting of the account changed that no event tells. */
  | { kind: 'settings' };

const DEFAULT_POLICY: Policy = {
  reduceOnlyMarket: 'knock-out',
  reduceOnlyLimit: 'reject',
  maxAlgoOrders: 200,
  gteWithoutPosition: 'reject',
  funding: 'scripted',
};

/** The USDⓈ-M matching core with one account: deterministic, synchronous, without sockets. */
export class UsdmExchange implements Core {
  readonly markets: Map<string, Market>;
  readonly account: Account;
  readonly orders = new Map<number, Order>();
  readonly orderIds = new Map<string, number>();
  readonly openOrders = new Map<number, Order>();
  readonly algos = new Map<number, AlgoOrder>();
  readonly openAlgos = new Map<number, AlgoOrder>();
  readonly algoIds = new Map<string, number>();
  readonly trades: Trade[] = [];
  readonly ids: Ids = {
    order: 974_000_000_001,
    trade: 6_500_000_001,
    algo: 1_000_001_270_000_001,
    transaction: 9_689_322_392_001,
  };
  readonly policy: Policy;
  readonly keys: KeyRing;
  readonly #clock: () => number;
  #nextFunding: number;
  readonly #random: Random;
  readonly #listeners = new Set<(event: ExchangeEvent) => void>();

  constructor(options: ExchangeOptions) {
    this.#clock = options.clock;
    this.#nextFunding = nextFundingTime(options.clock());
    this.#random = new Random(options.seed ?? 1);
    this.markets = new Map(
      [...options.instruments].map(([symbol, contract]) => [symbol, newMarket(contract, options.clock())]),
    );
    this.account = new Account(options.uid ?? 354_937_868, options.balance ?? new Decimal(10_000));
    this.policy = { ...DEFAULT_POLICY, ...options.policy };
    this.keys = options.keys ?? new KeyRing();
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: ExchangeEvent) => void): () => void {
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

  #emit(event: ExchangeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  orderEnded(order: Order): void {
    finishAlgo(this, order);
  }

  /** Conditional orders that close the position (GTE) end with it; those by quantity stay behind. */
  positionClosed(position: Position): void {
    for (const algo of [...this.openAlgos.values()]) {
      const same = algo.symbol === position.symbol && algo.positionSide === position.positionSide;
      if (same && algo.timeInForce === 'GTE_GTC') endAlgo(this, algo, 'EXPIRED');
    }
  }

  market(symbol: string): Market {
    return marketOf(this, symbol);
  }

  placeOrder(params: Params): Order {
    const order = placeOrder(this, params);
    this.#emit({ kind: 'market', symbol: order.symbol });
    return order;
  }

  testOrder(params: Params): Order {
    return testOrder(this, params);
  }

  cancelOrder(params: Params): Order {
    return cancelOrder(this, params);
  }

  amendOrder(params: Params): Order {
    const order = amendOrder(this, params);
    this.#emit({ kind: 'market', symbol: order.symbol });
    return order;
  }

  cancelAllOrders(symbol: string): void {
    for (const order of [...this.openOrders.values()])
      if (order.symbol === symbol) end(this, order, 'CANCELED');
  }

  placeAlgo(params: Params): AlgoOrder {
    return placeAlgo(this, params);
  }

  cancelAlgo(params: Params): AlgoOrder {
    return cancelAlgo(this, params);
  }

  cancelAllAlgos(symbol: string): void {
    for (const algo of [...this.openAlgos.values()])
      if (algo.symbol === symbol) endAlgo(this, algo, 'CANCELED');
  }

  setLeverage(params: Params): LeverageResult {
    return setLeverage(this, params);
  }

  setMarginType(params: Params): void {
    setMarginType(this, params);
    this.#emit({ kind: 'settings' });
  }

  setPositionMode(params: Params): void {
    setPositionMode(this, params);
    this.#emit({ kind: 'settings' });
  }

  setMultiAssets(params: Params): void {
    setMultiAssets(this, params);
  }

  /** Changes of the owner in the app, without asking whether they are possible. */
  changeAccount(
    change: Partial<Pick<Account, 'hedgeMode' | 'multiAssets' | 'canTrade' | 'feeBurn' | 'bnb'>>,
  ): void {
    Object.assign(this.account, change);
    this.#emit({ kind: 'settings' });
  }

  /**
   * Moves the market; `mark` alone moves only the mark price, without `mark` it goes with the last price.
   * Resting orders, triggers and liquidation prices on the way are met in order.
   */
  setPrice(symbol: string, price: { last?: Decimal; mark?: Decimal }): void {
    const market = this.market(symbol);
    const last = (price.last ?? market.last).toNearest(market.instrument.tickSize);
    movePrice(this, symbol, { last, mark: price.mark ?? (price.last === undefined ? market.mark : last) });
    this.#emit({ kind: 'market', symbol });
  }

  /** Opens a gap: stops on the way are filled at the new price, not at their own. */
  jumpPrice(symbol: string, to: Decimal): void {
    const last = to.toNearest(this.market(symbol).instrument.tickSize);
    jumpPrice(this, symbol, { last, mark: last });
    this.#emit({ kind: 'market', symbol, jump: true });
  }

  /** Replaces the book until the next price; what crosses resting orders fills them. */
  setDepth(symbol: string, depth: { bids: readonly Level[]; asks: readonly Level[] }): void {
    const market = this.market(symbol);
    const copy = (levels: readonly Level[]) => levels.map((level) => ({ ...level }));
    market.scripted = { bids: copy(depth.bids), asks: copy(depth.asks) };
    market.updateId += 1;
    matchScripted(this, market);
    this.#emit({ kind: 'market', symbol });
  }

  /** The next price that crosses resting orders of the contract fills only this much of each. */
  setPartialFill(symbol: string, part: { fraction: Decimal } | { quantity: Decimal } | null): void {
    this.market(symbol).partial = part;
  }

  /** Fills a part of a resting order at its price, as maker. Returns what was filled. */
  fillOrder(orderId: number, quantity: Decimal): Decimal {
    const order = this.openOrders.get(orderId);
    return order === undefined ? new Decimal(0) : fill(this, order, order.price, quantity, { maker: true });
  }

  /** The matching engine or the system drops a resting order. */
  expireOrder(orderId: number): void {
    const order = this.openOrders.get(orderId);
    if (order !== undefined) end(this, order, 'EXPIRED');
  }

  /** A waiting conditional order is dropped by the exchange. */
  dropAlgo(algoId: number, status: 'REJECTED' | 'EXPIRED', reason = ''): void {
    const algo = this.openAlgos.get(algoId);
    if (algo !== undefined) endAlgo(this, algo, status, reason);
  }

  liquidate(symbol: string, positionSide: PositionSide): void {
    liquidate(this, this.account.position(symbol, positionSide));
  }

  /** Auto-deleveraging of `quantity`, by default of the whole position. */
  deleverage(symbol: string, positionSide: PositionSide, quantity?: Decimal): void {
    deleverage(this, this.account.position(symbol, positionSide), quantity);
  }

  /** Settles funding at `rate`, by default the contract's own. */
  fund(symbol: string, rate?: Decimal): void {
    settleFunding(this, symbol, rate ?? this.market(symbol).fundingRate);
  }

  /** Money in (positive) or out of the futures wallet. */
  transfer(amount: Decimal): void {
    this.account.wallet = this.account.wallet.plus(amount);
    earn(this, 'TRANSFER', '', amount, 'TRANSFER');
    this.publish(accountUpdate(this, amount.isNegative() ? 'WITHDRAW' : 'DEPOSIT', [], amount));
  }

  /** Ends what has run out of time (GTD orders) and settles scheduled funding. Call it as time passes. */
  elapse(): void {
    for (const order of [...this.openOrders.values()]) {
      if (order.timeInForce === 'GTD' && order.goodTillDate <= this.now()) end(this, order, 'EXPIRED');
    }
    if (this.now() < this.#nextFunding) return;
    this.#nextFunding = nextFundingTime(this.now());
    if (this.policy.funding !== 'scheduled') return;
    for (const symbol of new Set(this.account.openPositions().map((position) => position.symbol)))
      this.fund(symbol);
  }

  /** Settles and delists the contract. */
  settle(symbol: string): void {
    settleContract(this, symbol);
  }

  setStatus(symbol: string, status: SymbolStatus): void {
    this.changeInstrument(symbol, { status });
  }

  /** Gives the contract other filters. */
  changeInstrument(symbol: string, change: Partial<Instrument>): void {
    Object.assign(this.market(symbol).instrument, change);
  }
}
