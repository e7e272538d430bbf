import type { Figure } from './figures.ts';
import { type Goal, judge } from './goals.ts';
import type { Growth } from './growth.ts';

const BESIDE = ['floor', 'floor with a row', 'naive'] as const;

/** The bot's figures, each with its goal, beside the others' and as a multiple of them. */
export function fullTable(figures: readonly Figure[]): string {
  const rows = figures.map((each) => {
    const { figure, unit, of, rounds } = each;
    const cells = BESIDE.flatMap((other) => [shown(of[other]), ratio(of.bot, of[other])]);
    const label = unit === '' ? figure : `${figure}, ${unit}`;
    return [label, goalOf(each), shown(of.bot), spread(rounds), ...cells];
  });
  return tableOf(
    ['figure', 'goal', 'bot', 'of the rounds', ...BESIDE.flatMap((name) => [name, 'ratio'])],
    rows,
  );
}

/** What the README shows, in the words of the language, in their order. */
export const SHORT: Readonly<Record<string, string>> = {
  'signal to order p50': '从信号到下单，中位数（毫秒）',
  'signal to order p99': '从信号到下单，p99（毫秒）',
  'press to order p50': '从点击到下单，中位数（毫秒）',
  'fill to stop order p50': '从成交到发出止损单，中位数（毫秒）',
  'command to first answer p50': '从命令到首次回应，中位数（毫秒）',
  '200 signals in a second, signal to order p99': '一秒 200 条信号，从信号到下单 p99（毫秒）',
  'start to ready, 600 symbols, 10000 past trades': '启动到就绪，600 个合约、10000 笔历史交易（毫秒）',
  'RSS at rest': '空闲时内存（MB）',
  'RSS after the chats in 20 channels, 20 open trades': '聊天消息之后的内存，20 个频道、20 笔持仓（MB）',
  'CPU time per 1,000 chats': '每 1000 条闲聊的 CPU 时间（毫秒）',
};

const SHORT_HEADS = {
  en: ['', 'goal', 'Signalbox', 'bare floor', 'floor with a durable row', 'naive copier'],
  zh: ['', '目标', 'Signalbox', '裸程序', '裸程序加一行落盘', '普通跟单机器人'],
} as const;

export function shortTable(figures: readonly Figure[], language: 'en' | 'zh'): string {
  const rows = Object.entries(SHORT).flatMap(([name, chinese]) => {
    const found = figures.find(({ figure }) => figure === name);
    if (found === undefined) return [];
    const { figure, unit, of } = found;
    const label = language === 'en' ? `${figure}, ${unit}` : chinese;
    return [[label, goalOf(found, language), ...['bot', ...BESIDE].map((each) => shown(of[each]))]];
  });
  return tableOf(SHORT_HEADS[language], rows);
}

export function growthTables(growth: Partial<Growth>): string {
  return Object.entries(growth)
    .map(([grown, points]) =>
      tableOf(
        [grown, 'start to ready, ms', 'RSS, MB', 'signal to order p50, ms'],
        points.map(({ count, readyMs, rssMb, p50Ms }) => [
          count.toLocaleString('en'),
          shown(readyMs),
          shown(rssMb),
          shown(p50Ms),
        ]),
      ),
    )
    .join('\n\n');
}

export function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

const GOAL_WORDS = {
  en: {
    times: ' × ',
    met: 'met',
    missed: 'missed',
    and: ', ',
    floor: 'floor',
    'floor with a row': 'floor with a row',
  },
  zh: {
    times: ' × ',
    met: '达到',
    missed: '未达到',
    and: '，',
    floor: '裸程序',
    'floor with a row': '裸程序加一行落盘',
  },
} as const;

function goalOf(figure: Figure, language: 'en' | 'zh' = 'en'): string {
  const judged = judge(figure);
  if (judged === null) return '';
  const words = GOAL_WORDS[language];
  return `${boundOf(judged.bound, language)}: ${judged.met ? words.met : `**${words.missed}**`}`;
}

function boundOf({ most, times }: Goal, language: 'en' | 'zh'): string {
  const words = GOAL_WORDS[language];
  return [
    ...(most === undefined ? [] : [`≤ ${most.toLocaleString('en')}`]),
    ...(times === undefined ? [] : [`≤ ${times[0]}${words.times}${words[times[1]]}`]),
  ].join(words.and);
}

function ratio(bot: number | undefined, beside: number | undefined): string {
  if (bot === undefined || beside === undefined || beside === 0) return '';
  return (bot / beside).toFixed(2);
}

/** From the least to the greatest. */
function spread(rounds: readonly number[]): string {
  if (rounds.length < 2) return '';
  const [least, most] = [shown(Math.min(...rounds)), shown(Math.max(...rounds))];
  return least === most ? least : `${least} to ${most}`;
}

export function shown(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '';
  if (value === 0) return '0';
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 10 ? 1 : 2);
}
