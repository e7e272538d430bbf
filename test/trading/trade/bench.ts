import { Decimal, ZERO } from '../../../src/trading/decimal.ts';
import type { TradeRequest } from '../../../src/trading/desk-types.ts';
import type { OrderReport } from '../../../src/trading/exchange.ts';
import { isLive } from '../../../src/trading/lifecycle/facts.ts';
import type { Effect, TradeEvent } from '../../../src/trading/lifecycle/types.ts';
import type { Fill, Order, OrderRole, Trade } from '../../../src/trading/model.ts';
import { step } from '../../../src/trading/trade.ts';
import { fillOf, reportOf, type Shape, START_MS, tradeOf } from './fixtures.ts';
import { type Change, changesOf, isAllowed, nameOfChange } from './transitions.ts';

/** Drives one trade by hand: every event a test sends is one step; time passes only where the test says so. */
export interface Bench {
  readonly trade: Trade;
  readonly now: number;
  readonly wakeAt: number | null;
  /** What the last event led to, as short sentences: `place stop 1 @90`. */
  readonly did: string[];
  /** Everything since the last call of `forget`. */
  readonly log: string[];
  /** Every transition of the trade, its stop and its orders; one that no table holds is an error at once. */
  readonly changes: readonly Change[];
  forget(): void;
  send(event: TradeEvent): string[];
  /** Lets time pass; ticks whenever the trade asked to be woken. */
  wait(ms: number): string[];
  /** Time passes and nobody ticks: the program is away. */
  sleep(ms: number): void;
  /** The exchange's time is known, and is ours. */
  synchronise(): void;
  /** Somebody sets our clock; the exchange's goes on as it did. */
  setClock(byMs: number): void;
  order(role: OrderRole, nth?: number): Order;
  live(role: OrderRole): string[];
  accept(order: Order, over?: Partial<OrderReport>): string[];
  acceptAll(role: OrderRole): string[];
  refuse(order: Order, code: number): string[];
  unanswered(order: Order): string[];
  throttle(order: Order, retryAfterMs: number): string[];
  /** One execution, as the stream reports it. */
  fill(order: Order, quantity: string, price: string): string[];
  end(order: Order, status: OrderReport['status']): string[];
  endAll(role: OrderRole, status: OrderReport['status']): string[];
  /** Confirms every cancellation that was asked for. */
  endAllCancelled(): string[];
  price(last: string): string[];
  request(request: TradeRequest): string[];
}

