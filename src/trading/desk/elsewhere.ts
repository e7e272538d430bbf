import type { Clock } from '../clock.ts';
import { Decimal, ZERO } from '../decimal.ts';
import type { RecoveryLine } from '../desk-types.ts';
import type { Exchange, Position } from '../exchange.ts';
import { exitAction, exited, held } from '../lifecycle/facts.ts';
import { parseClientId } from '../lifecycle/ids.ts';
import type { Fill, OutsideCause, Trade } from '../model.ts';
import { CLOCK_DOUBT_MS, executionsSince, madeAt } from './executions.ts';
import { expectedPositions } from './expected-positions.ts';
import type { Keeper } from './keeper.ts';
import { overrunUntold } from './overrun.ts';
import type { Runner } from './runner.ts';
import { executedUnder, withNames } from './unjournalled.ts';

/** What leaves our positions without an order of ours: found by comparing, and taken out of the trades. */

/** The client ids that Binance gives to orders of its own. */
export function causeOf(clientId: string): OutsideCause {
  if (clientId.startsWith('adl_autoclose')) return 'adl';
  if (clientId.startsWith('settlement_autoclose')) return 'settled';
  if (clientId.startsWith('autoclose-')) return 'liquidated';
  return 'user';
}

export interface ElsewhereDeps {
  exchange: Exchange;
  runner: Runner;
  keeper: Keeper;
  closedBetween(fromMs: number, toMs: number): Promise<Trade[]>;
  /** Executions of others that have been taken out of trades, by trade id: an event may tell of one once more. */
  attributed: Set<string>;
  clock: Clock;
}

/** A pause before a difference is believed: events may still be on their way. */
export const SETTLE_MS = 1_200;

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

export async function comparePositions(
  deps: ElsewhereDeps,
  seen: readonly Position[],
  readAgain: () => Promise<readonly Position[]>,
  lines: RecoveryLine[],
): Promise<void> {
  const first = differences(deps.runner.all(), seen);
  if (first.length === 0) return;
  await new Promise<void>((done) => deps.clock.after(SETTLE_MS, done));
  const reading = deps.keeper.beginReading();
  const positions = reading.positions(await readAgain());
  const stillThere = new Map(first.map((difference) => [difference.key, difference]));
  const trades = deps.runner.all();
  for (const now of differences(trades, positions)) {
    const before = stillThere.get(now.key);
    // Believed only when nothing moved in between: otherwise the next comparison looks again.
    if (!before?.expected.eq(now.expected) || !before.actual.eq(now.actual)) continue;
    const ofKey = trades.filter(({ plan }) => `${plan.symbol}:${plan.positionSide}` === now.key);
    await adopt(deps, ofKey, now, lines);
  }
}

/** What these trades have come to hold since: a position, or a balance, that was read before does not have it. */
export function grownSince(before: readonly Trade[], now: readonly Trade[]): Decimal {
  const known = new Map(before.map((trade) => [trade.id, broughtIn(trade)]));
  return now.reduce((sum, trade) => sum.plus(broughtIn(trade)).minus(known.get(trade.id) ?? ZERO), ZERO);
}

/** What it holds, and what has left it. */
function broughtIn(trade: Trade): Decimal {
  return held(trade).plus(exited(trade)).plus(trade.elsewhere);
}

/**
 * Less than we hold: somebody closed. More: somebody else's, and none of our business but worth saying.
 * @param trades as they were when the position was read
 */
async function adopt(
  deps: ElsewhereDeps,
  trades: readonly Trade[],
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
  const fills = await executionsSince(deps.exchange, trades);
  await tellExecutions(deps, trades, fills);
  // Fills of our own may have been among them: only what is still held beyond the position has left elsewhere.
  const current = trades.map((trade) => deps.runner.get(trade.id) ?? trade);
  const holds = current.reduce((sum, trade) => sum.plus(held(trade)), ZERO);
  const gone = holds.minus(remaining).minus(grownSince(trades, current));
  if (gone.lte(0)) return;
  const exits = await foreignExits(deps, trades, fills);
  for (const fill of exits) deps.attributed.add(fill.tradeId);
  const unexplained = Decimal.max(gone.minus(quantityOf(exits)), ZERO);
  const byOurs = unexplained.isZero()
    ? ZERO
    : Decimal.min(unexplained, await closedByOurs(deps, trades, key));
  if (byOurs.gt(0)) {
    await takeElsewhere(deps.runner, trades, byOurs, [], 'other_trade');
    lines.push({ code: 'closed_by_other_trade', symbol, numbers: { quantity: byOurs.toString() } });
  }
  if (gone.eq(byOurs)) return;
  await takeElsewhere(deps.runner, trades, gone.minus(byOurs), exits, 'user');
  lines.push({ code: 'closed_elsewhere', symbol, numbers });
}

