import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LEAN_ALLOCATOR } from './allocator.js';
import type { SimMessage, SimOptions } from './sim/main.ts';

/** The built-in exchange (and, in the sandbox, the built-in Discord), running beside the bot. */
export interface Simulators {
  binanceUrl: string;
  discordUrl: string | null;
  pid: number;
  stop(): Promise<void>;
}

/** Their end is noticed at once; a processor that is emulated takes half a minute. */
const START_PATIENCE_MS = 120_000;
const STOP_PATIENCE_MS = 3_000;

/**
 * Finds the simulators that an earlier run left behind, else forks them. `addressFile` is where their address is
 * kept, so that a bot that was killed meets the same exchange again, with what has filled meanwhile.
 */
export async function startSimulators(options: SimOptions, addressFile: string | null): Promise<Simulators> {
  const left = addressFile === null ? null : await findRunning(addressFile);
  if (left) return { ...left, stop: async () => ask(left.pid, addressFile) };

  const child = fork(new URL('./sim/main.ts', import.meta.url), [JSON.stringify(options)], {
    // Nothing of ours: the environment may hold tokens and keys.
    env: LEAN_ALLOCATOR,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
  });
  const { binanceUrl, discordUrl } = await firstMessage(child);
  if (binanceUrl === null) throw new Error('the built-in exchange has no address');
  if (addressFile !== null) {
    mkdirSync(dirname(addressFile), { recursive: true });
    writeFileSync(addressFile, JSON.stringify({ pid: child.pid, binanceUrl, discordUrl }));
  }
  // The bot may end without waiting for them.
  child.unref();
  child.channel?.unref();
  return {
    binanceUrl,
    discordUrl,
    pid: child.pid ?? 0,
    async stop() {
      if (addressFile !== null) rmSync(addressFile, { force: true });
      await stopChild(child);
    },
  };
}

function firstMessage(child: ChildProcess): Promise<Extract<SimMessage, { type: 'ready' }>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the simulators did not start')), START_PATIENCE_MS);
    child.once('message', (message: SimMessage) => {
      clearTimeout(timer);
      if (message.type === 'ready') resolve(message);
      else reject(new Error(`the simulators did not start: ${message.message}`));
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the simulators ended with code ${code}`));
    });
  });
}

function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      done();
    });
    child.ref();
    if (child.connected) child.send('stop');
    else child.kill('SIGTERM');
  });
}

async function findRunning(
  addressFile: string,
): Promise<{ pid: number; binanceUrl: string; discordUrl: string | null } | null> {
  try {
    const address = JSON.parse(readFileSync(addressFile, 'utf8'));
    const answer = await fetch(`${address.binanceUrl}/fapi/v1/ping`, { signal: AbortSignal.timeout(1_000) });
    return answer.ok ? address : null;
  } catch {
    // No file, or nobody there any more: a new one is started.
    return null;
  }
}

function ask(pid: number, addressFile: string | null): void {
  if (addressFile !== null) rmSync(addressFile, { force: true });
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
