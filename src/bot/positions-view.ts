import type { Desk } from '../trading/desk-types.ts';
import { averageEntry, byRole, held, isLive } from '../trading/lifecycle/facts.ts';
import { type Protection, protectionOf } from '../trading/lifecycle/protection.ts';
import type { Trade } from '../trading/model.ts';
import { type ButtonSpec, buttonRows, type TradeButton } from './buttons.ts';
import { orderLine, unrealisedText } from './card-view.ts';
import { cut, price, quote, relative } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { pageButtons, pageOf, pageTitle } from './pages.ts';
import { tradeName } from './plan-view.ts';
import type { MessageBody } from './ports.ts';
import { messageLink } from './posts.ts';

/** A row of buttons each, and one more to turn the page: a message holds five. */
const TRADES_A_PAGE = 4;
const ORDERS_A_PAGE = 20;
const LENGTH = 1_990;

const SIGNS: Record<Protection, string> = {
  waiting: '⏳',
  with_entry: '⏳',
  exits_with_entry: '⏳',
  protected: '🛡️',
  own_stop: '🛡️',
  closing: '⏳',
  unprotected: '⚠️',
};

/** Open trades as they are now, with what can be done with each where the reader may do it. */
export function positionsBody(
  desk: Pick<Desk, 'trades' | 'books' | 'priceOf'>,
  wanted: number,
  mayAct: boolean,
  t: Catalogue,
): MessageBody {
  const all = desk.trades();
  const page = pageOf(all, wanted, TRADES_A_PAGE);
  const numbered = page.items.map((trade, index) => ({
    trade,
    number: page.page * TRADES_A_PAGE + index + 1,
  }));
  const foreign = desk.books().flatMap((book) => [...book.foreignSymbols]);
  const lines = [
    all.length === 0 ? t.command.noPositions : pageTitle(t.command.positions(all.length), page, t),
    ...numbered.map(({ trade, number }) => `${number}. ${tradeLines(trade, desk, t)}`),
    ...(foreign.length > 0 ? [t.command.foreign(foreign.join(', '))] : []),
  ];
  return {
    content: cut(lines.join('\n'), LENGTH),
    components: [
      ...(mayAct ? numbered.flatMap(({ trade, number }) => buttonRows(tradeButtons(trade, number, t))) : []),
      ...(all.length === 0 ? [] : pageButtons('positions', page, t)),
    ],
  };
}

/** Two lines: what it is and what it makes; how it is protected and where it came from. */
function tradeLines(trade: Trade, desk: Pick<Desk, 'priceOf'>, t: Catalogue): string {
  const { plan, source } = trade;
  const quantity = held(trade);
  const unrealised = unrealisedText(trade, desk.priceOf(trade)?.mark ?? null);
  const protection = protectionOf(trade);
  const parts = [
    plan.market === 'spot' ? tradeName(plan, t) : `${tradeName(plan, t)} ${plan.leverage}x`,
    quantity.isZero()
      ? `${t.card.entering} ${relative(trade.createdAt)}`
      : `${price(quantity)} @ ${price(averageEntry(trade).toSignificantDigits(8))}`,
    t.plan.stopAt(price(trade.stopPrice)),
    ...(unrealised === null ? [] : [`${t.card.unrealised} ${unrealised}`]),
  ];
  const link = `[${quote(source.channel, 60)}](${messageLink(source)})`;
  return `${parts.join(' · ')}\n${SIGNS[protection]} ${t.command.protections[protection]} · ${link}`;
}

/** The three that matter most; the others are on its card. */
function tradeButtons(trade: Trade, number: number, t: Catalogue): ButtonSpec[] {
  const button = (what: TradeButton, label: string, style?: ButtonSpec['style']): ButtonSpec => ({
    label: `${number} · ${label}`,
    press: { type: 'trade', tradeId: trade.id, what },
    ...(style ? { style } : {}),
  });
  const cancel = byRole(trade, 'entry').some(isLive) ? [button('cancelEntries', t.button.cancelEntries)] : [];
  const details = button('details', t.button.details);
  if (held(trade).isZero()) return [...cancel, details];
  return [
    button('close50', t.button.close(50)),
    button('close100', t.button.close(100), 'danger'),
    cancel[0] ?? button('breakEven', t.button.breakEven),
    details,
  ];
}

/** Everything that stands on the exchange, or is on its way there. */
export function ordersBody(desk: Pick<Desk, 'trades'>, wanted: number, t: Catalogue): MessageBody {
  const all = desk
    .trades()
    .flatMap((trade) =>
      trade.orders.filter(isLive).map((order) => `• ${symbolText(trade, t)} ${orderLine(order, t)}`),
    );
  if (all.length === 0) return { content: t.command.noOrders, components: [] };
  const page = pageOf(all, wanted, ORDERS_A_PAGE);
  return {
    content: cut([pageTitle(t.command.orders(all.length), page, t), ...page.items].join('\n'), LENGTH),
    components: page.pages === 1 ? [] : pageButtons('orders', page, t),
  };
}

function symbolText({ plan }: Trade, t: Catalogue): string {
  return plan.market === 'spot' ? `${plan.symbol} ${t.plan.spot}` : plan.symbol;
}
