import { Decimal, ZERO } from '../../../src/trading/decimal.ts';
import type { OrderReport, Outcome } from '../../../src/trading/exchange.ts';
import { better, covered, executedOf, held, isActive, isLive } from '../../../src/trading/lifecycle/facts.ts';
import { judgeRequest } from '../../../src/trading/lifecycle/requests.ts';
import { targetQuantities } from '../../../src/trading/lifecycle/targets.ts';
import { trailsOnExchange } from '../../../src/trading/lifecycle/trailing.ts';
import type { Effect, TradeEvent } from '../../../src/trading/lifecycle/types.ts';
import { type Fill, type Order, type Trade, trade as tradeSchema } from '../../../src/trading/model.ts';
import { step } from '../../../src/trading/trade.ts';
import { START_MS } from './fixtures.ts';
import { createModelExchange, type ModelExchange } from './model-exchange.ts';
import { changesOf, isAllowed, nameOfChange } from './transitions.ts';
import { createQueue, mulberry32 } from './virtual-time.ts';

/** What may go wrong in a run. */
export const FAULTS = [
  'events dropped',
  'events doubled',
  'events late',
  'answers lost',
  'orders lost',
  'throttled',
  'stops refused',
  'targets refused',
  'closes refused',
  'false not found',
  'crashes',
  'stops end',
  'closed by hand',
  'requests',
  'fills in parts',
  'strict reduce-only',
  'entries refused',
  'cancels unanswered',
  'queries unanswered',
  'outages',
  'price jumps',
  'taken for closed elsewhere',
  'shared position',
  'fees in BNB',
] as const;
export type FaultName = (typeof FAULTS)[number];

/** With these a stop may lawfully take longer than a second. */
const HINDERS_STOPS: readonly FaultName[] = [
  'answers lost',
  'orders lost',
  'throttled',
  'stops refused',
  'false not found',
  'crashes',
  'stops end',
  'closed by hand',
  'queries unanswered',
  'outages',
];

/** With these a target may lawfully be missing when all has become calm. */
const HINDERS_TARGETS: readonly FaultName[] = [
  'targets refused',
  'strict reduce-only',
  'closed by hand',
  'taken for closed elsewhere',
];

export interface Scenario {
  trade: Trade;
  faults: ReadonlySet<FaultName>;
  seed: number;
}

const FAULTS_END_MS = 45_000;
const CALM_MS = 75_000;
const OUTAGE_MS = 12_000;
const RUN_END_MS = 15 * 60_000;
const COVER_WITHIN_MS = 1_000;
const COVER_EVENTUALLY_MS = 40_000;
const EFFECTS_PER_MINUTE = 400;

export class Violation extends Error {
  override name = 'Violation';
}

