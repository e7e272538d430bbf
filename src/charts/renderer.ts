import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { Picture } from './picture.ts';
import type { Answer, Job } from './worker.ts';

/** Makes PNGs of pictures. Null where none could be made: whoever asks then does without. */
export interface Renderer {
  /** Never rejects. */
  render(picture: Picture): Promise<Buffer | null>;
  /** What was not drawn yet is answered with null. */
  close(): void;
}

export interface RendererOptions {
  warn(fields: Record<string, unknown>, text: string): void;
  /** One picture may take so long, the start of the painter included. */
  timeoutMs?: number;
  /** A painter that has had nothing to do for so long is ended. */
  idleMs?: number;
  /** The painter's program. */
  worker?: string;
  now?: () => number;
}

const TIMEOUT_MS = 20_000;
const IDLE_MS = 15_000;
/** More than that waiting means that pictures are asked for faster than they can be drawn. */
const MAX_WAITING = 60;
/** After so many failures in a row no painter is started for a while. */
const MAX_FAILURES = 3;
const REST_MS = 5 * 60_000;

interface Waiting {
  job: Job;
  answer(png: Buffer | null): void;
}

/**
 * The drawing library and its font are heavy, and drawing takes tens of milliseconds: both are kept out of the
 * process that trades. The painter is started when there is something to draw and ended when it has been idle.
 */
export function createRenderer({
  warn,
  timeoutMs = TIMEOUT_MS,
  idleMs = IDLE_MS,
  worker = join(import.meta.dirname, 'worker.ts'),
  now = Date.now,
}: RendererOptions): Renderer {
  const waiting: Waiting[] = [];
  let current: Waiting | null = null;
  let painter: ChildProcess | null = null;
  let timer: NodeJS.Timeout | undefined;
  let lastId = 0;
  let failures = 0;
  let restUntil = 0;
  let closed = false;

  function start(): ChildProcess {
    const child = fork(worker, [], {
      // Nothing of ours: the environment holds tokens and keys.
      env: {},
      execArgv: ['--max-old-space-size=64'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (answer: Answer) => onAnswer(child, answer));
    child.on('error', (error) => onEnd(child, error.message));
    child.on('exit', (code, signal) => onEnd(child, `ended with ${signal ?? code}`));
    if (child.pid !== undefined) yieldTo(child.pid);
    return child;
  }

  function onAnswer(child: ChildProcess, answer: Answer): void {
    if (child !== painter || current?.job.id !== answer.id) return;
    failures = 0;
    if ('error' in answer) warn({ error: answer.error }, 'a chart could not be drawn');
    finish('png' in answer ? viewOf(answer.png) : null);
  }

  /** Also called for a child that was never started. */
  function onEnd(child: ChildProcess, reason: string): void {
    if (child !== painter) return;
    painter = null;
    if (current) fail(reason);
  }

  function fail(reason: string): void {
    failures += 1;
    warn({ reason, failures }, 'the chart painter failed');
    if (failures >= MAX_FAILURES) {
      failures = 0;
      restUntil = now() + REST_MS;
      for (const { answer } of waiting.splice(0)) answer(null);
    }
    finish(null);
  }

  function finish(png: Buffer | null): void {
    clearTimeout(timer);
    const done = current;
    current = null;
    done?.answer(png);
    next();
  }

  function next(): void {
    if (current || closed) return;
    current = waiting.shift() ?? null;
    clearTimeout(timer);
    if (!current) {
      timer = setTimeout(stop, idleMs);
      timer.unref();
      return;
    }
    painter ??= start();
    const child = painter;
    timer = setTimeout(() => {
      stop();
      fail(`no picture within ${timeoutMs} ms`);
    }, timeoutMs);
    child.send(current.job, (error) => {
      // Its end is told by itself; a picture that cannot be sent at all is not.
      if (error && child === painter && child.connected) fail(error.message);
    });
  }

  function stop(): void {
    const child = painter;
    painter = null;
    child?.kill('SIGKILL');
  }

  return {
    render(picture) {
      if (closed || waiting.length >= MAX_WAITING || now() < restUntil) return Promise.resolve(null);
      const { promise, resolve } = Promise.withResolvers<Buffer | null>();
      lastId += 1;
      waiting.push({ job: { id: lastId, picture }, answer: resolve });
      next();
      return promise;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      stop();
      for (const { answer } of [...(current ? [current] : []), ...waiting.splice(0)]) answer(null);
      current = null;
    },
  };
}

/** What came over the channel holds hardly more than the picture. */
function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Pictures wait for trades, where there are too few processors for both. */
function yieldTo(pid: number): void {
  try {
    setPriority(pid, 10);
  } catch {
    // It has ended already, which is told by its exit.
  }
}
