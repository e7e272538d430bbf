import { type APIComponentInContainer, ComponentType, SeparatorSpacingSize } from 'discord.js';
import type { Decimal } from '../trading/decimal.ts';
import {
  averageEntry,
  byRole,
  dustOf,
  entered,
  held,
  isLive,
  missingFills,
  resultOf,
  unrealisedAt,
} from '../trading/lifecycle/facts.ts';
import { stopWithEntry } from '../trading/lifecycle/protection.ts';
import { mergedTargets } from '../trading/lifecycle/targets.ts';
import { followedLevel, isTrailing } from '../trading/lifecycle/trailing.ts';
import type { Order, Trade } from '../trading/model.ts';
import { type ButtonSpec, buttonRows, type TradeButton } from './buttons.ts';
import { cut, money, multiple, percent, price, quote, relative, signedMoney, toTick } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { noteLines, plannedPrice, sizeText, tradeName } from './plan-view.ts';
import type { MessageBody } from './ports.ts';
import { messageLink } from './posts.ts';

const GREY = 0x80_80_80;
const GREEN = 0x2e_a0_43;
const RED = 0xd2_3b_3b;

/** What a card shows beside its trade. */
export interface CardSight {
  /** The price now; null where none is known. */
  mark: Decimal | null;
  /** The name of its chart. */
  picture: string | null;
}

/** Of the 4,000 characters that all texts of a message may have together; the rest is left for the heads. */
const LEVELS_LENGTH = 2_000;
const MONEY_LENGTH = 900;
const NOTES_LENGTH = 600;

/** The one card of a trade: what it is, where it stands, what can be done with it. */
export function cardBody(trade: Trade, t: Catalogue, { mark, picture }: CardSight): MessageBody {
  const closed = trade.phase === 'closed';
  const inside: APIComponentInContainer[] = [
    text(headLines(trade, mark, t)),
    ...(picture === null
      ? []
      : [gallery(picture, `${tradeName(trade.plan, t)}${t.colon}${phaseText(trade, t)}`)]),
    text(cut(levelLines(trade, t).join('\n'), LEVELS_LENGTH)),
    { type: ComponentType.Separator, divider: true, spacing: SeparatorSpacingSize.Small },
    text(cut(moneyLines(trade, t).join('\n'), MONEY_LENGTH)),
    ...footLines(trade, t),
  ];
  return {
    content: cut(cardLines(trade, t).join('\n'), 1_900),
    layout: [
      { type: ComponentType.Container, accent_color: colour(trade), components: inside },
      ...(closed ? [] : cardButtons(trade, t).flatMap(buttonRows)),
    ],
    ...(picture === null ? {} : { picture }),
  };
}

function text(content: string): APIComponentInContainer {
  return { type: ComponentType.TextDisplay, content };
}

function gallery(picture: string, description: string): APIComponentInContainer {
  const item = { media: { url: `attachment://${picture}` }, description: cut(description, 250) };
  return { type: ComponentType.MediaGallery, items: [item] };
}

/** `### BTCUSDT LONG: open`, where it came from, and what it has brought so far. */
function headLines(trade: Trade, mark: Decimal | null, t: Catalogue): string {
  const { plan, source, createdAt } = trade;
  const leverage = plan.market === 'spot' ? [] : [`${plan.leverage}x ${t.plan[plan.marginMode]}`];
  const link = `[${quote(source.channel, 80)}](${messageLink(source)})`;
  const result = resultLine(trade, mark, t);
  const facts = [...leverage, t.card.signalIn(link), `${t.card.opened} ${relative(createdAt)}`];
  return [
    `### ${quote(tradeName(plan, t), 100)}${t.colon}${phaseText(trade, t)}`,
    `-# ${facts.join(' · ')}`,
    ...(result === null ? [] : [result]),
  ].join('\n');
}

function phaseText(trade: Trade, t: Catalogue): string {
  return trade.phase === 'closed' && entered(trade).isZero() ? t.card.unfilled : t.card[trade.phase];
}

