import { Decimal, ZERO } from '../../../src/trading/decimal.ts';
import type { ListRequest, OrderReport, RefusalCause } from '../../../src/trading/exchange.ts';
import { attachedIds } from '../../../src/trading/lifecycle/facts.ts';
import type { Fill, OrderRequest } from '../../../src/trading/model.ts';

/** Spot reduced to what decides the fate of one trade: one symbol, scripted prices, coins that orders lock. */
export interface ModelSpot {
  /** Grows with every change. */
  readonly version: number;
  readonly price: Decimal;
  /** All coins of the account, the user's own among them. */
  readonly coins: Decimal;
  readonly free: Decimal;
  /** What orders of the trade have bought, commissions in coins taken off, and sold. */
  readonly bought: Decimal;
  readonly sold: Decimal;
  readonly fills: readonly Fill[];
  open(): OrderReport[];
  place(request: OrderRequest): OrderReport | Refusal;
  placeList(list: ListRequest): OrderReport[] | Refusal;
  /** The order, with the other leg of its list; null when it is over. */
  cancel(clientId: string): OrderReport[] | null;
  find(clientId: string): OrderReport | null;
  setPrice(price: Decimal): void;
  /** The user sells free coins by hand; answers how many. */
  sellByHand(quantity: Decimal): Decimal;
  /** The exchange itself ends an order, and its list. */
  expire(clientId: string): void;
}

export interface Refusal {
  cause: RefusalCause;
}

export interface ModelSpotOptions {
  random: () => number;
  later(delayMs: number, work: () => void): void;
  emit(report: OrderReport, fill: Fill | null): void;
  /** Coins that are the user's own. */
  ownCoins: Decimal;
  /** Share of a buy that the exchange keeps, in coins. */
  coinFee: Decimal;
  minNotional: Decimal;
  maxAlgoOrders: number;
  /** Executions come in several parts. */
  inParts: boolean;
}

interface Entry {
  request: OrderRequest;
  report: OrderReport;
  fills: Fill[];
}

const LIVE = new Set(['waiting', 'working', 'triggered']);

