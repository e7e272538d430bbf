import { ApplicationCommandOptionType } from 'discord.js';
import { cardLines } from '../bot/card-view.ts';
import { changeText } from '../bot/format.ts';
import { listBody } from '../bot/pages.ts';
import type { MessageBody } from '../bot/ports.ts';
import { type Begun, begunLines, carriedThrough } from '../bot/requests.ts';
import { Decimal } from '../trading/decimal.ts';
import { symbolChoices } from './choices.ts';
import { type Command, say, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';
import { isOf, symbolIn } from './symbols.ts';

export default {
  data: {
    ...words(
      ['close', '平仓'],
      ['Close the trades of a symbol at market, wholly or in part', '市价平掉某个币种的交易，全部或部分'],
    ),
    ...inGuild,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        ...words(['symbol', '币种'], ['Such as BTCUSDT', '例如 BTCUSDT']),
        required: true,
        autocomplete: true,
      },
      {
        type: ApplicationCommandOptionType.Number,
        ...words(
          ['percent', '百分比'],
          ['How much of what is held; without it all of it', '平掉当前持仓的百分之几；不填则全部'],
        ),
        min_value: 1,
        max_value: 100,
      },
    ],
  },
  viewers: [],
  async run({ desk, closes, watch, userId, t, text, number }) {
    const symbol = symbolIn(text('symbol') ?? '');
    const share = number('percent') ?? 100;
    if (!(share >= 1 && share <= 100)) return whisper(t.command.badPercent);
    const trades = desk.trades().filter((trade) => isOf(trade, symbol));
    if (trades.length === 0) return whisper(t.command.noTrade(symbol));
    const fraction = new Decimal(share).div(100);
    const begun: Begun[] = [];
    const changed: string[] = [];
    for (const trade of trades) {
      begun.push({ trade, carried: [await closes.close(trade, fraction, userId)] });
      const now = (await desk.find(trade.id)) ?? trade;
      changed.push(changeText(cardLines(trade, t).join(' '), cardLines(now, t).join(' ')));
    }
    const isRefused = begun.every(({ carried }) => carried.every(({ refused }) => refused !== null));
    const head = isRefused ? [t.command.closesNothing(symbol)] : [];
    const through = carriedThrough(watch, begun);
    const body = (lines: readonly Begun[]): MessageBody => listBody([...head, ...begunLines(lines, t)]);
    return {
      ...say(body(begun)),
      changed: [...head, ...changed].join(' · '),
      ...(through ? { later: async () => body(await through()) } : {}),
    };
  },
  complete: ({ desk, value }) => symbolChoices(desk, value),
} satisfies Command;
