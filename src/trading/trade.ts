import { type Decimal, ZERO } from './decimal.ts';
import type { ServerTime } from './exchange.ts';
import { apply } from './lifecycle/apply.ts';
import { dropStale, manageEntries, sendWaiting } from './lifecycle/entries.ts';
import { askForFeeValues } from './lifecycle/fees.ts';
import { tradeIdOf } from './lifecycle/ids.ts';
import { rulesOf } from './lifecycle/market.ts';
import { concerns, isUnfinished, settlePhase } from './lifecycle/phase.ts';
import { buildOrder } from './lifecycle/send.ts';
import { askForUnknown, tellFills } from './lifecycle/settle.ts';
import { expectAttached, sendRest, takeBackPart } from './lifecycle/spot/attached.ts';
import type { Cover } from './lifecycle/spot/covers.ts';
import { raiseStop } from './lifecycle/stop.ts';
import { countTargets } from './lifecycle/targets.ts';
import { prepareTrail } from './lifecycle/trailing.ts';
import type { Effect, TradeEvent, Work } from './lifecycle/types.ts';
import type { Plan, PlannedEntry, Signal, Source, Trade, TradeTerms } from './model.ts';

export interface Step {
  trade: Trade;
  effects: Effect[];
  /** Call again with a `tick` at this time if nothing happens before. */
  wakeAt: number | null;
}

/**
 * Trades that have been looked at, with the time of their next look: until then an event that tells nothing new
 * leads to nothing, and prices come in by the hundred.
 */
const nextLook = new WeakMap<Trade, number>();

/**
 * The whole lifecycle of a trade: takes in one event, then compares what should stand on the exchange with what is
 * known to stand there and asks for the difference. Every path (a fill, a restart, a lost answer, a click) ends in
 * the same comparison, so protection does not depend on which event told us.
 * @param serverTime the exchange's time at `now`, where that is known
 */
export function step(
  trade: Trade,
  event: TradeEvent,
  now: number,
  serverTime: ServerTime | null = null,
): Step {
  const work = takeIn(trade, event, now, serverTime);
  const lookAt = nextLook.get(work.trade);
  if (lookAt !== undefined && now < lookAt && work.effects.length === 0) {
    return { trade, effects: [], wakeAt: lookAt === Infinity ? null : lookAt };
  }
  if (isUnfinished(work.trade)) {
    dropStale(work);
    countTargets(work);
    raiseStop(work);
    prepareTrail(work);
    const rules = rulesOf(trade);
    // What protects leaves first, what adds exposure last.
    takeBackPart(work);
    rules.protect(work);
    manageEntries(work);
    rules.leave(work);
    sendRest(work);
    sendWaiting(work);
    askForUnknown(work);
    askForFeeValues(work);
  }
  tellFills(work);
  settlePhase(work);
  nextLook.set(work.trade, work.wakeAt ?? Infinity);
  return { trade: work.trade, effects: work.effects, wakeAt: work.wakeAt };
}

/** The first half of a step: what the event tells, before anything is decided. */
export function takeIn(
  trade: Trade,
  event: TradeEvent,
  now: number,
  serverTime: ServerTime | null = null,
): Work {
  const work: Work = { trade, now, serverTime, effects: [], wakeAt: null };
  if (!concerns(trade, event)) return work;
  apply(work, event);
  if (work.trade !== trade && trade.terms.spot) expectAttached(work);
  return work;
}

export interface NewTrade {
  plan: Plan;
  signal: Signal;
  source: Source;
  terms: TradeTerms;
  now: number;
  /** Until when the entries may wait for a busy exchange. */
  sendUntil: number;
}

/** A trade whose entries are ready to be journalled and then sent by a `begin` event. */
export function newTrade({ plan, signal, source, terms, now, sendUntil }: NewTrade): Trade {
  const bare: Trade = {
    id: tradeIdOf(source.messageId, source.index),
    source,
    signal,
    plan,
    terms,
    phase: 'entering',
    orders: [],
    fills: [],
    stopPrice: plan.stopPrice,
    stopKind: 'initial',
    stopHeldPrice: null,
    stopRefusals: 0,
    stopRetryAt: null,
    targetRetryAt: null,
    closeRetryAt: null,
    closeRefusals: 0,
    userStop: false,
    targets: plan.targets,
    targetsHit: 0,
    targetRound: 0,
    breakEvenDone: false,
    closing: null,
    entriesCancelled: null,
    elsewhere: ZERO,
    funding: ZERO,
    fundingIds: [],
    createdAt: now,
    sendUntil,
    filledAt: null,
    lastFillAt: null,
    closedAt: null,
    closeReason: null,
    announced: {},
    closingAnnounced: null,
  };
  const work: Work = { trade: bare, now, serverTime: null, effects: [], wakeAt: null };
  const orders = plan.entries.map((entry, slot) => {
    const { type, quantity } = entry;
    const attached = attachedCover(plan, entry);
    return buildOrder(work, { role: 'entry', slot, type, quantity, ...pricesOf(entry), attached });
  });
  return { ...bare, orders };
}

/** Whether the one target goes along has been planned. */
function attachedCover({ targets }: Plan, { attached, attachedTarget }: PlannedEntry): Cover | null {
  if (!attached) return null;
  const [target] = attachedTarget ? targets : [];
  return { target: target ? { index: 0, price: target.price } : null, quantity: attached };
}

/** The price of a conditional entry is its trigger. */
function pricesOf({ type, price, limitPrice }: PlannedEntry): { price?: Decimal; triggerPrice?: Decimal } {
  switch (type) {
    case 'market':
      return {};
    case 'limit':
      return price ? { price } : {};
    case 'stop_market':
      return price ? { triggerPrice: price } : {};
    case 'stop_limit':
      return { ...(price ? { triggerPrice: price } : {}), ...(limitPrice ? { price: limitPrice } : {}) };
  }
}