/** `**+42.10 USDT · +0.42R** at 61000`; null while nothing was ever held. */
function resultLine(trade: Trade, mark: Decimal | null, t: Catalogue): string | null {
  if (entered(trade).isZero()) return null;
  const total = totalAt(trade, mark);
  if (total === null) return null;
  const line = `**${[signedMoney(total, trade.plan.quote), ...inR(trade, total)].join(' · ')}**`;
  if (trade.phase === 'closed' || mark === null || held(trade).isZero()) return line;
  return `${line} ${t.card.atPrice(price(toTick(mark, trade.terms.tickSize)))}`;
}

/** Net of what has been realised, with what is held valued at this price; null where that is not known. */
export function totalAt(trade: Trade, mark: Decimal | null): Decimal | null {
  // After a start orders may be known to have executed whose prices and fees are still asked for.
  if (missingFills(trade).length > 0) return null;
  const { net } = resultOf(trade);
  if (held(trade).isZero()) return net;
  return mark ? net.plus(unrealisedAt(trade, mark)) : null;
}

function inR(trade: Trade, amount: Decimal): string[] {
  const { riskAmount } = trade.plan;
  return riskAmount.gt(0) ? [multiple(amount.div(riskAmount))] : [];
}

/** Entry, stop and targets, those that have filled ticked off. */
function levelLines(trade: Trade, t: Catalogue): string[] {
  const trailing = trailingText(trade, t);
  return [
    `**${t.plan.entry}** ${entryText(trade, t)}`,
    `**${t.plan.stop}** ${stopText(trade, t)}`,
    ...(trailing === null ? [] : [`**${t.card.trailing}** ${trailing}`]),
    `**${t.plan.targets}**`,
    ...targetLines(trade, t),
  ];
}

/** Size, risk, what the stop would leave now, and the bill so far. */
function moneyLines(trade: Trade, t: Catalogue): string[] {
  const { plan } = trade;
  const margin = plan.market === 'spot' ? '' : ` · ${t.plan.margin} ${money(plan.margin, plan.quote)}`;
  const lines = [
    `**${t.plan.size}** ${quote(sizeText(plan))} · ${money(plan.notional, plan.quote)}${margin}${heldText(trade, t)}`,
    `**${t.plan.risk}** ${money(plan.riskAmount, plan.quote)} (${percent(plan.riskPct)}) = 1R${atStopText(trade, t)}`,
  ];
  if (!entered(trade).isZero()) {
    const known = missingFills(trade).length === 0;
    const result = known ? resultLines(trade, t).join(' · ') : t.card.fillsAskedFor;
    lines.push(`**${t.card.realised}** ${result}`);
  }
  return lines;
}

/** ` · 0.5 held now`, where that is not all of the plan. */
function heldText(trade: Trade, t: Catalogue): string {
  const holds = held(trade);
  if (trade.phase === 'closed' || entered(trade).isZero() || holds.eq(trade.plan.quantity)) return '';
  return ` · ${t.card.heldNow(price(holds))}`;
}

/** ` · at the stop now -98.00 USDT (-0.98R)`, before the fee of that order. */
function atStopText(trade: Trade, t: Catalogue): string {
  if (held(trade).isZero()) return '';
  const left = totalAt(trade, trade.stopPrice);
  if (left === null) return '';
  const r = inR(trade, left).map((multiple) => ` (${multiple})`);
  return ` · ${t.card.atStop(`${signedMoney(left, trade.plan.quote)}${r.join('')}`)}`;
}

function footLines(trade: Trade, t: Catalogue): APIComponentInContainer[] {
  const reason = trade.phase === 'closed' && trade.closeReason ? [t.closeReasons[trade.closeReason]] : [];
  const lines = [...reason, ...noteLines(trade.plan, t)];
  return lines.length === 0 ? [] : [text(cut(lines.map((line) => `-# ${line}`).join('\n'), NOTES_LENGTH))];
}

/** Where the trade stands, in a line. */
export function cardLines(trade: Trade, t: Catalogue): string[] {
  const name = tradeName(trade.plan, t);
  switch (trade.phase) {
    case 'entering':
      return [`${name}${t.colon}${t.card.entering}${t.comma}${t.plan.stopAt(price(trade.stopPrice))}`];
    case 'open':
    case 'closing':
      return [
        `${name}${t.colon}${t.card[trade.phase]}${t.comma}${price(held(trade))} @ ${price(average(trade))}${t.comma}${t.plan.stopAt(stopText(trade, t))}`,
      ];
    case 'closed':
      return [closedLine(trade, t)];
  }
}

