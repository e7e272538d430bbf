import type { OrderCount } from '../../risk/book.ts';
import { type Decimal, ZERO } from '../decimal.ts';
import type { Instrument, OrderReport } from '../exchange.ts';
import { byRole, isConditional, isLive } from '../lifecycle/facts.ts';
import { parseClientId } from '../lifecycle/ids.ts';
import type { Order, Trade } from '../model.ts';

/** What the exchange counts of the account, and what of that is spoken for: by our trades, and by orders of the user's. */

export function countsOn(
  { symbol, spot }: Instrument,
  trades: readonly Trade[],
  open: readonly OrderReport[],
): OrderCount[] {
  if (!spot) return [];
  const ours = trades.filter(({ phase, plan }) => phase !== 'closed' && plan.market === 'spot');
  const foreign = open.filter(({ clientId }) => !parseClientId(clientId));
  const onSymbol = usedBy(
    ours.filter(({ plan }) => plan.symbol === symbol),
    foreign.filter((report) => report.symbol === symbol),
  );
  return [
    ...counts('symbol', onSymbol, spot),
    ...(spot.wholeAccount ? counts('account', usedBy(ours, foreign), spot.wholeAccount) : []),
  ];
}

type Used = Record<OrderCount['of'], number>;

/** A trade may have as many lists as it was planned with, of two orders each, beside entries that still rest. */
function usedBy(trades: readonly Trade[], foreign: readonly OrderReport[]): Used {
  const lists = trades.reduce((sum, { terms }) => sum + (terms.spot?.maxLists ?? 0), 0);
  const entries = trades.flatMap(liveEntries);
  const conditional = foreign.filter((report) => report.conditional);
  return {
    conditional: lists + entries.filter(isConditional).length + conditional.length,
    lists: lists + conditional.filter(({ listed }) => listed).length,
    orders: 2 * lists + entries.length + foreign.length,
  };
}

function counts(
  scope: OrderCount['scope'],
  used: Used,
  { maxAlgoOrders, maxLists, maxOrders }: { maxAlgoOrders?: number; maxLists?: number; maxOrders?: number },
): OrderCount[] {
  const limits = { conditional: maxAlgoOrders, lists: maxLists, orders: maxOrders };
  const kinds = ['conditional', 'lists', 'orders'] as const;
  return kinds.flatMap((of) => {
    const limit = limits[of];
    return limit === undefined ? [] : [{ of, scope, used: used[of], limit }];
  });
}

/** Coins that orders to buy will bring: ours, and others that stand. */
export function coinsOnTheirWay(
  base: string,
  instruments: ReadonlyMap<string, Instrument>,
  trades: readonly Trade[],
  open: readonly OrderReport[],
): Decimal {
  const ours = trades
    .filter(({ phase, terms }) => phase !== 'closed' && terms.spot?.base === base)
    .flatMap(liveEntries);
  const foreign = open.filter(
    ({ clientId, action, symbol }) =>
      action === 'BUY' && instruments.get(symbol)?.base === base && !parseClientId(clientId),
  );
  return [...ours, ...foreign].reduce(
    (sum, { quantity, executed }) => sum.plus(quantity).minus(executed),
    ZERO,
  );
}

function liveEntries(trade: Trade): Order[] {
  return byRole(trade, 'entry').filter(isLive);
}
