import { Decimal, ZERO } from '../../../src/trading/decimal.ts';
import type { OrderReport, Outcome, RefusalCause } from '../../../src/trading/exchange.ts';
import { attachedIds, held, isLive } from '../../../src/trading/lifecycle/facts.ts';
import { judgeRequest } from '../../../src/trading/lifecycle/requests.ts';
import { entryOf } from '../../../src/trading/lifecycle/spot/attached.ts';
import { standsAlone, stopFloor } from '../../../src/trading/lifecycle/spot/lots.ts';
import type { Effect, TradeEvent } from '../../../src/trading/lifecycle/types.ts';
import { type Fill, type Order, type Trade, trade as tradeSchema } from '../../../src/trading/model.ts';
import { step } from '../../../src/trading/trade.ts';
import { START_MS } from '../trade/fixtures.ts';
import { changesOf, isAllowed, nameOfChange } from '../trade/transitions.ts';
import { createQueue, mulberry32 } from '../trade/virtual-time.ts';
import { createModelSpot, type ModelSpot, type Refusal } from './model-spot.ts';

/** What may go wrong in a run. */
export const FAULTS = [
  'events dropped',
  'events doubled',
  'events late',
  'answers lost',
  'orders lost',
  'throttled',
  'covers refused',
  'sales refused',
  'too many lists',
  'false not found',
  'crashes',
  'covers end',
  'sold by hand',
  'requests',
  'fills in parts',
  'cancels unanswered',
  'queries unanswered',
  'outages',
  'price jumps',
] as const;
export type FaultName = (typeof FAULTS)[number];

/** With these a cover may lawfully take longer than a second. */
const HINDERS: readonly FaultName[] = [
  'events dropped',
  'events late',
  'answers lost',
  'orders lost',
  'throttled',
  'covers refused',
  'sales refused',
  'false not found',
  'crashes',
  'covers end',
  'sold by hand',
  'cancels unanswered',
  'queries unanswered',
  'outages',
];

export interface Scenario {
  trade: Trade;
  faults: ReadonlySet<FaultName>;
  seed: number;
  ownCoins: string;
  coinFee: string;
  maxAlgoOrders: number;
}

const FAULTS_END_MS = 45_000;
const CALM_MS = 75_000;
const OUTAGE_MS = 12_000;
const RUN_END_MS = 15 * 60_000;
const COVER_WITHIN_MS = 1_000;
/** Longer than a storm lasts: what hinders may hinder all the time. */
const COVER_EVENTUALLY_MS = 55_000;
const EFFECTS_PER_MINUTE = 600;

export class Violation extends Error {
  override name = 'Violation';
}

