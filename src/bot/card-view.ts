import type { APIEmbedField } from 'discord.js';
import type { Decimal } from '../trading/decimal.ts';
import {
  averageEntry,
  byRole,
  entered,
  held,
  isLive,
  resultOf,
  unrealisedAt,
} from '../trading/lifecycle/facts.ts';
import { followedLevel, isTrailing } from '../trading/lifecycle/trailing.ts';
import type { Order, Trade } from '../trading/model.ts';
import { buttonRows, type TradeButton } from './buttons.ts';
import { cut, money, multiple, percent, price, relative, signedMoney } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { noteLines, planFields, signalLine, tradeName } from './plan-view.ts';
import type { MessageBody } from './ports.ts';
import { messageLink } from './posts.ts';

const GREY = 0x80_80_80;
const GREEN = 0x2e_a0_43;
const RED = 0xd2_3b_3b;

/** The one card of a trade: what it is, where it stands, what can be done with it. */
export function cardBody(trade: Trade, t: Catalogue): MessageBody {
  const closed = trade.phase === 'closed';
  return {
    content: cut(cardLines(trade, t).join('\n'), 1_900),
    embeds: [
      {
        title: `${tradeName(trade.plan, t)} · ${t.card[trade.phase]}`,
        url: messageLink(trade.source),
        color: colour(trade),
        fields: cardFields(trade, t).map((field) => ({ ...field, value: cut(field.value, 1_000) })),
        footer: { text: `${trade.source.channel} · ${trade.id}` },
        timestamp: new Date(trade.createdAt).toISOString(),
      },
    ],
    components: closed ? [] : buttonRows(cardButtons(trade, t)),
  };
}

/** Where the trade stands, in a line. */
export function cardLines(trade: Trade, t: Catalogue): string[] {
  const name = tradeName(trade.plan, t);
  switch (trade.phase) {
    case 'entering':
      return [`${name}: ${t.card.entering}, ${t.plan.stopAt(price(trade.stopPrice))}`];
    case 'open':
    case 'closing':
      return [
        `${name}: ${t.card[trade.phase]}, ${price(held(trade))} @ ${price(average(trade))}, ${t.plan.stopAt(stopText(trade, t))}`,
      ];
    case 'closed':
      return [closedLine(trade, t)];
  }
}

/** `Closed BTCUSDT LONG: +12.00 USDT (+1.2R), all targets reached` */
export function closedLine(trade: Trade, t: Catalogue): string {
  const name = tradeName(trade.plan, t);
  const reason = trade.closeReason ? t.closeReasons[trade.closeReason] : '';
  if (entered(trade).isZero()) return `${t.closed} ${name}: ${reason}`;
  const { net, rMultiple } = resultOf(trade);
  const r = rMultiple ? ` (${multiple(rMultiple)})` : '';
  return `${t.closed} ${name}: ${signedMoney(net, trade.plan.quote)}${r}, ${reason}`;
}

/** The bill of a closed trade, line by line. */
export function resultLines(trade: Trade, t: Catalogue): string[] {
  const { quote } = trade.plan;
  const { realised, fees, otherFees, funding, net, rMultiple } = resultOf(trade);
  const others = Object.entries(otherFees).map(([asset, amount]) => `${price(amount)} ${asset}`);
  return [
    `${t.command.beforeCosts} ${signedMoney(realised, quote)}`,
    `${t.card.fees} ${[money(fees, quote), ...others].join(' + ')}`,
    `${t.card.funding} ${signedMoney(funding, quote)}`,
    `${t.card.net} ${signedMoney(net, quote)}${rMultiple ? ` · ${multiple(rMultiple)}` : ''}`,
  ];
}

