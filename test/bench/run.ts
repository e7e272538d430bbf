import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BinanceSim, type RecordedRequest, startBinanceSim } from '../../src/sim/binance/server.ts';
import { type DiscordSim, startDiscordSim } from '../../src/sim/discord/server.ts';
import { Decimal } from '../../src/trading/decimal.ts';

/**
 * `npm run bench`: the bot beside a bare floor, in turn, against the same simulators, on one machine in one run.
 * Latency is from the moment the gateway frame is handed to the socket to the moment the exchange has read the order.
 */
const SIGNALS = 200;
const ROUNDS = 3;
const SETTLE_MS = 3_000;

const CONFIG = `guild: "100000000000000001"
operators: { users: ["200000000000000001"] }
channels: { trades: "400000000000000001" }
alerts: { dm: ["200000000000000001"] }
signals:
  - { channel: "500000000000000001", name: bench, authors: ["600000000000000001"], mode: auto }
risk: { riskPerTradePct: 0.05, maxOpenTrades: 1000, maxTradesPerSymbol: 100, maxTotalNotionalPct: 10000, maxTotalRiskPct: 1000, maxOrdersPerMinute: 10000 }
trading: { entryTimeout: 1s }
`;

interface Measured {
  readyMs: number;
  rssMb: number;
  latencies: number[];
}

interface World {
  discord: DiscordSim;
  binance: BinanceSim;
  /** Called with every request as it is read. */
  onRequest(listener: (request: RecordedRequest) => void): void;
  env: Record<string, string>;
  folder: string;
}

async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  writeFileSync(join(folder, 'config.yaml'), CONFIG);
  const discord = await startDiscordSim({ rateLimits: 'off' });
  const binance = await startBinanceSim({
    limits: { weightPerMinute: 1e9, ordersPerMinute: 1e9, ordersPer10s: 1e9 },
  });
  binance.usdm.setPrice('BTCUSDT', { last: new Decimal(60_500) });
  let listener: (request: RecordedRequest) => void = () => undefined;
  const recorded = binance.requests as RecordedRequest[];
  const push = recorded.push.bind(recorded);
  recorded.push = (...requests) => {
    for (const request of requests) listener(request);
    return push(...requests);
  };
  return {
    discord,
    binance,
    onRequest: (next) => {
      listener = next;
    },
    folder,
    env: {
      PATH: process.env.PATH ?? '',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      BINANCE_URL: binance.url,
      BINANCE_API_KEY: 'a'.repeat(64),
      BINANCE_API_SECRET: 'b'.repeat(64),
      WEB_PORT: '0',
    },
  };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('"msg":"ready"')) resolve();
      if (output.length > 100_000) output = '';
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
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
  try {
    await started(child);
    const readyMs = performance.now() - startedAt;
    await new Promise((done) => setTimeout(done, SETTLE_MS));
    const rssMb = rssOf(child.pid ?? 0);
    const latencies: number[] = [];
    for (let index = 0; index < SIGNALS + 20; index += 1) {
      const latency = await measureOne(world, index);
      // The first ones warm the code up, for both alike.
      if (index >= 20) latencies.push(latency);
      await new Promise((done) => setTimeout(done, 25));
    }
    return { readyMs, rssMb, latencies };
  } finally {
    child.removeAllListeners('exit');
    child.kill('SIGKILL');
    await Promise.all([world.discord.close(), world.binance.close()]);
    rmSync(world.folder, { recursive: true, force: true });
  }
}

function rssOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1_024;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

function summarise(runs: readonly Measured[]): Record<string, number> {
  const latencies = runs.flatMap((run) => run.latencies);
  return {
    'start to ready, ms': quantile(
      runs.map((run) => run.readyMs),
      0.5,
    ),
    'RSS at rest, MB': quantile(
      runs.map((run) => run.rssMb),
      0.5,
    ),
    'signal to order p50, ms': quantile(latencies, 0.5),
    'signal to order p99, ms': quantile(latencies, 0.99),
  };
}

const root = new URL('../../', import.meta.url).pathname;
const runs: { bot: Measured[]; floor: Measured[] } = { bot: [], floor: [] };
for (let round = 0; round < ROUNDS; round += 1) {
  runs.floor.push(await measure([join(root, 'test/bench/floor.ts')]));
  runs.bot.push(await measure([join(root, 'src/main.ts'), 'run']));
}
const bot = summarise(runs.bot);
const floor = summarise(runs.floor);
console.log(`${ROUNDS} rounds of ${SIGNALS} signals, auto mode; medians, and quantiles over all signals\n`);
console.log('| figure | bot | floor | ratio |\n| --- | --- | --- | --- |');
for (const [name, value] of Object.entries(bot)) {
  const bare = floor[name] ?? Number.NaN;
  console.log(`| ${name} | ${value.toFixed(2)} | ${bare.toFixed(2)} | ${(value / bare).toFixed(2)} |`);
}
process.exit(0);
