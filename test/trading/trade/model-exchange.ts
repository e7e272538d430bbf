import { Decimal, ZERO } from '../../../src/trading/decimal.ts';
import type { OrderReport } from '../../../src/trading/exchange.ts';
import type { Fill, OrderRequest, Side } from '../../../src/trading/model.ts';

/** A future's order book reduced to what decides the fate of one trade: one symbol, one side, scripted prices. */
export interface ModelExchange {
  /** Grows with every change of an order or the position. */
  readonly version: number;
  readonly price: Decimal;
  /** What is held in the trade's direction; reduce-only orders never turn it around. */
  readonly position: Decimal;
  /** What orders have taken out of the position so far. */
  readonly reduced: Decimal;
  readonly fills: readonly Fill[];
  open(): OrderReport[];
  place(request: OrderRequest): { report: OrderReport } | { code: number };
  cancel(clientId: string): OrderReport | null;
  find(clientId: string): OrderReport | null;
  setPrice(price: Decimal): void;
  /** Somebody else takes part of the position out; answers what really left. */
  takeOut(quantity: Decimal): Decimal;
  /** The exchange itself ends an order. */
  expire(clientId: string): void;
}

export interface ModelExchangeOptions {
  side: Side;
  random: () => number;
  later(delayMs: number, work: () => void): void;
  emit(report: OrderReport, fill: Fill | null): void;
  feesInBnb: boolean;
  /** Executions come in several parts. */
  inParts: boolean;
  /** Closing orders are refused while resting reduce-only orders take the position. */
  strictReduceOnly: boolean;
}

interface Entry {
  request: OrderRequest;
  report: OrderReport;
  /** Trailing orders: the best price since they were placed. */
  extreme: Decimal;
}

const LIVE = new Set(['working', 'triggered']);

