import type { Exchange, OrderReport } from '../exchange.ts';
import { exitAction } from '../lifecycle/facts.ts';
import { parseClientId } from '../lifecycle/ids.ts';
import type { Found } from '../lifecycle/types.ts';
import type { Fill, Trade } from '../model.ts';
import { CLOCK_DOUBT_MS, executionsSince, madeAt, strangers } from './executions.ts';

/**
 * What left while nothing could be journalled, before a crash: no row knows it, but its client id says whose it is. An
 * entry never leaves so.
 */

/** Orders that stand. */
export function standingUnder(trade: Trade, open: readonly OrderReport[]): Found[] {
  return open.flatMap((report) => {
    const name = unknownTo(trade, report.clientId);
    return name === null || report.status === 'waiting' ? [] : [{ report, ...name }];
  });
}

/** Orders that have executed, with what they did. */
export async function executedUnder(
  exchange: Pick<Exchange, 'findOrder'>,
  trade: Trade,
  fills: readonly Fill[],
): Promise<Found[]> {
  const found: Found[] = [];
  for (const [clientId, own] of Map.groupBy(fills, (fill) => fill.clientId)) {
    const name = unknownTo(trade, clientId);
    if (name === null) continue;
    const conditional = trade.terms.spot === undefined && isStop(name);
    const report = await exchange.findOrder(trade.plan.symbol, clientId, conditional);
    if (report) found.push({ report: { ...report, fills: own }, ...name });
  }
  return found;
}

/** So many orders at most are asked for by their ids: what others closed by hand is among them. */
const ASKED_MOST = 10;

/**
 * On futures an execution tells only the exchange's id of its order, which is asked whose it is: exits of these trades,
 * all on one symbol and side, that none of `known` explains.
 */
export async function withNames(
  { findByOrderId }: Pick<Exchange, 'findByOrderId'>,
  trades: readonly Trade[],
  fills: readonly Fill[],
  known: readonly Trade[],
): Promise<readonly Fill[]> {
  const [first] = trades;
  if (!findByOrderId || !first) return fills;
  const { symbol, positionSide } = first.plan;
  const since = madeAt(trades) - CLOCK_DOUBT_MS;
  const unknown = strangers(known, fills).filter(
    (fill) =>
      fill.symbol === symbol &&
      fill.action === exitAction(first) &&
      fill.positionSide === positionSide &&
      fill.at >= since,
  );
  const ids = [...new Set(unknown.map(({ orderId }) => orderId))].slice(-ASKED_MOST);
  const names = new Map<string, string>();
  for (const orderId of ids) {
    const report = await findByOrderId(symbol, orderId);
    if (report) names.set(orderId, report.clientId);
  }
  return fills.map((fill) =>
    fill.clientId === '' ? { ...fill, clientId: names.get(fill.orderId) ?? '' } : fill,
  );
}

function isStop({ role }: Pick<Found, 'role'>): boolean {
  return role === 'stop' || role === 'trail';
}

/**
 * Both, and every execution, for trades on spot, where the balance does not tell what became of coins: the user may have
 * the same ones. Each symbol is told as soon as it is known. Executions are read after the orders that stand, so that
 * none falls between the two.
 */
export async function findLeft(
  exchange: Exchange,
  trades: readonly Trade[],
  tell: (trade: Trade, found: readonly Found[], fills: readonly Fill[]) => Promise<void>,
): Promise<void> {
  if (trades.length === 0) return;
  const open = await exchange.openOrders();
  const bySymbol = Map.groupBy(trades, ({ plan }) => plan.symbol);
  await Promise.all(
    [...bySymbol.values()].map(async (ofSymbol) => {
      const fills = await executionsSince(exchange, ofSymbol);
      for (const trade of ofSymbol) {
        const executed = await executedUnder(exchange, trade, fills);
        const known = new Set(executed.map(({ report }) => report.clientId));
        const standing = standingUnder(trade, open).filter(({ report }) => !known.has(report.clientId));
        await tell(trade, [...executed, ...standing], fills);
      }
    }),
  );
}

/** Null for orders of others, and for those that the trade has. */
export function unknownTo(trade: Trade, clientId: string): Pick<Found, 'role' | 'slot'> | null {
  const name = parseClientId(clientId);
  if (name?.tradeId !== trade.id || name.entry) return null;
  if (trade.orders.some((order) => order.clientId === clientId)) return null;
  return { role: name.role, slot: name.slot };
}
