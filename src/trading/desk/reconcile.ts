import type { Log } from '../../log.ts';
import { Decimal, ZERO } from '../decimal.ts';
import type { RecoveryLine } from '../desk-types.ts';
import type { Account, Exchange, OrderReport, Position } from '../exchange.ts';
import { direction, isConditional, isLive } from '../lifecycle/facts.ts';
import { parseClientId } from '../lifecycle/ids.ts';
import { entryOf } from '../lifecycle/spot/attached.ts';
import type { Fill, Market, Order, Trade } from '../model.ts';
import { compareCoins, noteStopsOnCoins } from './coins.ts';
import { causeOf, comparePositions, type ElsewhereDeps, tellExecutions, unbooked } from './elsewhere.ts';
import { CLOCK_DOUBT_MS, executionsSince } from './executions.ts';
import { expectedPositions } from './expected-positions.ts';
import { findings } from './findings.ts';
import { tellListed } from './listed.ts';
import { type ReviveDeps, reviveLost } from './revive.ts';
import { standingUnder } from './unjournalled.ts';
import { noteUserStops, protects } from './user-stops.ts';

/**
 * Compares what the exchange has with what the ledger intends, and repairs differences toward less risk.
 * The exchange is right about positions and orders, the ledger about what is ours.
 */
export interface Comparison {
  account: Account;
  lines: RecoveryLine[];
}

export interface ReconcileDeps extends ElsewhereDeps, Pick<ReviveDeps, 'reopen'> {
  market: Market;
  /** With the ledger, since the start. */
  isCompared(): boolean;
  /** A trade that is no longer open, by id. */
  findClosed(tradeId: string): Promise<Trade | null>;
  /** Position mode or multi-asset mode is not what it was at the last comparison. */
  onModeChange(change: 'position_mode' | 'multi_assets', value: string): void;
  log: Log;
}

/** `tells`: what has become of the trades is told here; else whoever asks has looked at them before. */
export async function compare(deps: ReconcileDeps, tells: boolean): Promise<Comparison> {
  const { exchange, keeper } = deps;
  const lines: RecoveryLine[] = [];
  const before = new Map<string, Trade>();
  const isFirst = deps.market === 'usdm' && !deps.isCompared();
  const readPositions = async (): Promise<readonly Position[]> => {
    const seen = await exchange.positions();
    if (isFirst) await tellPositions(deps, seen);
    return seen;
  };
  const reading = keeper.beginReading();
  const ourBefore = expectedPositions(deps.runner.all());
  const [account, read, open] = await Promise.all([
    exchange.account(),
    readPositions(),
    exchange.openOrders((book) => tellExecuted(deps, book, before)),
  ]);
  noteModes(deps, account);
  reading.account(account);
  const positions = reading.positions(read);
  const ourThen = expectedPositions(deps.runner.all());
  await reviveLost(deps, positions, lines);
  await adoptOrders(deps, open, before);
  await refreshOrders(deps, { open, before, isFirst }, tells ? lines : []);
  await sweepOrders(deps, open, lines);
  tellListed(deps);
  if (deps.market === 'spot') {
    keeper.setOpenOrders(open);
    await compareCoins(deps, keeper.balances(), lines);
    noteStopsOnCoins(deps.runner, keeper.balances(), open);
  } else {
    await comparePositions(deps, positions, readPositions, lines);
    if (isFirst)
      for (const { id } of deps.runner.all())
        await deps.runner.feed(id, { type: 'position', quantity: null });
    markForeign(deps, { read, positions, open, ours: [ourBefore, ourThen] }, lines);
    noteUserStops(deps.runner, open);
    const others = open.filter(({ conditional, clientId }) => conditional && !parseClientId(clientId));
    keeper.setForeignConditionals(others.map(({ clientId }) => clientId));
  }
  return { account, lines };
}

/** No event tells of a changed position or multi-asset mode: only the account itself does. */
function noteModes({ keeper, onModeChange }: ReconcileDeps, account: Account): void {
  const before = keeper.account();
  if (!before) return;
  if (before.hedgeMode !== account.hedgeMode) {
    onModeChange('position_mode', account.hedgeMode ? 'hedge' : 'one-way');
  }
  if (before.multiAssets !== account.multiAssets) {
    onModeChange('multi_assets', account.multiAssets ? 'on' : 'off');
  }
}

/** The journal may be behind: what is not there any more is not protected, nor closed, before it is known where it went. */
async function tellPositions({ runner }: ReconcileDeps, positions: readonly Position[]): Promise<void> {
  for (const trade of runner.all()) {
    const { id, plan } = trade;
    const there = positions.find(
      ({ symbol, positionSide }) => symbol === plan.symbol && positionSide === plan.positionSide,
    );
    const quantity = Decimal.max(there?.quantity.times(direction(trade)) ?? ZERO, ZERO);
    await runner.feed(id, { type: 'position', quantity });
  }
}

