import { Decimal } from '../decimal.ts';
import type { Prices } from '../exchange.ts';
import type { Order, Trade } from '../model.ts';
import { better, byRole, covered, direction, held, isActive, isLive, onStep } from './facts.ts';
import { present } from './present.ts';
import { cancel, place } from './send.ts';
import { alert, due, patch, type Work } from './types.ts';

/**
 * The trailing stop. It begins once enough targets are done and never ends before the trade does.
 *
 * Where the exchange can do it, a TRAILING_STOP_MARKET order stands above the plain stop, which stays: the new order
 * starts from the price of its moment, so that at first its trigger may be looser than the plain stop's, and the
 * exchange may still refuse it when it triggers. When the order has to be replaced (another quantity is held) or is
 * lost, the plain stop is first raised to where the old one is known to have been, so that nothing is loosened.
 *
 * Elsewhere the plain stop itself is moved: one order covers the position at every moment. So it is where several
 * trades share a position, in which two orders of one trade could close a part of another's.
 */

/** A trailing stop moves, and what is known of it is renewed, in steps of this part of its distance. */
const TRAIL_STEP = new Decimal('0.1');
/** How long the plain stop rests where it is after the exchange refused to have it moved. */
const RAISE_REST_MS = 10_000;
/** Trailing orders refused or lost after which the stop is moved by us. */
const TRAIL_ATTEMPTS = 3;
const TRAIL_RETRY_MS = 1_000;
/** A price that is older than the order may still be on its way to us: it is no proof of what the order has seen. */
const OLD_PRICES_MS = 3_000;
/** While parts of an entry come in, the trailing order waits for it to settle, as targets do. */
const SETTLE_MS = 500;

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order */
const CALLBACK_MIN = new Decimal('0.1');
const CALLBACK_MAX = new Decimal(10);
const CALLBACK_PLACES = 1;

/** Follows the price: what the trailing order on the exchange must have seen, or where the plain stop goes. */
export function followPrice(work: Work, prices: Partial<Prices>): void {
  const { trade } = work;
  const price = prices[trade.terms.stopTrigger];
  if (!price || !isTrailing(trade) || held(trade).isZero() || trade.closing?.until === null) return;
  if (trailsOnExchange(trade)) return notePrice(work, price);
  const stopPrice = levelAt(trade, price);
  if (isStep(trade, trade.stopPrice, stopPrice, price)) raiseTo(work, stopPrice);
}

/** Begins to trail, and raises the plain stop where the trailing order is to be replaced or is lost. */
export function prepareTrail(work: Work): void {
  const { terms, targetsHit, trail } = work.trade;
  if (terms.trailingStop === null || held(work.trade).isZero() || work.trade.closing?.until === null) return;
  if (trail === undefined) {
    if (targetsHit < terms.trailingStop.activateAfter) return;
    patch(work, { trail: { clientId: null, best: null, refusals: 0, retryAt: null } });
  }
  const followed = standing(work.trade);
  const level = knownLevel(work.trade);
  const stays = followed && trailsOnExchange(work.trade) && fits(work.trade, followed);
  if (level && !stays) raiseTo(work, level);
}

/** Keeps one trailing order standing that is as large as what is held. */
export function manageTrail(work: Work): void {
  const { trade } = work;
  if (trade.trail === undefined || held(trade).isZero() || trade.closing?.until === null) return;
  const live = byRole(trade, 'trail').filter(isLive);
  if (live.some((order) => order.status === 'triggered') || present(work).lt(held(trade))) return;
  const wanted = trailsOnExchange(trade);
  const fitting = live.filter((order) => fits(trade, order));
  const best = fitting.find(isFollowed(trade)) ?? fitting[0] ?? live.findLast(isActive);
  const kept = wanted ? best : undefined;
  if (kept && isActive(kept)) follow(work, kept);
  for (const order of live) {
    if (order !== kept && order.status !== 'pending' && mayGo(trade, kept, wanted)) cancel(work, order);
  }
  if (wanted && fitting.length === 0 && mayPlace(work, live)) placeTrail(work);
}

/** The exchange said no to a trailing order, or it is gone without our asking. */
export function trailLost(work: Work, order: Order, why: string): void {
  const { trade } = work;
  if (trade.trail === undefined) return;
  // It had reached its price: what it was to close is closed.
  if (order.status === 'triggered' && held(trade).gt(0) && trade.closing?.until !== null) {
    patch(work, {
      closing: { until: null, reason: 'trailing_stop', clearTargets: false },
      closeRetryAt: null,
      closeRefusals: 0,
    });
    return;
  }
  const refusals = trade.trail.refusals + 1;
  const retryAt = work.now + TRAIL_RETRY_MS * 2 ** refusals;
  patch(work, { trail: { ...trade.trail, refusals, retryAt } });
  work.effects.push({ type: 'compare' });
  if (refusals === TRAIL_ATTEMPTS) alert(work, 'warning', 'trailing_refused', { message: why });
}

/** The exchange is too busy: the order is tried again at this time. */
export function trailBusy(work: Work, retryAt: number): void {
  const { trail } = work.trade;
  if (trail) patch(work, { trail: { ...trail, retryAt } });
}