function cardFields(trade: Trade, t: Catalogue): APIEmbedField[] {
  const { quote } = trade.plan;
  const fields: APIEmbedField[] = [
    inline(t.plan.entry, entryText(trade, t)),
    inline(t.plan.stop, stopText(trade, t)),
    ...trailingFields(trade, t),
    { name: t.plan.targets, value: targetLines(trade, t).join('\n') },
    inline(t.plan.leverage, `${trade.plan.leverage}x ${t.plan[trade.plan.marginMode]}`),
    inline(t.plan.risk, `${money(trade.plan.riskAmount, quote)} (${percent(trade.plan.riskPct)})`),
    inline(t.card.opened, relative(trade.createdAt)),
  ];
  if (!entered(trade).isZero())
    fields.push({ name: t.card.realised, value: resultLines(trade, t).join('\n') });
  if (trade.plan.notes.length > 0)
    fields.push({ name: t.plan.note, value: noteLines(trade.plan, t).join('\n') });
  return fields;
}

function inline(name: string, value: string): APIEmbedField {
  return { name, value, inline: true };
}

function entryText(trade: Trade, t: Catalogue): string {
  const done = entered(trade);
  const planned = trade.plan.entries
    .map((entry) => (entry.price ? price(entry.price) : t.plan.market))
    .join(' / ');
  if (done.isZero()) return `${price(trade.plan.quantity)} @ ${planned}`;
  return `${price(done)} / ${price(trade.plan.quantity)} @ ${price(average(trade))}`;
}

function stopText(trade: Trade, t: Catalogue): string {
  const kind = t.card.stopKinds[trade.stopKind];
  const marker = kind === '' ? '' : ` (${kind})`;
  const waiting = trade.phase === 'entering' ? ` · ${t.card.noStopYet}` : '';
  return `${price(trade.stopPrice)}${marker}${waiting}`;
}

function trailingFields(trade: Trade, t: Catalogue): APIEmbedField[] {
  const text = trailingText(trade, t);
  return text === null ? [] : [inline(t.card.trailing, text)];
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
  if (trade.targets.length === 0) return [t.plan.noTargets];
  return trade.targets.map((target, index) => {
    const hit = index < trade.targetsHit ? ` ✓ ${t.card.hit}` : '';
    return `${index + 1}. ${price(target.price)} (${percent(target.sharePct)})${hit}`;
  });
}

function cardButtons(trade: Trade, t: Catalogue) {
  const nothingHeld = held(trade).isZero();
  const nothingWaits = !byRole(trade, 'entry').some(isLive);
  const button = (label: string, what: TradeButton, disabled: boolean, style?: 'danger') => ({
    label,
    press: { type: 'trade' as const, tradeId: trade.id, what },
    disabled,
    ...(style ? { style } : {}),
  });
  return [
    button(t.button.close(25), 'close25', nothingHeld),
    button(t.button.close(50), 'close50', nothingHeld),
    button(t.button.close(100), 'close100', nothingHeld && nothingWaits, 'danger'),
    button(t.button.breakEven, 'breakEven', nothingHeld),
    button(t.button.cancelEntries, 'cancelEntries', nothingWaits),
    button(t.button.details, 'details', false),
  ];
}

/** Everything known of a trade, for the button `Details`. */
export function detailsBody(trade: Trade, t: Catalogue): MessageBody {
  const orders = trade.orders.map((order) => orderLine(order, t));
  return {
    content: cut([signalLine(trade.signal, t), messageLink(trade.source)].join('\n'), 1_900),
    embeds: [
      {
        title: tradeName(trade.plan, t),
        description: cut(orders.join('\n') || '–', 4_000),
        fields: planFields(trade.plan, t).map((field) => ({ ...field, value: cut(field.value, 1_000) })),
      },
    ],
  };
}

/** `Buy 0.01/0.02 @ 65000 entry limit · working` */
export function orderLine(order: Order, t: Catalogue): string {
  const action = order.action === 'BUY' ? t.plan.buy : t.plan.sell;
  const at = order.price ?? order.triggerPrice;
  const trouble = order.reason ? ` · ${order.code ?? ''} ${order.reason}` : '';
  return `${action} ${price(order.executed)}/${price(order.quantity)} @ ${at ? price(at) : t.plan.market} ${t.roles[order.role]} · ${order.status}${trouble}`;
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
