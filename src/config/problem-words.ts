import type { FaultWords } from './problem.ts';
import type { Config } from './schema.ts';

/** What is wrong with a config file, in both languages. */
interface ProblemWords {
  line(number: number): string;
  colon: string;
  wholeFile: string;
  faults: FaultWords;
}

const en: ProblemWords = {
  line: (number) => `line ${number}`,
  colon: ': ',
  wholeFile: 'the file',
  faults: {
    unknown_key: () => 'unknown key',
    missing: () => 'is missing',
    type: ({ expected, received }) => `expected ${expected}, received ${received}`,
    one_of: ({ values }) => `expected one of ${values}`,
    number: () => 'expected a number',
    between: ({ min, max }) => `must be between ${min} and ${max}`,
    at_least: ({ min }) => `must be ${min} or more`,
    at_most: ({ max }) => `must be ${max} or less`,
    duration: () => 'expected a duration such as 90s, 5m, 4h or 1d',
    shares: () => 'expected even, or a list of percentages',
    symbol: () => 'expected a symbol such as BTCUSDT',
    stop_needed: () => 'requireStopLoss: false needs defaultStopPct',
    id: () => 'must be a Discord id: 17 to 20 digits',
    id_unquoted: () => 'an id must stand in quotes, such as "100000000000000001"',
    name: () => 'must have 1 to 50 characters',
    authors: () => 'must name at least one author: nobody else is heard',
    time_zone: () => 'must be a time zone such as UTC or Europe/Berlin',
    time_of_day: () => 'must be a time of day such as "21:00"',
    address: () => 'must be an http(s) address',
    same_as: ({ other }) => `is the same as that of ${other}`,
    key_twice: () => 'not valid YAML: Map keys must be unique',
    yaml: ({ message }) => `not valid YAML: ${message}`,
    absent: ({ path }) =>
      `CONFIG: ${path} does not exist: npm run setup writes one, or copy config.example.yaml to it and fill it in`,
    unreadable: ({ path, reason }) => `CONFIG: ${path} cannot be read (${reason})`,
    gone: () => 'is not there any more',
    other: ({ message }) => message,
  },
};

const TYPES: Readonly<Record<string, string>> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: 'true 或 false',
  array: '列表',
  object: '键值块',
  null: '空值',
};

const zhCN: ProblemWords = {
  line: (number) => `第 ${number} 行`,
  colon: '：',
  wholeFile: '整个文件',
  faults: {
    unknown_key: () => '没有这个设置项',
    missing: () => '缺少此项',
    type: ({ expected, received }) =>
      `应为${TYPES[expected] ?? expected}，却是${TYPES[received] ?? received}`,
    one_of: ({ values }) => `应为以下之一：${values}`,
    number: () => '应为数字',
    between: ({ min, max }) => `必须在 ${min} 到 ${max} 之间`,
    at_least: ({ min }) => `不能小于 ${min}`,
    at_most: ({ max }) => `不能大于 ${max}`,
    duration: () => '应为时长，例如 90s、5m、4h 或 1d',
    shares: () => '应为 even 或百分比列表',
    symbol: () => '应为交易对，例如 BTCUSDT',
    stop_needed: () => 'requireStopLoss 为 false 时必须设置 defaultStopPct',
    id: () => '必须是 Discord ID：17 到 20 位数字',
    id_unquoted: () => 'ID 必须加引号，例如 "100000000000000001"',
    name: () => '必须是 1 到 50 个字符',
    authors: () => '至少要写一个作者：只有列出的人会被听取',
    time_zone: () => '必须是时区，例如 UTC 或 Europe/Berlin',
    time_of_day: () => '必须是时刻，例如 "21:00"',
    address: () => '必须是 http(s) 地址',
    same_as: ({ other }) => `与 ${other} 的相同`,
    key_twice: () => 'YAML 有误：同一设置项写了两次',
    yaml: ({ message }) => `YAML 有误：${message}`,
    absent: ({ path }) =>
      `CONFIG：${path} 不存在。可运行 npm run setup 生成，或复制 config.example.zh-CN.yaml 后填写`,
    unreadable: ({ path, reason }) => `CONFIG：无法读取 ${path}（${reason}）`,
    gone: () => '已不存在',
    other: ({ message }) => message,
  },
};

export const problemWords: Readonly<Record<Config['language'], ProblemWords>> = { en, 'zh-CN': zhCN };
