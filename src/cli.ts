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
export const HELP = `Usage: npm start -- [command], or node src/main.ts [command]

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

Settings come from the environment and .env; docs/reference.md has them all.`;

const FLAGS: Readonly<Record<string, CommandName>> = { '--help': 'help', '-h': 'help' };

/** The command of this word; `run` without one, null for a word that is none. */
export function findCommand(word: string | undefined): CommandName | null {
  if (word === undefined) return 'run';
  return FLAGS[word] ?? COMMANDS.find((command) => command === word) ?? null;
}
