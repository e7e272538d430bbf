import { reduces } from '../../src/sim/binance/usdm/fills.ts';
import { Decimal, ZERO } from '../../src/trading/decimal.ts';
import { type Books, createBooks, type Tag, tagOf } from './books.ts';
import type { Request } from './network.ts';
import type { Answer, Venue } from './venue.ts';

export type Invariant =
  | 'client id sent twice'
  | 'journal first'
  | 'order beyond plan'
  | 'exposure above plan'
  | 'naked position'
  | 'stop taken away'
  | 'placed while paused'
  | 'ledger and exchange differ'
  | 'not flat'
  | 'profit and loss differ'
  | 'does not start'
  | 'program error';

export interface Violation {
  invariant: Invariant;
  message: string;
  atMs: number;
}

/** What the checker may know of a trade beside the books: the plan as it was first journalled. */
interface PlanSeen {
  quantity: Decimal;
  entries: Decimal[];
  /** Client ids in the row as it last became durable. */
  journalled: ReadonlySet<string>;
}

/** How long news of an execution is on its way when nothing is wrong. */
const NEWS_MS = 100;
/** Within a second of the fill being known, and what it takes to be told and to answer. */
const COVER_MS = 1_300;
/** A stop that disappears is back, or the position flat, within 5 s of the event. */
const RESTORE_MS = 5_300;
/** After a request that went wrong: time-outs, questions, another attempt. */
const AFTER_TROUBLE_MS = 15_000;
/** "Or 60 s where no event came." */
const AFTER_SILENCE_MS = 60_000;

export interface Checker {
  readonly books: Books;
  violation(): Violation | null;
  fail(invariant: Invariant, message: string): void;
  onJournal(tradeId: string, row: unknown): void;
  onSent(request: Request): void;
  onAnswered(request: Request, answer: Answer): void;
  /** Nothing of it left the program. */
  onUnsent(request: Request): void;
  onHandled(request: Request): void;
  /** The exchange's books have changed. */
  onChange(): void;
  onTrouble(kind: 'request' | 'event', symbol: string | null): void;
  /** Somebody else acted on the symbol. */
  onManual(symbol: string): void;
  /** What the user holds there is theirs: our part can no longer be told apart. */
  onMixed(symbol: string): void;
  isMixed(symbol: string): boolean;
  setPaused(paused: boolean): void;
  setUp(up: boolean): void;
  setStoreFailing(failing: boolean): void;
  afterStep(): void;
}

interface Naked {
  since: number;
  held: Decimal;
  /** The position grew; otherwise a stop went. */
  grown: boolean;
}