export function createModelExchange(options: ModelExchangeOptions): ModelExchange {
  const { side, random, later, emit } = options;
  const orders = new Map<string, Entry>();
  const fills: Fill[] = [];
  let price = new Decimal(100);
  let position = ZERO;
  let reduced = ZERO;
  let nextId = 1;
  let version = 0;
  const opening = side === 'long' ? 'BUY' : 'SELL';

  function rest(entry: Entry): Decimal {
    return entry.report.quantity.minus(entry.report.executed);
  }

  function update(entry: Entry, change: Partial<OrderReport>, fill: Fill | null): void {
    version += 1;
    entry.report = { ...entry.report, ...change };
    emit(entry.report, fill);
  }

  function execute(entry: Entry, wanted: Decimal, at: Decimal): void {
    if (!LIVE.has(entry.report.status)) return;
    const { request } = entry;
    const isOpening = request.action === opening;
    const quantity = isOpening ? wanted : Decimal.min(wanted, position);
    if (quantity.lte(0)) return update(entry, { status: 'expired', reason: 'nothing to reduce' }, null);
    position = isOpening ? position.plus(quantity) : position.minus(quantity);
    if (!isOpening) reduced = reduced.plus(quantity);
    const fill: Fill = {
      tradeId: String(fills.length + 1),
      orderId: entry.report.orderId ?? '',
      clientId: request.clientId,
      symbol: request.symbol,
      action: request.action,
      positionSide: request.positionSide,
      price: at,
      quantity,
      commission: options.feesInBnb ? new Decimal('0.001') : ZERO,
      commissionAsset: options.feesInBnb ? 'BNB' : 'USDT',
      realisedPnl: ZERO,
      maker: request.type === 'limit',
      at: 0,
    };
    fills.push(fill);
    const executed = entry.report.executed.plus(quantity);
    const done = executed.gte(entry.report.quantity);
    const waiting = entry.report.conditional ? 'triggered' : 'working';
    update(entry, { executed, status: done ? 'filled' : waiting, avgPrice: at }, fill);
    if (!done && quantity.lt(wanted)) update(entry, { status: 'expired', reason: 'nothing to reduce' }, null);
  }

  /** All of it now, or in up to three parts a few milliseconds apart. */
  function fillUp(entry: Entry, at: () => Decimal): void {
    const wanted = rest(entry);
    if (!options.inParts || random() < 0.4) return execute(entry, wanted, at());
    const part = wanted
      .times(Math.ceil(random() * 3))
      .div(4)
      .toDecimalPlaces(3, Decimal.ROUND_DOWN);
    if (part.gt(0)) execute(entry, part, at());
    later(1 + Math.floor(random() * 900), () => {
      if (LIVE.has(entry.report.status)) execute(entry, rest(entry), at());
    });
  }

  /** A buy order wants the price at or below its own, a sell order at or above. */
  function limitReached(entry: Entry): boolean {
    const limit = entry.request.price;
    if (limit === null) return false;
    return entry.request.action === 'BUY' ? price.lte(limit) : price.gte(limit);
  }

  function triggerReached(request: OrderRequest, extreme: Decimal): boolean {
    const trigger = request.callbackPct === null ? request.triggerPrice : trailed(request, extreme);
    if (trigger === null) return false;
    return request.action === 'BUY' ? price.gte(trigger) : price.lte(trigger);
  }

  function trailed({ action, callbackPct }: OrderRequest, extreme: Decimal): Decimal {
    const away = extreme.times(callbackPct ?? ZERO).div(100);
    return action === 'BUY' ? extreme.plus(away) : extreme.minus(away);
  }

  function trail(entry: Entry): void {
    const { action } = entry.request;
    entry.extreme = action === 'BUY' ? Decimal.min(entry.extreme, price) : Decimal.max(entry.extreme, price);
  }

  function trigger(entry: Entry): void {
    update(entry, { status: 'triggered', orderId: String(nextId++) }, null);
    later(Math.floor(random() * 40), () => fillUp(entry, () => price));
  }

  function match(entry: Entry): void {
    if (entry.report.status !== 'working') return;
    if (entry.request.type === 'limit' && limitReached(entry)) {
      fillUp(entry, () => entry.request.price ?? price);
    } else if (entry.report.conditional && triggerReached(entry.request, entry.extreme)) trigger(entry);
  }

  function resting(): Decimal {
    let sum = ZERO;
    for (const entry of orders.values()) {
      const takes = entry.report.status === 'working' && entry.request.action !== opening;
      if (takes && !entry.report.conditional) sum = sum.plus(rest(entry));
    }
    return sum;
  }

  return {
    get version() {
      return version;
    },
    get price() {
      return price;
    },
    get position() {
      return position;
    },
    get reduced() {
      return reduced;
    },
    fills,
    open: () => [...orders.values()].map((entry) => entry.report).filter((report) => LIVE.has(report.status)),
    place(request) {
      if (orders.has(request.clientId)) return { code: -4116 };
      const conditional = request.type !== 'market' && request.type !== 'limit';
      if (conditional && triggerReached(request, price)) return { code: -2021 };
      if (request.reduceOnly && !conditional) {
        const taken = options.strictReduceOnly ? resting().plus(request.quantity) : request.quantity;
        if (position.isZero() || (options.strictReduceOnly && taken.gt(position))) return { code: -2022 };
      }
      const entry: Entry = {
        request,
        extreme: price,
        report: {
          clientId: request.clientId,
          symbol: request.symbol,
          conditional,
          orderId: String(nextId++),
          status: 'working',
          action: request.action,
          positionSide: request.positionSide,
          reduceOnly: request.reduceOnly,
          quantity: request.quantity,
          executed: ZERO,
          avgPrice: null,
          price: request.price,
          triggerPrice: request.triggerPrice,
          reason: null,
          at: 0,
        },
      };
      orders.set(request.clientId, entry);
      version += 1;
      const acknowledged = entry.report;
      emit(entry.report, null);
      if (request.type === 'market') fillUp(entry, () => price);
      else match(entry);
      return { report: random() < 0.5 ? entry.report : acknowledged };
    },
    cancel(clientId) {
      const entry = orders.get(clientId);
      if (entry?.report.status !== 'working') return null;
      update(entry, { status: 'cancelled' }, null);
      return entry.report;
    },
    find: (clientId) => orders.get(clientId)?.report ?? null,
    setPrice(next) {
      price = next;
      for (const entry of [...orders.values()]) match(entry);
      for (const entry of orders.values()) trail(entry);
    },
    takeOut(quantity) {
      const taken = Decimal.min(quantity, position);
      position = position.minus(taken);
      version += 1;
      return taken;
    },
    expire(clientId) {
      const entry = orders.get(clientId);
      if (entry?.report.status === 'working') update(entry, { status: 'expired', reason: 'expired' }, null);
    },
  };
}
