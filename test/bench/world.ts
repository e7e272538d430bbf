import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BinanceSim, type RecordedRequest, startBinanceSim } from '../../src/sim/binance/server.ts';
import { type DiscordSim, startDiscordSim } from '../../src/sim/discord/server.ts';
import { Decimal } from '../../src/trading/decimal.ts';

const CONFIG = `guild: "100000000000000001"
operators: { users: ["200000000000000001"] }
channels: { trades: "400000000000000001" }
alerts: { dm: ["200000000000000001"] }
signals:
  - { channel: "500000000000000001", name: bench, authors: ["600000000000000001"], mode: auto }
risk: { riskPerTradePct: 0.05, maxOpenTrades: 1000, maxTradesPerSymbol: 100, maxTotalNotionalPct: 10000, maxTotalRiskPct: 1000, maxOrdersPerMinute: 10000 }
trading: { entryTimeout: 1s }
`;

/** The simulators that a contestant runs against, and its environment. */
export interface World {
  discord: DiscordSim;
  binance: BinanceSim;
  /** Called with every request as it is read. */
  onRequest(listener: (request: RecordedRequest) => void): void;
  env: Record<string, string>;
  folder: string;
}

export async function startWorld(): Promise<World> {
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

/** Resolves when it has said `ready` on its standard output. */
export function started(child: ChildProcess): Promise<void> {
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

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
