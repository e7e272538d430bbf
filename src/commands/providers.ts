import { multiple, percent, quote, signedMoney } from '../bot/format.ts';
import { Decimal } from '../trading/decimal.ts';
import { PERIODS, type Period, periodOption, periodStart } from './closed-trades.ts';
import { type Call, type Command, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';
import { signalsSince } from './heard.ts';
import { heardOf, type Scorecard, scorecards, tradedOf } from './scorecard.ts';

/** So much fits into one message. */
const ROOM = 1_850;

export default {
  data: {
    ...words(
      ['providers', '喊单人'],
      [
        'Scorecard by channel and author: signals, trades, win rate, expectancy, result',
        '按频道和作者的成绩单：信号、交易、胜率、期望值、盈亏',
      ],
    ),
    ...inGuild,
    options: [
      periodOption(
        ['Since when; 30 days without it', '时间范围；不填则为 30 天'],
        ['today', 'week', 'month'],
      ),
    ],
  },
  viewers: '*',
  async run(call) {
    const { desk, now, t, text } = call;
    const period: Period = PERIODS.find((known) => known === text('period')) ?? 'month';
    const fromMs = periodStart(period, call);
    const [heard, closed] = await Promise.all([
      signalsSince(fromMs, call, heardOf),
      desk.takeClosed(fromMs, now() + 1, tradedOf),
    ]);
    const open = desk.trades().filter(({ createdAt }) => createdAt >= fromMs);
    const cards = scorecards(heard, [...closed, ...open.flatMap((trade) => tradedOf(trade) ?? [])]);
    const scope = t.command.periods[period];
    if (cards.length === 0) return whisper(t.command.providers.none(scope));
    return whisper(
      fitting([t.command.providers.title(scope), ...cards.map((card) => line(card, call))], call),
    );
  },
} satisfies Command;

function line(card: Scorecard, { settings, t }: Call): string {
  const words = t.command.providers;
  const { winRate, expectancyR } = card.performance;
  const channel = settings.channel(card.channelId)?.name;
  const parts = [
    words.counts(card.signals, card.traded, card.denied),
    ...(winRate ? [`${t.command.performance.winRate} ${percent(winRate.times(new Decimal(100)))}`] : []),
    ...(expectancyR ? [`${t.command.performance.expectancy} ${multiple(expectancyR)}`] : []),
    ...[...card.net].map(([asset, net]) => `${t.card.net} ${signedMoney(net, asset)}`),
    ...(card.slippagePct ? [`${words.slippage} ${percent(card.slippagePct)}`] : []),
  ];
  return `• **${channel === undefined ? `<#${card.channelId}>` : quote(channel)}** <@${card.authorId}>${t.colon}${parts.join(' · ')}`;
}

/** Whole lines only, and how many are left out. */
function fitting(lines: readonly string[], { t }: Call): string {
  const shown: string[] = [];
  let length = 0;
  for (const one of lines) {
    length += one.length + 1;
    if (length > ROOM) return [...shown, t.command.providers.more(lines.length - shown.length)].join('\n');
    shown.push(one);
  }
  return shown.join('\n');
}
