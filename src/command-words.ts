import type { Language } from './terminal-language.ts';
import type { Side } from './trading/model.ts';
import type { Gap } from './trading/rebuild.ts';

/** What the commands around the store say, in both languages. */
export interface CommandWords {
  takesOneFile(command: 'backup' | 'restore', given: string): string;
  takesNothing(command: string, given: string): string;
  /** Of a store on a server, which is copied and put back by the server's own tools. */
  postgres(name: string): string;
  redis(name: string): string;
  /** What of a store is in a copy. `owner`: null while it is bound to no account. */
  held(
    owner: { environment: string; uid: string } | null,
    open: number,
    closed: number,
    format: number,
  ): string;
  copied(from: string, to: string, kilobytes: number | null, held: string): string;
  wayBack(file: string): string;
  kept(file: string): string;
  compares(isRunning: boolean): string;
  /** What the file system says. */
  file(code: string, message: string): string;

  keysMissing: string;
  soundStore: string;
  salvaged(rows: number): string;
  keptAsItWas(file: string): string;
  leftOut(record: string): string;
  counts(known: number, rebuilt: number): string;
  made(trade: {
    symbol: string;
    side: Side;
    held: string;
    entry: string;
    stop: string;
    targets: string;
  }): string;
  noTargets: string;
  gaps: Readonly<Record<Gap, string>>;
  notKnown: string;
  leftOver(symbol: string, clientId: string): string;
  foreign(symbol: string, quantity: string): string;
  nextStart: string;
}

const en: CommandWords = {
  takesOneFile: (command, given) => `${command} takes one FILE${given && `, not ${given}`}`,
  takesNothing: (command, given) => `${command} takes no arguments, not ${given}`,
  postgres: (name) =>
    `STORE_URL: ${name} is copied and put back by PostgreSQL's own tools, pg_dump and pg_restore: see docs/stores.md`,
  redis: (name) =>
    `STORE_URL: ${name} is copied and put back with the files of its server (appendonlydir): see docs/stores.md`,
  held: (owner, open, closed, format) =>
    `${owner ? `${owner.environment} account ${owner.uid}` : 'not bound to an account yet'}, ${open} open and ${closed} closed trades, format ${format}`,
  copied: (from, to, kilobytes, held) =>
    `${from} → ${to}${kilobytes === null ? '' : ` (${kilobytes} kB)`}: ${held}`,
  wayBack: (file) => `To go back to it: npm start -- restore ${file}`,
  kept: (file) => `The store that was there is kept as ${file}`,
  compares: (isRunning) =>
    `${isRunning ? 'The running bot starts anew on it, compares it' : 'The next start compares it'} with the exchange and reads no message from before that start. Trades opened since the backup are unknown to it: npm start -- rebuild takes them over, while the bot is stopped.`,
  file: (code, message) => `${FILE_PROBLEMS[code]?.en ?? 'The file system refuses'}: ${message}`,

  keysMissing: 'BINANCE_API_KEY and BINANCE_API_SECRET are missing: what is open is read from the exchange',
  soundStore: 'The store can be read; nothing of it was changed.',
  salvaged: (rows) =>
    `The store could not be used: ${rows} rows that can be read were taken over into a new one.`,
  keptAsItWas: (file) => `The store as it was is kept as ${file}`,
  leftOut: (record) => `Left out, not readable: ${record}`,
  counts: (known, rebuilt) =>
    `Open trades that the store knows: ${known}. Made from the exchange: ${rebuilt}.`,
  made: ({ symbol, side, held, entry, stop, targets }) =>
    `+ ${symbol} ${side.toUpperCase()} ${held} at ${entry}, stop ${stop}, targets ${targets}`,
  noTargets: 'none',
  gaps: {
    stop_assumed: 'no stop of it stands: one is placed at the next start, as far away as the settings allow',
    targets_unknown: 'its targets are not known: the whole position is left to the stop',
    over: 'its position has been closed by other means: the orders that it left behind are removed at the next start',
    entry_assumed:
      'its entry is not known any more: taken from the position (on spot: at the present price), without fees',
    coins_left:
      'not all of its coins are bound by orders of its own: the others are left to you, as they may be yours by now',
  },
  notKnown:
    'Not known of these: the words of the signal, whether the stop had been moved, funding until now is read at the start.',
  leftOver: (symbol, clientId) =>
    `? ${symbol} ${clientId}: an order of the bot's without a position: an entry is removed at the next start, anything else is left to you`,
  foreign: (symbol, quantity) =>
    `· ${symbol} ${quantity}: not the bot's; left alone, new signals on it are denied`,
  nextStart:
    'The next start compares everything with the exchange and puts missing stops and targets in place.',
};