/** Plays one spot trade against the model to its end and throws a `Violation` at the first broken invariant. */
export function play(scenario: Scenario): { steps: number; endedAtMs: number } {
  const { trade: fresh, faults, seed } = scenario;
  const random = mulberry32(seed);
  const queue = createQueue();
  const history: string[] = [];
  const ownCoins = new Decimal(scenario.ownCoins);
  let now = 0;
  let stormy = true;
  let trade = fresh;
  let epoch = 0;
  let up = true;
  let reachable = true;
  let wakeToken = 0;
  let steps = 0;
  let uncoveredSince: number | null = null;
  let byHand = ZERO;
  let effectsThisMinute = 0;
  let minute = 0;
  const looksTwice = seed % 3 === 0;
  const sent = new Set<string>();

  const has = (name: FaultName, chance: number): boolean => stormy && faults.has(name) && random() < chance;
  const fail = (what: string): never => {
    throw new Violation(`${what}\n${history.slice(-80).join('\n')}`);
  };
  const later = (delayMs: number, work: () => void): void => queue.add(now + Math.max(delayMs, 0), work);
  const latency = (): number => 2 + Math.floor(random() * 60);

  const exchange: ModelSpot = createModelSpot({
    random,
    later,
    emit: stream,
    ownCoins,
    coinFee: new Decimal(scenario.coinFee),
    minNotional: fresh.terms.minNotional,
    maxAlgoOrders: scenario.maxAlgoOrders,
    inParts: faults.has('fills in parts'),
  });

  function stream(report: OrderReport, fill: Fill | null): void {
    history.push(
      `${now} exchange: ${report.clientId} ${report.status} ${report.executed}/${report.quantity}`,
    );
    if (!reachable || has('events dropped', 0.3)) return;
    const delayMs = latency() + (has('events late', 0.3) ? random() * 4_000 : 0);
    tell(delayMs, { type: 'report', report, fill });
    if (has('events doubled', 0.3)) tell(delayMs + random() * 3_000, { type: 'report', report, fill });
  }

  /** Reaches the program unless it has died in the meantime. */
  function tell(delayMs: number, event: TradeEvent): void {
    const sentIn = epoch;
    later(delayMs, () => {
      if (up && sentIn === epoch) feed(event);
    });
  }

  function feed(event: TradeEvent): void {
    const before = trade;
    const result = step(before, event, START_MS + now);
    for (const change of changesOf(before, event, START_MS + now, result.trade)) {
      if (!isAllowed(change)) fail(`no such transition: ${nameOfChange(change)}`);
    }
    steps += 1;
    if (result.trade !== before || result.effects.length > 0) {
      history.push(`${now} ${nameOf(event)} → ${result.effects.map(nameOfEffect).join(', ')}`);
    }
    if (result.wakeAt !== null && result.wakeAt <= START_MS + now) fail('wakes in the past');
    if (looksTwice) checkCalm(result.trade, START_MS + now);
    if (looksTwice) checkCalm(result.trade, (result.wakeAt ?? START_MS + now + 86_400_000) - 1);
    if (has('crashes', 0.02)) return crash(random() < 0.3 ? before : result.trade, result.effects, before);
    trade = result.trade;
    for (const effect of result.effects) run(effect);
    wakeToken += 1;
    const token = wakeToken;
    if (result.wakeAt !== null) {
      queue.add(result.wakeAt - START_MS, () => {
        if (up && token === wakeToken) feed({ type: 'tick' });
      });
    }
  }

  /** Until it asked to be woken a trade has nothing to do, and says so by being the same object. */
  function checkCalm(settled: Trade, at: number): void {
    const copy = { ...settled };
    const again = step(copy, { type: 'tick' }, at);
    if (again.trade !== copy) fail(`a look at ${at - START_MS} changes the trade`);
    if (again.effects.some((effect) => effect.type !== 'filled')) {
      fail(`a look at ${at - START_MS} asks for ${again.effects.map(nameOfEffect)}`);
    }
  }

  function crash(journalled: Trade, effects: readonly Effect[], before: Trade): void {
    history.push(`${now} crash ${journalled === before ? 'before' : 'after'} the journal was written`);
    if (journalled !== before) {
      for (const effect of effects.slice(0, Math.floor(random() * (effects.length + 1)))) run(effect);
    }
    trade = tradeSchema.parse(JSON.parse(JSON.stringify(journalled)));
    epoch += 1;
    // Whoever starts anew asks for everything anew.
    effectsThisMinute = 0;
    up = false;
    uncoveredSince = null;
    later(200 + random() * 5_000, () => {
      up = true;
      feed({ type: 'restart' });
      if (up) compare();
    });
  }

  function run(effect: Effect): void {
    countEffect(effect);
    switch (effect.type) {
      case 'place':
        return send([effect.order], (outcome) => ({
          type: 'placed',
          clientId: effect.order.clientId,
          outcome: first(outcome),
        }));
      case 'place_list':
        return send([effect.target, effect.stop], (outcome) => ({
          type: 'list_placed',
          listId: effect.listId,
          outcome,
        }));
      case 'replace':
        return replace(effect.old, effect.order);
      case 'cancel':
      case 'cancel_list':
        return cancel(effect);
      case 'query':
        return later(latency(), () => query(effect.order));
      case 'prove_absent':
        if (!reachable || exchange.find(effect.order.clientId)) return;
        return tell(latency(), { type: 'absent', clientId: effect.order.clientId });
      case 'query_fills':
        if (!reachable || has('queries unanswered', 0.5)) return;
        return tell(latency() * 2, { type: 'fills', fills: [...exchange.fills] });
      case 'compare':
        return later(300, compare);
      case 'filled': {
        const { clientId, executed } = effect.order;
        return tell(200, { type: 'announced', clientId, executed });
      }
      case 'rejected':
      case 'elsewhere':
      case 'alert':
      case 'fault':
        return;
    }
  }

  function countEffect(effect: Effect): void {
    if (effect.type === 'filled') return;
    const current = Math.floor(now / 60_000);
    if (current !== minute) effectsThisMinute = 0;
    minute = current;
    effectsThisMinute += 1;
    if (effectsThisMinute > EFFECTS_PER_MINUTE) fail('too busy: no end of effects');
  }

  function checkOrder(order: Order): void {
    if (order.quantity.lte(0)) fail(`${order.clientId} has no quantity`);
    if (sent.has(order.clientId)) fail(`${order.clientId} sent again`);
    if (order.clientId.length > 36 || (order.listId?.length ?? 0) > 36) fail(`${order.clientId} is too long`);
    sent.add(order.clientId);
    for (const clientId of order.attached ? attachedIds(order.attached) : []) {
      if (sent.has(clientId)) fail(`${clientId} sent again`);
      sent.add(clientId);
    }
  }

  function send(orders: Order[], eventOf: (outcome: Outcome<OrderReport[]>) => TradeEvent): void {
    for (const order of orders) checkOrder(order);
    const [order] = orders;
    if (!order) return;
    const answer = (outcome: Outcome<OrderReport[]>): void =>
      tell(latency() + (outcome.kind === 'unknown' ? random() * 1_500 : 0), eventOf(outcome));
    if (has('throttled', 0.2)) {
      for (const { clientId, attached } of orders) {
        sent.delete(clientId);
        for (const id of attached ? attachedIds(attached) : []) sent.delete(id);
      }
      const retryAfterMs = 100 + Math.floor(random() * 4_000);
      return answer({ kind: 'throttled', code: -1008, message: 'busy', retryAfterMs });
    }
    if (!reachable || has('orders lost', 0.2)) return answer({ kind: 'unknown', message: 'time-out' });
    const isSale = order.role === 'close' || (order.role === 'target' && order.type === 'market');
    if (isSale && has('sales refused', 0.5)) return answer(refusal('halted'));
    if (order.attached && has('covers refused', 0.5)) return answer(refusal('too_many'));
    if (order.role !== 'entry' && !isSale && has('covers refused', 0.5)) {
      const causes: (RefusalCause | undefined)[] = [undefined, 'price_filter', 'would_match', 'halted'];
      return answer(refusal(causes[Math.floor(random() * causes.length)]));
    }
    later(latency(), () => {
      const result = put(orders);
      if ('cause' in result) return answer(refusal(result.cause));
      answer(has('answers lost', 0.3) ? { kind: 'unknown', message: 'time-out' } : confirmed(result));
    });
  }

  function put(orders: readonly Order[]): OrderReport[] | Refusal {
    const [one, other] = orders;
    if (one && other && one.listId !== undefined) {
      return exchange.placeList({ listId: one.listId, symbol: one.symbol, target: one, stop: other });
    }
    if (!one) throw new Error('nothing to place');
    const result = exchange.place(one);
    return 'cause' in result ? result : [result];
  }

  function cancel(effect: Extract<Effect, { type: 'cancel' | 'cancel_list' }>): void {
    const clientId = effect.type === 'cancel' ? effect.order.clientId : (effect.orders[0]?.clientId ?? '');
    later(latency(), () => {
      const reports = reachable ? exchange.cancel(clientId) : null;
      const lost = !reachable || has('cancels unanswered', 0.4);
      const outcome: Outcome<OrderReport[] | null> = lost
        ? { kind: 'unknown', message: 'time-out' }
        : { kind: 'confirmed', value: random() < 0.8 ? reports : null };
      tell(
        latency(),
        effect.type === 'cancel'
          ? { type: 'cancelled', clientId, outcome: first(outcome) }
          : { type: 'list_cancelled', listId: effect.listId, outcome },
      );
    });
  }

  function replace(old: Order, order: Order): void {
    checkOrder(order);
    const answer = (cancelled: Outcome<OrderReport | null>, placed: Outcome<OrderReport>): void => {
      const delayMs = latency();
      tell(delayMs, { type: 'cancelled', clientId: old.clientId, outcome: cancelled });
      tell(delayMs, { type: 'placed', clientId: order.clientId, outcome: placed });
    };
    const unknown = { kind: 'unknown', message: 'time-out' } as const;
    if (!reachable || has('orders lost', 0.2)) return answer(unknown, unknown);
    later(latency(), () => {
      const gone = exchange.cancel(old.clientId)?.[0];
      if (!gone) {
        const throttled = { kind: 'throttled', code: -2022, message: 'not sent', retryAfterMs: 0 } as const;
        return answer({ kind: 'rejected', code: -2011, message: 'Unknown order sent.' }, throttled);
      }
      const refused = has('covers refused', 0.5) ? { cause: 'halted' as const } : exchange.place(order);
      const placed =
        'cause' in refused ? refusal(refused.cause) : { kind: 'confirmed' as const, value: refused };
      if (has('answers lost', 0.3)) return answer(unknown, unknown);
      answer({ kind: 'confirmed', value: gone }, placed);
    });
  }

  function query(order: Order): void {
    if (!reachable || has('queries unanswered', 0.5)) return;
    const report = exchange.find(order.clientId);
    if (report && !has('false not found', 0.4)) {
      return tell(latency(), { type: 'report', report, fill: null });
    }
    tell(latency(), { type: 'missing', clientId: order.clientId });
  }

  function compare(): void {
    if (!up || !reachable) return;
    const open = new Map(exchange.open().map((report) => [report.clientId, report]));
    for (const order of trade.orders.filter(isLive)) {
      if (order.status === 'pending' && order.sendAt !== null) continue;
      const report = open.get(order.clientId) ?? exchange.find(order.clientId);
      tell(
        latency(),
        report ? { type: 'report', report, fill: null } : { type: 'missing', clientId: order.clientId },
      );
    }
    for (const [clientId, { status }] of open) {
      const order = trade.orders.find((known) => known.clientId === clientId);
      if ((order && isLive(order)) || status === 'waiting') continue;
      const report = exchange.find(clientId);
      if (report && entryOf(trade, clientId)) feed({ type: 'report', report, fill: null });
      else exchange.cancel(clientId);
    }
    const seen = { coins: exchange.coins, held: held(trade), epoch };
    if (seen.held.lte(seen.coins)) return;
    later(1_200, () => {
      if (!up || epoch !== seen.epoch || !exchange.coins.eq(seen.coins) || !held(trade).eq(seen.held)) return;
      feed({ type: 'fills', fills: [...exchange.fills] });
      const rest = held(trade).minus(exchange.coins);
      if (up && rest.gt(0)) feed({ type: 'elsewhere', quantity: rest, fills: [], cause: 'user' });
    });
  }

  /** A stream tells of trades alone, so where there are none the price is asked for. */
  function tellPrice(): void {
    tell(1, { type: 'prices', prices: { last: exchange.price, mark: exchange.price } });
  }

  function everySoOften(): void {
    compare();
    tellPrice();
    later(20_000, everySoOften);
  }

  function movePrice(): void {
    const drift = (random() - 0.5) * (has('price jumps', 0.2) ? 24 : 6);
    const next = Decimal.max(exchange.price.plus(drift.toFixed(1)), 50);
    exchange.setPrice(next);
    tellPrice();
    if (stormy && trade.phase !== 'closed') later(300 + random() * 2_500, movePrice);
  }

  function meddle(): void {
    if (!stormy) return;
    const covers = exchange.open().filter((report) => report.action === 'SELL' && report.listed);
    const [cover] = covers;
    if (has('sold by hand', 0.15)) {
      if (cover && random() < 0.7) exchange.cancel(cover.clientId);
      const taken = exchange.sellByHand(exchange.free.times(random() < 0.5 ? 1 : 0.5).toDecimalPlaces(3));
      byHand = byHand.plus(taken);
      history.push(`${now} by hand: ${taken} sold`);
    }
    if (cover && has('covers end', 0.15)) exchange.expire(cover.clientId);
    if (has('outages', 0.1)) {
      reachable = false;
      history.push(`${now} the exchange is gone`);
      later(random() * OUTAGE_MS, () => {
        reachable = true;
        history.push(`${now} the exchange is back`);
        compare();
      });
    }
    if (has('requests', 0.3)) request();
    later(500 + random() * 3_000, meddle);
  }

  function request(): void {
    const prices = { mark: exchange.price, last: exchange.price };
    const picks = [
      { type: 'close', fraction: new Decimal(random() < 0.3 ? 1 : 0.5), reason: 'user' },
      { type: 'break_even' },
      {
        type: 'move_stop',
        price: exchange.price.minus((random() * 8).toFixed(1)),
        confirmed: random() < 0.3,
      },
      { type: 'cancel_entries' },
      {
        type: 'set_targets',
        prices: Array.from({ length: Math.floor(random() * 4) }, (_, index) =>
          exchange.price.plus((3 + index * 4 + random() * 3).toFixed(1)),
        ),
      },
    ] as const;
    const wanted = picks[Math.floor(random() * picks.length)];
    if (!wanted || !up) return;
    const asked = wanted.type === 'set_targets' ? { ...wanted, prices: [...wanted.prices] } : wanted;
    if (judgeRequest(trade, asked, prices).kind === 'done') feed({ type: 'request', request: asked });
  }

  function check(): void {
    if (exchange.free.isNegative()) fail('more is locked than there is');
    // Nothing but what the trade has bought is ever sold by it.
    if (exchange.sold.gt(exchange.bought)) fail(`sold ${exchange.sold} of ${exchange.bought} bought`);
    const uncovered = look();
    if (uncovered === null) uncoveredSince = null;
    else uncoveredSince ??= now;
    const hindered = HINDERS.some((name) => faults.has(name));
    const limitMs = hindered ? COVER_EVENTUALLY_MS : COVER_WITHIN_MS;
    if (uncoveredSince !== null && now - uncoveredSince > limitMs) {
      fail(`naked for ${now - uncoveredSince} ms: ${uncovered}`);
    }
  }

  /** What is held without a stop; null where all is covered, on its way out, or too little for an order. */
  function look(): string | null {
    if (!up || trade.closing?.until === null || trade.phase === 'closed') return null;
    let cover = ZERO;
    for (const report of exchange.open()) {
      if (report.action === 'SELL' && report.conditional && report.status !== 'waiting')
        cover = cover.plus(report.quantity).minus(report.executed);
    }
    const there = Decimal.min(exchange.bought.minus(exchange.sold), exchange.coins);
    const need = Decimal.min(held(trade), there);
    const lacking = need.minus(cover);
    if (lacking.lt(trade.terms.stepSize) || !standsAlone(trade, need, stopFloor(trade))) return null;
    // A part that is being sold has left the covers.
    if (trade.closing !== null && !standsAlone(trade, lacking, stopFloor(trade))) return null;
    return `${need} held, ${cover} covered`;
  }

  /** Nothing goes wrong any more and the price stands still: what is wanted stands, and nothing else. */
  function checkAtRest(): void {
    const holds = held(trade);
    if (trade.phase === 'closed' || trade.closing !== null || holds.isZero()) return;
    if (holds.gt(exchange.bought.minus(exchange.sold))) fail(`ledger ${holds}, bought and not sold less`);
    if (!standsAlone(trade, holds, stopFloor(trade))) return;
    let cover = ZERO;
    const standing = exchange.open().filter(({ status }) => status !== 'waiting');
    for (const report of standing.filter(({ action }) => action === 'SELL')) {
      if (report.conditional && !report.triggerPrice?.eq(trade.stopPrice))
        fail(`a stop at ${report.triggerPrice}`);
      if (report.conditional) cover = cover.plus(report.quantity).minus(report.executed);
    }
    if (!cover.eq(holds)) fail(`at rest ${cover} are covered of ${holds}`);
  }

  function settled(): boolean {
    return trade.phase === 'closed' && exchange.open().length === 0;
  }

  later(0, () => feed({ type: 'begin' }));
  later(700, movePrice);
  later(1_000, meddle);
  later(20_000, everySoOften);
  later(FAULTS_END_MS, () => {
    stormy = false;
    history.push(`${now} the storm is over`);
    later(CALM_MS, () => {
      checkAtRest();
      if (up) feed({ type: 'request', request: { type: 'close', fraction: new Decimal(1), reason: 'user' } });
    });
  });
  for (let next = queue.take(); next; next = queue.take()) {
    now = next.at;
    if (now > RUN_END_MS) break;
    next.work();
    check();
    if (settled() && now > 5_000) break;
  }
  if (trade.phase !== 'closed') fail(`not closed at the end: ${trade.phase}, held ${held(trade)}`);
  if (exchange.open().length > 0) fail(`left over: ${exchange.open().map((report) => report.clientId)}`);
  const left = exchange.coins.minus(ownCoins).plus(byHand).minus(trade.elsewhere);
  if (left.abs().gte(trade.terms.stepSize.times(2)) && trade.closeReason !== 'too_small' && byHand.isZero()) {
    fail(`${left} coins are left that the ledger does not know`);
  }
  return { steps, endedAtMs: now };
}

