import type { Command } from './command.ts';
import { inGuild, words } from './definition.ts';

export default {
  data: {
    ...words(
      ['panic', '紧急平仓'],
      [
        'Pause, cancel every entry and close every position of the bot',
        '暂停，撤销所有入场单，平掉机器人的所有仓位',
      ],
    ),
    ...inGuild,
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
