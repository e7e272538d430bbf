import { Decimal, ZERO } from '../decimal.ts';
import { minuteOf } from '../duration.ts';
import type { Fill, OutsideCause } from '../model.ts';
import { cancelAnswered, kept, listCancelled, listPlaced, placed } from './answers.ts';
import { better, held, isClosingTold, isLive } from './facts.ts';
import { noteFeeValues } from './fees.ts';
import { takeFilters } from './filters.ts';
import { rulesOf } from './market.ts';
import { forgetPosition, seePosition } from './present.ts';
import { addFills, find, report } from './reports.ts';
import { applyRequest } from './requests.ts';
import { adopt, restart } from './restart.ts';
import { absent, listOver, missing } from './silence.ts';
import { isNextMerged } from './targets.ts';
import { alert, patch, patchOrder, type TradeEvent, type Work } from './types.ts';

/** Facts first: what an event tells us, before anything is decided. */
export function apply(work: Work, event: TradeEvent): void {
  switch (event.type) {
    case 'begin':
      for (const order of work.trade.orders) {
        if (order.status !== 'pending') continue;
        if (order.cancelAskedAt === null) work.effects.push({ type: 'place', order });
        // Given up while the symbol was being prepared: it has never been sent.
        else patchOrder(work, order.clientId, { status: 'cancelled', since: work.now });
      }
      return;
    case 'restart':
      return restart(work, event.found ?? []);
    case 'placed':
      return placed(work, event.clientId, event.outcome);
    case 'cancelled':
      return cancelAnswered(work, event);
    case 'list_placed':
      return listPlaced(work, event.listId, event.outcome);
    case 'list_cancelled':
      return listCancelled(work, event.listId, event.outcome);
    case 'kept':
      return kept(work, event.clientIds);
    case 'report':
      report(work, event.report);
      if (event.fill === null) return;
      addFills(work, [event.fill]);
      if (find(work, event.report.clientId)?.role === 'entry') forgetPosition(work);
      return;
    case 'list_over':
      return listOver(work, event.clientId);
    case 'adopt':
      return adopt(work, event.found);
    case 'fills':
      return addFills(work, event.fills);
    case 'missing':
      return missing(work, event.clientId, event.asked);
    case 'absent':
      return absent(work, event.clientId);
    case 'prices':
      notePrices(work, event.prices);
      return rulesOf(work.trade).takePrices(work, event.prices);
    case 'tick':
      return;
    case 'request':
      return applyRequest(work, event.request);
    case 'elsewhere':
      return elsewhere(work, event.quantity, event.fills, event.cause);
    case 'position':
      return seePosition(work, event.quantity);
    case 'user_stop':
      if (work.trade.userStop !== event.covers) patch(work, { userStop: event.covers });
      return;
    case 'shared':
      if ((work.trade.shared ?? false) !== event.shared) patch(work, { shared: event.shared });
      return;
    case 'halted':
      return noteHalt(work, event.halted);
    case 'unguarded':
      if (cancelEntries(work)) alert(work, 'warning', 'entries_withdrawn');
      return;
    case 'delisting':
      return noteDelisting(work, event.at);
    case 'filters':
      return takeFilters(work, event.instrument);
    case 'funding':
      return bookFunding(work, event.id, event.amount);
    case 'liquidation_fee':
      if ((work.trade.liquidationShares?.[event.id] ?? ZERO).eq(event.amount)) return;
      return patch(work, {
        liquidationShares: { ...work.trade.liquidationShares, [event.id]: event.amount },
      });
    case 'fees_valued':
      return noteFeeValues(work, event.values);
    case 'announced':
      if (work.trade.announced[event.clientId]?.gte(event.executed)) return;
      return patch(work, { announced: { ...work.trade.announced, [event.clientId]: event.executed } });
    case 'closing_announced':
      // Opened again since: the next end is another one.
      if (work.trade.closedAt !== event.closedAt || isClosingTold(work.trade)) return;
      return patch(work, { closingAnnounced: event.closedAt });
  }
}