/**
 * What has executed is to be protected: it is told before the other answers are there, one of which may be lost.
 * `before`: the trades as they were then.
 */
function tellExecuted(
  { runner }: ReconcileDeps,
  book: readonly OrderReport[],
  before: Map<string, Trade>,
): void {
  for (const report of book) {
    const trade = runner.get(parseClientId(report.clientId)?.tradeId ?? '');
    const order = trade?.orders.find(({ clientId }) => clientId === report.clientId);
    if (!trade || !order || report.executed.lte(order.executed)) continue;
    if (!before.has(trade.id)) before.set(trade.id, trade);
    void runner.feed(trade.id, { type: 'report', report, fill: null });
  }
}

interface Seen {
  open: readonly OrderReport[];
  /** The trades as they were when something of `open` was told ahead. */
  before: ReadonlyMap<string, Trade>;
  /** Nothing has been compared since the start. */
  isFirst: boolean;
}

/** Every order that we believe may still live: as the open orders show it, else asked for by its client id. */
async function refreshOrders(
  deps: ReconcileDeps,
  { open, before, isFirst }: Seen,
  lines: RecoveryLine[],
): Promise<void> {
  const byClientId = new Map(open.map((report) => [report.clientId, report]));
  for (const trade of deps.runner.all()) {
    const answersToCome = deps.runner.isPlacing(trade.id);
    await Promise.all(
      trade.orders.filter(isLive).map(async (order) => {
        if (order.status === 'pending' && order.sendAt !== null) return;
        const seen = byClientId.get(order.clientId) ?? (await find(deps, order));
        if (isFirst && seen && wasReplaced(order, seen)) await tellReplaced(deps, trade);
        if (seen) await deps.runner.feed(trade.id, { type: 'report', report: seen, fill: null });
        else await deps.runner.feed(trade.id, { type: 'missing', clientId: order.clientId, asked: order });
      }),
    );
    const after = deps.runner.get(trade.id);
    if (after) lines.push(...findings(before.get(trade.id) ?? trade, after, answersToCome));
  }
}

/**
 * A stop that has gone without a word of it in the journal gave way to one that is not in it either. Should that one
 * have executed, it is told ahead: it was the tighter one, and what is held beside it must not get the looser.
 */
function wasReplaced({ role, cancelAskedAt }: Order, { status, executed }: OrderReport): boolean {
  return (
    (role === 'stop' || role === 'trail') &&
    cancelAskedAt === null &&
    status === 'cancelled' &&
    executed.isZero()
  );
}

async function tellReplaced(deps: ReconcileDeps, trade: Trade): Promise<void> {
  await tellExecutions(deps, [trade], await executionsSince(deps.exchange, [trade]));
}

function find(deps: ReconcileDeps, order: Order): Promise<OrderReport | null> {
  return deps.exchange.findOrder(order.symbol, order.clientId, isConditional(order));
}

/**
 * Orders that left while nothing could be journalled, before a crash: they are the trade's own all the same. And stops
 * that the exchange has placed, which tell that their entries have filled.
 */
async function adoptOrders(
  { runner }: ReconcileDeps,
  open: readonly OrderReport[],
  before: Map<string, Trade>,
): Promise<void> {
  for (const trade of runner.all()) {
    if (trade.phase === 'closed') continue;
    const found = standingUnder(trade, open);
    if (found.length === 0) continue;
    const tellsOfEntry = found.some(({ report }) => entryOf(trade, report.clientId));
    if (tellsOfEntry && !before.has(trade.id)) before.set(trade.id, trade);
    await runner.feed(trade.id, { type: 'adopt', found });
  }
}

/** Orders with our ids that no open trade wants: left over by a lost answer, a crash or a lost store. */
async function sweepOrders(
  deps: ReconcileDeps,
  open: readonly OrderReport[],
  lines: RecoveryLine[],
): Promise<void> {
  for (const report of open) {
    const owner = parseClientId(report.clientId);
    // What waits for its entry goes with it.
    if (!owner || report.status === 'waiting') continue;
    const trade = deps.runner.get(owner.tradeId);
    const order = trade?.orders.find((known) => known.clientId === report.clientId);
    if (order && isLive(order)) continue;
    // A stop or target of a trade that this ledger has never seen may be all that protects a position.
    if (!trade && !owner.entry && !(await deps.findClosed(owner.tradeId))) continue;
    const still = await deps.exchange.findOrder(report.symbol, report.clientId, report.conditional);
    if (!still || (still.status !== 'working' && still.status !== 'triggered')) continue;
    // Given up and found after all, or placed by the exchange: its trade decides, for it may be about to rely on it.
    if (trade && (order || entryOf(trade, report.clientId))) {
      await deps.runner.feed(trade.id, { type: 'report', report: still, fill: null });
      const now = deps.runner.get(trade.id)?.orders.find((known) => known.clientId === report.clientId);
      if (now && isLive(now)) continue;
    }
    await deps.exchange.cancel(report.symbol, report.clientId, report.conditional);
    lines.push({ code: 'order_swept', symbol: report.symbol, numbers: { clientId: report.clientId } });
  }
}

