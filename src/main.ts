import './runtime.js';
import { type CommandName, findCommand, helpText } from './cli.ts';
import { endBySignal } from './early-end.js';
import type { Language } from './terminal-language.ts';

const [word, ...args] = process.argv.slice(2);
const command = findCommand(word);
if (command === null) {
  console.error(helpText(await language(), word));
  process.exitCode = 2;
} else {
  process.exitCode = await run(command, args);
}

/** Each command loads only what it needs: `parse` touches no network library. */
async function run(name: CommandName, rest: string[]): Promise<number> {
  switch (name) {
    case 'run':
      endBySignal();
      await (await import('./load.ts')).loadInParts();
      return (await import('./run.ts')).run(rest);
    case 'sandbox':
      return (await import('./run.ts')).sandbox(rest);
    case 'parse': {
      const { stdin, stdout, stderr } = process;
      return (await import('./parse-command.ts')).runParse(rest, { stdin, stdout, stderr });
    }
    case 'setup':
      return (await import('./setup/setup.ts')).setup(rest);
    case 'doctor':
      return (await import('./doctor.ts')).doctor();
    case 'backup':
      return (await import('./store-commands.ts')).backup(rest);
    case 'restore':
      return (await import('./store-commands.ts')).restore(rest);
    case 'rebuild':
      return (await import('./rebuild-command.ts')).rebuild(rest);
    case 'help':
      console.log(helpText(await language()));
      return 0;
  }
}

async function language(): Promise<Language> {
  const { loadConfig, spokenLanguage } = await import('./config.ts');
  return spokenLanguage(loadConfig(process.env.CONFIG || 'config.yaml'));
}
