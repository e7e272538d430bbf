import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUN = fileURLToPath(new URL('run.ts', import.meta.url));

/** Runs the simulation as a process of its own, as by hand. */
export function runSimulation(options: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [RUN, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((done) => child.once('close', (code) => done({ code, output })));
}
