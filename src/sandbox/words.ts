import type { Language } from '../terminal-language.ts';

/** What the sandbox tells in the terminal, in both languages. */
export interface SandboxWords {
  title: string;
  open(url: string): string;
  panel(url: string): string;
  keeps(folder: string, log: string): string;
  closing: string;
  page(problem: string): string;
  discordGone(problem: string): string;

  directMessage: string;
  operator: string;
  edited: string;
  onlyYou: string;

  confirmed: string;
  pressConfirm: string;
  toEntry: string;
  throughFirst: string;
  throughLast: string;
  stopped: string;
  throughStop: string;
  refused: string;
  askPnl: string;
  onceMore: string;
  sceneOver(problem: string): string;
}

const en: SandboxWords = {
  title: 'Signalbox sandbox: the real bot, a built-in Discord and a built-in Binance',
  open: (url) => `Open ${url} and play with it`,
  panel: (url) => `the panel of its bot: ${url}`,
  keeps: (folder, log) => `everything it keeps is in ${folder}, its log in ${log}; Ctrl-C ends it`,
  closing: 'closing: positions stay protected on the exchange',
  page: (problem) => `the page: ${problem}`,
  discordGone: (problem) => `the built-in Discord has gone: ${problem}`,

  directMessage: 'DM to the operator',
  operator: '@operator',
  edited: ' (edited)',
  onlyYou: ' (only you see this)',

  confirmed: 'An analyst posts a signal; this channel asks before it trades',
  pressConfirm: 'You press Confirm',
  toEntry: 'The market comes down to the entry',
  throughFirst: 'It rises through the first target: the stop moves to break-even',
  throughLast: '… and through the last one',
  stopped: 'A Chinese signal in a channel that trades by itself',
  throughStop: 'The market falls through the stop, which stands on the exchange',
  refused: 'Talk is not a signal, and a signal without a stop is refused with its reason',
  askPnl: 'You ask /pnl',
  onceMore: 'Discord had no answer within three seconds: once more',
  sceneOver: (problem) => `that scene did not end: ${problem}`,
};

const zhCN: SandboxWords = {
  title: 'Signalbox 演练场：真正的机器人，内置的 Discord 和内置的币安',
  open: (url) => `打开 ${url} 试一试`,
  panel: (url) => `机器人的控制面板：${url}`,
  keeps: (folder, log) => `所有内容保存在 ${folder}，日志在 ${log}；按 Ctrl-C 结束`,
  closing: '正在结束：持仓在交易所仍受保护',
  page: (problem) => `页面：${problem}`,
  discordGone: (problem) => `内置的 Discord 已退出：${problem}`,

  directMessage: '给操作者的私信',
  operator: '@操作者',
  edited: '（已编辑）',
  onlyYou: '（只有你能看到）',

  confirmed: '分析师发出信号；这个频道先询问，再交易',
  pressConfirm: '你按下“确认”',
  toEntry: '行情回落到入场价',
  throughFirst: '价格升破第一个止盈：止损移到保本价',
  throughLast: '……再升破最后一个止盈',
  stopped: '中文信号，发在自动交易的频道',
  throughStop: '行情跌破挂在交易所的止损',
  refused: '闲聊不是信号；没有止损的信号会被拒绝，并说明原因',
  askPnl: '你查询 /pnl',
  onceMore: 'Discord 在三秒内没有得到回应：再试一次',
  sceneOver: (problem) => `这一幕没有演完：${problem}`,
};

export const sandboxWords: Readonly<Record<Language, SandboxWords>> = { en, 'zh-CN': zhCN };