/** `Closed BTCUSDT LONG: +12.00 USDT (+1.2R), all targets reached`; `Ended …` where nothing was ever held. */
export function closedLine(trade: Trade, t: Catalogue): string {
  const name = tradeName(trade.plan, t);
  const reason = trade.closeReason ? t.closeReasons[trade.closeReason] : '';
  if (entered(trade).isZero()) return `${t.ended} ${name}${t.colon}${reason}`;
  const { net, rMultiple } = resultOf(trade);
  const r = rMultiple ? ` (${multiple(rMultiple)})` : '';
  return `${t.closed} ${name}${t.colon}${signedMoney(net, trade.plan.quote)}${r}${t.comma}${reason}`;
}

/** The bill of a closed trade, line by line. */
export function resultLines(trade: Trade, t: Catalogue): string[] {
  const { quote } = trade.plan;
  const { realised, fees, otherFees, funding, liquidation, net, rMultiple } = resultOf(trade);
  const others = Object.entries(otherFees).map(([asset, amount]) => `${price(amount)} ${asset}`);
  return [
    `${t.command.beforeCosts} ${signedMoney(realised, quote)}`,
    `${t.card.fees} ${[money(fees, quote), ...others].join(' + ')}`,
    ...(trade.plan.market === 'spot'
      ? dustLines(trade, t)
      : [`${t.card.funding} ${signedMoney(funding, quote)}`]),
    ...(liquidation.isZero() ? [] : [`${t.card.liquidationFee} ${signedMoney(liquidation, quote)}`]),
    `${t.card.net} ${signedMoney(net, quote)}${rMultiple ? ` · ${multiple(rMultiple)}` : ''}`,
  ];
}

function dustLines(trade: Trade, t: Catalogue): string[] {
  const dust = dustOf(trade);
  if (trade.phase !== 'closed' || dust.isZero()) return [];
  return [`${t.card.dust} ${price(dust)} ${trade.terms.spot?.base ?? ''}`];
}

/** `✅ 60000 · 59500 → 0.025 / 0.05 @ 60000`; what fills no more is struck out. */
function entryText(trade: Trade, t: Catalogue): string {
  const done = entered(trade);
  const planned = trade.plan.entries.map((entry, slot) => {
    const at = plannedPrice(entry, trade.plan.side, t);
    if (isFilled(trade, slot)) return `✅ ${at}`;
    return isOver(trade, slot) ? `~~${at}~~` : at;
  });
  const shown = planned.join(' · ');
  if (done.isZero()) return `${shown} → ${price(trade.plan.quantity)}`;
  return `${shown} → ${price(done)} / ${price(trade.plan.quantity)} @ ${price(average(trade))}`;
}

function isFilled(trade: Trade, slot: number): boolean {
  return byRole(trade, 'entry').some((order) => order.slot === slot && order.status === 'filled');
}

/** Cancelled or refused, with nothing of it filled. */
function isOver(trade: Trade, slot: number): boolean {
  const orders = byRole(trade, 'entry').filter((order) => order.slot === slot);
  return orders.length > 0 && orders.every((order) => !isLive(order) && order.executed.isZero());
}

function stopText(trade: Trade, t: Catalogue): string {
  const kind = t.card.stopKinds[trade.stopKind];
  const marker = kind === '' ? '' : ` (${kind})`;
  const waiting = trade.phase === 'entering' ? ` · ${comingStopText(trade, t)}` : '';
  return `${price(trade.stopPrice)}${marker}${waiting}`;
}

/** Who sets it, and when; a stop that was moved since its entry went is set where it was, and moved after. */
function comingStopText(trade: Trade, t: Catalogue): string {
  const attached = stopWithEntry(trade);
  if (attached === null) return t.card.noStopYet;
  const { triggerPrice } = attached;
  return triggerPrice.eq(trade.stopPrice) ? t.card.setOnceFilled : t.card.movedAfter(price(triggerPrice));
}

