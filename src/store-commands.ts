import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type CommandWords, commandWords } from './command-words.ts';
import { type LoadedConfig, loadConfig, spokenLanguage } from './config.ts';
import { type Env, type EnvResult, envLines, loadEnv } from './env.ts';
import { refusalOf, StartRefused } from './start-refused.ts';
import type { Language } from './terminal-language.ts';
import { storeKind, storeName, storePath } from './trading/store/address.ts';
import { backUp, restore as putBack, type Restored } from './trading/store/backup.ts';
import { StoreInUse } from './trading/store/errors.ts';
import { askForRestore, forgetRequests } from './trading/store/handover.ts';
import type { Inspection } from './trading/store/inspect.ts';

/** The commands that copy the store. Each says in a line or two what it has done; a problem is one line on stderr. */

export async function backup(args: readonly string[]): Promise<number> {
  const speech = speechOf(loadEnv());
  const [file, ...more] = args;
  if (more.length > 0) return wrong(speech.words.takesOneFile('backup', args.join(' ')));
  return withStore(speech, async (store, words) => {
    const target = file ?? defaultFile(store, new Date());
    const found = await backUp(store, target);
    const { size } = await stat(target);
    console.log(words.copied(store, target, Math.ceil(size / 1_024), summary(found, words)));
    console.log(words.wayBack(target));
  });
}

export async function restore(args: readonly string[]): Promise<number> {
  const speech = speechOf(loadEnv());
  const [file, ...more] = args;
  if (file === undefined || more.length > 0) {
    return wrong(speech.words.takesOneFile('restore', args.length > 1 ? args.join(' ') : ''));
  }
  return withStore(speech, async (store, words) => {
    const { restored, isRunning } = await putBackOrAsk(store, resolve(file));
    const { kept, ...found } = restored;
    console.log(words.copied(file, store, null, summary(found, words)));
    if (kept !== null) console.log(words.kept(kept));
    console.log(words.compares(isRunning));
  });
}

/** A bot that runs on the store does it itself, between an end and a start of its parts. */
async function putBackOrAsk(
  store: string,
  file: string,
): Promise<{ restored: Restored; isRunning: boolean }> {
  try {
    const restored = await putBack(store, file, new Date());
    await forgetRequests(store);
    return { restored, isRunning: false };
  } catch (error) {
    if (!(error instanceof StoreInUse)) throw error;
    return { restored: await askForRestore(store, file), isRunning: true };
  }
}

/** What a command reads first, and the language that it then speaks. */
export interface Speech {
  loaded: EnvResult;
  config: LoadedConfig;
  language: Language;
  words: CommandWords;
}

export function speechOf(loaded: EnvResult): Speech {
  const config = loadConfig(loaded.ok ? loaded.env.configPath : process.env.CONFIG || 'config.yaml');
  const language = spokenLanguage(config);
  return { loaded, config, language, words: commandWords[language] };
}

async function withStore(
  { loaded, language, words }: Speech,
  work: (store: string, words: CommandWords) => Promise<void>,
): Promise<number> {
  if (!loaded.ok) return wrong(envLines(loaded.problems, language).join('\n'));
  const { env } = loaded;
  const kind = storeKind(env.storeUrl);
  if (kind !== 'sqlite') return wrong(words[kind](storeName(env.storeUrl)));
  try {
    await work(storePath(env.storeUrl), words);
    return 0;
  } catch (error) {
    return failed(error, env, language);
  }
}

/** `backups/signalbox-20261126T113802Z.sqlite` beside the store. */
function defaultFile(store: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const file = join(dirname(store), 'backups', `signalbox-${stamp}.sqlite`);
  // Two within one second.
  return existsSync(file) ? file.replace('Z.sqlite', `.${now.getMilliseconds()}Z.sqlite`) : file;
}

function summary({ format, binding, openTrades, closedTrades }: Inspection, words: CommandWords): string {
  return words.held(binding, openTrades, closedTrades, format);
}

function wrong(problem: string): number {
  console.error(problem);
  return 2;
}

/** What stands against it is one line, with what to do; so is what the file system says. */
export function failed(error: unknown, env: Env, language: Language): number {
  const refusal = refusalOf(error, env.binance.environment);
  if (refusal instanceof StartRefused) {
    console.error(refusal.in(language));
    return refusal.exitCode;
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    console.error(commandWords[language].file(error.code, error.message));
    return 1;
  }
  throw error;
}
