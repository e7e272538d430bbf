import { positionsBody } from '../bot/positions-view.ts';
import { type Command, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

export default {
  data: {
    ...words(
      ['positions', '持仓'],
      [
        'Open trades with entry, stop, protection and profit so far',
        '未平仓交易：入场价、止损、保护状态和浮动盈亏',
      ],
    ),
    ...inGuild,
  },
  viewers: '*',
  async run({ desk, mayAct, t }) {
    return whisper(positionsBody(desk, 0, mayAct, t));
  },
} satisfies Command;
