import { TimestampStyles, time } from 'discord.js';
import { entered, fillsOf, isLive, quantityOf } from '../trading/lifecycle/facts.ts';
import { entryOf } from '../trading/lifecycle/spot/attached.ts';
import type { Order, Trade } from '../trading/model.ts';
import { closedLine, resultLines } from './card-view.ts';
import { filledThen, roleText } from './fill-view.ts';
import { money, percent, price, quote } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { signalLine, sizeText } from './plan-view.ts';
import { messageLink } from './posts.ts';

/** Something that happened to a trade. */
export interface Happening {
  /** The same for the same thing, however often it is read off the trade. */
  key: string;
  at: number;
  text: string;
}

/** What has happened to a trade, oldest first, read off the trade itself: a restart forgets nothing and tells nothing twice. */
export function historyOf(trade: Trade, t: Catalogue): Happening[] {
  const { plan, source } = trade;
  const opened = [
    signalLine(trade.signal, t),
    `${t.plan.size} ${sizeText(plan)}`,
    `${t.plan.risk} ${money(plan.riskAmount, plan.quote)} (${percent(plan.riskPct)})`,
  ].join(' · ');
  const told = [
    happening(
      'opened',
      trade.createdAt,
      t.history.opened(quote(source.channel), messageLink(source), opened),
    ),
    ...trade.orders.flatMap((order) => orderHappenings(trade, order, t)),
    ...elsewhere(trade, t),
    ...closed(trade, t),
  ];
  return told.sort((a, b) => a.at - b.at);
}

function happening(key: string, at: number, text: string): Happening {
  return { key, at, text: `${time(Math.round(at / 1_000), TimestampStyles.LongTime)} ${text}` };
}

function orderHappenings(trade: Trade, order: Order, t: Catalogue): Happening[] {
  const { clientId } = order;
  const name = roleText(trade, order, t);
  const at = order.price ?? order.triggerPrice;
  const what = `${price(order.quantity)} @ ${at ? price(at) : t.plan.market}`;
  const found: Happening[] = [];
  if (stands(order) && !isAnotherPart(trade, order)) {
    const placed = isPart(trade, order) && at ? t.history.stopAt(price(at)) : t.history.placed(name, what);
    found.push(happening(`${clientId}:placed`, placedAt(trade, order), placed));
  }
  if (isLive(order)) return found;
  if (!order.executed.isZero()) {
    const fills = fillsOf(trade, clientId);
    // Told once, for good: not before its prices and fees are known.
    if (quantityOf(fills).lt(order.executed)) return found;
    const filledAt = fills.at(-1)?.at ?? order.filledAt ?? order.since;
    found.push(happening(`${clientId}:filled`, filledAt, filledThen({ trade, order, fills }, t)));
  } else if (order.status === 'rejected' || order.status === 'failed') {
    const why = quote([order.code, order.reason].filter((part) => part !== null).join(' '));
    // Only what the exchange has answered was refused.
    const { refused, notPlaced } = t.history;
    const told = order.status === 'rejected' ? refused(name, what, why) : notPlaced(name, what, why);
    found.push(happening(`${clientId}:refused`, order.since, told));
  } else if (order.role === 'entry') {
    found.push(happening(`${clientId}:ended`, order.since, t.history.cancelled(name, what)));
  }
  return found;
}

/** What the exchange itself has placed stands since its entry filled, however late that was known. */
function placedAt(trade: Trade, { clientId, createdAt }: Order): number {
  const entry = entryOf(trade, clientId);
  const filledAt = entry && fillsOf(trade, entry.clientId).at(-1)?.at;
  return Math.min(createdAt, filledAt ?? createdAt);
}

/** Worth telling: a market order fills at once, and targets stand and go with every change of the position. */
function stands({ role, type, status }: Order): boolean {
  if (type === 'market' || role === 'target' || role === 'close') return false;
  return status !== 'pending' && status !== 'unknown' && status !== 'rejected' && status !== 'failed';
}

/** On spot the stop is as many orders as there are lists, placed anew whenever a share changes: its level is what tells. */
function isPart({ plan }: Trade, { role }: Order): boolean {
  return plan.market === 'spot' && role === 'stop';
}

function isAnotherPart(trade: Trade, order: Order): boolean {
  if (!isPart(trade, order)) return false;
  const stops = trade.orders.filter((one) => isPart(trade, one) && stands(one));
  const before = stops[stops.indexOf(order) - 1];
  return before?.triggerPrice != null && order.triggerPrice?.eq(before.triggerPrice) === true;
}

function elsewhere(trade: Trade, t: Catalogue): Happening[] {
  if (trade.elsewhere.isZero()) return [];
  const at = trade.closedAt ?? trade.lastFillAt ?? trade.createdAt;
  return [
    happening(
      `elsewhere:${price(trade.elsewhere)}`,
      at,
      `${t.closedElsewhere}${t.colon}${price(trade.elsewhere)}`,
    ),
  ];
}

function closed(trade: Trade, t: Catalogue): Happening[] {
  if (trade.closedAt === null) return [];
  const bill = entered(trade).isZero() ? [] : resultLines(trade, t);
  return [happening(`closed:${trade.closedAt}`, trade.closedAt, [closedLine(trade, t), ...bill].join(' · '))];
}
