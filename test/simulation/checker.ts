import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import { type Books, type Tag, type TradeBooks, tagOf } from './books.ts';
import { createCoverage, symbolOf } from './coverage.ts';
import type { Law } from './law.ts';
import { createMoves } from './moves.ts';
import type { Request } from './network.ts';
import { createPanics, type Panics } from './panics.ts';
import type { EventFate, Fate } from './script.ts';
import { type JournalRow, journalledIds, type NewOrder, ordersOf } from './sent.ts';
import { createTold } from './told.ts';
import { createUncovered } from './uncovered.ts';
import { type About, createUntold } from './untold.ts';
import type { Answer } from './venue.ts';
import type { Verdict } from './verdict.ts';

/** What the checker may know of a trade beside the books: the plan as it was first journalled. */
interface PlanSeen {
  quantity: Decimal;
  entries: Decimal[];
  side: 'long' | 'short';
  /** No stop may be looser: the plan's, then the tightest that stood; null once a human has moved it. */
  stopFloor: Decimal | null;
  /** Client ids in the row as it last became durable. */
  journalled: ReadonlySet<string>;
}

/** How long news of an execution is on its way when nothing is wrong. */
const NEWS_MS = 100;
/** What happened elsewhere is found by the next comparison. */
const COMPARED_MS = 30_000;
/** What a trade still holds is known, and the orders that are too large for it are smaller, after this. */
const RESIZE_MS = 2_000;
const AFTER_TROUBLE_MS = 15_000;
/** Entry and stop of the plan, against the equity a moment later. */
const RISK_PCT = new Decimal('1.03');
/**
 * While banned a few may be on their way, five for each signal of a message, and a few see whether it is over; a ban
 * answers nothing else.
 */
const MOST_WHILE_BANNED = 25;

export interface Checker {
  readonly market: 'usdm' | 'spot';
  readonly books: Books;
  readonly panics: Panics;
  onJournal(tradeId: string, row: unknown): void;
  onSent(request: Request): void;
  onAnswered(request: Request, answer: Answer): void;
  /** Nothing of it left the program. */
  onUnsent(request: Request): void;
  onHandled(request: Request, answer: Answer): void;
  /** The program was told this by its stream. */
  onEvent(event: unknown): void;
  /** The exchange's books have changed. */
  onChange(): void;
  onRequestTrouble(request: Request, fate: Fate): void;
  /** `ms`: how late, where it only was. */
  onEventTrouble(about: About, fate: EventFate, ms: number): void;
  /** Somebody else acted on the symbol. */
  onManual(symbol: string): void;
  /** The user asked for another stop. */
  onStopMoved(tradeId: string): void;
  /** Whether that was said to be done. */
  onStopMoveAnswered(tradeId: string, price: Decimal, isDone: boolean): void;
  /** See `Moves`. */
  onDenied(tradeId: string): void;
  /** Stops that stand where they were moved away from. */
  forgottenMoves(): string[];
  /** What the user holds there is theirs: our part can no longer be told apart. */
  onMixed(symbol: string): void;
  isMixed(symbol: string): boolean;
  /** See `Law`. */
  isTiny(key: string, held: Decimal): boolean;
  /** Somebody else has acted there at some time. */
  isTouched(symbol: string): boolean;
  /** A program lives, and reaches the exchange. */
  setUp(up: boolean): void;
  onCrash(): void;
  setStoreFailing(failing: boolean): void;
  /** Before then the exchange takes no request: it has told the program so (429 or 418, `Retry-After`). */
  refusedUntil(): number;
  /** Something did not reach the program, or what it sent went wrong, or nothing could be written. */
  hasHadTrouble(): boolean;
  afterStep(): void;
}

