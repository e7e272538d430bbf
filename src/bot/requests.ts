import { priceAsListed } from '../risk/listing.ts';
import { Decimal } from '../trading/decimal.ts';
import type { Desk, RequestResult, TradeRequest } from '../trading/desk-types.ts';
import type { Trade } from '../trading/model.ts';
import { mention, percent, price, relative } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { tradeName } from './plan-view.ts';
import type { PlannedRequest } from './records.ts';
import { type Aim, aimOf, type Standing, standingOf } from './standing.ts';
import type { TradeWatch } from './trade-watch.ts';

/** What can be done with an open trade, in words and as the desk takes it. */

export type Refused = Extract<RequestResult, { kind: 'refused' }>['reason'];

export function requestText(request: PlannedRequest, t: Catalogue): string {
  switch (request.type) {
    case 'close':
      return request.fraction.gte(1)
        ? t.update.close
        : t.update.closePartial(percent(request.fraction.times(new Decimal(100))));
    case 'move_stop':
      return t.update.moveStop(price(request.price));
    case 'break_even':
      return t.update.breakEven;
    case 'cancel_entries':
      return t.update.cancelEntries;
    case 'set_targets':
      return t.update.setTargets(request.prices.map(price).join(' / '));
  }
}

/** What an author wants, with the prices of the trade's symbol: a coin of tiny price is listed by the thousand or more. */
export function asListedFor({ plan }: Pick<Trade, 'plan'>, request: PlannedRequest): PlannedRequest {
  const listed = (written: Decimal): Decimal => priceAsListed(plan.symbol, written, plan.entryPrice);
  switch (request.type) {
    case 'move_stop':
      return { ...request, price: listed(request.price) };
    case 'set_targets':
      return { ...request, prices: request.prices.map(listed) };
    case 'close':
    case 'break_even':
    case 'cancel_entries':
      return request;
  }
}

/** `confirmed`: a human has agreed to a wider stop. */
export function toTradeRequest(request: PlannedRequest, confirmed: boolean): TradeRequest {
  return request.type === 'move_stop' ? { ...request, confirmed } : request;
}

/** The same whether it is done once or twice, and never more risk: half of what is left is another half the second time. */
export function isRepeatable(request: PlannedRequest): boolean {
  return (
    request.type === 'cancel_entries' ||
    request.type === 'break_even' ||
    (request.type === 'close' && request.fraction.gte(1))
  );
}

export interface Carried {
  request: PlannedRequest;
  refused: Refused | null;
  /** New targets that the price has passed already. */
  leftOut?: readonly Decimal[];
  /** Of what was accepted: where it is to lead, and how far it was when that was looked at. */
  begun: { aim: Aim; standing: Standing } | null;
  /** The same that was asked for just before, which is why nothing was done. */
  earlier: Earlier | null;
}

/** Who asked for it, and when; null where that is not known. */
export interface Earlier {
  by: string | null;
  at: number | null;
}

/** What was begun with a trade. */
export interface Begun {
  trade: Pick<Trade, 'id' | 'plan'>;
  carried: readonly Carried[];
}

/** One after the other, as a later one may build on an earlier one (close half, then break-even). */
export async function carryOut(
  desk: Pick<Desk, 'request' | 'find'>,
  trade: Pick<Trade, 'id'>,
  requests: readonly PlannedRequest[],
  by: string,
  confirmed: boolean,
): Promise<Carried[]> {
  const carried: Carried[] = [];
  for (const request of requests) {
    const before = await desk.find(trade.id);
    const result = await desk.request(trade.id, toTradeRequest(request, confirmed), by);
    const after = await desk.find(trade.id);
    const refused = result.kind === 'refused' ? result.reason : null;
    const aim = refused === null && before && after ? aimOf(request, before, after) : null;
    const begun = aim && after && { aim, standing: standingOf(aim, after) };
    const leftOut = result.kind === 'done' ? result.leftOut : undefined;
    carried.push({
      request: request.type === 'set_targets' && leftOut ? without(request, leftOut) : request,
      refused,
      ...(leftOut ? { leftOut } : {}),
      begun,
      earlier: null,
    });
  }
  return carried;
}