/**
 * Symbols where the user trades by hand: left alone, and nothing of ours is opened there. What was ours when the reading
 * began, or when its answer came, and has been closed since, is nobody else's; nor is what only an event has told since the answer, which comes
 * ahead of the order's own.
 */
function markForeign(
  deps: ReconcileDeps,
  {
    read,
    positions,
    open,
    ours,
  }: Standing & {
    read: readonly Position[];
    /** What the trades were expected to hold, before the answers and once they had come. */
    ours: readonly ReadonlyMap<string, Decimal>[];
  },
  lines: RecoveryLine[],
): void {
  const ourNow = expectedPositions(deps.runner.all());
  const before = deps.keeper.book.foreignSymbols;
  const foreign = new Set<string>();
  const isMore = ({ symbol, positionSide, quantity }: Position): boolean =>
    [...ours, ourNow].every((expected) =>
      quantity.abs().gt(expected.get(`${symbol}:${positionSide}`)?.abs() ?? ZERO),
    );
  for (const { symbol, positionSide } of positions.filter(isMore)) {
    const isThere = read.some(
      (one) => one.symbol === symbol && one.positionSide === positionSide && isMore(one),
    );
    if (isThere) foreign.add(symbol);
  }
  for (const report of open) {
    if (parseClientId(report.clientId) || causeOf(report.clientId) !== 'user') continue;
    if (!protects(deps.runner.all(), report)) foreign.add(report.symbol);
  }
  deps.keeper.setForeign(foreign);
  for (const symbol of foreign) {
    if (!before.has(symbol)) lines.push({ code: 'position_foreign', symbol, numbers: {} });
  }
}

/** Proof that an order was never placed: no order, no execution and no position that it would explain. */
export async function proveAbsent(
  deps: ReconcileDeps & { readStanding(): Promise<Standing> },
  trade: Trade,
  order: Order,
): Promise<boolean> {
  const { open, positions } = await deps.readStanding();
  if (open.some((report) => report.clientId === order.clientId)) return false;
  // What stood no more by then has been executed, or is not there.
  const [fills, closed] = await Promise.all([
    deps.exchange.fillsSince(order.symbol, order.createdAt - 1_000),
    deps.closedBetween(order.createdAt - CLOCK_DOUBT_MS, Number.MAX_SAFE_INTEGER),
  ]);
  // On spot each execution tells whose order it was; the user's own ones explain nothing of ours.
  const mayBeOurs = ({ action, positionSide, clientId }: Fill): boolean =>
    action === order.action &&
    positionSide === order.positionSide &&
    (trade.terms.spot === undefined || clientId === '' || clientId === order.clientId);
  const unexplained = unbooked([...deps.runner.all(), ...closed], fills.filter(mayBeOurs));
  if (await hasExecuted(deps, order, unexplained)) return false;
  const key = `${order.symbol}:${trade.plan.positionSide}`;
  const expected = expectedPositions(deps.runner.all()).get(key) ?? ZERO;
  const actual =
    positions.find((position) => `${position.symbol}:${position.positionSide}` === key)?.quantity ?? ZERO;
  return actual.abs().lte(expected.abs());
}

/** What the account has, over all symbols: the exchange counts it as the dearest of questions. */
export interface Standing {
  open: readonly OrderReport[];
  positions: readonly Position[];
}

export async function readStanding(exchange: Pick<Exchange, 'openOrders' | 'positions'>): Promise<Standing> {
  const [open, positions] = await Promise.all([exchange.openOrders(), exchange.positions()]);
  return { open, positions };
}

/** Whether one of these may be the order's. On futures executions do not tell whose they are: their orders do. */
async function hasExecuted(
  { exchange }: ReconcileDeps,
  order: Order,
  fills: readonly Fill[],
): Promise<boolean> {
  if (!exchange.findByOrderId) return fills.length > 0;
  for (const orderId of new Set(fills.map((fill) => fill.orderId))) {
    const seen = await exchange.findByOrderId(order.symbol, orderId);
    if (seen === null || seen.clientId === order.clientId) return true;
  }
  return false;
}
