import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parseConfig } from '../config/parse.ts';
import { problemLines } from '../config/problem.ts';
import { loadConfig } from '../config.ts';
import { doctor } from '../doctor.ts';
import { type Env, type EnvProblem, envLines, readEnv } from '../env.ts';
import { marketsOf } from '../exchanges.ts';
import { scrub } from '../scrub.ts';
import { type Language, languageOf } from '../terminal-language.ts';
import { askBinance } from './binance-step.ts';
import { askConfig, askPermissions } from './channels-step.ts';
import { composeConfig } from './config-file.ts';
import { askDiscord } from './discord-step.ts';
import { textOf, type Writing, withVariables, writeFiles } from './files.ts';
import { type Asking, askYes, choose } from './questions.ts';
import { Interrupted, openTerminal, type Terminal } from './terminal.ts';
import { languageQuestion, words } from './words/index.ts';
import type { SetupWords } from './words/words.ts';

/** Where `.env` is, and what is set beside it. */
export interface Surroundings {
  dotenv: string;
  vars: Readonly<Record<string, string | undefined>>;
}

/** What a shell says of a command that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** Asks for all that the bot needs, checks it, and writes `.env` and the config file; nothing before the last answer. */
export async function setup(args: readonly string[]): Promise<number> {
  if (args.length > 0) return refuse([`setup takes no arguments, not ${args.join(' ')}`]);
  const terminal = openTerminal({ input: process.stdin, output: process.stdout });
  let language = languageOf(process.env);
  try {
    language = await Promise.race([askLanguage(terminal, language), terminal.interrupted]);
    const asking = { terminal, say: words[language].setup, doctor: words[language].doctor };
    const code = await Promise.race([
      askAll(asking, language, { dotenv: '.env', vars: process.env }),
      terminal.interrupted,
    ]);
    if (code !== 0) return code;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    terminal.say(words[language].setup.nothingWritten);
    return INTERRUPTED;
  } finally {
    terminal.close();
  }
  const say = words[language].setup;
  console.log(say.checking);
  const found = await doctor(language);
  console.log(found === 0 ? say.ready : say.notYet);
  return found;
}

async function askLanguage(terminal: Terminal, fallback: Language): Promise<Language> {
  const order: Language[] = fallback === 'en' ? ['en', 'zh-CN'] : ['zh-CN', 'en'];
  const options = order.map((key) => ({ key, label: words[key].name }));
  return choose(
    { terminal, say: words[fallback].setup, doctor: words[fallback].doctor },
    languageQuestion,
    options,
  );
}

/** 0 once everything is written, else the exit code. Rejects with `Interrupted`. */
export async function askAll(
  asking: Asking,
  language: Language,
  { dotenv: path, vars }: Surroundings,
): Promise<number> {
  const { terminal, say } = asking;
  const dotenv = textOf(path);
  const env = present(dotenv, vars);
  if ('problems' in env) return refuse(envLines(env.problems, language));
  terminal.say(say.title);
  if (dotenv !== null) terminal.say(say.envExists(path));
  const isConfigKept = await askKeep(asking, env.configPath);

  const place = await askDiscord(asking, env.discord.apiUrl, env.discord.token?.reveal() ?? null);
  const text = isConfigKept
    ? readFileSync(env.configPath, 'utf8')
    : composeConfig(example(language), say.configHeading, await askConfig(asking, place, language));
  const parsed = parseConfig(text);
  if (!parsed.ok) {
    const problems = parsed.problems.map((problem) => ({ ...problem, file: env.configPath }));
    return refuse(problemLines(problems, language));
  }
  await askPermissions(asking, env.discord.apiUrl, place.token, parsed.config);
  const binance = await askBinance(asking, env.binance, marketsOf(parsed.config, []), language);

  const variables = { DISCORD_TOKEN: place.token, ...binance };
  for (const name of Object.keys(variables)) {
    if (vars[name]) terminal.say(say.environmentWins(name));
  }
  const files: Writing[] = [
    { path, content: withVariables(dotenv ?? emptyDotenv(), variables), mode: 0o600 },
    ...(isConfigKept ? [] : [{ path: env.configPath, content: text, mode: 0o640 }]),
  ];
  terminal.say(say.willWrite(files.map(({ path }) => path)));
  if (!(await askYes(asking, say.write))) {
    terminal.say(say.nothingWritten);
    return 1;
  }
  return write(terminal, say, files) ? 0 : 1;
}

/** What is set already. Of what a set-up asks for, only what is right counts; the rest has to be right by itself. */
function present(dotenv: string | null, given: Surroundings['vars']): Env | { problems: EnvProblem[] } {
  const vars = { ...parseEnv(dotenv ?? ''), ...given };
  const readFile = (path: string): string => readFileSync(path, 'utf8');
  const all = readEnv(vars, readFile);
  if (all.ok) return all.env;
  const {
    DISCORD_TOKEN,
    BINANCE_ENV,
    BINANCE_API_KEY,
    BINANCE_API_SECRET,
    BINANCE_API_SECRET_FILE,
    ...others
  } = vars;
  const rest = readEnv(others, readFile);
  return rest.ok ? rest.env : { problems: rest.problems };
}

async function askKeep(asking: Asking, path: string): Promise<boolean> {
  if (textOf(path) === null) return false;
  const { say } = asking;
  const fresh = { key: 'new', label: say.newConfig } as const;
  // One that cannot be used is of no use.
  if (!loadConfig(path).ok) return false;
  return (
    (await choose(asking, say.configExists(path), [{ key: 'keep', label: say.keepConfig }, fresh])) === 'keep'
  );
}

function write(terminal: Terminal, say: SetupWords, files: readonly Writing[]): boolean {
  try {
    const kept = writeFiles(files, new Date());
    for (const { path } of files) terminal.say(say.written(path));
    for (const path of kept) terminal.say(say.kept(path));
    return true;
  } catch (error) {
    terminal.say(say.cannotWrite(error instanceof Error ? error.message : String(error)));
    return false;
  }
}

/** The examples of the installation, which need not be where the files are written. */
function example(language: Language): string {
  const name = language === 'en' ? 'config.example.yaml' : 'config.example.zh-CN.yaml';
  return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
}

function emptyDotenv(): string {
  return readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').replace(/^(#.*\n)+\n?/, '');
}

function refuse(problems: readonly string[]): number {
  for (const problem of problems) console.error(scrub(problem));
  return 2;
}