export function bench(shape: Shape | Trade = {}): Bench {
  let trade = 'orders' in shape ? shape : tradeOf(shape);
  let now = START_MS;
  let serverAheadMs: number | null = null;
  let wakeAt: number | null = null;
  let did: string[] = [];
  let log: string[] = [];
  const changes: Change[] = [];

  function send(event: TradeEvent): string[] {
    const serverMs = serverAheadMs === null ? null : now + serverAheadMs;
    const serverTime = serverMs === null ? null : { atLeastMs: serverMs, atMostMs: serverMs };
    const result = step(trade, event, now, serverTime);
    for (const change of changesOf(trade, event, now, result.trade)) {
      if (!isAllowed(change)) throw new Error(`no such transition: ${nameOfChange(change)}`);
      changes.push(change);
    }
    trade = result.trade;
    wakeAt = result.wakeAt;
    did = result.effects.map(say);
    log.push(...did);
    return did;
  }

  function order(role: OrderRole, nth = -1): Order {
    const found = trade.orders.filter((candidate) => candidate.role === role).at(nth);
    if (!found) throw new Error(`no ${role} order`);
    return found;
  }

  function latest(known: Order): Order {
    return trade.orders.find((candidate) => candidate.clientId === known.clientId) ?? known;
  }

  const self: Bench = {
    get trade() {
      return trade;
    },
    get now() {
      return now;
    },
    get wakeAt() {
      return wakeAt;
    },
    get did() {
      return did;
    },
    get log() {
      return log;
    },
    changes,
    forget() {
      log = [];
    },
    send,
    wait(ms) {
      const until = now + ms;
      const done: string[] = [];
      while (wakeAt !== null && wakeAt <= until) {
        now = Math.max(wakeAt, now);
        done.push(...send({ type: 'tick' }));
      }
      now = until;
      return done;
    },
    sleep(ms) {
      now += ms;
    },
    synchronise() {
      serverAheadMs = 0;
    },
    setClock(byMs) {
      now += byMs;
      if (serverAheadMs !== null) serverAheadMs -= byMs;
    },
    order,
    live: (role) =>
      trade.orders
        .filter((candidate) => candidate.role === role && isLive(candidate))
        .map((candidate) => describe(candidate)),
    accept(known, over = {}) {
      const value = reportOf(latest(known), over);
      return send({ type: 'placed', clientId: known.clientId, outcome: { kind: 'confirmed', value } });
    },
    acceptAll(role) {
      const waiting = trade.orders.filter(
        (candidate) => candidate.role === role && candidate.status === 'pending',
      );
      return waiting.flatMap((candidate) => self.accept(candidate));
    },
    refuse: (known, code) =>
      send({
        type: 'placed',
        clientId: known.clientId,
        outcome: { kind: 'rejected', code, message: 'no' },
      }),
    unanswered: (known) =>
      send({ type: 'placed', clientId: known.clientId, outcome: { kind: 'unknown', message: 'time-out' } }),
    throttle: (known, retryAfterMs) =>
      send({
        type: 'placed',
        clientId: known.clientId,
        outcome: { kind: 'throttled', code: -1008, message: 'busy', retryAfterMs },
      }),
    fill(known, quantity, price) {
      const current = latest(known);
      const fill: Fill = fillOf(current, quantity, price);
      const executed = current.executed.plus(fill.quantity);
      const status = executed.gte(current.quantity) ? 'filled' : 'working';
      return send({ type: 'report', report: reportOf(current, { executed, status }), fill });
    },
    end: (known, status) => send({ type: 'report', report: reportOf(latest(known), { status }), fill: null }),
    endAll(role, status) {
      const live = trade.orders.filter((candidate) => candidate.role === role && isLive(candidate));
      return live.flatMap((candidate) => self.end(candidate, status));
    },
    endAllCancelled() {
      const asked = trade.orders.filter((candidate) => isLive(candidate) && candidate.cancelAskedAt !== null);
      return asked.flatMap((candidate) => self.end(candidate, 'cancelled'));
    },
    price: (last) => send({ type: 'prices', prices: { last: new Decimal(last), mark: new Decimal(last) } }),
    request: (request) => send({ type: 'request', request }),
  };
  return self;
}

/** A market entry of 1 that has filled at 100, its stop and its targets confirmed. */
export function opened(shape: Shape = {}): Bench {
  const b = bench(shape);
  b.send({ type: 'begin' });
  const entry = b.order('entry', 0);
  b.accept(entry);
  b.fill(entry, entry.quantity.toString(), '100');
  b.acceptAll('stop');
  b.wait(600);
  b.acceptAll('target');
  for (const told of b.trade.orders) {
    if (told.executed.gt(ZERO))
      b.send({ type: 'announced', clientId: told.clientId, executed: told.executed });
  }
  b.forget();
  return b;
}

function describe(order: Order): string {
  const at = order.triggerPrice ?? order.price;
  return `${order.role} ${order.quantity.toString()}${at ? ` @${at.toString()}` : ''}`;
}

function say(effect: Effect): string {
  switch (effect.type) {
    case 'place':
    case 'cancel':
    case 'query':
    case 'prove_absent':
    case 'rejected':
      return `${effect.type} ${describe(effect.order)}`;
    case 'place_list':
      return `place list ${describe(effect.target)} / ${describe(effect.stop)}`;
    case 'cancel_list':
      return `cancel list ${effect.orders.map(describe).join(' / ')}`;
    case 'replace':
      return `replace ${describe(effect.old)} by ${describe(effect.order)}`;
    case 'filled':
      return `filled ${effect.order.role} ${effect.order.executed.toString()}`;
    case 'elsewhere':
      return `elsewhere ${effect.quantity.toString()} ${effect.cause}`;
    case 'alert':
      return `alert ${effect.code}`;
    case 'query_fills':
    case 'value_fees':
    case 'compare':
    case 'fault':
      return effect.type;
  }
}
