import { ApplicationCommandType, InteractionContextType } from 'discord.js';
import type { Command } from './command.ts';

export default {
  data: {
    name: 'panic',
    name_localizations: { 'zh-CN': '紧急平仓' },
    description: 'Pause, cancel every entry and close every position of the bot',
    description_localizations: { 'zh-CN': '暂停，撤销所有入场单，平掉机器人的所有仓位' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
  },
  viewers: [],
  async run({ id, settings, channelId, t }) {
    return {
      type: 'ask',
      asked: {
        id: `panic${id}`,
        channelId,
        text: t.question.panic,
        options: [{ label: t.button.confirm, action: { type: 'panic' } }],
        timeoutMs: settings.config().confirm.timeout,
      },
    };
  },
} satisfies Command;
