import { type Command, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

export default {
  data: {
    ...words(['help', '帮助'], ['All commands in a line each', '每个命令一行']),
    ...inGuild,
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
