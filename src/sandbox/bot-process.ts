import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LEAN_ALLOCATOR } from '../allocator.js';

/** The unchanged bot as a process of its own, which can be killed and started again. */
export interface BotProcess {
  readonly status: BotStatus;
  /** Starts it unless it runs. */
  start(): void;
  /** SIGTERM, or SIGKILL as a power failure would; resolves with its end. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Resolves when it says that it is ready; rejects, with its last words, when it ends before. */
  ready(): Promise<void>;
  onChange(listener: (status: BotStatus) => void): void;
}

export interface BotStatus {
  state: 'starting' | 'ready' | 'ended';
  pid: number | null;
  /** Milliseconds since the epoch; of the start, or of the end. */
  since: number;
  /** How it ended last, and its last words when it ended by itself. */
  exit: { code: number | null; signal: string | null; words: string } | null;
}

export interface BotProcessOptions {
  /** Where it runs: its `.env`, if any, would be read from here. */
  folder: string;
  env: Readonly<Record<string, string>>;
  /** Its output is appended here, written by the bot itself: nobody stands between. */
  logPath: string;
}

const LOOK_EVERY_MS = 50;
const LAST_BYTES = 4_096;

export function createBotProcess({ folder, env, logPath }: BotProcessOptions): BotProcess {
  const listeners = new Set<(status: BotStatus) => void>();
  let status: BotStatus = { state: 'ended', pid: null, since: Date.now(), exit: null };
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  let ready = Promise.withResolvers<void>();

  const become = (next: Partial<BotStatus>): void => {
    status = { ...status, since: Date.now(), ...next };
    for (const listener of listeners) listener(status);
  };

  function start(): void {
    if (child !== null) return;
    const log = openSync(logPath, 'a');
    const from = statSync(logPath).size;
    const started = spawn(
      process.execPath,
      [
        '--import',
        new URL('./leash.js', import.meta.url).href,
        fileURLToPath(new URL('../start.js', import.meta.url)),
        'run',
      ],
      { cwd: folder, env: { ...LEAN_ALLOCATOR, ...env }, stdio: ['ignore', log, log, 'ipc'] },
    );
    closeSync(log);
    child = started;
    ready = Promise.withResolvers();
    ready.promise.catch(() => {});
    const look = setInterval(() => {
      if (status.state !== 'starting' || !readFrom(logPath, from).includes('"msg":"ready"')) return;
      clearInterval(look);
      become({ state: 'ready' });
      ready.resolve();
    }, LOOK_EVERY_MS);
    ended = new Promise((done) => {
      started.once('exit', (code, signal) => {
        clearInterval(look);
        child = null;
        const words = signal === null && code !== 0 ? lastWords(readFrom(logPath, from)) : '';
        become({ state: 'ended', pid: null, exit: { code, signal, words } });
        ready.reject(new Error(`the bot ended with ${signal ?? code} before it was ready: ${words}`));
        done();
      });
    });
    become({ state: 'starting', pid: started.pid ?? null });
  }

  return {
    get status() {
      return status;
    },
    start,
    async stop(signal) {
      child?.kill(signal);
      await ended;
    },
    ready: () => ready.promise,
    onChange: (listener) => void listeners.add(listener),
  };
}

/** The log from this place on, its last few kilobytes at most. */
function readFrom(path: string, from: number): string {
  const size = statSync(path).size;
  const start = Math.max(from, size - LAST_BYTES);
  const bytes = Buffer.alloc(Math.max(size - start, 0));
  const file = openSync(path, 'r');
  try {
    readSync(file, bytes, 0, bytes.length, start);
  } finally {
    closeSync(file);
  }
  return bytes.toString('utf8');
}

/** Why a start was refused stands below the log, a line for each mistake; else the log's last line. */
export function lastWords(text: string): string {
  const lines = text.trimEnd().split('\n');
  const said = lines.slice(lines.findLastIndex((line) => line.startsWith('{')) + 1);
  return said.length > 0 ? said.join('\n') : (lines.at(-1) ?? '');
}
