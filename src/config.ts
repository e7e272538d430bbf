import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type ConfigChange, diffConfig } from './config/diff.ts';
import { parseConfig } from './config/parse.ts';
import type { Fault, Problem } from './config/problem.ts';
import type { Config } from './config/schema.ts';
import { type Language, languageOf } from './terminal-language.ts';

export type { Config } from './config/schema.ts';

/** `language`: what the file says of it; null where it says nothing. */
export type LoadedConfig =
  | { ok: true; config: Config; text: string }
  | { ok: false; missing: boolean; problems: Problem[]; language: Config['language'] | null };

/** Reads and validates the config file. `missing`: there is no such file. */
export function loadConfig(path: string): LoadedConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { ok: false, missing, problems: [about(null, unreadable(path, error))], language: null };
  }
  return understood(path, text);
}

/** In which language somebody at a terminal is spoken to: that of the config file, else the terminal's own. */
export function spokenLanguage(loaded: LoadedConfig, vars: NodeJS.ProcessEnv = process.env): Language {
  return (loaded.ok ? loaded.config.language : loaded.language) ?? languageOf(vars);
}

function understood(path: string, text: string): LoadedConfig {
  const parsed = parseConfig(text);
  if (parsed.ok) return { ok: true, config: parsed.config, text };
  const problems = parsed.problems.map((problem) => ({ ...problem, file: basename(path) }));
  const language = /^language:\s*["']?(en|zh-CN)\b/m.exec(text)?.[1] as Config['language'] | undefined;
  return { ok: false, missing: false, problems, language: language ?? null };
}

function unreadable(path: string, error: unknown): Fault {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return reason === 'ENOENT' ? { code: 'absent', path } : { code: 'unreadable', path, reason };
}

/** Of the file as a whole. */
function about(file: string | null, fault: Fault): Problem {
  return { file, line: null, key: null, fault };
}

/** The config as it holds now. A file that does not validate changes nothing. */
export interface LiveConfig {
  current(): Config;
  /**
   * Called after a change has taken effect, and soon with those that did while nobody listened. Answers how to stop
   * listening.
   */
  onChange(listener: ChangeListener): () => void;
  /**
   * Called once for each content of the file that cannot be used, and at each `reload` of it; soon where the file is
   * so already and nobody has heard of it.
   */
  onError(listener: (problems: readonly Problem[]) => void): () => void;
  /** Looks at the file now, as it is. Answers whether it can be used. */
  reload(): Promise<boolean>;
  close(): void;
}

/** `savedAt`: when the file was saved, in milliseconds since the epoch; never long ago. */
type ChangeListener = (config: Config, changes: readonly ConfigChange[], savedAt: number) => void;

export interface WatchTiming {
  /** Two reads so far apart must agree: nobody is still writing. */
  settleMs: number;
  /** For file systems that tell nobody of changes (network, some containers). */
  pollMs: number;
}

const TIMING: WatchTiming = { settleMs: 150, pollMs: 1_000 };
/** No change waits longer to be noticed. */
const SEEN_WITHIN_MS = 3_000;

/** Follows the file of a config that was loaded from `path`. */
export function watchConfig(
  path: string,
  loaded: { config: Config; text: string },
  { settleMs, pollMs }: WatchTiming = TIMING,
): LiveConfig {
  const changeListeners = new Set<ChangeListener>();
  const errorListeners = new Set<(problems: readonly Problem[]) => void>();
  let { config } = loaded;
  /** What listeners know of: a file that is saved during the start is heard of by those who come later. */
  let told = config;
  let savedAt = 0;
  let unheard: readonly Problem[] | null = null;
  /** What the file held when it was last judged; null: it was not there. */
  let judged: string | null = loaded.text;
  let seen: string | null = loaded.text;
  let seenAt = 0;
  let settling: NodeJS.Timeout | null = null;
  let closed = false;

  async function look(): Promise<void> {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (closed || (text === judged && text === seen)) return;
    if (text === seen && performance.now() - seenAt >= settleMs) {
      await judge(text);
      return;
    }
    if (text !== seen) seenAt = performance.now();
    seen = text;
    lookAgain();
  }

  function lookAgain(): void {
    if (closed || settling) return;
    settling = setTimeout(() => {
      settling = null;
      void look();
    }, settleMs);
  }

  /** A file that is put in place may have been written long before. */
  async function timeOfSaving(): Promise<number> {
    const now = Date.now();
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
    return Math.min(Math.max(mtimeMs, now - SEEN_WITHIN_MS), now);
  }

  async function judge(text: string | null): Promise<boolean> {
    // Before anything is waited for: once is enough.
    judged = text;
    seen = text;
    const writtenAt = await timeOfSaving();
    // Overtaken by what it holds now.
    if (closed || judged !== text) return true;
    const result: LoadedConfig =
      text === null
        ? { ok: false, missing: true, problems: [about(basename(path), { code: 'gone' })], language: null }
        : understood(path, text);
    if (!result.ok) {
      unheard = result.problems;
      tellProblems();
      return false;
    }
    unheard = null;
    if (diffConfig(config, result.config).length === 0) return true;
    config = result.config;
    savedAt = writtenAt;
    tellChanges();
    return true;
  }

  function tellChanges(): void {
    if (closed || changeListeners.size === 0) return;
    const changes = diffConfig(told, config);
    told = config;
    if (changes.length === 0) return;
    for (const listener of changeListeners) listener(config, changes, savedAt);
  }

  function tellProblems(): void {
    if (closed || errorListeners.size === 0 || unheard === null) return;
    const problems = unheard;
    unheard = null;
    for (const listener of errorListeners) listener(problems);
  }

  const watcher = watchFolder(dirname(resolve(path)), lookAgain);
  const poll = setInterval(() => void look(), pollMs).unref();

  return {
    current: () => config,
    onChange: (listener) => {
      changeListeners.add(listener);
      queueMicrotask(tellChanges);
      return () => changeListeners.delete(listener);
    },
    onError: (listener) => {
      errorListeners.add(listener);
      queueMicrotask(tellProblems);
      return () => errorListeners.delete(listener);
    },
    async reload() {
      const text = await readFile(path, 'utf8').catch(() => null);
      return closed || judge(text);
    },
    close: () => {
      closed = true;
      watcher?.close();
      clearInterval(poll);
      if (settling) clearTimeout(settling);
    },
  };
}

/**
 * The folder, because an editor that saves by renaming puts another file in the old one's place. Null where it cannot
 * be watched (the system's limit of watches is reached): polling sees the change a little later.
 */
function watchFolder(folder: string, onEvent: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
