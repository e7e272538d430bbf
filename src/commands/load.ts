import type { Command } from './command.ts';

/** Nothing before the bot is ready needs them, so that they are loaded right after it; who asks earlier waits for that. */
export async function loadCommands(): Promise<readonly Command[]> {
  return (await import('./index.ts')).commands;
}
