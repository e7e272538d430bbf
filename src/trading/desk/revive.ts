import type { Clock } from '../clock.ts';
import { ZERO } from '../decimal.ts';
import type { RecoveryLine } from '../desk-types.ts';
import type { Exchange, OrderReport, Position } from '../exchange.ts';
import type { Trade } from '../model.ts';
import { CLOCK_DOUBT_MS } from './executions.ts';
import { expectedPositions } from './expected-positions.ts';
import type { Runner } from './runner.ts';

export interface ReviveDeps {
  exchange: Pick<Exchange, 'findOrder'>;
  runner: Runner;
  closedBetween(fromMs: number, toMs: number): Promise<Trade[]>;
  /** Takes a closed trade out of the archive again. */
  reopen(trade: Trade): Promise<void>;
  clock: Clock;
}

/**
 * An entry that was given up as never placed has filled after all: what nobody else explains of a position may be its.
 * Its trade comes back with it, and with the trade the stop.
 */
export async function reviveLost(
  deps: ReviveDeps,
  positions: readonly Position[],
  lines: RecoveryLine[],
): Promise<void> {
  const symbols = unexplained(deps.runner.all(), positions);
  if (symbols.size === 0) return;
  const now = deps.clock.now();
  for (const trade of await deps.closedBetween(now - CLOCK_DOUBT_MS, now + CLOCK_DOUBT_MS)) {
    if (!symbols.has(trade.plan.symbol) || deps.runner.get(trade.id)) continue;
    const filled = await filledAfterAll(deps, trade);
    if (filled.length === 0) continue;
    await deps.reopen(trade);
    deps.runner.add(trade);
    for (const report of filled) {
      await deps.runner.feed(trade.id, { type: 'report', report, fill: null });
      const numbers = { quantity: report.executed.toString() };
      lines.push({ code: 'entry_adopted', symbol: report.symbol, numbers });
    }
  }
}

function unexplained(trades: readonly Trade[], positions: readonly Position[]): Set<string> {
  const expected = expectedPositions(trades);
  const more = positions.filter(({ symbol, positionSide, quantity }) => {
    const ours = expected.get(`${symbol}:${positionSide}`) ?? ZERO;
    return quantity.abs().gt(ours.abs());
  });
  return new Set(more.map(({ symbol }) => symbol));
}

async function filledAfterAll({ exchange }: ReviveDeps, trade: Trade): Promise<OrderReport[]> {
  const given = trade.orders.filter((order) => order.role === 'entry' && order.status === 'failed');
  const seen = await Promise.all(
    given.map((order) => exchange.findOrder(order.symbol, order.clientId, order.type === 'stop_market')),
  );
  return seen.filter((report) => report?.executed.gt(0) === true).filter((report) => report !== null);
}
