import type { Language } from './terminal-language.ts';

const COMMANDS = [
  'run',
  'setup',
  'sandbox',
  'parse',
  'doctor',
  'backup',
  'restore',
  'rebuild',
  'help',
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** What `--help` says. */
const HELP: Readonly<Record<Language, string>> = {
  en: `Usage: npm start -- [command], or node src/main.ts [command]

  run                        the bot (the sandbox while nothing is set up)
  setup                      asks for token, keys and channels, checks them, writes .env and config.yaml
  sandbox [--fast] [--once]  the bot against a built-in Discord and Binance; --once plays one signal and ends
  parse [FILE]               JSON lines {"id"?, "content", "embeds"?} in, what the bot reads in each out
  doctor                     looks at token, intent, permissions, API key, clock, store and config
  backup [FILE]              copies the store, also while the bot runs; by default into backups/ beside it
  restore FILE               puts a backup in the store's place; a running bot does it itself and starts anew, the old store is kept
  rebuild                    makes the store anew from what can be read of it and from the exchange;
                             the bot must be stopped, nothing is sent to the exchange, the old store is kept
  help                       this text

Settings come from the environment and .env; docs/reference.md has them all.`,
  'zh-CN': `用法：npm start -- [命令]，或 node src/main.ts [命令]

  run                        机器人（尚未设置时为演练场）
  setup                      询问令牌、密钥和频道，逐项检查，写入 .env 和 config.yaml
  sandbox [--fast] [--once]  机器人与内置的 Discord 和币安；--once 演完一个信号就结束
  parse [FILE]               读入 JSON 行 {"id"?, "content", "embeds"?}，输出机器人对每条的理解
  doctor                     检查令牌、意图、权限、API 密钥、时钟、存储和配置
  backup [FILE]              备份存储，机器人运行时也可以；默认存入旁边的 backups/
  restore FILE               用备份替换存储；运行中的机器人会自己替换并重新启动，原来的存储会保留
  rebuild                    根据尚可读取的内容和交易所的记录重建存储；
                             机器人必须先停止，不向交易所发送任何订单，原来的存储会保留
  help                       显示本说明

设置来自环境变量和 .env，全部列在 docs/reference.md 中。`,
};

/** `word`: what is no command. */
export function helpText(language: Language, word: string | null = null): string {
  if (word === null) return HELP[language];
  const unknown =
    language === 'en' ? `unknown command ${JSON.stringify(word)}` : `没有 ${JSON.stringify(word)} 这个命令`;
  return `${unknown}\n\n${HELP[language]}`;
}

const FLAGS: Readonly<Record<string, CommandName>> = { '--help': 'help', '-h': 'help' };

/** The command of this word; `run` without one, null for a word that is none. */
export function findCommand(word: string | undefined): CommandName | null {
  if (word === undefined) return 'run';
  return FLAGS[word] ?? COMMANDS.find((command) => command === word) ?? null;
}