/** By orders of trades that share the position, or have. */
async function closedByOurs(deps: ElsewhereDeps, trades: readonly Trade[], key: string): Promise<Decimal> {
  return overrunUntold([...(await closedSince(deps, trades)), ...deps.runner.all()], key);
}

function quantityOf(fills: readonly Fill[]): Decimal {
  return fills.reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
}

/** All that have ended since the first of these was made. */
function closedSince({ closedBetween }: ElsewhereDeps, trades: readonly Trade[]): Promise<Trade[]> {
  return closedBetween(madeAt(trades) - CLOCK_DOUBT_MS, Number.MAX_SAFE_INTEGER);
}

/** To trades of one position, those of orders among them that they do not know. */
export async function tellExecutions(
  { exchange, runner }: Pick<ElsewhereDeps, 'exchange' | 'runner'>,
  trades: readonly Trade[],
  fills: readonly Fill[],
): Promise<void> {
  const named = await withNames(exchange, trades, fills, runner.all());
  for (const { id } of trades) {
    const trade = runner.get(id);
    if (!trade) continue;
    const found = await executedUnder(exchange, trade, named);
    if (found.length > 0) await runner.feed(id, { type: 'adopt', found });
    await runner.feed(id, { type: 'fills', fills });
  }
}

/** Executions in the closing direction that no order of ours explains, newest first. */
export async function foreignExits(
  deps: ElsewhereDeps,
  trades: readonly Trade[],
  fills: readonly Fill[],
): Promise<Fill[]> {
  const current = trades.map((trade) => deps.runner.get(trade.id) ?? trade);
  const closed = await closedSince(deps, trades);
  const entered = enteredAt(current, closed);
  const action = trades[0] ? exitAction(trades[0]) : null;
  const known = [...deps.runner.all(), ...closed];
  const theirs = fills.filter(
    (fill) => fill.action === action && !isJournalled(known, fill) && fill.at >= entered,
  );
  return unbooked(known, theirs).sort((a, b) => b.at - a.at);
}

/** What of these executions is in none of the trades. */
export function unbooked(trades: readonly Trade[], fills: readonly Fill[]): Fill[] {
  const known = trades.flatMap((trade) => trade.fills);
  // A part of a fill carries the fill's id in front of its own.
  const parts = Map.groupBy(known, (fill) => fill.tradeId.split('/')[0]);
  return fills
    .map((fill) => restOf(fill, parts.get(fill.tradeId) ?? []))
    .filter((fill) => fill.quantity.gt(0));
}

/**
 * An order of ours that was sent while nothing could be written is in no journal, also where its trade is over by now:
 * what it did is found as others' is.
 */
function isJournalled(trades: readonly Trade[], { clientId }: Fill): boolean {
  const name = parseClientId(clientId);
  const trade = trades.find(({ id }) => id === name?.tradeId);
  return name !== null && (trade === undefined || trade.orders.some((order) => order.clientId === clientId));
}

/**
 * Since when the position has been ours without a break, in the exchange's time: what was executed ahead of that took
 * nothing out of it. What left while another trade held it too may have been made up for by that one's orders.
 */
function enteredAt(current: readonly Trade[], closed: readonly Trade[]): number {
  const key = (trade: Trade): string => `${trade.plan.symbol}:${trade.plan.positionSide}`;
  const spans = closed
    .filter((trade) => current[0] && key(trade) === key(current[0]) && trade.fills.length > 0)
    .map((trade) => trade.fills.map((fill) => fill.at))
    .map((times) => ({ from: Math.min(...times), until: Math.max(...times) }))
    .sort((a, b) => b.until - a.until);
  let entered = Math.min(...current.flatMap((trade) => trade.fills.map((fill) => fill.at)));
  for (const { from, until } of spans) if (until >= entered) entered = Math.min(entered, from);
  return entered;
}

/** Takes a quantity out of the trades, oldest first, with the part of the fills that falls to each. */
export async function takeElsewhere(
  runner: Runner,
  trades: readonly Trade[],
  total: Decimal,
  fills: readonly Fill[],
  cause: OutsideCause,
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
    pool.unshift(without(next, part));
    return taken;
  }
  return taken;
}

/** What of a fill is in no trade yet. */
function restOf(fill: Fill, parts: readonly Fill[]): Fill {
  if (parts.length === 0) return fill;
  return parts.reduce((rest, part) => without(rest, part), {
    ...fill,
    tradeId: `${fill.tradeId}/${parts.length}`,
  });
}

function without(fill: Fill, part: Fill): Fill {
  return {
    ...fill,
    quantity: fill.quantity.minus(part.quantity),
    commission: fill.commission.minus(part.commission),
    realisedPnl: fill.realisedPnl.minus(part.realisedPnl),
  };
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