export function createChecker(venue: Venue, now: () => number, startMs: number): Checker {
  const { exchange } = venue;
  const books = createBooks(exchange);
  const plans = new Map<string, PlanSeen>();
  /** Client id → how many sendings have not been proven to be without effect. */
  const sent = new Map<string, number>();
  const tradesSent = new Set<string>();
  const naked = new Map<string, Naked>();
  const lastHeld = new Map<string, Decimal>();
  const requestTrouble = new Map<string, number>();
  const eventTrouble = new Map<string, number>();
  const manualAt = new Map<string, number>();
  const mixed = new Set<string>();
  let violation: Violation | null = null;
  let paused = false;
  let up = false;
  let upSince = startMs;
  let storeFailedAt = Number.NEGATIVE_INFINITY;
  let storeFailing = false;
  let changed = false;

  function fail(invariant: Invariant, message: string): void {
    violation ??= { invariant, message, atMs: now() - startMs };
  }

  function checkNewOrder(clientId: string, tag: Tag, request: Request): void {
    tradesSent.add(tag.tradeId);
    const times = (sent.get(clientId) ?? 0) + 1;
    sent.set(clientId, times);
    if (times > 1) fail('client id sent twice', `${clientId} for the ${times}th time`);
    const plan = plans.get(tag.tradeId);
    const storeTrouble = storeFailing || now() - storeFailedAt < 5_000;
    if (!plan?.journalled.has(clientId) && (tag.role === 'entry' || !storeTrouble)) {
      fail('journal first', `${clientId} left before it was durable`);
    }
    if (tag.role === 'entry' && paused) fail('placed while paused', clientId);
    if (!plan) return;
    const quantity = new Decimal(request.params.get('quantity') ?? 0);
    const most = tag.role === 'entry' ? (plan.entries[tag.slot] ?? ZERO) : plan.quantity;
    if (quantity.gt(most)) fail('order beyond plan', `${clientId}: ${quantity}, planned ${most}`);
  }

  /** The stop that goes must leave one behind that holds as much, or no position. */
  function checkCancel(request: Request): void {
    const clientId = request.params.get('clientAlgoId') ?? '';
    const tag = tagOf(clientId);
    const algo = exchange.algos.get(exchange.algoIds.get(clientId) ?? 0);
    if (!algo || (tag?.role !== 'stop' && tag?.role !== 'trail') || algo.status !== 'CANCELED') return;
    if (now() - (manualAt.get(algo.symbol) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
    const key = `${algo.symbol}:${algo.positionSide}`;
    books.update();
    // What came in while the cancellation, or the news, was on its way is not held against it.
    const held = books.leastHeldSince(tag.tradeId, request.sentAt - NEWS_MS);
    const needed = Decimal.min(held, books.ours(key), algo.quantity);
    const left = books.coverage(key);
    // Of an execution whose event was lost the program need not know yet.
    const told = Math.max(eventTrouble.get(algo.symbol) ?? 0, eventTrouble.get('') ?? 0);
    if (now() - told < AFTER_SILENCE_MS && left.gt(0)) return;
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
    }
    for (const order of exchange.openOrders.values()) {
      const tag = tagOf(order.clientOrderId);
      if (tag && tag.role !== 'entry' && !reduces(order)) {
        fail('order beyond plan', `${order.clientOrderId} could open a position`);
      }
    }
  }

  function noteCoverage(): void {
    const keys = new Set([...books.trades()].map((trade) => trade.key));
    for (const key of keys) {
      const held = books.ours(key);
      const before = lastHeld.get(key) ?? ZERO;
      lastHeld.set(key, held);
      if (held.isZero() || books.coverage(key).gte(held) || mixed.has(symbolOf(key))) {
        naked.delete(key);
        continue;
      }
      const known = naked.get(key);
      if (!known || held.gt(before)) naked.set(key, { since: now(), held, grown: held.gt(before) });
    }
  }

  function deadline(key: string, { since, grown }: Naked): number {
    const symbol = symbolOf(key);
    const asked = Math.max(requestTrouble.get(symbol) ?? 0, requestTrouble.get('') ?? 0, upSince);
    const told = Math.max(eventTrouble.get(symbol) ?? 0, eventTrouble.get('') ?? 0);
    let at = since + (grown ? COVER_MS : RESTORE_MS);
    if (asked > since - AFTER_TROUBLE_MS) at = Math.max(at, since, asked) + AFTER_TROUBLE_MS;
    if (told > since - AFTER_SILENCE_MS) at = Math.max(at, Math.max(since, told) + AFTER_SILENCE_MS);
    return at;
  }

  return {
    books,
    violation: () => violation,
    fail,
    onJournal(tradeId, row) {
      if (row === undefined) {
        // Given up before anything was sent: read again, the message makes a new plan.
        if (!tradesSent.has(tradeId)) plans.delete(tradeId);
        return;
      }
      const journalled = row as {
        plan: { quantity: Decimal; entries: { quantity: Decimal }[] };
        orders: { clientId: string }[];
      };
      const ids = new Set(journalled.orders.map((order) => order.clientId));
      const known = plans.get(tradeId);
      if (known && tradesSent.has(tradeId)) known.journalled = ids;
      else {
        const { quantity, entries } = journalled.plan;
        plans.set(tradeId, { quantity, entries: entries.map((entry) => entry.quantity), journalled: ids });
      }
    },
    onSent(request) {
      if (request.method !== 'POST') return;
      const clientId = request.params.get('newClientOrderId') ?? request.params.get('clientAlgoId');
      const tag = clientId === undefined ? null : tagOf(clientId);
      if (clientId !== undefined && tag) checkNewOrder(clientId, tag, request);
    },
    onAnswered(request, { status, body }) {
      const code = (body as { code?: number } | null)?.code;
      const isThrottled = status === 429 || code === -1008;
      const clientId = request.params.get('newClientOrderId') ?? request.params.get('clientAlgoId');
      // Told that it was not carried out, the program may send it again.
      if (request.method === 'POST' && isThrottled && clientId !== undefined) sent.delete(clientId);
    },
    onUnsent(request) {
      const clientId = request.params.get('newClientOrderId') ?? request.params.get('clientAlgoId');
      if (clientId !== undefined) sent.delete(clientId);
    },
    onHandled(request) {
      if (request.method === 'DELETE') checkCancel(request);
      changed = true;
    },
    onChange() {
      changed = true;
    },
    onTrouble(kind, symbol) {
      (kind === 'request' ? requestTrouble : eventTrouble).set(symbol ?? '', now());
    },
    onManual(symbol) {
      manualAt.set(symbol, now());
    },
    onMixed: (symbol) => void mixed.add(symbol),
    isMixed: (symbol) => mixed.has(symbol),
    setPaused(next) {
      paused = next;
    },
    setUp(next) {
      if (next && !up) upSince = now();
      up = next;
    },
    setStoreFailing(failing) {
      storeFailing = failing;
      storeFailedAt = now();
    },
    afterStep() {
      if (changed) {
        changed = false;
        checkBooks();
        noteCoverage();
      }
      if (!up) return;
      for (const [key, state] of naked) {
        if (now() <= deadline(key, state)) continue;
        const { since, held } = state;
        fail('naked position', `${key}: ${books.coverage(key)} covers ${held} for ${now() - since} ms`);
      }
    },
  };
}

function symbolOf(key: string): string {
  return key.split(':')[0] ?? '';
}
