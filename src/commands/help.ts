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
  async run({ t }) {
    const chinese = t.long !== 'LONG';
    // Later, because the list holds this command too.
    const { commands } = await import('./index.ts');
    const lines = commands().map(({ data }) => {
      const text = (chinese && data.description_localizations?.['zh-CN']) || data.description;
      return `\`/${data.name}\` ${text}`;
    });
    return whisper([t.command.help.intro, '', ...lines].join('\n'));
  },
} satisfies Command;
