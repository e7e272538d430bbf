import type { Log } from '../../log.ts';
import type { Clock } from '../clock.ts';
import { Decimal, ZERO } from '../decimal.ts';
import type { RecoveryLine } from '../desk-types.ts';
import type { Account, Exchange, OrderReport, Position } from '../exchange.ts';
import {
  direction,
  entered,
  exitAction,
  held,
  isConditional,
  isLive,
  quantityOf,
} from '../lifecycle/facts.ts';
import { parseClientId } from '../lifecycle/ids.ts';
import type { Fill, Order, Trade } from '../model.ts';
import { expectedPositions, type Keeper } from './keeper.ts';
import { CLOCK_DOUBT_MS, type Runner } from './runner.ts';

/**
 * Compares what the exchange has with what the ledger intends, and repairs differences toward less risk.
 * The exchange is right about positions and orders, the ledger about what is ours.
 */
export interface Comparison {
  account: Account;
  lines: RecoveryLine[];
}

export interface ReconcileDeps {
  exchange: Exchange;
  runner: Runner;
  keeper: Keeper;
  /** A trade that is no longer open, by id. */
  findClosed(tradeId: string): Promise<Trade | null>;
  closedBetween(fromMs: number, toMs: number): Promise<Trade[]>;
  /** Executions of others that have been taken out of trades, by trade id: an event may tell of one once more. */
  attributed: Set<string>;
  /** Position mode or multi-asset mode is not what it was at the last comparison. */
  onModeChange(change: 'position_mode' | 'multi_assets', value: string): void;
  log: Log;
  clock: Clock;
}

/** A pause before a difference is believed: events may still be on their way. */
const SETTLE_MS = 1_200;