export function createModelSpot(options: ModelSpotOptions): ModelSpot {
  const { random, later, emit } = options;
  const orders = new Map<string, Entry>();
  const fills: Fill[] = [];
  let price = new Decimal(100);
  let coins = options.ownCoins;
  let bought = ZERO;
  let sold = ZERO;
  let nextId = 1;
  let version = 0;

  const isLive = ({ report }: Entry): boolean => LIVE.has(report.status);
  const rest = ({ report }: Entry): Decimal => report.quantity.minus(report.executed);
  const legsOf = ({ request }: Entry): Entry[] =>
    [...orders.values()].filter(
      (other) => other.request.listId !== undefined && other.request.listId === request.listId,
    );
  const attachedTo = ({ request: { attached } }: Entry): Entry[] =>
    (attached ? attachedIds(attached) : []).flatMap((clientId) => orders.get(clientId) ?? []);
  /** An entry and what waits for it: whichever ends takes the others along. */
  const boundTo = (entry: Entry): Entry[] => {
    const isWaiting = ({ report }: Entry): boolean => report.status === 'waiting';
    const first = isWaiting(entry)
      ? [...orders.values()].find((other) => attachedTo(other).includes(entry))
      : entry;
    return first ? [first, ...attachedTo(first).filter(isWaiting)] : [];
  };

  /** Both legs of a list lock the same coins. */
  function locked(): Decimal {
    const seen = new Set<string>();
    let sum = ZERO;
    for (const entry of orders.values()) {
      if (entry.request.action === 'BUY' || !isLive(entry) || entry.report.status === 'waiting') continue;
      const { listId } = entry.request;
      if (listId !== undefined && seen.has(listId)) continue;
      if (listId !== undefined) seen.add(listId);
      sum = sum.plus(rest(entry));
    }
    return sum;
  }

  function update(entry: Entry, change: Partial<OrderReport>, fill: Fill | null): void {
    version += 1;
    entry.report = { ...entry.report, ...change };
    emit(entry.report, fill);
  }

  function endSiblings(entry: Entry): void {
    for (const leg of legsOf(entry)) {
      if (leg !== entry && isLive(leg)) update(leg, { status: 'expired', reason: 'OCO_TRIGGER' }, null);
    }
  }

  function execute(entry: Entry, quantity: Decimal, at: Decimal): void {
    if (!isLive(entry) || quantity.lte(0)) return;
    const { request } = entry;
    const isBuy = request.action === 'BUY';
    const commission = isBuy ? quantity.times(options.coinFee) : ZERO;
    coins = isBuy ? coins.plus(quantity).minus(commission) : coins.minus(quantity);
    if (isBuy) bought = bought.plus(quantity).minus(commission);
    else sold = sold.plus(quantity);
    if (coins.isNegative()) throw new Error('the model has sold coins that are not there');
    const fill: Fill = {
      tradeId: String(fills.length + 1),
      orderId: entry.report.orderId ?? '',
      clientId: request.clientId,
      symbol: request.symbol,
      action: request.action,
      positionSide: 'BOTH',
      price: at,
      quantity,
      commission,
      commissionAsset: isBuy ? 'BTC' : 'USDT',
      realisedPnl: ZERO,
      maker: request.type === 'limit' || request.type === 'limit_maker',
      at: 0,
    };
    fills.push(fill);
    entry.fills.push(fill);
    const executed = entry.report.executed.plus(quantity);
    const done = executed.gte(entry.report.quantity);
    const waiting = entry.report.conditional ? ('triggered' as const) : ('working' as const);
    // The exchange does not say which of the two is reported first.
    const siblingsFirst = random() < 0.5;
    if (siblingsFirst) endSiblings(entry);
    const attached = done ? attachedTo(entry) : [];
    const whole = { executed, status: done ? ('filled' as const) : waiting, avgPrice: at };
    // The events of both come at once, in whichever order.
    if (siblingsFirst) {
      entry.report = { ...entry.report, ...whole };
      placeAttached(attached);
    }
    update(entry, whole, fill);
    if (!siblingsFirst) placeAttached(attached);
    endSiblings(entry);
  }

  /** Their entry has filled whole. */
  function placeAttached(waiting: readonly Entry[]): void {
    const free = coins.minus(locked());
    const fits = waiting.every(
      ({ request }) =>
        request.quantity.lte(free) &&
        !(request.triggerPrice === null ? limitReached(request) : triggerReached(request)),
    );
    for (const entry of waiting)
      update(entry, fits ? { status: 'working' } : { status: 'expired', reason: 'REJECTED' }, null);
  }

  /** All of it now, or in up to three parts a few milliseconds apart. */
  function fillUp(entry: Entry, at: () => Decimal): void {
    const wanted = rest(entry);
    if (!options.inParts || random() < 0.4) return execute(entry, wanted, at());
    const part = wanted
      .times(Math.ceil(random() * 3))
      .div(4)
      .toDecimalPlaces(3, Decimal.ROUND_DOWN);
    execute(entry, part, at());
    later(1 + Math.floor(random() * 900), () => {
      if (isLive(entry)) execute(entry, rest(entry), at());
    });
  }

  function triggerReached({ triggerPrice, action }: OrderRequest): boolean {
    if (triggerPrice === null) return false;
    return action === 'BUY' ? price.gte(triggerPrice) : price.lte(triggerPrice);
  }

  function limitReached({ price: limit, action }: OrderRequest): boolean {
    if (limit === null) return true;
    return action === 'BUY' ? price.lte(limit) : price.gte(limit);
  }

  function match(entry: Entry): void {
    const { request, report } = entry;
    if (report.status === 'triggered' && limitReached(request)) return fillUp(entry, () => price);
    if (report.status !== 'working') return;
    if (report.conditional) {
      if (!triggerReached(request)) return;
      update(entry, { status: 'triggered' }, null);
      endSiblings(entry);
      later(Math.floor(random() * 40), () => {
        if (isLive(entry) && limitReached(request)) fillUp(entry, () => price);
      });
    } else if (limitReached(request)) fillUp(entry, () => request.price ?? price);
  }

  function algoOrders(): number {
    return [...orders.values()].filter((entry) => isLive(entry) && entry.report.conditional).length;
  }

  function refusal(request: OrderRequest): Refusal | null {
    if (orders.has(request.clientId)) return { cause: 'duplicate' };
    const at = request.price ?? request.triggerPrice ?? price;
    const { attached } = request;
    const isSmall = attached?.quantity.times(attached.price ?? attached.triggerPrice).lt(options.minNotional);
    if (request.quantity.times(at).lt(options.minNotional) || isSmall) return { cause: 'too_small' };
    const conditional = request.type === 'stop_market' || request.type === 'stop_limit';
    if (conditional && triggerReached(request)) return { cause: 'would_trigger' };
    if (conditional && algoOrders() >= options.maxAlgoOrders) return { cause: 'too_many' };
    return null;
  }

  function enter(request: OrderRequest, status: OrderReport['status'] = 'working'): Entry {
    const conditional = request.type === 'stop_market' || request.type === 'stop_limit';
    const entry: Entry = {
      request,
      fills: [],
      report: {
        clientId: request.clientId,
        symbol: request.symbol,
        conditional,
        orderId: String(nextId++),
        status,
        action: request.action,
        positionSide: 'BOTH',
        reduceOnly: false,
        quantity: request.quantity,
        executed: ZERO,
        avgPrice: null,
        price: request.price,
        triggerPrice: request.triggerPrice,
        reason: null,
        at: 0,
        listed: request.listId !== undefined || request.attached !== undefined || status === 'waiting',
      },
    };
    orders.set(request.clientId, entry);
    version += 1;
    emit(entry.report, null);
    const { attached } = request;
    if (attached) {
      const { clientId, listId, type, quantity, price: limit, triggerPrice, target } = attached;
      const { attached: _, ...rest } = request;
      const leg = { ...rest, action: 'SELL' as const, quantity, ...(target ? { listId } : {}) };
      enter({ ...leg, clientId, type, price: limit, triggerPrice }, 'waiting');
      if (target) enter({ ...leg, ...target, type: 'limit_maker', triggerPrice: null }, 'waiting');
    }
    return entry;
  }

  return {
    get version() {
      return version;
    },
    get price() {
      return price;
    },
    get coins() {
      return coins;
    },
    get free() {
      return coins.minus(locked());
    },
    get bought() {
      return bought;
    },
    get sold() {
      return sold;
    },
    fills,
    open: () => [...orders.values()].filter(isLive).map((entry) => entry.report),
    place(request) {
      const refused = refusal(request);
      if (refused) return refused;
      if (request.action === 'SELL' && request.quantity.gt(coins.minus(locked())))
        return { cause: 'balance' };
      if (request.attached && algoOrders() >= options.maxAlgoOrders) return { cause: 'too_many' };
      const entry = enter(request);
      if (request.type === 'market') fillUp(entry, () => price);
      else match(entry);
      return { ...entry.report, fills: [...entry.fills] };
    },
    placeList({ target, stop }) {
      for (const leg of [target, stop]) {
        const refused = refusal(leg);
        if (refused) return refused.cause === 'would_trigger' ? { cause: 'prices_crossed' } : refused;
      }
      if (target.price?.lte(price)) return { cause: 'prices_crossed' };
      if (target.quantity.gt(coins.minus(locked()))) return { cause: 'balance' };
      return [enter(target).report, enter(stop).report];
    },
    cancel(clientId) {
      const entry = orders.get(clientId);
      const isOfPair = entry?.request.listId !== undefined && entry.report.status !== 'waiting';
      const known = entry && (isOfPair ? legsOf(entry) : boundTo(entry));
      const live = known?.filter(
        ({ report, request }) =>
          report.status === 'working' || report.status === 'waiting' || request.type === 'stop_limit',
      );
      const going = live?.filter(isLive) ?? [];
      if (!known || going.length === 0) return null;
      for (const leg of going) update(leg, { status: 'cancelled' }, null);
      return [entry, ...known.filter((leg) => leg !== entry)].flatMap((leg) => leg?.report ?? []);
    },
    find: (clientId) => orders.get(clientId)?.report ?? null,
    setPrice(next) {
      price = next;
      for (const entry of [...orders.values()]) match(entry);
    },
    sellByHand(quantity) {
      const taken = Decimal.min(quantity, coins.minus(locked()));
      coins = coins.minus(taken);
      version += 1;
      return taken;
    },
    expire(clientId) {
      const entry = orders.get(clientId);
      if (entry?.report.status !== 'working') return;
      update(entry, { status: 'expired', reason: 'PRICE_RANGE' }, null);
      endSiblings(entry);
    },
  };
}
