import { ApplicationCommandType, InteractionContextType } from 'discord.js';
import { type Command, whisper } from './command.ts';

export default {
  data: {
    name: 'help',
    description: 'All commands in a line each',
    description_localizations: { 'zh-CN': '每个命令一行' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
  },
  viewers: '*',
  async run({ t, commands }) {
    const lines = commands.map((data) => {
      const translated = t.language === 'en' ? null : data.description_localizations?.[t.language];
      return `\`/${data.name}\` ${translated ?? data.description}`;
    });
    return whisper([t.command.help.intro, '', ...lines].join('\n'));
  },
} satisfies Command;
