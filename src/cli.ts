const COMMANDS = ['run', 'sandbox', 'parse', 'doctor'] as const;
export type CommandName = (typeof COMMANDS)[number];

/** The command of this word; `run` without one, null for a word that is none. */
export function findCommand(word: string | undefined): CommandName | null {
  if (word === undefined) return 'run';
  return COMMANDS.find((command) => command === word) ?? null;
}
