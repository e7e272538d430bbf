import { ordersBody } from '../bot/positions-view.ts';
import { type Command, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

export default {
  data: {
    ...words(['orders', '挂单'], ['Working orders: entries, stops and targets', '挂单：入场、止损和止盈']),
    ...inGuild,
  },
  viewers: '*',
  async run({ desk, t }) {
    return whisper(ordersBody(desk, 0, t));
  },
} satisfies Command;
