import { type APIApplicationCommandOption, ApplicationCommandOptionType } from 'discord.js';
import { entered } from '../trading/lifecycle/facts.ts';
import type { Trade } from '../trading/model.ts';
import { dayStart } from '../trading/timezone.ts';
import type { Call } from './command.ts';
import { choice, type Languages, words } from './definition.ts';
import { isOf, symbolIn } from './symbols.ts';

/** Which closed trades a command is about: by period, channel and symbol. */

export const PERIODS = ['today', 'week', 'month', 'all'] as const;
export type Period = (typeof PERIODS)[number];

const DAY_MS = 86_400_000;

const CHOICES = [
  choice(['today', '今天'], 'today'),
  choice(['7 days', '7 天'], 'week'),
  choice(['30 days', '30 天'], 'month'),
  choice(['all', '全部'], 'all'),
] satisfies { value: Period }[];

export function periodOption(
  description: Languages,
  periods: readonly Period[] = PERIODS,
): APIApplicationCommandOption {
  return {
    type: ApplicationCommandOptionType.String,
    ...words(['period', '时间'], description),
    choices: CHOICES.filter(({ value }) => periods.includes(value)),
  };
}

export const whichOptions: APIApplicationCommandOption[] = [
  {
    type: ApplicationCommandOptionType.String,
    ...words(['channel', '频道'], ['Only trades of this channel', '只看这个频道的交易']),
    autocomplete: true,
  },
  {
    type: ApplicationCommandOptionType.String,
    ...words(['symbol', '币种'], ['Only this symbol', '只看这个币种']),
  },
];

export interface Chosen<T> {
  period: Period;
  fromMs: number;
  /** What was taken of each, oldest first; a trade that was never entered brought nothing and is none. */
  trades: T[];
  /** `7 days, alpha, BTCUSDT` */
  scope: string;
}

/** The text where there is no such channel. */
export async function chosenTrades<T>(
  call: Call,
  usual: Period,
  take: (trade: Trade) => T,
): Promise<Chosen<T> | string> {
  const { desk, settings, now, t, text } = call;
  const period = PERIODS.find((known) => known === text('period')) ?? usual;
  const name = text('channel');
  const channel = name === null ? null : settings.channelNamed(name);
  if (name !== null && !channel) return t.command.noSuchChannel(name);
  const symbol = symbolIn(text('symbol') ?? '') || null;
  const fromMs = periodStart(period, call);
  const isChosen = (trade: Trade): boolean =>
    !entered(trade).isZero() &&
    (channel === null || trade.source.channelId === channel.channelId) &&
    (symbol === null || isOf(trade, symbol));
  const trades = await desk.takeClosed(fromMs, now() + 1, (trade) => (isChosen(trade) ? take(trade) : null));
  const scope = [t.command.periods[period], channel?.name, symbol].filter(Boolean).join(t.comma);
  return { period, fromMs, trades, scope };
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