export async function compare(deps: ReconcileDeps): Promise<Comparison> {
  const { exchange, keeper } = deps;
  const lines: RecoveryLine[] = [];
  const [account, positions, open] = await Promise.all([
    exchange.account(),
    exchange.positions(),
    exchange.openOrders(),
  ]);
  noteModes(deps, account);
  keeper.setAccount(account);
  keeper.setPositions(positions, true);
  await adoptOrders(deps, open);
  await refreshOrders(deps, open, lines);
  await sweepOrders(deps, open, lines);
  await comparePositions(deps, positions, lines);
  markForeign(deps, positions, open, lines);
  noteUserStops(deps, open);
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

/** Every order that we believe may still live: as the open orders show it, else asked for by its client id. */
async function refreshOrders(
  deps: ReconcileDeps,
  open: readonly OrderReport[],
  lines: RecoveryLine[],
): Promise<void> {
  const byClientId = new Map(open.map((report) => [report.clientId, report]));
  for (const trade of deps.runner.all()) {
    const before = entered(trade);
    await Promise.all(
      trade.orders.filter(isLive).map(async (order) => {
        if (order.status === 'pending' && order.sendAt !== null) return;
        const seen = byClientId.get(order.clientId) ?? (await find(deps, order));
        if (seen) await deps.runner.feed(trade.id, { type: 'report', report: seen, fill: null });
        else await deps.runner.feed(trade.id, { type: 'missing', clientId: order.clientId });
        if (order.status === 'unknown' && seen && order.role === 'entry') {
          lines.push({
            code: 'entry_adopted',
            symbol: order.symbol,
            numbers: { quantity: order.quantity.toString() },
          });
        }
      }),
    );
    const after = deps.runner.get(trade.id);
    if (after && entered(after).gt(before)) {
      const quantity = entered(after).minus(before).toString();
      lines.push({ code: 'fill_found', symbol: trade.plan.symbol, numbers: { quantity } });
    }
    if (after && restored(trade, after)) {
      const numbers = { price: after.stopPrice.toString(), quantity: held(after).toString() };
      lines.push({ code: 'stop_restored', symbol: trade.plan.symbol, numbers });
    }
  }
}

function find(deps: ReconcileDeps, order: Order): Promise<OrderReport | null> {
  return deps.exchange.findOrder(order.symbol, order.clientId, isConditional(order));
}

function restored(before: Trade, after: Trade): boolean {
  const known = new Set(before.orders.map((order) => order.clientId));
  return after.orders.some(
    (order) => order.role === 'stop' && !known.has(order.clientId) && held(before).gt(0),
  );
}

/** Orders that left while nothing could be journalled, before a crash: they are the trade's own all the same. */
async function adoptOrders({ runner }: ReconcileDeps, open: readonly OrderReport[]): Promise<void> {
  for (const report of open) {
    const name = parseClientId(report.clientId);
    const trade = name && runner.get(name.tradeId);
    if (!trade || name.entry || trade.phase === 'closed') continue;
    if (trade.orders.some((order) => order.clientId === report.clientId)) continue;
    await runner.feed(trade.id, { type: 'adopt', report, role: name.role, slot: name.slot });
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
    if (!owner) continue;
    const trade = deps.runner.get(owner.tradeId);
    const order = trade?.orders.find((known) => known.clientId === report.clientId);
    if (order && isLive(order)) continue;
    // A stop or target of a trade that this ledger has never seen may be all that protects a position.
    if (!trade && !owner.entry && !(await deps.findClosed(owner.tradeId))) continue;
    const still = await deps.exchange.findOrder(report.symbol, report.clientId, report.conditional);
    if (!still || (still.status !== 'working' && still.status !== 'triggered')) continue;
    await deps.exchange.cancel(report.symbol, report.clientId, report.conditional);
    lines.push({ code: 'order_swept', symbol: report.symbol, numbers: { clientId: report.clientId } });
  }
}

interface Difference {
  key: string;
  expected: Decimal;
  actual: Decimal;
}

function differences(trades: readonly Trade[], positions: readonly Position[]): Difference[] {
  const expected = expectedPositions(trades);
  const actual = new Map(
    positions.map((position) => [`${position.symbol}:${position.positionSide}`, position.quantity]),
  );
  const result: Difference[] = [];
  for (const [key, quantity] of expected) {
    const seen = actual.get(key) ?? ZERO;
    if (!seen.eq(quantity)) result.push({ key, expected: quantity, actual: seen });
  }
  return result;
}

async function comparePositions(
  deps: ReconcileDeps,
  seen: readonly Position[],
  lines: RecoveryLine[],
): Promise<void> {
  const first = differences(deps.runner.all(), seen);
  if (first.length === 0) return;
  await new Promise<void>((done) => deps.clock.after(SETTLE_MS, done));
  const positions = await deps.exchange.positions();
  deps.keeper.setPositions(positions, true);
  const stillThere = new Map(first.map((difference) => [difference.key, difference]));
  for (const now of differences(deps.runner.all(), positions)) {
    const before = stillThere.get(now.key);
    // Believed only when nothing moved in between: otherwise the next comparison looks again.
    if (!before?.expected.eq(now.expected) || !before.actual.eq(now.actual)) continue;
    await adopt(deps, now, lines);
  }
}

/** Less than we hold: somebody closed. More: somebody else's, and none of our business but worth saying. */
async function adopt(
  deps: ReconcileDeps,
  { key, expected, actual }: Difference,
  lines: RecoveryLine[],
): Promise<void> {
  const [symbol = ''] = key.split(':');
  const sameSide = actual.isZero() || actual.isNegative() === expected.isNegative();
  const remaining = sameSide ? actual.abs() : ZERO;
  const numbers = { expected: expected.toString(), actual: actual.toString() };
  if (remaining.gt(expected.abs())) {
    if (deps.keeper.addForeign(symbol)) lines.push({ code: 'position_mismatch', symbol, numbers });
    return;
  }
  const trades = deps.runner
    .all()
    .filter((trade) => `${trade.plan.symbol}:${trade.plan.positionSide}` === key);
  const since = Math.min(...trades.map((trade) => trade.createdAt));
  const fills = await deps.exchange.fillsSince(symbol, since - CLOCK_DOUBT_MS);
  for (const trade of trades) await deps.runner.feed(trade.id, { type: 'fills', fills });
  // Fills of our own may have been among them: only what is still held beyond the position has left elsewhere.
  const holds = trades.reduce((sum, trade) => sum.plus(held(deps.runner.get(trade.id) ?? trade)), ZERO);
  const gone = holds.minus(remaining);
  if (gone.lte(0)) return;
  const exits = await foreignExits(deps, trades, fills);
  for (const fill of exits) deps.attributed.add(fill.tradeId);
  await takeElsewhere(deps.runner, trades, gone, exits, 'user');
  lines.push({ code: 'closed_elsewhere', symbol, numbers });
}

/** Executions in the closing direction that no order of ours explains, newest first. */
async function foreignExits(
  deps: ReconcileDeps,
  trades: readonly Trade[],
  fills: readonly Fill[],
): Promise<Fill[]> {
  const current = trades.map((trade) => deps.runner.get(trade.id) ?? trade);
  // In the exchange's time: what was executed ahead of our entry took nothing out of it.
  const entered = Math.min(...current.flatMap((trade) => trade.fills.map((fill) => fill.at)));
  const since = Math.min(...trades.map((trade) => trade.createdAt)) - CLOCK_DOUBT_MS;
  const closed = await deps.closedBetween(since, Number.MAX_SAFE_INTEGER);
  const known = [...deps.runner.all(), ...closed].flatMap((trade) => trade.fills);
  // A part of a fill carries the fill's id in front of its own.
  const ours = new Set(known.map((fill) => fill.tradeId.split('/')[0]));
  const action = trades[0] ? exitAction(trades[0]) : null;
  return fills
    .filter((fill) => !ours.has(fill.tradeId) && fill.action === action && !parseClientId(fill.clientId))
    .filter((fill) => fill.at >= entered)
    .sort((a, b) => b.at - a.at);
}

/** Takes a quantity out of the trades, oldest first, with the part of the fills that falls to each. */
export async function takeElsewhere(
  runner: Runner,
  trades: readonly Trade[],
  total: Decimal,
  fills: readonly Fill[],
  cause: 'user' | 'liquidated' | 'adl',
): Promise<void> {
  let rest = total;
  const pool = [...fills];
  for (const trade of [...trades].sort((a, b) => a.createdAt - b.createdAt)) {
    if (rest.lte(0)) return;
    const current = runner.get(trade.id) ?? trade;
    const quantity = Decimal.min(rest, held(current));
    if (quantity.lte(0)) continue;
    rest = rest.minus(quantity);
    await runner.feed(trade.id, {
      type: 'elsewhere',
      quantity,
      fills: takeFills(pool, quantity, trade.id),
      cause,
    });
  }
}

function takeFills(pool: Fill[], quantity: Decimal, tradeId: string): Fill[] {
  const taken: Fill[] = [];
  let rest = quantity;
  for (let next = pool.shift(); next && rest.gt(0); next = pool.shift()) {
    if (next.quantity.lte(rest)) {
      taken.push(next);
      rest = rest.minus(next.quantity);
      continue;
    }
    const part = partOf(next, rest, `${next.tradeId}/${tradeId}`);
    taken.push(part);
    pool.unshift({
      ...next,
      quantity: next.quantity.minus(part.quantity),
      commission: next.commission.minus(part.commission),
      realisedPnl: next.realisedPnl.minus(part.realisedPnl),
    });
    return taken;
  }
  return taken;
}

/** Money to eight decimals, as the exchange books it: the parts of a fill are together the whole. */
function partOf(fill: Fill, quantity: Decimal, tradeId: string): Fill {
  const share = (amount: Decimal): Decimal => amount.times(quantity).div(fill.quantity).toDecimalPlaces(8);
  return {
    ...fill,
    tradeId,
    quantity,
    commission: share(fill.commission),
    realisedPnl: share(fill.realisedPnl),
  };
}

/** Symbols where the user trades by hand: left alone, and nothing of ours is opened there. */
function markForeign(
  deps: ReconcileDeps,
  positions: readonly Position[],
  open: readonly OrderReport[],
  lines: RecoveryLine[],
): void {
  const expected = expectedPositions(deps.runner.all());
  const before = deps.keeper.book.foreignSymbols;
  const foreign = new Set<string>();
  for (const position of positions) {
    const ours = expected.get(`${position.symbol}:${position.positionSide}`) ?? ZERO;
    if (position.quantity.abs().gt(ours.abs())) foreign.add(position.symbol);
  }
  for (const report of open) {
    if (parseClientId(report.clientId)) continue;
    if (!protects(deps.runner.all(), report)) foreign.add(report.symbol);
  }
  deps.keeper.setForeign(foreign);
  for (const symbol of foreign) {
    if (!before.has(symbol)) lines.push({ code: 'position_foreign', symbol, numbers: {} });
  }
}

/** An order of the user's that closes a position of ours. */
export function protects(trades: readonly Trade[], report: OrderReport): boolean {
  return trades.some(
    (trade) =>
      trade.plan.symbol === report.symbol &&
      trade.plan.positionSide === report.positionSide &&
      held(trade).gt(0) &&
      report.action === exitAction(trade) &&
      (report.reduceOnly || report.conditional),
  );
}

function noteUserStops(deps: ReconcileDeps, open: readonly OrderReport[]): void {
  for (const trade of deps.runner.all()) {
    const covers = open.some((report) => coversAll(trade, report));
    if (covers !== trade.userStop) void deps.runner.feed(trade.id, { type: 'user_stop', covers });
  }
}

/** A conditional closing order of the user's for at least what the trade holds; quantity 0 closes the position. */
export function coversAll(trade: Trade, report: OrderReport): boolean {
  if (parseClientId(report.clientId) || !report.conditional || report.status !== 'working') return false;
  if (!protects([trade], report) || !report.triggerPrice) return false;
  const below = report.triggerPrice.lt(trade.plan.entryPrice);
  const isStop = direction(trade) === 1 ? below : !below;
  return isStop && (report.quantity.isZero() || report.quantity.gte(held(trade)));
}

/** Proof that an order was never placed: no order, no execution and no position that it would explain. */
export async function proveAbsent(deps: ReconcileDeps, trade: Trade, order: Order): Promise<boolean> {
  const [open, fills, positions, closed] = await Promise.all([
    deps.exchange.openOrders(),
    deps.exchange.fillsSince(order.symbol, order.createdAt - 1_000),
    deps.exchange.positions(),
    deps.closedBetween(order.createdAt - CLOCK_DOUBT_MS, Number.MAX_SAFE_INTEGER),
  ]);
  if (open.some((report) => report.clientId === order.clientId)) return false;
  const known = [...deps.runner.all(), ...closed];
  const explained = new Set(known.flatMap((other) => other.fills.map((fill) => fill.tradeId)));
  const unexplained = fills.filter((fill) => !explained.has(fill.tradeId) && fill.action === order.action);
  if (quantityOf(unexplained).gt(0)) return false;
  const key = `${order.symbol}:${trade.plan.positionSide}`;
  const expected = expectedPositions(deps.runner.all()).get(key) ?? ZERO;
  const actual =
    positions.find((position) => `${position.symbol}:${position.positionSide}` === key)?.quantity ?? ZERO;
  return actual.abs().lte(expected.abs());
}
