import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedRequest } from '../../src/sim/binance/server.ts';
import type { DiscordSim } from '../../src/sim/discord/server.ts';
import { quantile, started, startWorld, type World } from './world.ts';

/**
 * `npm run bench [-- rounds signals]`: the bot beside two bare floors (one that keeps no journal, one that writes one
 * durable row), in turn, against the same simulators, on one machine in one run.
 * Latency is from the moment the gateway frame is handed to the socket to the moment the exchange has read the order.
 */
const [rounds = '3', signals = '200'] = process.argv.slice(2);
const SIGNALS = Number(signals);
const ROUNDS = Number(rounds);
/** The first ones warm the code up, for all alike. */
const WARM_UP = 20;
const CHAT = 2_000;
const SETTLE_MS = 3_000;

interface Measured {
  readyMs: number;
  /** User and system time until ready. */
  startCpuMs: number;
  restMb: number;
  chattedMb: number;
  latencies: number[];
  /** User and system time for one signal, all that follows its order included. */
  signalCpuMs: number;
}

const isEntry = ({ method, path }: RecordedRequest): boolean =>
  method === 'POST' && path === '/fapi/v1/order';

/** Posts a signal and answers with the milliseconds until its order was read. */
function measureOne(world: World, index: number): Promise<number> {
  const price = (60_000 + index).toFixed(0);
  return new Promise((resolve, reject) => {
    let postedAt = 0;
    const limit = setTimeout(() => reject(new Error(`no order for signal ${index}`)), 5_000);
    world.onRequest((request) => {
      if (!isEntry(request) || Number(request.params.price) !== Number(price)) return;
      clearTimeout(limit);
      resolve(performance.now() - postedAt);
    });
    postedAt = performance.now();
    world.discord.post({
      channel: '500000000000000001',
      author: '600000000000000001',
      content: `#BTC/USDT LONG\nEntry: ${price}\nTP1: 66000\nTP2: 67000\nSL: 58500\nLeverage: 5x`,
    });
  });
}

async function measure(command: readonly string[]): Promise<Measured> {
  const world = await startWorld();
  const startedAt = performance.now();
  const child = spawn(process.execPath, command, {
    cwd: world.folder,
    env: world.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = child.pid ?? 0;
  try {
    await started(child);
    const readyMs = performance.now() - startedAt;
    const startCpuMs = cpuMsOf(pid);
    await pause(SETTLE_MS);
    const restMb = rssOf(pid);
    const cpuBefore = cpuMsOf(pid);
    const latencies: number[] = [];
    for (let index = 0; index < SIGNALS + WARM_UP; index += 1) {
      const latency = await measureOne(world, index);
      if (index >= WARM_UP) latencies.push(latency);
      await pause(25);
    }
    await pause(SETTLE_MS);
    const signalCpuMs = (cpuMsOf(pid) - cpuBefore) / (SIGNALS + WARM_UP);
    await chat(world.discord);
    await pause(SETTLE_MS);
    return { readyMs, startCpuMs, restMb, chattedMb: rssOf(pid), latencies, signalCpuMs };
  } finally {
    child.removeAllListeners('exit');
    child.kill('SIGKILL');
    await Promise.all([world.discord.close(), world.binance.close()]);
    rmSync(world.folder, { recursive: true, force: true });
  }
}

/** What a busy channel says beside its signals. */
async function chat(discord: DiscordSim): Promise<void> {
  for (let index = 0; index < CHAT; index += 1) {
    discord.post({
      channel: '500000000000000001',
      author: '600000000000000001',
      content: `#BTC looks strong, watching the ${60_000 + index} level today, no entry yet. ${'More soon. '.repeat(20)}`,
    });
    if (index % 20 === 19) await pause(20);
  }
}

function rssOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1_024;
}

/** Fields 14 and 15 of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function summarise(runs: readonly Measured[]): Record<string, number> {
  const latencies = runs.flatMap((run) => run.latencies);
  const median = (figure: (run: Measured) => number) => quantile(runs.map(figure), 0.5);
  return {
    'start to ready, ms': median((run) => run.readyMs),
    'CPU time to ready, ms': median((run) => run.startCpuMs),
    'RSS at rest, MB': median((run) => run.restMb),
    [`RSS after ${SIGNALS} signals and ${CHAT} chat messages, MB`]: median((run) => run.chattedMb),
    'signal to order p50, ms': quantile(latencies, 0.5),
    'signal to order p99, ms': quantile(latencies, 0.99),
    'CPU time per signal, ms': median((run) => run.signalCpuMs),
  };
}

const root = new URL('../../', import.meta.url).pathname;
const floorFile = join(root, 'test/bench/floor.ts');
const contestants: Record<string, string[]> = {
  floor: [floorFile],
  'floor with a row': [floorFile, '--journal'],
  bot: [join(root, 'src/start.js'), 'run'],
};
const runs: Record<string, Measured[]> = {};
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, command] of Object.entries(contestants)) {
    runs[name] = [...(runs[name] ?? []), await measure(command)];
  }
}
const figures = Object.entries(runs).map(([name, measured]) => ({ name, figures: summarise(measured) }));
const bot = figures.find(({ name }) => name === 'bot')?.figures ?? {};
const floors = figures.filter(({ name }) => name !== 'bot');
console.log(`${ROUNDS} rounds of ${SIGNALS} signals, auto mode; medians, and quantiles over all signals\n`);
const heads = floors.flatMap(({ name }) => [name, 'ratio']);
console.log(`| figure | bot | ${heads.join(' | ')} |\n| --- | --- |${' --- |'.repeat(heads.length)}`);
for (const [figure, value] of Object.entries(bot)) {
  const cells = floors.flatMap((floor) => {
    const bare = floor.figures[figure] ?? Number.NaN;
    return [bare.toFixed(2), (value / bare).toFixed(2)];
  });
  console.log(`| ${figure} | ${value.toFixed(2)} | ${cells.join(' | ')} |`);
}
process.exit(0);
