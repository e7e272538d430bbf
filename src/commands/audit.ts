import { ApplicationCommandType, InteractionContextType } from 'discord.js';
import { auditBody } from '../bot/audit-view.ts';
import { type Command, whisper } from './command.ts';

export default {
  data: {
    name: 'audit',
    name_localizations: { 'zh-CN': '审计' },
    description: 'Who did what: commands, buttons, settings with before and after',
    description_localizations: { 'zh-CN': '谁做了什么：命令、按钮、设置的前后取值' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
  },
  viewers: '*',
  async run({ actions, t }) {
    return whisper(auditBody(await actions.audit.page(null, 0), t));
  },
} satisfies Command;