/** Plays one trade against the model exchange to its end and throws a `Violation` at the first broken invariant. */
export function play({ trade: fresh, faults, seed }: Scenario): { steps: number; endedAtMs: number } {
  const random = mulberry32(seed);
  const queue = createQueue();
  const history: string[] = [];
  let now = 0;
  let stormy = true;
  let trade = fresh;
  let epoch = 0;
  let up = true;
  let wakeToken = 0;
  let steps = 0;
  let uncoveredSince: number | null = null;
  let uncovered: string | null = null;
  let checked = { version: -1, trade: fresh, there: true };
  const looksTwice = seed % 3 === 0;
  let loosened = false;
  const isSplit = fresh.plan.quantity.gt(fresh.terms.marketMaxQuantity);
  let reachable = true;
  let effectsThisMinute = 0;
  let minute = 0;
  const sent = new Map<string, { content: string; mayRepeat: boolean }>();
  const targetPrices = new Set(fresh.plan.targets.map((target) => target.price.toString()));

  const has = (name: FaultName, chance: number): boolean => stormy && faults.has(name) && random() < chance;
  const fail = (what: string): never => {
    throw new Violation(`${what}\n${history.slice(-60).join('\n')}`);
  };
  const later = (delayMs: number, work: () => void): void => queue.add(now + Math.max(delayMs, 0), work);
  const latency = (): number => 2 + Math.floor(random() * 60);

  const exchange: ModelExchange = createModelExchange({
    side: fresh.plan.side,
    random,
    later,
    emit: stream,
    feesInBnb: faults.has('fees in BNB'),
    inParts: faults.has('fills in parts'),
    strictReduceOnly: faults.has('strict reduce-only'),
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

  /** The exchange shows no position while ours is still waiting for the reports of what closed it. */
  function mistakable(): boolean {
    const entering = trade.orders.some((order) => order.role === 'entry' && isLive(order));
    return up && reachable && !entering && exchange.position.isZero() && held(trade).gt(0);
  }

  /** Until it asked to be woken a trade has nothing to do, and says so by being the same object. */
  function checkCalm(settled: Trade, at: number): void {
    // A copy, so that nothing remembered about the object itself can answer.
    const copy = { ...settled };
    const again = step(copy, { type: 'tick' }, at);
    if (again.trade !== copy) fail(`a look at ${at - START_MS} changes ${changes(copy, again.trade)}`);
    if (again.effects.some((effect) => effect.type !== 'filled'))
      fail(`a look at ${at - START_MS} asks for more`);
  }

  function crash(journalled: Trade, effects: readonly Effect[], before: Trade): void {
    history.push(`${now} crash ${journalled === before ? 'before' : 'after'} the journal was written`);
    trade = journalled;
    if (journalled !== before) {
      const done = Math.floor(random() * (effects.length + 1));
      for (const effect of effects.slice(0, done)) run(effect);
    }
    trade = tradeSchema.parse(JSON.parse(JSON.stringify(journalled)));
    for (const order of trade.orders) {
      const known = sent.get(order.clientId);
      if (known) known.mayRepeat = order.sendAt !== null;
    }
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
    // Where several stops were to move and one was refused, those that had moved go back with it.
    if (effect.type === 'alert' && effect.code === 'stop_move_refused') loosened ||= isSplit;
    switch (effect.type) {
      case 'place':
        return send(effect.order);
      case 'cancel':
        if (effect.order.role === 'stop') checkNoGap(effect.order);
        if (effect.order.role === 'trail') checkReplaced(effect.order);
        return later(latency(), () => {
          if (!reachable) {
            const outcome = { kind: 'unknown', message: 'unreachable' } as const;
            return tell(latency(), { type: 'cancelled', clientId: effect.order.clientId, outcome });
          }
          const report = exchange.cancel(effect.order.clientId);
          const outcome: Outcome<OrderReport | null> = has('cancels unanswered', 0.4)
            ? { kind: 'unknown', message: 'time-out' }
            : report
              ? { kind: 'confirmed', value: random() < 0.5 ? report : null }
              : { kind: 'rejected', code: -2011, message: 'Unknown order sent.' };
          tell(latency(), { type: 'cancelled', clientId: effect.order.clientId, outcome });
        });
      case 'query':
        return later(latency(), () => query(effect.order));
      case 'prove_absent':
        if (!reachable || exchange.find(effect.order.clientId)) return;
        return tell(latency(), { type: 'absent', clientId: effect.order.clientId });
      case 'query_fills':
        if (!reachable || has('queries unanswered', 0.5)) return;
        return tell(latency() * 2, { type: 'fills', fills: [...exchange.fills] });
      case 'value_fees': {
        if (!reachable || has('queries unanswered', 0.5)) return;
        const values = new Map(effect.fills.map((fill) => [fill.tradeId, fill.commission.times(600)]));
        return tell(latency() * 2, { type: 'fees_valued', values });
      }
      case 'compare':
        return later(300, () => compare());
      case 'filled':
        return tell(200, {
          type: 'announced',
          clientId: effect.order.clientId,
          executed: effect.order.executed,
        });
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

  function send(order: Order): void {
    const content = JSON.stringify([
      order.action,
      order.type,
      order.quantity,
      order.price,
      order.triggerPrice,
    ]);
    const known = sent.get(order.clientId);
    if (known && known.content !== content) fail(`${order.clientId} sent again with other content`);
    if (known && !known.mayRepeat) fail(`${order.clientId} sent again`);
    sent.set(order.clientId, { content, mayRepeat: false });
    if (order.quantity.lte(0)) fail(`${order.clientId} has no quantity`);
    if (order.role === 'stop') checkNotLoosened(order);
    if (order.role === 'target' && order.price && !targetPrices.has(order.price.toString())) {
      fail('a target that nobody planned');
    }
    const isStop = order.role === 'stop' || order.role === 'trail';
    const answer = (outcome: Outcome<OrderReport>): void => {
      tell(outcome.kind === 'unknown' ? latency() + random() * 1_500 : latency(), {
        type: 'placed',
        clientId: order.clientId,
        outcome,
      });
    };
    if (has('throttled', 0.2)) {
      sent.set(order.clientId, { content, mayRepeat: true });
      const retryAfterMs = 100 + Math.floor(random() * 4_000);
      return answer({ kind: 'throttled', code: -1008, message: 'busy', retryAfterMs });
    }
    if (!reachable || has('orders lost', 0.2)) return answer({ kind: 'unknown', message: 'time-out' });
    const refused =
      (isStop && has('stops refused', 0.5)) ||
      (order.role === 'target' && has('targets refused', 0.5)) ||
      (order.role === 'close' && has('closes refused', 0.5)) ||
      (order.role === 'entry' && has('entries refused', 0.4));
    if (refused) return answer({ kind: 'rejected', code: -4045, message: 'no' });
    later(latency(), () => {
      const result = exchange.place(order);
      if ('code' in result) return answer({ kind: 'rejected', code: result.code, message: 'no' });
      if (has('answers lost', 0.3)) return answer({ kind: 'unknown', message: 'time-out' });
      answer({ kind: 'confirmed', value: result.report });
    });
  }

  /** Nothing but a confirmed request lets a stop go further away than one that stands. */
  function checkNotLoosened(order: Order): void {
    if (loosened || order.triggerPrice === null) return;
    for (const standing of trade.orders) {
      if (standing.role !== 'stop' || !isActive(standing) || standing.cancelAskedAt !== null) continue;
      if (standing.clientId === order.clientId || standing.triggerPrice === null) continue;
      if (better(trade, standing.triggerPrice, order.triggerPrice)) fail('a stop was loosened');
    }
  }

  /** A stop goes only when others that are known to stand cover everything, or nothing is held. */
  function checkNoGap(leaving: Order): void {
    const others = trade.orders.filter(
      (order) =>
        order.role === 'stop' &&
        isActive(order) &&
        order.cancelAskedAt === null &&
        order.clientId !== leaving.clientId,
    );
    const cover = others.reduce((sum, order) => sum.plus(order.quantity).minus(order.executed), ZERO);
    if (cover.lt(held(trade))) fail(`${leaving.clientId} goes, ${cover} are covered of ${held(trade)}`);
  }

  /** A trailing order goes only when stops that stand hold everything where the stop is wanted by now. */
  function checkReplaced(leaving: Order): void {
    const isNeeded = isActive(leaving) && held(trade).gt(0) && trade.closing?.until !== null;
    if (isNeeded && covered(trade, trade.stopPrice).lt(held(trade)))
      fail(`${leaving.clientId} goes, ${covered(trade, trade.stopPrice)} are covered of ${held(trade)}`);
  }

  function query(order: Order): void {
    if (!reachable || has('queries unanswered', 0.5)) return;
    const report = exchange.find(order.clientId);
    if (report && !has('false not found', 0.4))
      return tell(latency(), { type: 'report', report, fill: null });
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
    for (const clientId of open.keys()) {
      const order = trade.orders.find((known) => known.clientId === clientId);
      if (!order || !isLive(order)) exchange.cancel(clientId);
    }
    const seen = { position: exchange.position, held: held(trade), epoch };
    if (seen.held.lte(seen.position)) return;
    later(1_200, () => {
      if (!up || epoch !== seen.epoch) return;
      if (!exchange.position.eq(seen.position) || !held(trade).eq(seen.held)) return;
      feed({ type: 'fills', fills: [...exchange.fills] });
      const rest = held(trade).minus(exchange.position);
      if (up && rest.gt(0)) feed({ type: 'elsewhere', quantity: rest, fills: [], cause: 'user' });
    });
  }

  function everySoOften(): void {
    compare();
    later(20_000, everySoOften);
  }

  function movePrice(): void {
    const drift = (random() - 0.5) * (has('price jumps', 0.2) ? 24 : 6);
    const next = Decimal.max(exchange.price.plus(drift.toFixed(1)), 50);
    exchange.setPrice(next);
    tell(1, { type: 'prices', prices: { last: next, mark: next } });
    if (stormy && trade.phase !== 'closed') later(300 + random() * 2_500, movePrice);
  }

  function meddle(): void {
    if (!stormy) return;
    if (has('closed by hand', 0.15) && exchange.position.gt(0)) {
      const taken = exchange.takeOut(exchange.position.times(random() < 0.5 ? 1 : 0.5).toDecimalPlaces(3));
      history.push(`${now} by hand: ${taken} closed`);
      if (taken.gt(0) && !has('events dropped', 0.3)) {
        tell(latency(), { type: 'elsewhere', quantity: taken, fills: [], cause: 'user' });
      }
    }
    if (has('stops end', 0.2)) {
      const stop = exchange.open().find((report) => report.conditional && report.reduceOnly);
      if (stop) exchange.expire(stop.clientId);
    }
    if (has('outages', 0.1)) {
      reachable = false;
      history.push(`${now} the exchange is unreachable`);
      later(1_000 + random() * OUTAGE_MS, () => {
        reachable = true;
        history.push(`${now} the exchange is back`);
        compare();
      });
    }
    if (has('taken for closed elsewhere', 0.3) && mistakable()) {
      feed({ type: 'elsewhere', quantity: held(trade), fills: [], cause: 'user' });
    }
    if (has('requests', 0.3)) ask();
    if (has('shared position', 0.2)) feed({ type: 'shared', shared: random() < 0.5 });
    later(500 + random() * 3_000, meddle);
  }

  function ask(): void {
    const request = ((): Extract<TradeEvent, { type: 'request' }>['request'] => {
      const pick = random();
      if (pick < 0.2)
        return { type: 'close', fraction: new Decimal(random() < 0.2 ? 1 : 0.5), reason: 'user' };
      if (pick < 0.4) return { type: 'break_even' };
      if (pick < 0.5) return { type: 'cancel_entries' };
      if (pick < 0.7) return { type: 'set_targets', prices: randomTargets() };
      const offset = new Decimal((random() * 12).toFixed(1)).times(trade.plan.side === 'long' ? -1 : 1);
      return { type: 'move_stop', price: exchange.price.plus(offset), confirmed: random() < 0.1 };
    })();
    const prices = { mark: exchange.price, last: exchange.price };
    if (!up || judgeRequest(trade, request, prices).kind !== 'done') return;
    if (request.type === 'move_stop' && request.confirmed) loosened = true;
    if (request.type === 'set_targets') {
      for (const price of request.prices) targetPrices.add(price.toString());
    }
    feed({ type: 'request', request });
  }

  function randomTargets(): Decimal[] {
    const away = trade.plan.side === 'long' ? 1 : -1;
    const count = Math.floor(random() * 4);
    return Array.from({ length: count }, (_, index) =>
      exchange.price.plus(new Decimal((3 + index * 4 + random() * 3).toFixed(1)).times(away)),
    );
  }

  function check(): void {
    const there = up && reachable;
    const isNews = exchange.version !== checked.version || trade !== checked.trade || there !== checked.there;
    if (isNews) uncovered = look();
    checked = { version: exchange.version, trade, there };
    if (uncovered === null) uncoveredSince = null;
    else uncoveredSince ??= now;
    const hindered = HINDERS_STOPS.some((name) => faults.has(name));
    const limitMs = hindered ? COVER_EVENTUALLY_MS : COVER_WITHIN_MS;
    if (uncoveredSince !== null && now - uncoveredSince > limitMs) {
      fail(`naked for ${now - uncoveredSince} ms: ${uncovered}`);
    }
  }

  /** What is held without a stop; null where all is covered or on its way out. */
  function look(): string | null {
    const live = exchange.open();
    let exposure = exchange.position;
    let cover = ZERO;
    for (const report of live) {
      const rest = report.quantity.minus(report.executed);
      if (!report.reduceOnly) exposure = exposure.plus(rest);
      else if (isPlainStop(report)) cover = cover.plus(rest);
    }
    if (exposure.gt(trade.plan.quantity)) fail(`exposure ${exposure} above the plan`);
    const untold = exchange.reduced.minus(executedOf(trade.orders.filter((order) => order.role !== 'entry')));
    const need = Decimal.min(held(trade).minus(Decimal.max(untold, 0)), exchange.position);
    const safe = need.lte(cover) || trade.closing?.until === null || trade.userStop || !up || !reachable;
    return safe ? null : `${need} held, ${cover} covered`;
  }

  /** Nothing goes wrong any more and the price stands still: what is wanted stands, and nothing else. */
  function checkAtRest(): void {
    if (!held(trade).eq(exchange.position)) fail(`ledger ${held(trade)}, exchange ${exchange.position}`);
    if (trade.phase === 'closed' || trade.closing !== null || held(trade).isZero()) return;
    const live = exchange.open();
    let cover = ZERO;
    let reducing = ZERO;
    let trailed = ZERO;
    for (const report of live.filter((candidate) => candidate.reduceOnly)) {
      const rest = report.quantity.minus(report.executed);
      if (!report.conditional) reducing = reducing.plus(rest);
      else if (!isPlainStop(report)) trailed = trailed.plus(rest);
      else cover = cover.plus(rest);
      if (isPlainStop(report) && !report.triggerPrice?.eq(trade.stopPrice))
        fail(`a stop at ${report.triggerPrice}`);
    }
    const trails = trade.trail !== undefined && trailsOnExchange(trade);
    if (!trailed.eq(trails ? held(trade) : 0)) fail(`at rest ${trailed} trail of ${held(trade)}`);
    if (!cover.eq(held(trade))) fail(`at rest ${cover} are covered of ${held(trade)}`);
    if (reducing.gt(held(trade))) fail(`at rest targets for ${reducing} of ${held(trade)}`);
    const wanted = targetQuantities(trade).reduce((sum, quantity) => sum.plus(quantity), ZERO);
    const partly = trade.orders.filter((order) => order.role === 'target' && isLive(order));
    const ahead = wanted.minus(executedOf(partly));
    if (HINDERS_TARGETS.some((name) => faults.has(name)) || reducing.eq(ahead)) return;
    if (partly.every((order) => order.executed.isZero()))
      fail(`at rest targets for ${reducing}, not ${ahead}`);
  }

  function settled(): boolean {
    return trade.phase === 'closed' && exchange.position.isZero() && exchange.open().length === 0;
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
  const isUnvalued = trade.fills.some((fill) => fill.commissionAsset === 'BNB' && !fill.commissionValue);
  if (isUnvalued && !faults.has('queries unanswered') && !faults.has('outages') && !faults.has('crashes'))
    fail('a commission without its value');
  if (!held(trade).eq(exchange.position)) fail(`ledger ${held(trade)}, exchange ${exchange.position}`);
  if (exchange.open().length > 0) fail(`left over: ${exchange.open().map((report) => report.clientId)}`);
  return { steps, endedAtMs: now };
}

/** One that waits for a price of its own; trailing ones have none. */
function isPlainStop(report: OrderReport): boolean {
  return report.conditional && report.triggerPrice !== null;
}

function changes(before: Trade, after: Trade): string {
  const was: Record<string, unknown> = before;
  return Object.entries(after)
    .filter(([key, value]) => was[key] !== value)
    .map(([key, value]) => `${key}: ${JSON.stringify(value).slice(0, 2_000)}`)
    .join(', ');
}

function nameOf(event: TradeEvent): string {
  switch (event.type) {
    case 'placed':
    case 'cancelled':
      return `${event.type} ${event.clientId} ${event.outcome.kind}`;
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
  if (!('order' in effect)) return effect.type === 'alert' ? `alert ${effect.code}` : effect.type;
  const { order } = effect;
  return `${effect.type} ${order.clientId} ${order.quantity}@${order.triggerPrice ?? order.price ?? 'market'}`;
}
