import type { Trade } from '../trading/model.ts';
import { orderLine } from './card-view.ts';
import { cut } from './format.ts';
import { historyOf } from './history-view.ts';
import type { Catalogue } from './locales/index.ts';
import { planFields, signalLine, tradeName } from './plan-view.ts';
import type { MessageBody } from './ports.ts';
import { messageLink } from './posts.ts';

/** Of the 6,000 characters that the embeds of a message may have together. */
const ORDERS_LENGTH = 1_800;
const HISTORY_LENGTH = 2_000;
const FIELD_LENGTH = 300;

/** Everything known of a trade, for the button `Details`. */
export function detailsBody(trade: Trade, t: Catalogue): MessageBody {
  const orders = trade.orders.map((order) => orderLine(order, t));
  const history = historyOf(trade, t).map(({ text }) => text);
  return {
    content: cut([signalLine(trade.signal, t), messageLink(trade.source)].join('\n'), 1_900),
    embeds: [
      {
        title: cut(tradeName(trade.plan, t), 200),
        description: fromTheEnd(orders, ORDERS_LENGTH) || '–',
        fields: planFields(trade.plan, t).map((field) => ({
          ...field,
          value: cut(field.value, FIELD_LENGTH),
        })),
      },
      { title: t.card.history, description: fromTheEnd(history, HISTORY_LENGTH) || '–' },
    ],
  };
}

/** The last lines, as many as fit: what is new matters most. */
function fromTheEnd(lines: readonly string[], length: number): string {
  let shown = '';
  for (const line of lines.toReversed()) {
    const next = shown === '' ? line : `${line}\n${shown}`;
    if (next.length > length - 2) return shown === '' ? cut(line, length) : `…\n${shown}`;
    shown = next;
  }
  return shown;
}
