import { ApplicationCommandOptionType, ApplicationCommandType, InteractionContextType } from 'discord.js';
import { clock, cut, quote } from '../bot/format.ts';
import type { Outcome, Receipt } from '../bot/records.ts';
import { denialLines } from '../bot/reports.ts';
import { type Call, type Command, whisper } from './command.ts';

export default {
  data: {
    name: 'why',
    description: 'What became of a message, and why',
    description_localizations: { 'zh-CN': '一条消息的处理结果和原因' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'message',
        description: 'The message’s link or id',
        description_localizations: { 'zh-CN': '消息链接或 ID' },
        required: true,
      },
    ],
  },
  viewers: '*',
  async run({ receipts, t, text }) {
    const id = /(\d{15,22})\/?$/.exec((text('message') ?? '').trim())?.[1];
    if (!id) return whisper(t.command.why.badMessage);
    const receipt = await receipts.get(id);
    return whisper(receipt ? cut(receiptLines(receipt, t).join('\n'), 1_900) : t.command.why.unknown);
  },
} satisfies Command;

function receiptLines(receipt: Receipt, t: Call['t']): string[] {
  const texts = t.command.why;
  const lines = [texts.read(clock(receipt.readAt), texts.kinds[receipt.kind])];
  if (receipt.detail !== null) lines.push(receipt.detail);
  for (const outcome of receipt.outcomes) lines.push(...outcomeLines(outcome, t));
  if (receipt.revision > 0) lines.push(texts.edited(receipt.revision));
  if (receipt.deleted) lines.push(texts.deleted);
  return lines;
}

function outcomeLines({ symbol, side, result, denial, detail }: Outcome, t: Call['t']): string[] {
  const line = `${symbol} ${side === 'long' ? t.long : t.short}: ${t.command.why.results[result]}`;
  if (denial) return [line, ...denialLines(denial, t)];
  return detail === null ? [line] : [line, quote(detail)];
}
