import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BinanceSim, type RecordedRequest, startBinanceSim } from '../../src/sim/binance/server.ts';
import type { RecordedRequest as DiscordRequest } from '../../src/sim/discord/rest/api.ts';
import { type DiscordSim, startDiscordSim } from '../../src/sim/discord/server.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { CALLED, type Called } from './calls.ts';

export const IDS = {
  guild: '100000000000000001',
  operator: '200000000000000001',
  trades: '400000000000000001',
  analyst: '600000000000000001',
} as const;

/** The nth signal channel. */
export function channelId(index: number): string {
  return String(500_000_000_000_000_001n + BigInt(index));
}

export interface WorldShape {
  /** Of each channel, the newest; by default 500. */
  keepMessages?: number;
  /** Signal channels; the first ones trade by themselves, the last one asks first. */
  channels?: number;
  /** How many contracts the exchange lists; what it has itself when left out. */
  symbols?: number;
  entryTimeout?: string;
}

/** The simulators that a contestant runs against, and its environment. */
export interface World {
  readonly discord: DiscordSim;
  readonly binance: BinanceSim;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Called with every request of the exchange as it is read, until the next call. */
  onOrder(listener: (request: RecordedRequest) => void): void;
  /** Called with every request to Discord that has a body, once that is read, until the next call. */
  onPost(listener: (request: DiscordRequest) => void): void;
  /** So far: orders and conditional orders placed or cancelled, and messages posted in the trades channel. */
  readonly traffic: Readonly<{ orders: number; posts: number }>;
  close(): Promise<void>;
}

function configOf(channels: number, entryTimeout: string): string {
  const blocks = Array.from({ length: channels }, (_, index) => {
    const mode = index === channels - 1 ? 'confirm' : 'auto';
    return `  - { channel: "${channelId(index)}", name: c${index}, authors: ["${IDS.analyst}"], mode: ${mode} }`;
  });
  return `guild: "${IDS.guild}"
operators: { users: ["${IDS.operator}"] }
channels: { trades: "${IDS.trades}" }
alerts: { dm: ["${IDS.operator}"] }
signals:
${blocks.join('\n')}
risk: { riskPerTradePct: 0.05, maxOpenTrades: 1000, maxTradesPerSymbol: 100, maxTotalNotionalPct: 10000, maxTotalRiskPct: 1000, maxOrdersPerMinute: 10000 }
trading: { entryTimeout: ${entryTimeout} }
`;
}

export async function startWorld(shape: WorldShape = {}): Promise<World> {
  const { channels = 2, symbols, entryTimeout = '5s', keepMessages = 500 } = shape;
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  process.once('exit', removeFolder);
  writeFileSync(join(folder, 'config.yaml'), configOf(channels, entryTimeout));
  const discord = await startDiscordSim({
    rateLimits: 'off',
    keepMessages,
    keepRequests: 100,
    channels: [
      { id: IDS.trades, name: 'trades' },
      ...Array.from({ length: channels }, (_, index) => ({ id: channelId(index), name: `c${index}` })),
    ],
    users: [
      { id: IDS.operator, username: 'operator' },
      { id: IDS.analyst, username: 'analyst' },
    ],
    gateway: { identifyWindowMs: 0 },
  });
  const binance = await startBinanceSim({
    ...(symbols === undefined ? {} : { symbols }),
    balance: '100000',
    limits: { weightPerMinute: 1e9, ordersPerMinute: 1e9, ordersPer10s: 1e9 },
  });
  for (const { symbol, last } of CALLED) binance.usdm.setPrice(symbol, { last: new Decimal(last) });
  const traffic = { orders: 0, posts: 0 };
  return {
    discord,
    binance,
    folder,
    traffic,
    onOrder: tap(binance.requests as RecordedRequest[], ({ method, path }, tell) => {
      if (method !== 'GET' && /^\/fapi\/v1\/(algo)?[oO]rder$/.test(path)) traffic.orders += 1;
      tell();
    }),
    onPost: tap(discord.requests as DiscordRequest[], (request, tell) => {
      if (request.method === 'POST' && request.path === `/channels/${IDS.trades}/messages`)
        traffic.posts += 1;
      whenRead(request, tell);
    }),
    env: {
      PATH: process.env.PATH ?? '',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      BINANCE_URL: binance.url,
      BINANCE_API_KEY: 'a'.repeat(64),
      BINANCE_API_SECRET: 'b'.repeat(64),
      WEB_PORT: '0',
      CONFIRM_CHANNEL: channelId(channels - 1),
    },
    async close() {
      await Promise.all([discord.close(), binance.close()]);
      process.off('exit', removeFolder);
      removeFolder();
    },
  };
}

/** So many of the contracts that the exchange lists. */
export function listed({ binance }: World, count: number): Called[] {
  return [...binance.usdm.markets.values()]
    .slice(0, count)
    .map(({ instrument: { symbol, tickSize }, last }) => ({
      symbol,
      last: last.toNumber(),
      digits: new Decimal(tickSize).decimalPlaces(),
    }));
}

/** Tells of every element that a list is given, when `when` says so. */
function tap<T>(
  list: T[],
  when: (element: T, tell: () => void) => void,
): (listener: (element: T) => void) => void {
  let listener: (element: T) => void = () => undefined;
  const push = list.push.bind(list);
  list.push = (...elements) => {
    for (const element of elements) when(element, () => listener(element));
    return push(...elements);
  };
  return (next) => {
    listener = next;
  };
}

/** The simulated Discord lists a request when its head has come, and adds the body when that is read. */
function whenRead(request: DiscordRequest, tell: () => void): void {
  let body = request.body;
  Object.defineProperty(request, 'body', {
    enumerable: true,
    get: () => body,
    set(read: typeof body) {
      body = read;
      tell();
    },
  });
}
