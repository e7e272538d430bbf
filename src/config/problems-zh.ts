/**
 * What is wrong with a config file, in Chinese. Problems are made in English, where logs and searches need them; those
 * that a mistake by hand makes are translated, and the rest stays as it is.
 */

type Words = readonly [english: RegExp, chinese: string];

const TYPES: Readonly<Record<string, string>> = {
  string: '文字',
  number: '数字',
  boolean: 'true 或 false',
  array: '列表',
  object: '键值块',
  null: '空值',
  undefined: '空值',
  int: '整数',
};

const MESSAGES: readonly Words[] = [
  [/^unknown key$/, '没有这个设置项'],
  [/^is missing$/, '缺少此项'],
  [/^an id must stand in quotes, such as (.*)$/, 'ID 必须加引号，例如 $1'],
  [/^must be a Discord id: 17 to 20 digits$/, '必须是 Discord ID：17 到 20 位数字'],
  [/^must have 1 to 50 characters$/, '必须是 1 到 50 个字符'],
  [/^must name at least one author: nobody else is heard$/, '至少要写一个作者：只有列出的人会被听取'],
  [/^must be a time zone such as (.*) or (.*)$/, '必须是时区，例如 $1 或 $2'],
  [/^must be a time of day such as (.*)$/, '必须是时刻，例如 $1'],
  [/^must be an http\(s\) address$/, '必须是 http(s) 地址'],
  [/^expected a duration such as .*$/, '应为时长，例如 90s、5m、4h 或 1d'],
  [/^expected a symbol such as (.*)$/, '应为交易对，例如 $1'],
  [/^expected even, or a list of percentages$/, '应为 even 或百分比列表'],
  [/^expected one of (.*)$/, '应为以下之一：$1'],
  [/^expected a number$/, '应为数字'],
  [/^must be between (.*) and (.*)$/, '必须在 $1 到 $2 之间'],
  [/^must be (.*) or more$/, '不能小于 $1'],
  [/^must be (.*) or less$/, '不能大于 $1'],
  [/^Too small: expected number to be >=?(.*)$/, '不能小于 $1'],
  [/^Too big: expected number to be <=?(.*)$/, '不能大于 $1'],
  [/^requireStopLoss: false needs defaultStopPct$/, 'requireStopLoss 为 false 时必须设置 defaultStopPct'],
  [/^is the same as that of (.*)$/, '与 $1 的相同'],
  [/^not valid YAML: Map keys must be unique$/, 'YAML 有误：同一设置项写了两次'],
  [/^not valid YAML: (.*)$/, 'YAML 有误：$1'],
];

const WHOLE: readonly Words[] = [
  [
    /^CONFIG: (.*) does not exist: npm run setup writes one, or copy config\.example\.yaml to it and fill it in$/,
    'CONFIG：$1 不存在。可运行 npm run setup 生成，或复制 config.example.zh-CN.yaml 后填写',
  ],
  [/^CONFIG: (.*) cannot be read \((.*)\)$/, 'CONFIG：无法读取 $1（$2）'],
  [/^(\S+) is not there any more$/, '$1 已不存在'],
];

/** A line of `LoadedConfig.problems` in Chinese. */
export function problemInChinese(problem: string): string {
  const whole = translated(problem, WHOLE);
  if (whole !== null) return whole;
  const parts = /^(?:(\S+) )?line (\d+): (not valid YAML: .*|([^:]+): (.*))$/.exec(problem);
  if (!parts) return problem;
  const [, file, line, said = '', key, message] = parts;
  const where = `${file === undefined ? '' : `${file} `}第 ${line} 行：`;
  if (key === undefined || message === undefined) return `${where}${inChinese(said)}`;
  return `${where}${key === 'the file' ? '整个文件' : key}：${inChinese(message)}`;
}

function inChinese(message: string): string {
  const types = /^expected (\w+), received (\w+)$/.exec(message);
  if (types) return `应为${typeName(types[1])}，却是${typeName(types[2])}`;
  return translated(message, MESSAGES) ?? message;
}

function typeName(type = ''): string {
  return TYPES[type] ?? type;
}

function translated(text: string, words: readonly Words[]): string | null {
  const found = words.find(([english]) => english.test(text));
  return found ? text.replace(found[0], found[1]) : null;
}