export function createChecker(
  law: Law,
  now: () => number,
  startMs: number,
  fail: Verdict['fail'],
  isPaused: () => boolean,
): Checker {
  const { books } = law;
  const told = createTold(law.clientIdOf, now);
  const moves = createMoves(law);
  const plans = new Map<string, PlanSeen>();
  /** Client id → how many sendings have not been proven to be without effect. */
  const sent = new Map<string, number>();
  const tradesSent = new Set<string>();
  const requestTrouble = new Map<string, number>();
  const untold = createUntold(now);
  const manualAt = new Map<string, number>();
  const mixed = new Set<string>();
  /** Trade id → how many of its executions have been looked at. */
  const judged = new Map<string, number>();
  let isUp = false;
  let upSince = startMs;
  let storeFailedAt = Number.NEGATIVE_INFINITY;
  let storeFailing = false;
  let changed = false;
  /** By their numbers: one that comes to the exchange twice was sent once. */
  const refusedInBan = new Set<number>();
  let refusedUntil = 0;

  const latest = (times: ReadonlyMap<string, number>, symbol: string): number =>
    Math.max(times.get(symbol) ?? 0, times.get('') ?? 0);
  const coverage = createCoverage(
    books,
    told,
    {
      asked: (symbol) => latest(requestTrouble, symbol),
      untold: untold.until,
      upSince: () => upSince,
      isClosed: law.isClosed,
    },
    now,
    (key, held) => isExempt(key, held),
  );

  const isExempt = (key: string, held: Decimal): boolean => mixed.has(symbolOf(key)) || law.isTiny(key, held);
  const uncovered = law.isPosition
    ? null
    : createUncovered({ books, now, fail, isExempt, isClosed: law.isClosed, isTroubled: isTroubledNow });

  const panics = createPanics({
    books,
    now,
    fail,
    isExempt,
    isTroubled: (symbol, since) =>
      law.isClosed(symbol) ||
      latest(requestTrouble, symbol) >= since ||
      untold.until(symbol) > since ||
      (manualAt.get(symbol) ?? 0) > since - COMPARED_MS,
  });

  /** A request on the symbol has just gone wrong, or an event; somebody else acted there, or nothing could be written. */
  function isTroubledNow(symbol: string): boolean {
    return (
      !isUp ||
      isStoreTroubled() ||
      latest(requestTrouble, symbol) > now() - AFTER_TROUBLE_MS ||
      untold.until(symbol) > now() ||
      (manualAt.get(symbol) ?? 0) > now() - AFTER_TROUBLE_MS ||
      upSince > now() - AFTER_TROUBLE_MS
    );
  }

  function forget(request: Request): void {
    for (const { clientId } of ordersOf(request)) sent.delete(clientId);
  }

  function isStoreTroubled(): boolean {
    return storeFailing || now() - storeFailedAt < 5_000;
  }

  function checkNewOrder({ clientId, quantity, trigger }: NewOrder, tag: Tag): void {
    tradesSent.add(tag.tradeId);
    const times = (sent.get(clientId) ?? 0) + 1;
    sent.set(clientId, times);
    if (times > 1) fail('client id sent twice', `${clientId} for the ${times}th time`);
    const plan = plans.get(tag.tradeId);
    if (!plan?.journalled.has(clientId) && (tag.role === 'entry' || !isStoreTroubled())) {
      fail('journal first', `${clientId} left before it was durable`);
    }
    if (tag.role === 'entry' && isPaused()) fail('placed while paused', clientId);
    if (!plan) return;
    const forgotten = moves.breach({ clientId, quantity, trigger });
    if (forgotten !== null) fail('a moved stop was forgotten', forgotten);
    const most = tag.role === 'entry' ? (plan.entries[tag.slot] ?? ZERO) : plan.quantity;
    if (quantity.gt(most)) fail('order beyond plan', `${clientId}: ${quantity}, planned ${most}`);
    if (tag.role === 'stop' && trigger !== null && isLooser(plan, trigger)) {
      // A surplus one, beside another that still stands there, loosens nothing.
      if (!standsAt(tag.tradeId, plan))
        fail('stop loosened', `${clientId}: ${trigger}, before ${plan.stopFloor}`);
    }
  }

  function standsAt(tradeId: string, plan: PlanSeen): boolean {
    return [...law.stops()].some((clientId) => {
      const stop = tagOf(clientId)?.tradeId === tradeId ? law.stopOf(clientId) : null;
      return stop !== null && !isLooser(plan, stop.trigger);
    });
  }

  function isLooser({ side, stopFloor }: PlanSeen, trigger: Decimal): boolean {
    if (stopFloor === null) return false;
    return side === 'long' ? trigger.lt(stopFloor) : trigger.gt(stopFloor);
  }

  /** A stop that stands may not be followed by a looser one. */
  function tighten(clientId: string): void {
    const tag = tagOf(clientId);
    const stop = law.stopOf(clientId);
    const plan = tag?.role === 'stop' ? plans.get(tag.tradeId) : undefined;
    if (stop && plan?.stopFloor && !isLooser(plan, stop.trigger)) plan.stopFloor = stop.trigger;
  }

  /** The stop that goes must leave one behind that holds as much, or no position. */
  function checkCancel(request: Request): void {
    const clientId = request.params.get('clientAlgoId') ?? '';
    const tag = tagOf(clientId);
    const stop = law.isPosition ? law.stopOf(clientId) : null;
    if (!stop?.isCancelled || (tag?.role !== 'stop' && tag?.role !== 'trail')) return;
    const { symbol, key } = stop;
    if (mixed.has(symbol)) return;
    // The user may have closed a part that the program does not know of yet, or has its own stop there.
    if (now() - (manualAt.get(symbol) ?? Number.NEGATIVE_INFINITY) < COMPARED_MS) return;
    books.update();
    // What came in while the cancellation, or the news, was on its way is not held against it.
    const held = books.leastHeldSince(tag.tradeId, request.sentAt - NEWS_MS);
    const knew = Decimal.min(
      held,
      told.entered(tag.tradeId, request.sentAt - NEWS_MS).minus(told.exited(tag.tradeId)),
    );
    const left = books.coverage(key);
    const needed = Decimal.min(knew, books.ours(key), stop.quantity);
    if (left.lt(needed)) fail('stop taken away', `${clientId}: ${left} left for ${needed}`);
  }

  function checkBooks(): void {
    books.update();
    for (const trade of books.trades()) {
      const plan = plans.get(trade.tradeId);
      if (!plan) {
        fail('journal first', `an execution of ${trade.tradeId}, which no journal knows`);
        continue;
      }
      const most = trade.entered.plus(books.pendingEntries(trade.tradeId));
      if (most.gt(plan.quantity))
        fail('exposure above plan', `${trade.tradeId}: ${most} of ${plan.quantity}`);
      if (trade.exited.gt(trade.entered.minus(trade.fees))) checkExcess(trade);
    }
    for (const clientId of books.standing().keys()) {
      const tag = tagOf(clientId);
      if (tag && law.opener(clientId, tag)) fail('order beyond plan', `${clientId} could open a position`);
    }
    const breach = law.breach();
    if (breach !== null) fail('balance below nothing', breach);
    for (const symbol of new Set([...books.trades()].map(({ key }) => symbolOf(key)))) {
      if (law.isMixed(symbol)) mixed.add(symbol);
    }
  }

  /** An order that is too large for what its trade holds takes from another trade, or from the user. */
  function checkExcess({ tradeId, key, entered, exited, fees, changes }: TradeBooks): void {
    // Coins that a trade has not bought are the user's.
    if (!law.isPosition)
      return fail('closed more than held', `${tradeId}: ${exited} of ${entered.minus(fees)}`);
    // Judged once, when it happens.
    if (judged.get(tradeId) === changes.length) return;
    judged.set(tradeId, changes.length);
    const [before, last] = changes.slice(-2);
    const symbol = symbolOf(key);
    const troubledAt = Math.max(
      untold.until(symbol),
      latest(requestTrouble, symbol) + AFTER_TROUBLE_MS,
      (manualAt.get(symbol) ?? 0) + COMPARED_MS,
      upSince + AFTER_TROUBLE_MS,
    );
    if (!isUp || !before || !last || last.at - before.at < RESIZE_MS || now() < troubledAt) return;
    fail('closed more than held', `${tradeId}: ${exited} of ${entered}`);
  }

  /** The plan as it was before anything was sent; afterwards it does not change. */
  function notePlan(tradeId: string, row: JournalRow): void {
    const { plan } = row;
    const journalled = journalledIds(row);
    const known = plans.get(tradeId);
    if (known && tradesSent.has(tradeId)) {
      known.journalled = journalled;
      return;
    }
    const { quantity, side, stopPrice } = plan;
    const entries = plan.entries.map((entry) => entry.quantity);
    // Moved by the user before anything was sent.
    const stopFloor = known?.stopFloor === null ? null : stopPrice;
    plans.set(tradeId, { quantity, entries, side, stopFloor, journalled });
    // By the equity that the program was told of; what the user has just done may be on its way.
    const toldAt = Math.max(untold.latest(), ...[...manualAt.values()].map((at) => at + NEWS_MS));
    if (known || toldAt > now()) return;
    const risk = plan.entryPrice.minus(plan.stopPrice).abs().times(quantity);
    const equity = law.equity();
    if (risk.gt(equity.div(100).times(RISK_PCT))) {
      fail('risk above the setting', `${tradeId} risks ${risk} of ${equity}`);
    }
  }

  return {
    market: law.market,
    books,
    panics,
    onJournal(tradeId, row) {
      if (row !== undefined) {
        const seen = row as JournalRow;
        return seen.plan.market === law.market ? notePlan(tradeId, seen) : undefined;
      }
      // Given up before anything was sent: read again, the message makes a new plan.
      if (!tradesSent.has(tradeId)) plans.delete(tradeId);
    },
    onSent(request) {
      if (request.method !== 'POST') return;
      const orders = ordersOf(request);
      for (const order of orders) {
        const tag = tagOf(order.clientId);
        if (tag) checkNewOrder(order, tag);
      }
      uncovered?.onSent(request, orders);
    },
    onAnswered(request, { status, body, headers }) {
      const code = (body as { code?: number } | null)?.code;
      const isRefusedForLoad = status === 429 || status === 418;
      // Told that it was not carried out, the program may send it again.
      const isUndone = isRefusedForLoad || code === -1008 || code === -1021;
      if (request.method === 'POST' && isUndone) forget(request);
      if (isRefusedForLoad) {
        refusedUntil = Math.max(refusedUntil, now() + Number(headers?.['retry-after'] ?? 5) * 1_000);
        requestTrouble.set('', refusedUntil);
      } else told.onAnswer(body);
      if (request.method === 'POST') moves.onAnswer(ordersOf(request), { status, body });
      const symbol = request.params.get('symbol');
      if (status !== 200 && symbol !== undefined && law.isClosed(symbol)) requestTrouble.set(symbol, now());
      changed = true;
    },
    onUnsent(request) {
      forget(request);
    },
    onHandled(request, { status, body }) {
      if (request.method === 'DELETE' && status === 200) checkCancel(request);
      if (request.method !== 'GET') uncovered?.onHandled(request);
      if (request.method === 'POST') moves.onAnswer(ordersOf(request), { status, body });
      if (request.method === 'POST' && status === 200) {
        for (const { clientId } of ordersOf(request)) tighten(clientId);
      }
      if (status === 418) refusedInBan.add(request.number);
      else refusedInBan.clear();
      if (refusedInBan.size > MOST_WHILE_BANNED)
        fail('asks while banned', `${refusedInBan.size} times in a row`);
      changed = true;
    },
    onEvent(event) {
      told.onEvent(event);
      untold.onEvent(event);
      changed = true;
    },
    onChange() {
      changed = true;
    },
    onRequestTrouble({ params }, fate) {
      if (fate !== 'doubled') requestTrouble.set(params.get('symbol') ?? '', now());
    },
    onEventTrouble: untold.onTrouble,
    onManual(symbol) {
      coverage.beforeManual(symbol);
      moves.onManual(symbol);
      manualAt.set(symbol, now());
    },
    onStopMoved(tradeId) {
      const plan = plans.get(tradeId);
      if (plan) plan.stopFloor = null;
      moves.asked(tradeId);
    },
    onStopMoveAnswered(tradeId, price, isDone) {
      const plan = plans.get(tradeId);
      // What could not be written is gone with the program.
      const isPromised = plan !== undefined && isDone && !isStoreTroubled();
      moves.answered(tradeId, isPromised ? { side: plan.side, price, known: plan.journalled } : null);
    },
    onDenied: moves.onDenied,
    forgottenMoves: moves.left,
    onMixed: (symbol) => void mixed.add(symbol),
    isMixed: (symbol) => mixed.has(symbol),
    isTiny: law.isTiny,
    isTouched: (symbol) => manualAt.has(symbol),
    setUp(next) {
      if (next && !isUp) upSince = now();
      isUp = next;
    },
    onCrash() {
      // The next one does not know of a ban before it has asked.
      refusedInBan.clear();
      uncovered?.onCrash();
      panics.onCrash();
      moves.onCrash();
    },
    setStoreFailing(failing) {
      if (failing || storeFailing) storeFailedAt = now();
      storeFailing = failing;
    },
    refusedUntil: () => refusedUntil,
    hasHadTrouble: () => storeFailedAt > 0 || requestTrouble.size > 0 || untold.hasBeen(),
    afterStep() {
      if (changed) {
        changed = false;
        checkBooks();
        coverage.note();
        uncovered?.note();
      }
      uncovered?.look();
      if (isUp) panics.look(upSince);
      const overdue = isUp ? coverage.overdue() : null;
      if (overdue === null) return;
      const { key, held, covered, forMs, isTold } = overdue;
      const what = isTold ? 'told of it' : 'whether told or not';
      fail('naked position', `${key}: ${covered} covers ${held} for ${forMs} ms (${what})`);
    },
  };
}