/** Where a trailing stop is, or when it will begin; null for a trade without one, or with one that is over. */
function trailingText(trade: Trade, t: Catalogue): string | null {
  const { trailingStop } = trade.terms;
  if (trailingStop === null || trade.phase === 'closed') return null;
  const pct = percent(trailingStop.callbackPct);
  if (!isTrailing(trade)) return t.card.trailsAfter(pct, trailingStop.activateAfter);
  const level = followedLevel(trade);
  if (level === null) return t.card.trailedByBot(pct);
  return t.card.trailedByExchange(pct, level.kind === 'known' ? price(level.price) : null);
}

function targetLines(trade: Trade, t: Catalogue): string[] {
  const coming = stopWithEntry(trade)?.target ?? null;
  if (trade.targets.length === 0)
    return [t.plan.noTargets + (coming ? ` · ${t.card.removedAfter(price(coming.price))}` : '')];
  const merged = mergedTargets(trade);
  return trade.targets.map((target, index) => {
    const hit = index < trade.targetsHit;
    const more =
      coming && index === 0 ? comingTargetText(coming, target, t) : mergedText(merged.get(index), t);
    return `${hit ? '✅' : '▫️'} ${index + 1}. ${price(target.price)} (${percent(target.sharePct)})${hit ? ` · ${t.card.hit}` : more}`;
  });
}

/** As for the stop: one that was changed since its entry went is set where it was, for all of it, and changed after. */
function comingTargetText(
  coming: { price: Decimal },
  { price: at, sharePct }: Trade['targets'][number],
  t: Catalogue,
): string {
  if (sharePct.lt(100)) return ` · ${t.card.dividedAfter(price(coming.price))}`;
  return ` · ${coming.price.eq(at) ? t.card.setOnceFilled : t.card.movedAfter(price(coming.price))}`;
}

function mergedText(into: number | null | undefined, t: Catalogue): string {
  if (into === undefined) return '';
  return ` · ${into === null ? t.card.targetWithStop : t.card.targetMerged(into + 1)}`;
}

/** In rows of three, which a phone shows without breaking them. */
function cardButtons(trade: Trade, t: Catalogue): ButtonSpec[][] {
  const nothingHeld = held(trade).isZero();
  const nothingWaits = !byRole(trade, 'entry').some(isLive);
  const button = (label: string, what: TradeButton, disabled: boolean, style?: 'danger'): ButtonSpec => ({
    label,
    press: { type: 'trade', tradeId: trade.id, what },
    disabled,
    ...(style ? { style } : {}),
  });
  return [
    [
      button(t.button.close(25), 'close25', nothingHeld),
      button(t.button.close(50), 'close50', nothingHeld),
      button(t.button.close(100), 'close100', nothingHeld && nothingWaits, 'danger'),
    ],
    [
      button(t.button.breakEven, 'breakEven', nothingHeld),
      button(t.button.cancelEntries, 'cancelEntries', nothingWaits),
      button(t.button.details, 'details', false),
    ],
  ];
}

/** `Buy 0.01/0.02 @ 65000 entry limit · working` */
export function orderLine(order: Order, t: Catalogue): string {
  const action = order.action === 'BUY' ? t.plan.buy : t.plan.sell;
  const at = order.price ?? order.triggerPrice;
  const trouble = order.reason ? ` · ${order.code ?? ''} ${order.reason}` : '';
  const exits = order.attached?.target ? t.plan.withExits : t.plan.withStop;
  const stop = order.attached && isLive(order) ? ` · ${exits}` : '';
  return `${action} ${price(order.executed)}/${price(order.quantity)} @ ${at ? price(at) : t.plan.market} ${t.roles[order.role]} · ${t.orderStatuses[order.status]}${stop}${trouble}`;
}

/** Profit on what is held, at the last known price; null without one. */
export function unrealisedText(trade: Trade, mark: Decimal | null): string | null {
  if (!mark || held(trade).isZero()) return null;
  return signedMoney(unrealisedAt(trade, mark), trade.plan.quote);
}

/** An average has more digits than the exchange writes. */
function average(trade: Trade): Decimal {
  return averageEntry(trade).toSignificantDigits(8);
}

function colour(trade: Trade): number {
  if (trade.phase !== 'closed') return trade.plan.side === 'long' ? GREEN : RED;
  if (entered(trade).isZero()) return GREY;
  return resultOf(trade).net.isNegative() ? RED : GREEN;
}