const zhCN: CommandWords = {
  takesOneFile: (command, given) => `${command} 需要一个文件名${given && `，却给了 ${given}`}`,
  takesNothing: (command, given) => `${command} 不带参数，却给了 ${given}`,
  postgres: (name) =>
    `STORE_URL：${name} 由 PostgreSQL 自己的工具 pg_dump 和 pg_restore 备份和恢复，见 docs/stores.md`,
  redis: (name) => `STORE_URL：${name} 用其服务器的文件（appendonlydir）备份和恢复，见 docs/stores.md`,
  held: (owner, open, closed, format) =>
    `${owner ? `${owner.environment} 账户 ${owner.uid}` : '尚未绑定账户'}，${open} 笔未平仓、${closed} 笔已结束的交易，格式 ${format}`,
  copied: (from, to, kilobytes, held) =>
    `${from} → ${to}${kilobytes === null ? '' : `（${kilobytes} kB）`}：${held}`,
  wayBack: (file) => `要回到这份备份：npm start -- restore ${file}`,
  kept: (file) => `原来的存储保留为 ${file}`,
  compares: (isRunning) =>
    `${isRunning ? '运行中的机器人会用它重新启动，' : '下次启动时会'}与交易所核对，且不读取那次启动之前的消息。备份之后开的交易它并不知道：请停止机器人，再用 npm start -- rebuild 接管它们。`,
  file: (code, message) => `${FILE_PROBLEMS[code]?.['zh-CN'] ?? '文件系统拒绝'}：${message}`,

  keysMissing: '缺少 BINANCE_API_KEY 和 BINANCE_API_SECRET：未平仓的交易要从交易所读取',
  soundStore: '存储可以读取，没有任何改动。',
  salvaged: (rows) => `原来的存储无法使用：可读取的 ${rows} 条记录已移入新的存储。`,
  keptAsItWas: (file) => `原来的存储保留为 ${file}`,
  leftOut: (record) => `无法读取，未移入：${record}`,
  counts: (known, rebuilt) => `存储中已有的未平仓交易：${known}；根据交易所重建的：${rebuilt}。`,
  made: ({ symbol, side, held, entry, stop, targets }) =>
    `+ ${symbol} ${side === 'long' ? '做多' : '做空'} ${held}，入场 ${entry}，止损 ${stop}，止盈 ${targets}`,
  noTargets: '无',
  gaps: {
    stop_assumed: '交易所上没有它的止损单：下次启动时会在设置允许的最远处补上',
    targets_unknown: '它的止盈目标不明：整个持仓只由止损管理',
    over: '它的持仓已被其他方式平掉：它留下的挂单会在下次启动时撤销',
    entry_assumed: '它的入场价已无从得知：取自持仓（现货：按现价），不含手续费',
    coins_left: '并非所有币都由它自己的挂单占用：其余的不会动，它们现在可能已是你自己的',
  },
  notKnown: '这些交易无从得知：信号原文、止损是否移动过；至今的资金费会在启动时读取。',
  leftOver: (symbol, clientId) =>
    `? ${symbol} ${clientId}：机器人的挂单，但没有对应的持仓：入场单会在下次启动时撤销，其他的留给你处理`,
  foreign: (symbol, quantity) => `· ${symbol} ${quantity}：不属于机器人；不会动它，该交易对的新信号会被拒绝`,
  nextStart: '下次启动时会与交易所全部核对，并补上缺少的止损和止盈。',
};

/** https://nodejs.org/api/errors.html#common-system-errors */
const FILE_PROBLEMS: Readonly<Record<string, Record<Language, string>>> = {
  EACCES: { en: 'No permission', 'zh-CN': '没有权限' },
  EPERM: { en: 'No permission', 'zh-CN': '没有权限' },
  EROFS: { en: 'The disk cannot be written to', 'zh-CN': '磁盘为只读' },
  ENOSPC: { en: 'The disk is full', 'zh-CN': '磁盘已满' },
  ENOENT: { en: 'There is no such file', 'zh-CN': '没有这个文件' },
  EEXIST: { en: 'Something else has that name', 'zh-CN': '已有同名的文件' },
  EISDIR: { en: 'That is a folder', 'zh-CN': '那是一个文件夹' },
  ENOTDIR: { en: 'What should be a folder is a file', 'zh-CN': '应为文件夹之处是一个文件' },
};

export const commandWords: Readonly<Record<Language, CommandWords>> = { en, 'zh-CN': zhCN };
