import { type APIApplicationCommandOption, ApplicationCommandOptionType } from 'discord.js';
import { entered } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import { dayStart } from '../trading/timezone.ts';
import type { Call } from './command.ts';

/** Which closed trades a command is about: by period, channel and symbol. */

export const PERIODS = ['today', 'week', 'month', 'all'] as const;
export type Period = (typeof PERIODS)[number];

const DAY_MS = 86_400_000;

export const periodOption = {
  type: ApplicationCommandOptionType.String,
  name: 'period',
  name_localizations: { 'zh-CN': '时间' },
  choices: [
    { name: 'today', name_localizations: { 'zh-CN': '今天' }, value: 'today' },
    { name: '7 days', name_localizations: { 'zh-CN': '7 天' }, value: 'week' },
    { name: '30 days', name_localizations: { 'zh-CN': '30 天' }, value: 'month' },
    { name: 'all', name_localizations: { 'zh-CN': '全部' }, value: 'all' },
  ],
} as const;

export const whichOptions: APIApplicationCommandOption[] = [
  {
    type: ApplicationCommandOptionType.String,
    name: 'channel',
    name_localizations: { 'zh-CN': '频道' },
    description: 'Only trades of this channel',
    description_localizations: { 'zh-CN': '只看这个频道的交易' },
    autocomplete: true,
  },
  {
    type: ApplicationCommandOptionType.String,
    name: 'symbol',
    name_localizations: { 'zh-CN': '币种' },
    description: 'Only this symbol',
    description_localizations: { 'zh-CN': '只看这个币种' },
  },
];

export interface Chosen {
  period: Period;
  fromMs: number;
  /** Oldest first; a trade that was never entered brought nothing and is none. */
  trades: Trade[];
  /** `7 days, alpha, BTCUSDT` */
  scope: string;
}

/** The text where there is no such channel. */
export async function chosenTrades(call: Call, usual: Period): Promise<Chosen | string> {
  const { desk, settings, now, t, text } = call;
  const period = PERIODS.find((known) => known === text('period')) ?? usual;
  const name = text('channel');
  const channel = name === null ? null : settings.channelNamed(name);
  if (name !== null && !channel) return t.command.noSuchChannel(name);
  const symbol = text('symbol')?.toUpperCase().replaceAll(/[/\s]/g, '') || null;
  const fromMs = periodStart(period, call);
  const closed = await desk.closedBetween(fromMs, now() + 1);
  const trades = closed.filter(
    (trade) =>
      !entered(trade).isZero() &&
      (channel === null || trade.source.channelId === channel.channelId) &&
      (symbol === null || isOf(trade, symbol)),
  );
  const scope = [t.command.periods[period], channel?.name, symbol].filter(Boolean).join(', ');
  return { period, fromMs, trades, scope };
}

function isOf({ plan }: Trade, symbol: string): boolean {
  return plan.symbol === symbol || plan.symbol === `${symbol}${plan.quote}`;
}

export function periodStart(period: Period, { settings, now }: Pick<Call, 'settings' | 'now'>): number {
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
