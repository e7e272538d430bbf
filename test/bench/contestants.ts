import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startWorld, type World, type WorldShape } from './world.ts';

const FIRST_START_MS = 5_000;

const ROOT = join(import.meta.dirname, '../..');
const floor = join(import.meta.dirname, 'floor.ts');

/** What runs against the same simulators, in turn. The floors check and protect nothing; `naive` is what most write. */
export const CONTESTANTS = {
  floor: [floor],
  'floor with a row': [floor, '--journal'],
  naive: [join(import.meta.dirname, 'naive.ts')],
  bot: [join(ROOT, 'src/start.js'), 'run'],
} as const satisfies Record<string, readonly string[]>;

export type Contestant = keyof typeof CONTESTANTS;

export interface Running {
  /** From the start of the process until it said that it is ready. */
  readonly readyMs: number;
  /** User and system time until then. */
  readonly readyCpuMs: number;
  /** User and system time so far, in milliseconds. */
  cpuMs(): number;
  /** Resident memory in MB. */
  rssMb(): number;
  /** Only an orderly end, by SIGTERM, writes a profile, and what the next start reads. */
  end(signal?: 'SIGTERM'): Promise<void>;
}

/** A contestant that runs, in a world of its own. */
export interface Entrant {
  readonly contestant: Contestant;
  readonly world: World;
  readonly running: Running;
}

/** Starts them, one after the other; then all of them run at once, so that they can take turns. */
export async function sideBySide<T>(
  contestants: readonly Contestant[],
  shape: WorldShape,
  measure: (entrants: readonly Entrant[]) => Promise<T>,
  profiles?: string,
): Promise<T> {
  const entrants: Entrant[] = [];
  const worlds: World[] = [];
  try {
    for (const contestant of contestants) {
      const world = await startWorld(shape);
      worlds.push(world);
      const running = await launch(contestant, world, contestant === 'bot' ? profiles : undefined);
      entrants.push({ contestant, world, running });
    }
    return await measure(entrants);
  } finally {
    for (const { running } of entrants) await running.end();
    for (const world of worlds) await world.close();
  }
}

/** The first start of a folder makes what later ones read; none of the figures is to be of it. */
export async function startFirst(): Promise<void> {
  const world = await startWorld({});
  try {
    const running = await launch('bot', world);
    // What begins once it is ready is kept as well.
    await pause(FIRST_START_MS);
    await running.end('SIGTERM');
  } finally {
    await world.close();
  }
}

/** Starts it and waits until it says `ready`. With `profiles`, a CPU profile is written to that folder at its end. */
export async function launch(
  contestant: Contestant | readonly string[],
  world: World,
  profiles?: string,
): Promise<Running> {
  const command = typeof contestant === 'string' ? CONTESTANTS[contestant] : contestant;
  const flags = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...flags, ...command], {
    cwd: world.folder,
    env: world.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = child.pid ?? 0;
  // Whatever ends the bench ends it, too.
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  await ready(command.join(' '), child);
  return {
    readyMs: performance.now() - startedAt,
    readyCpuMs: cpuMsOf(pid),
    cpuMs: () => cpuMsOf(pid),
    rssMb: () => rssMbOf(pid),
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(profiles === undefined ? (signal ?? 'SIGKILL') : 'SIGTERM');
      await ended;
    },
  };
}

function ready(name: string, child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('"msg":"ready"')) resolve();
      if (output.length > 100_000) output = '';
    });
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${output}`)));
  });
}

function rssMbOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1_024;
}

/** Fields 14 and 15 of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