/** When trading goes on the price may be anywhere: nothing may enter there unasked. What protects stays. */
function noteHalt(work: Work, halted: boolean): void {
  const { trade } = work;
  if ((trade.halted ?? false) === halted) return;
  patch(work, { halted });
  if (!halted) return;
  alert(work, 'warning', 'symbol_halted');
  cancelEntries(work);
}

/** What is held may go on until then; nothing is added to it. */
function noteDelisting(work: Work, at: number | null): void {
  if ((work.trade.delistsAt ?? null) === at) return;
  patch(work, { delistsAt: at });
  if (at === null) return;
  alert(work, 'warning', 'delisting_announced', { at: minuteOf(at) });
  cancelEntries(work);
}

/** Whether there were any that nobody had asked to go yet. */
function cancelEntries(work: Work): boolean {
  const { orders, entriesCancelled } = work.trade;
  const isEntering = orders.some((order) => order.role === 'entry' && isLive(order));
  if (!isEntering || entriesCancelled !== null) return false;
  patch(work, { entriesCancelled: 'entry_cancelled' });
  return true;
}

/** A fee is split by what is known of the holders; the same one again, split otherwise, replaces the share. */
function bookFunding(work: Work, id: string, share: Decimal): void {
  const { funding, fundingIds, fundingShares = {} } = work.trade;
  const before = fundingShares[id] ?? ZERO;
  if (fundingIds.includes(id) || before.eq(share)) return;
  patch(work, {
    funding: funding.plus(share).minus(before),
    fundingShares: { ...fundingShares, [id]: share },
  });
}

function notePrices(work: Work, prices: { mark?: Decimal; last?: Decimal }): void {
  const { trade } = work;
  // What has traded is the last price; the mark price only decides what triggers a stop.
  const { last } = prices;
  if (!last) return;
  const next = trade.targets[trade.targetsHit];
  const isHeld = held(trade).gt(0);
  const entryLive = trade.orders.some(
    (order) => order.role === 'entry' && isLive(order) && order.type !== 'market',
  );
  const nextReached = next !== undefined && !better(trade, next.price, last);
  if (!isHeld && entryLive && trade.entriesCancelled === null && trade.filledAt === null) {
    const stopTraded = !better(trade, last, trade.stopPrice);
    if (nextReached || stopTraded) {
      patch(work, { entriesCancelled: 'target_passed' });
      alert(work, 'warning', 'target_passed', { price: last.toString() });
    }
    return;
  }
  if (!isHeld || !nextReached) return;
  if (entryLive && trade.entriesCancelled === null) patch(work, { entriesCancelled: 'target_passed' });
  // A target that was merged into a later one has no order that could say it was reached.
  if (entryLive || !isNextMerged(trade)) return;
  const settled = trade.orders.some((order) => order.role === 'target' && isLive(order));
  if (settled) patch(work, { targetsHit: trade.targetsHit + 1 });
}

function elsewhere(work: Work, quantity: Decimal, fills: readonly Fill[], cause: OutsideCause): void {
  const taken = Decimal.min(quantity, held(work.trade));
  if (taken.lte(ZERO)) return;
  const known = new Set(work.trade.fills.map((fill) => fill.tradeId));
  const fresh = fills.filter((fill) => !known.has(fill.tradeId));
  patch(work, {
    elsewhere: work.trade.elsewhere.plus(taken),
    fills: [...work.trade.fills, ...fresh],
    lastFillAt: work.now,
  });
  work.effects.push({ type: 'elsewhere', quantity: taken, cause });
  if (held(work.trade).isZero()) {
    const reason = cause === 'user' || cause === 'other_trade' ? 'elsewhere' : cause;
    patch(work, {
      closeReason: reason,
      entriesCancelled: work.trade.entriesCancelled ?? reason,
    });
  }
}
