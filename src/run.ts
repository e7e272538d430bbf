import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { type App, startApp } from './app.ts';
import { problemLines } from './config/problem.ts';
import { loadConfig, spokenLanguage } from './config.ts';
import { takeSignals } from './early-end.js';
import { type Env, type EnvProblem, envLines, loadEnv, missingToRun } from './env.ts';
import { createLog, createLogTail, type Log } from './log.ts';
import { settleMemory } from './memory.ts';
import { texts } from './runtime.js';
import { joinServiceManager } from './service-manager.ts';
import { refusalOf, StartRefused } from './start-refused.ts';
import { startWords } from './start-words.ts';
import { EX_SOFTWARE, EX_TEMPFAIL } from './supervisor.ts';
import type { Language } from './terminal-language.ts';
import { storePath } from './trading/store/address.ts';
import { carryOutRestore, refuseRestore, restoreWanted } from './trading/store/handover.ts';

/** Process managers kill what has not ended some seconds after SIGTERM. */
const STOP_WITHIN_MS = 4_000;

/** A restore does not wait longer for the parts to stop; the service manager's next start carries it out. */
const RESTORE_STOP_MS = 15_000;

/** The commands that run the bot. Everything that stops a start is one line on stderr and an exit code. */

export async function run(args: readonly string[]): Promise<number> {
  if (args.length > 0) return refuse([startWords[spoken()].takesNoArguments('run', args.join(' '))]);
  const loaded = loadEnv();
  if (!loaded.ok) return refuse(inWords(loaded.problems));
  const { env } = loaded;
  // Nobody looks at a service: one that is started ahead of its set-up is to fail.
  const isService = Boolean(process.env.NOTIFY_SOCKET);
  try {
    if (!isService && (await isUntouched(env))) return sandbox([]);
  } catch (error) {
    return refused(error, env);
  }
  const missing = missingToRun(env);
  if (missing.length > 0) return refuse(inWords(missing, env.configPath));

  const tail = createLogTail();
  const log = createLog(env.logLevel, tail.out);
  endOnCrash(log);
  const signal = takeSignals();
  const manager = joinServiceManager(process.env, log);
  const store = storePath(env.storeUrl);
  for (let began = 0; ; began = performance.now()) {
    const restored = await carryOutRestore(store, new Date());
    if (restored !== null) log.warn({ restored }, 'a restore was asked for');
    if (signal.aborted) process.exit(0);
    const ending = once(signal, 'abort').then(() => 0);
    let app: App | null;
    try {
      app = await Promise.race([startApp(env, log, tail, began), ending.then(() => null)]);
    } catch (error) {
      return refused(error, env);
    }
    // Now, not at the end: a killed process would leave nothing to the next start.
    flushCompileCache();
    texts?.write();
    void app?.complete.then((isComplete) => {
      if (!isComplete || signal.aborted) return;
      flushCompileCache();
      texts?.write();
      texts?.end();
      manager.ready();
    });
    const settling = settleMemory({ isCalm: app?.isCalm });
    const restore = watchForRestore(env, store, log);
    const end = await Promise.race([ending, app?.failed ?? ending, restore.asked]);
    restore.close();
    settling.stop();
    const endsAt = performance.now();
    log.info('ending');
    const stopped = app?.stop().then(() => {
      log.info({ tookMs: Math.round(performance.now() - endsAt) }, 'ended');
      return true;
    });
    if (end !== 'restore') {
      manager.stopping();
      await Promise.race([stopped, delay(STOP_WITHIN_MS)]);
      // What still waits for an answer would hold the process; all that matters is journalled.
      process.exit(end);
    }
    const patience = [delay(RESTORE_STOP_MS, false), ending.then(() => delay(STOP_WITHIN_MS, false))];
    if (await Promise.race([stopped, ...patience])) continue;
    process.exit(signal.aborted ? 0 : EX_TEMPFAIL);
  }
}

/** Asked for while the bot could not start again, it is refused, and the bot goes on as it is. */
function watchForRestore(env: Env, store: string, log: Log): { asked: Promise<'restore'>; close(): void } {
  let wanted = restoreWanted(store);
  const judge = async (): Promise<'restore'> => {
    await wanted.asked;
    const config = loadConfig(env.configPath);
    if (config.ok) return 'restore';
    const { problems } = config;
    const why = {
      en: startWords.en.noNewStart(problemLines(problems, 'en').join('; ')),
      'zh-CN': startWords['zh-CN'].noNewStart(problemLines(problems, 'zh-CN').join('；')),
    };
    log.warn({ why: why.en }, 'a restore was asked for and refused');
    await refuseRestore(store, new Date(), why);
    wanted = restoreWanted(store);
    return judge();
  };
  return { asked: judge(), close: () => wanted.close() };
}

export async function sandbox(args: readonly string[]): Promise<number> {
  const unknown = args.filter((arg) => arg !== '--fast' && arg !== '--once');
  if (unknown.length > 0) return refuse([startWords[spoken()].sandboxTakes(unknown.join(' '))]);
  const { runSandbox } = await import('./sandbox/sandbox.ts');
  const loaded = loadEnv();
  if (!loaded.ok) return refuse(inWords(loaded.problems));
  const code = await runSandbox({
    fast: args.includes('--fast'),
    once: args.includes('--once'),
    web: loaded.env.web,
  });
  // Keep-alive connections to the simulators would hold the process for seconds.
  process.exit(code);
}

function inWords(problems: readonly EnvProblem[], configPath?: string): string[] {
  return envLines(problems, spoken(configPath));
}

function spoken(configPath = process.env.CONFIG || 'config.yaml'): Language {
  return spokenLanguage(loadConfig(configPath));
}

/** What stands against a start is told; a fault of the program's own is thrown on. */
function refused(error: unknown, env: Env): number {
  const refusal = refusalOf(error, env.binance.environment);
  if (!(refusal instanceof StartRefused)) throw error;
  return refuse([refusal.in(spoken(env.configPath))], refusal.exitCode);
}

function refuse(problems: readonly string[], exitCode = 2): number {
  for (const problem of problems) console.error(problem);
  return exitCode;
}

/** Nothing was set up yet: no token, no key, no config file and no trade in the store. */
async function isUntouched(env: Env): Promise<boolean> {
  if (env.discord.token || env.binance.credentials || existsSync(env.configPath)) return false;
  const { storeExists } = await import('./trading/store/address.ts');
  const exists = storeExists(env.storeUrl);
  // Whoever names a server has set something up.
  if (exists !== true) return exists === false;
  const { holdsTrades } = await import('./app.ts');
  return !(await holdsTrades(env.storeUrl));
}

/** A bug must not leave a half-alive bot behind: the positions are protected on the exchange, the manager restarts. */
function endOnCrash(log: Log): void {
  const end = (error: unknown): void => {
    log.fatal({ err: error }, 'an unexpected error ended the program');
    process.exit(EX_SOFTWARE);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