export function isTrailing(trade: Trade): boolean {
  return trade.trail !== undefined;
}

/** Can, and may, the exchange trail for this trade? */
export function trailsOnExchange(trade: Trade): boolean {
  const { trailingStop, marketMaxQuantity } = trade.terms;
  if (trailingStop === null || trade.plan.market !== 'usdm' || trade.shared) return false;
  const { callbackPct } = trailingStop;
  if (callbackPct.lt(CALLBACK_MIN) || callbackPct.gt(CALLBACK_MAX)) return false;
  if (callbackPct.decimalPlaces() > CALLBACK_PLACES || (trade.trail?.refusals ?? 0) >= TRAIL_ATTEMPTS)
    return false;
  return marketMaxQuantity.lte(0) || held(trade).lte(marketMaxQuantity);
}

/** Where the trailing order on the exchange is known to trigger at the latest; null where none is known. */
export function knownLevel(trade: Trade): Decimal | null {
  const best = trade.trail?.best;
  return best ? levelAt(trade, best) : null;
}

/** What is known of the trailing order that stands on the exchange; null where none does. */
export function followedLevel(trade: Trade): { kind: 'known'; price: Decimal } | { kind: 'unknown' } | null {
  if (!standing(trade)) return null;
  const price = knownLevel(trade);
  return price ? { kind: 'known', price } : { kind: 'unknown' };
}

function standing(trade: Trade): Order | undefined {
  const order = trade.orders.find(isFollowed(trade));
  return order && isActive(order) && order.cancelAskedAt === null ? order : undefined;
}

function fits(trade: Trade, order: Order): boolean {
  return order.cancelAskedAt === null && order.quantity.minus(order.executed).eq(held(trade));
}

function isFollowed({ trail }: Trade): (order: Order) => boolean {
  return ({ clientId }) => clientId === trail?.clientId;
}

/** What is known of one order says nothing of the next, which starts from the price of its moment. */
function follow(work: Work, { clientId }: Order): void {
  const { trail } = work.trade;
  if (trail && trail.clientId !== clientId) patch(work, { trail: { ...trail, clientId, best: null } });
}

/** The one before goes when its successor stands, and the plain stop where it was raised to. */
function mayGo(trade: Trade, kept: Order | undefined, wanted: boolean): boolean {
  if (wanted && !(kept && isActive(kept))) return false;
  return covered(trade, trade.stopPrice).gte(onStep(trade, held(trade)));
}

function mayPlace(work: Work, live: readonly Order[]): boolean {
  const { trade } = work;
  // One at a time: an answer is milliseconds away, and what a close leaves is another quantity.
  if (trade.closing !== null || live.length > 1 || live.some((order) => !isActive(order))) return false;
  if (trade.trail?.retryAt && !due(work, trade.trail.retryAt)) return false;
  const entering = byRole(trade, 'entry').some(isLive);
  return !entering || trade.lastFillAt === null || due(work, trade.lastFillAt + SETTLE_MS);
}

function placeTrail(work: Work): void {
  const { trade } = work;
  place(work, {
    role: 'trail',
    slot: 0,
    type: 'trailing_stop_market',
    quantity: held(trade),
    callbackPct: trade.terms.trailingStop?.callbackPct ?? CALLBACK_MIN,
  });
}

function notePrice(work: Work, price: Decimal): void {
  const { trade } = work;
  const followed = standing(trade);
  if (!trade.trail || !followed || work.now - followed.since < OLD_PRICES_MS) return;
  const { best } = trade.trail;
  if (best && !isStep(trade, levelAt(trade, best), levelAt(trade, price), price)) return;
  patch(work, { trail: { ...trade.trail, best: price } });
}

/** The trigger of a trailing stop that has seen this price at best, on the tick and no nearer than it is. */
function levelAt(trade: Trade, price: Decimal): Decimal {
  const exact = price.minus(distance(trade, price).times(direction(trade)));
  const rounding = direction(trade) === 1 ? Decimal.ROUND_DOWN : Decimal.ROUND_UP;
  return exact.div(trade.terms.tickSize).toDecimalPlaces(0, rounding).times(trade.terms.tickSize);
}

function distance(trade: Trade, price: Decimal): Decimal {
  return price.times(trade.terms.trailingStop?.callbackPct ?? 0).div(100);
}

function isStep(trade: Trade, from: Decimal, to: Decimal, price: Decimal): boolean {
  return better(trade, to, from) && to.minus(from).abs().gte(distance(trade, price).times(TRAIL_STEP));
}

function raiseTo(work: Work, stopPrice: Decimal): void {
  const { trade } = work;
  if (!better(trade, stopPrice, trade.stopPrice)) return;
  const refused = byRole(trade, 'stop').filter((order) => order.status === 'rejected');
  if (refused.some((order) => !due(work, order.since + RAISE_REST_MS))) return;
  patch(work, { stopPrice, stopKind: 'trailing', stopRefusals: 0, stopRetryAt: null });
}
