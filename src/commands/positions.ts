import { ApplicationCommandType, InteractionContextType } from 'discord.js';
import { unrealisedText } from '../bot/card-view.ts';
import { cut, price, relative } from '../bot/format.ts';
import { tradeName } from '../bot/plan-view.ts';
import { averageEntry, held } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import { type Call, type Command, whisper } from './command.ts';

export default {
  data: {
    name: 'positions',
    name_localizations: { 'zh-CN': '持仓' },
    description: 'Open trades with entry, stop and profit so far',
    description_localizations: { 'zh-CN': '未平仓交易：入场价、止损和浮动盈亏' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
  },
  viewers: '*',
  async run(call) {
    const { desk, t } = call;
    const trades = desk.trades();
    const lines = trades.map((trade) => `• ${tradeLine(trade, call)}`);
    const foreign = desk.books().flatMap((book) => [...book.foreignSymbols]);
    if (foreign.length > 0) lines.push(t.command.foreign(foreign.join(', ')));
    const title = trades.length === 0 ? t.command.noPositions : t.command.positions(trades.length);
    return whisper(cut([title, ...lines].join('\n'), 1_900));
  },
} satisfies Command;

function tradeLine(trade: Trade, { desk, t }: Call): string {
  const mark = desk.priceOf(trade)?.mark ?? null;
  const quantity = held(trade);
  const where = quantity.isZero()
    ? `${t.card.entering} ${relative(trade.createdAt)}`
    : `${price(quantity)} @ ${price(averageEntry(trade).toSignificantDigits(8))}`;
  const parts = [
    trade.plan.market === 'spot'
      ? tradeName(trade.plan, t)
      : `${tradeName(trade.plan, t)} ${trade.plan.leverage}x`,
    where,
    t.plan.stopAt(price(trade.stopPrice)),
  ];
  const unrealised = unrealisedText(trade, mark);
  if (unrealised) parts.push(`${t.card.unrealised} ${unrealised}`);
  return [...parts, trade.source.channel].join(' · ');
}