function confirmed(value: OrderReport[]): Outcome<OrderReport[]> {
  return { kind: 'confirmed', value };
}

function refusal(cause: RefusalCause | undefined): Extract<Outcome<never>, { kind: 'rejected' }> {
  return { kind: 'rejected', code: -2010, message: cause ?? 'no', ...(cause ? { cause } : {}) };
}

function first(outcome: Outcome<OrderReport[]>): Outcome<OrderReport>;
function first(outcome: Outcome<OrderReport[] | null>): Outcome<OrderReport | null>;
function first(outcome: Outcome<OrderReport[] | null>): Outcome<OrderReport | null> {
  return outcome.kind === 'confirmed' ? { kind: 'confirmed', value: outcome.value?.[0] ?? null } : outcome;
}

function nameOf(event: TradeEvent): string {
  switch (event.type) {
    case 'placed':
    case 'cancelled':
      return `${event.type} ${event.clientId} ${event.outcome.kind}`;
    case 'list_placed':
    case 'list_cancelled':
      return `${event.type} ${event.listId} ${event.outcome.kind} ${'cause' in event.outcome ? event.outcome.cause : ''}`;
    case 'report':
      return `report ${event.report.clientId} ${event.report.status} ${event.report.executed}`;
    case 'missing':
    case 'absent':
      return `${event.type} ${event.clientId}`;
    case 'request':
      return `request ${JSON.stringify(event.request)}`;
    case 'prices':
      return `price ${event.prices.last}`;
    case 'elsewhere':
      return `elsewhere ${event.quantity}`;
    default:
      return event.type;
  }
}

function nameOfEffect(effect: Effect): string {
  const named = (order: Order): string =>
    `${order.clientId} ${order.quantity}@${order.triggerPrice ?? order.price ?? 'market'}`;
  switch (effect.type) {
    case 'place_list':
      return `place list ${named(effect.target)} / ${named(effect.stop)}`;
    case 'cancel_list':
      return `cancel list ${effect.listId}`;
    case 'replace':
      return `replace ${named(effect.old)} by ${named(effect.order)}`;
    case 'alert':
      return `alert ${effect.code}`;
    default:
      return 'order' in effect ? `${effect.type} ${named(effect.order)}` : effect.type;
  }
}
