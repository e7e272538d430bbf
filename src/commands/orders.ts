import { ApplicationCommandType, InteractionContextType } from 'discord.js';
import { orderLine } from '../bot/card-view.ts';
import { cut } from '../bot/format.ts';
import { isLive } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import { type Call, type Command, whisper } from './command.ts';

export default {
  data: {
    name: 'orders',
    name_localizations: { 'zh-CN': '挂单' },
    description: 'Working orders: entries, stops and targets',
    description_localizations: { 'zh-CN': '挂单：入场、止损和止盈' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
  },
  viewers: '*',
  async run({ desk, t }) {
    const lines = desk
      .trades()
      .flatMap((trade) =>
        trade.orders.filter(isLive).map((order) => `• ${symbolText(trade, t)} ${orderLine(order, t)}`),
      );
    if (lines.length === 0) return whisper(t.command.noOrders);
    return whisper(cut([t.command.orders(lines.length), ...lines].join('\n'), 1_900));
  },
} satisfies Command;

function symbolText({ plan }: Trade, t: Call['t']): string {
  return plan.market === 'spot' ? `${plan.symbol} ${t.plan.spot}` : plan.symbol;
}