function without(
  request: Extract<PlannedRequest, { type: 'set_targets' }>,
  leftOut: readonly Decimal[],
): PlannedRequest {
  return { ...request, prices: request.prices.filter((price) => !leftOut.some((left) => left.eq(price))) };
}

/** Waits until nothing of it is under way any more, and tells how it ended; null where nothing is. */
export function carriedThrough(
  watch: Pick<TradeWatch, 'first'>,
  begun: readonly Begun[],
): (() => Promise<Begun[]>) | null {
  const isUnderWay = (one: Carried): boolean => one.begun?.standing.kind === 'waiting';
  if (!begun.some(({ carried }) => carried.some(isUnderWay))) return null;
  const through = async ({ id }: Begun['trade'], one: Carried): Promise<Carried> => {
    if (one.begun === null || !isUnderWay(one)) return one;
    const { aim } = one.begun;
    const standing = await watch.first(id, (trade) => {
      const now = standingOf(aim, trade);
      return now.kind === 'waiting' ? null : now;
    });
    return { ...one, begun: { aim, standing } };
  };
  return () =>
    Promise.all(
      begun.map(async ({ trade, carried }) => ({
        trade,
        carried: await Promise.all(carried.map((one) => through(trade, one))),
      })),
    );
}

export function begunLines(begun: readonly Begun[], t: Catalogue): string[] {
  return begun.flatMap(({ trade, carried }) => carried.map((one) => carriedLine(trade, one, t)));
}

/** `BTCUSDT LONG: stop to break-even: done` */
export function carriedLine({ plan }: Pick<Trade, 'plan'>, carried: Carried, t: Catalogue): string {
  return `${tradeName(plan, t)}${t.colon}${outcomeText(carried, t)}`;
}

function outcomeText(carried: Carried, t: Catalogue): string {
  const { leftOut } = carried;
  const said = resultText(carried, t);
  return leftOut ? `${said}${t.comma}${t.update.leftOut(leftOut.map(price).join(' / '))}` : said;
}

function resultText({ request, refused, begun, earlier }: Carried, t: Catalogue): string {
  const what = requestText(request, t);
  if (refused !== null) return `${what}${t.colon}${t.update.refused[refused]}`;
  if (earlier === null) return standingText(request, begun?.standing ?? { kind: 'waiting' }, t);
  const by = earlier.by === null ? null : mention(earlier.by);
  const repeated = t.update.repeated(by, earlier.at === null ? null : relative(earlier.at));
  const isPart = request.type === 'close' && request.fraction.lt(1);
  return `${what}${t.colon}${repeated}${isPart ? `${t.comma}${t.update.again}` : ''}`;
}

/** `closing 50%` until the exchange has confirmed it, `close 50%: done, 0.5 still held` from then on. */
function standingText(request: PlannedRequest, standing: Standing, t: Catalogue): string {
  const what = requestText(request, t);
  switch (standing.kind) {
    case 'waiting':
      return underWayText(request, t);
    case 'done': {
      const isPart = request.type === 'close' && request.fraction.lt(1);
      return `${what}${t.colon}${isPart ? t.update.partDone(price(standing.left)) : t.update.done}`;
    }
    case 'refused':
      return `${what}${t.colon}${standing.stop ? t.update.stopKept(price(standing.stop)) : t.update.givenUp}`;
    case 'overtaken':
      return `${what}${t.colon}${t.update.overtaken}`;
    case 'ended':
      return `${what}${t.colon}${t.update.ended}`;
  }
}

/** What was accepted, and is being tried. */
export function underWayText(request: PlannedRequest, t: Catalogue): string {
  if (request.type !== 'close') return `${requestText(request, t)}${t.colon}${t.update.underWay}`;
  return t.update.closing(percent(request.fraction.times(new Decimal(100))));
}
