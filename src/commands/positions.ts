import { ApplicationCommandType, InteractionContextType } from 'discord.js';
import { positionsBody } from '../bot/positions-view.ts';
import { type Command, whisper } from './command.ts';

export default {
  data: {
    name: 'positions',
    name_localizations: { 'zh-CN': '持仓' },
    description: 'Open trades with entry, stop, protection and profit so far',
    description_localizations: { 'zh-CN': '未平仓交易：入场价、止损、保护状态和浮动盈亏' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
  },
  viewers: '*',
  async run({ desk, mayAct, t }) {
    return whisper(positionsBody(desk, 0, mayAct, t));
  },
} satisfies Command;
