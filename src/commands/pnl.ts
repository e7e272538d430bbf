import { ApplicationCommandOptionType, ApplicationCommandType, InteractionContextType } from 'discord.js';
import { money, multiple, price, signedMoney } from '../bot/format.ts';
import { tradeName } from '../bot/plan-view.ts';
import { dayStart } from '../risk/timezone.ts';
import { type Decimal, ZERO } from '../trading/decimal.ts';
import { entered, type Result, resultOf } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import { channelChoices } from './choices.ts';
import { type Call, type Command, whisper } from './command.ts';

const PERIODS = ['today', 'week', 'month', 'all'] as const;
type Period = (typeof PERIODS)[number];

const DAY_MS = 86_400_000;

export default {
  data: {
    name: 'pnl',
    description: 'Profit and loss of closed trades, net of commissions and funding',
    description_localizations: { 'zh-CN': '已平仓交易的盈亏，已扣除手续费和资金费' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'period',
        description: 'Since when; today without it',
        description_localizations: { 'zh-CN': '时间范围；不填则为今天' },
        choices: [
          { name: 'today', name_localizations: { 'zh-CN': '今天' }, value: 'today' },
          { name: '7 days', name_localizations: { 'zh-CN': '7 天' }, value: 'week' },
          { name: '30 days', name_localizations: { 'zh-CN': '30 天' }, value: 'month' },
          { name: 'all', name_localizations: { 'zh-CN': '全部' }, value: 'all' },
        ],
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'channel',
        description: 'Only trades of this channel',
        description_localizations: { 'zh-CN': '只看这个频道的交易' },
        autocomplete: true,
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'symbol',
        description: 'Only this symbol',
        description_localizations: { 'zh-CN': '只看这个币种' },
      },
    ],
  },
  viewers: '*',
  async run(call) {
    const { desk, settings, now, t, text } = call;
    const period = PERIODS.find((known) => known === text('period')) ?? 'today';
    const name = text('channel');
    const channel = name === null ? null : settings.channelNamed(name);
    if (name !== null && !channel) return whisper(t.command.noSuchChannel(name));
    const symbol = text('symbol')?.toUpperCase().replaceAll('/', '') ?? null;
    const closed = await desk.closedBetween(periodStart(period, call), now() + 1);
    const trades = closed.filter(
      (trade) =>
        !entered(trade).isZero() &&
        (channel === null || trade.source.channelId === channel.channelId) &&
        (symbol === null ||
          trade.plan.symbol === symbol ||
          trade.plan.symbol === `${symbol}${trade.plan.quote}`),
    );
    if (trades.length === 0) return whisper(t.command.noPnl(t.command.periods[period]));
    const scope = [t.command.periods[period], channel?.name, symbol].filter(Boolean).join(', ');
    return whisper([t.command.pnlTitle(scope), ...summary(trades, call)].join('\n'));
  },
  complete: ({ settings, value }) => channelChoices(settings, value),
} satisfies Command;

function periodStart(period: Period, { settings, now }: Call): number {
  const today = dayStart(now(), settings.config().timezone);
  switch (period) {
    case 'today':
      return today;
    case 'week':
      return today - 6 * DAY_MS;
    case 'month':
      return today - 29 * DAY_MS;
    case 'all':
      return 0;
  }
}

function summary(trades: readonly Trade[], { desk, t }: Call): string[] {
  const byQuote = Map.groupBy(trades, (trade) => trade.plan.quote);
  const lines: string[] = [];
  for (const [quote, group] of byQuote) lines.push(...bill(group, quote, t));
  if (desk.trades().length > 0) lines.push(t.command.openNow(desk.trades().length));
  return lines;
}

function bill(trades: readonly Trade[], quote: string, t: Call['t']): string[] {
  const results = trades.map((trade) => ({ trade, result: resultOf(trade) }));
  const total = (value: (result: Result) => Decimal) =>
    results.reduce((sum, { result }) => sum.plus(value(result)), ZERO);
  const sorted = results.toSorted((a, b) => b.result.net.comparedTo(a.result.net));
  const wins = results.filter(({ result }) => result.net.gt(0)).length;
  const losses = results.filter(({ result }) => result.net.lt(0)).length;
  const liquidation = total((result) => result.liquidation);
  const others = otherFees(results.map(({ result }) => result));
  const one = ({ trade, result }: (typeof results)[number]) =>
    `${tradeName(trade.plan, t)} ${signedMoney(result.net, quote)}${result.rMultiple ? ` (${multiple(result.rMultiple)})` : ''}`;
  const [best, worst] = [sorted[0], sorted.at(-1)];
  return [
    `**${t.card.net} ${signedMoney(
      total((result) => result.net),
      quote,
    )}** · ${t.command.trades(trades.length, wins, losses)}`,
    `${t.command.beforeCosts} ${signedMoney(
      total((result) => result.realised),
      quote,
    )}`,
    `${t.card.fees} ${[
      money(
        total((result) => result.fees),
        quote,
      ),
      ...others,
    ].join(' + ')}`,
    `${t.card.funding} ${signedMoney(
      total((result) => result.funding),
      quote,
    )}`,
    ...(liquidation.isZero() ? [] : [`${t.card.liquidationFee} ${signedMoney(liquidation, quote)}`]),
    ...(best && worst && best !== worst
      ? [`${t.command.best} ${one(best)} · ${t.command.worst} ${one(worst)}`]
      : best
        ? [one(best)]
        : []),
  ];
}

/** Commissions paid in other assets (BNB) cannot be summed with the rest. */
function otherFees(results: readonly Result[]): string[] {
  const totals = new Map<string, Decimal>();
  for (const { otherFees: fees } of results)
    for (const [asset, fee] of Object.entries(fees)) totals.set(asset, (totals.get(asset) ?? ZERO).plus(fee));
  return [...totals].map(([asset, fee]) => `${price(fee)} ${asset}`);
}
