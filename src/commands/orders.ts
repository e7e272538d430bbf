import { ApplicationCommandType, InteractionContextType } from 'discord.js';
import { ordersBody } from '../bot/positions-view.ts';
import { type Command, whisper } from './command.ts';

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
    return whisper(ordersBody(desk, 0, t));
  },
} satisfies Command;
