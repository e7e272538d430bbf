import { auditBody } from '../bot/audit-view.ts';
import { type Command, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

export default {
  data: {
    ...words(
      ['audit', '审计'],
      [
        'Who did what: commands, buttons, settings with before and after',
        '谁做了什么：命令、按钮、设置的前后取值',
      ],
    ),
    ...inGuild,
  },
  viewers: '*',
  async run({ actions, t }) {
    return whisper(auditBody(await actions.audit.page(null, 0), t));
  },
} satisfies Command;
