import { ApplicationCommandType, InteractionContextType } from 'discord.js';
import { type Command, whisper } from './command.ts';

export default {
  data: {
    name: 'help',
    name_localizations: { 'zh-CN': '帮助' },
    description: 'All commands in a line each',
    description_localizations: { 'zh-CN': '每个命令一行' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
  },
  viewers: '*',
  async run({ t, commands }) {
    const lines = commands.map((data) => {
      if (t.language === 'en') return `\`/${data.name}\` ${data.description}`;
      // Discord shows the name in the reader's language.
      const name = data.name_localizations?.[t.language] ?? data.name;
      return `\`/${name}\` (${data.name}) ${data.description_localizations?.[t.language] ?? data.description}`;
    });
    return whisper([t.command.help.intro, '', ...lines].join('\n'));
  },
} satisfies Command;
