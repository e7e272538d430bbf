import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Part } from '../../src/incidents.ts';
import { preset } from '../../src/sim/binance/faults.ts';
import type { Rig, RigOptions } from '../e2e/rig.ts';
import { lineTo } from '../faults/proxy.ts';

/** What is broken, and how soon that can be known. Each strikes a bot that holds a protected position. */
export interface Injected {
  fault: string;
  /** Discord's requests and the clock are none of the register's: there `signs` tells how far it is. */
  part: Part | 'Discord’s requests' | 'clock';
  /** How it is noticed, and after how long at most. */
  noticed: string;
  /** How long the fault itself lasts; what heals cannot do so before. */
  lastsMs?: number;
  rig?: RigOptions;
  /** Further environment of the bot, and a way to clean up after it. */
  prepare?(rig: Rig): Promise<{ env: Record<string, string>; end(): Promise<void> }>;
  /** Resolves once it has struck; where it lasts, its end is seen to. */
  strike(rig: Rig): Promise<void>;
  /** What shows that it has been noticed, and that it is over, where the register of incidents does not hold it. */
  signs?: { noticed(rig: Rig): boolean; healed(rig: Rig): boolean };
  /** It is there from the start on, before there is a position. */
  atStart?: true;
  /** The bot trades on the exchange that it brings along, whose prices nobody here moves: nothing is traded. */
  onPaper?: true;
  /** The bot's process ends with it, and is started anew as a service manager does. */
  endsProgram?: true;
}

const LASTS_MS = 2_000;
const later = (ms: number, work: () => unknown): void => void setTimeout(work, ms);
const storeOf = (rig: Rig): string => join(rig.folder, 'data', 'signalbox.sqlite');
const mishap = (kind: string, more = ''): RigOptions => ({
  env: {
    MISHAP: kind,
    NODE_OPTIONS: `--import=${new URL('../faults/mishaps.ts', import.meta.url).href} ${more}`,
  },
});
const signal = (rig: Rig, name: NodeJS.Signals): void => void process.kill(rig.pid() ?? 0, name);

/** The exchange behind a line that can be cut. */
async function behindLine(rig: Rig) {
  const line = await lineTo(rig.binance.url);
  lines.set(rig, line);
  return { env: { BINANCE_URL: line.url }, end: line.close };
}
const lines = new WeakMap<Rig, Awaited<ReturnType<typeof lineTo>>>();

/** The same by a name, which has to be resolved for every connection. */
async function behindName(rig: Rig) {
  const { env, end } = await behindLine(rig);
  return { env: { BINANCE_URL: env.BINANCE_URL.replace('127.0.0.1', 'localhost') }, end };
}

/** How often the exchange had been asked for its time when the fault struck. */
const askedTime = new WeakMap<Rig, number>();
const timesAsked = ({ binance }: Rig): number =>
  binance.requests.filter(({ path }) => path === '/fapi/v1/time').length;

/** The panel's port is another program's. */
const holders = new WeakMap<Rig, Server>();
async function takenPort(rig: Rig) {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  holders.set(rig, other);
  return {
    env: { WEB_PORT: String(port), WEB_TOKEN: 'a-token-of-the-healing-run' },
    end: async () => void other.close(),
  };
}

const HOLDS_LOCK = `
  const { DatabaseSync } = require('node:sqlite');
  const store = new DatabaseSync(process.argv[1], { timeout: 5000 });
  store.exec('BEGIN IMMEDIATE');
  console.log('locked');
  setTimeout(() => process.exit(0), ${LASTS_MS});
`;

export const injected: readonly Injected[] = [
  {
    fault: 'the connection to Discord is cut',
    part: 'gateway',
    noticed: 'at once',
    strike: async ({ discord }) => discord.dropGateway(),
  },
  {
    fault: 'the session with Discord is lost',
    part: 'gateway',
    noticed: 'at once',
    strike: async ({ discord }) => discord.dropGateway({ resumable: false }),
  },
  {
    fault: 'Discord asks for a new connection',
    part: 'gateway',
    noticed: 'at once',
    strike: async ({ discord }) => discord.askReconnect(),
  },
  {
    fault: 'Discord declares the session invalid',
    part: 'gateway',
    noticed: 'at once',
    strike: async ({ discord }) => discord.invalidateSession(),
  },
  {
    fault: 'the connection to Discord is open and silent (heartbeats every 2 s here, every 41 s at Discord)',
    part: 'gateway',
    noticed: 'a heartbeat without an answer: two of their intervals',
    rig: { discord: { gateway: { identifyWindowMs: 0, heartbeatIntervalMs: 2_000 } } },
    strike: async ({ discord }) => discord.stallGateway('silent'),
  },
  {
    fault: 'Discord answers no request (503), with a fill to be told',
    part: 'Discord’s requests',
    noticed: 'at the next message',
    lastsMs: LASTS_MS,
    async strike(rig) {
      rig.discord.faults.add({ kind: 'status', status: 503, times: 0 });
      later(LASTS_MS, () => rig.discord.faults.clear());
      rig.price('BTCUSDT', 61_010);
    },
    signs: {
      noticed: ({ output }) => output().includes('outbox: trying again'),
      healed: ({ count }) => count('Filled BTCUSDT LONG target 1') > 0,
    },
  },
  {
    fault: 'Discord takes the connection and never begins the session',
    part: 'gateway',
    noticed: 'at once; 20 s are left to the library',
    strike: async ({ discord }) => discord.dropGateway({ deafNext: 1 }),
  },
  {
    fault: 'the event stream is cut',
    part: 'stream',
    noticed: 'at once',
    strike: async ({ binance }) => binance.streams.drop('private'),
  },
  {
    fault: 'the event stream is cut and its next two connections are refused (503)',
    part: 'stream',
    noticed: 'at once',
    async strike({ binance }) {
      binance.streams.refuse(2);
      binance.streams.drop('private');
    },
  },
  {
    fault: 'the listen key expires',
    part: 'stream',
    noticed: 'at once',
    strike: async ({ binance }) => binance.streams.expireListenKey(),
  },
  {
    fault: 'the event stream is open and silent, and orders are sent',
    part: 'stream',
    noticed: 'no event for a confirmed order: 8 s',
    async strike(rig) {
      rig.binance.streams.stall();
      later(9_000, () => rig.binance.streams.resume());
      await rig.command('close', { symbol: 'BTCUSDT', percent: 50 });
    },
  },
  {
    fault: 'the event stream is half-open: no byte comes any more',
    part: 'stream',
    noticed: 'no pong: 25 s to 35 s',
    strike: async ({ binance }) => binance.streams.freeze(),
  },
  {
    fault: 'every connection to the exchange is cut at once',
    part: 'stream',
    noticed: 'at once',
    prepare: behindLine,
    strike: async (rig) => lines.get(rig)?.cut(),
  },
  {
    fault: 'names are no longer resolved, and every connection to the exchange ends',
    part: 'stream',
    noticed: 'at once',
    lastsMs: LASTS_MS,
    rig: mishap('names'),
    prepare: behindName,
    async strike(rig) {
      signal(rig, 'SIGUSR2');
      lines.get(rig)?.cut();
      later(LASTS_MS, () => signal(rig, 'SIGUSR2'));
    },
  },
  {
    fault: 'the event stream of spot is cut',
    part: 'stream',
    noticed: 'at once',
    rig: { channels: { coins: ['market: spot'] } },
    strike: async ({ binance }) => binance.spot.api.drop(),
  },
  {
    fault: 'the machine’s clock is set ahead by an hour, and later back, with a stop to be replaced',
    part: 'clock',
    noticed: 'at the next order',
    rig: mishap('clock'),
    async strike(rig) {
      askedTime.set(rig, timesAsked(rig));
      signal(rig, 'SIGUSR2');
      later(LASTS_MS, () => signal(rig, 'SIGUSR2'));
      rig.price('BTCUSDT', 61_010);
    },
    signs: {
      noticed: (rig) => timesAsked(rig) > (askedTime.get(rig) ?? 0),
      healed: (rig) => {
        const [stop, ...more] = rig.stops('BTCUSDT');
        return (
          rig.count('Filled BTCUSDT LONG target 1') > 0 &&
          more.length === 0 &&
          Number(stop?.quantity) === rig.position('BTCUSDT')
        );
      },
    },
  },
  {
    fault: 'every request to the exchange is answered 503',
    part: 'exchange',
    noticed: 'at the next comparison: 20 s with a trade open, else 50 s; at once by an order',
    lastsMs: LASTS_MS,
    async strike(rig) {
      rig.binance.faults.add({ path: '/fapi/*', count: 0, ...preset('unavailable503') });
      await comparedNext(rig, 'exchange');
      later(LASTS_MS, () => rig.binance.faults.clear());
    },
  },
  {
    fault: 'the exchange answers nothing (requests arrive, answers do not)',
    part: 'exchange',
    noticed: 'at the next comparison (20 s), once its requests have had no answer: 40 s',
    lastsMs: LASTS_MS,
    prepare: behindLine,
    async strike(rig) {
      lines.get(rig)?.loseAnswers(true);
      await comparedNext(rig, 'exchange');
      later(LASTS_MS, () => lines.get(rig)?.loseAnswers(false));
    },
  },
  {
    fault: 'another program holds the store’s lock',
    part: 'store',
    noticed: 'at the next write: 20 s at most',
    lastsMs: LASTS_MS,
    async strike(rig) {
      const other = spawn(process.execPath, ['-e', HOLDS_LOCK, storeOf(rig)], { stdio: 'pipe' });
      await once(other.stdout, 'data');
      rig.price('BTCUSDT', 61_010);
    },
  },
  {
    fault: 'the disk is full',
    part: 'store',
    noticed: 'at the next write: 20 s at most',
    lastsMs: LASTS_MS,
    async strike(rig) {
      const limit = (size: string) =>
        execFileSync('prlimit', ['--pid', String(rig.pid()), `--fsize=${size}`]);
      // The store's log has been made as long as it will be: not even there is room.
      limit('1024:unlimited');
      later(LASTS_MS, () => limit('unlimited:unlimited'));
      rig.price('BTCUSDT', 61_010);
    },
  },
  {
    fault: 'the panel’s port is taken by another program',
    part: 'panel',
    noticed: 'at once',
    lastsMs: LASTS_MS,
    prepare: takenPort,
    atStart: true,
    strike: async (rig) => later(LASTS_MS, () => holders.get(rig)?.close()),
  },
  {
    fault: 'the built-in exchange is killed (kill -9)',
    part: 'paper_exchange',
    noticed: 'its process is looked at every second',
    onPaper: true,
    prepare: async () => ({ env: { BINANCE_URL: '' }, end: async () => undefined }),
    async strike({ folder }) {
      const address = await readFile(join(folder, 'data', 'paper-exchange.address.json'), 'utf8');
      process.kill(JSON.parse(address).pid, 'SIGKILL');
    },
  },
  {
    fault: 'the program is killed (kill -9)',
    part: 'program',
    noticed: 'at once, by the service manager',
    endsProgram: true,
    strike: async (rig) => signal(rig, 'SIGKILL'),
  },
  {
    fault: 'an unexpected error (exit code 70)',
    part: 'program',
    noticed: 'at once',
    endsProgram: true,
    rig: { env: { NODE_OPTIONS: `--import=${new URL('../faults/trouble.ts', import.meta.url).href}` } },
    strike: async (rig) => signal(rig, 'SIGUSR2'),
  },
  {
    fault: 'the program runs out of memory',
    part: 'program',
    noticed: 'at once',
    endsProgram: true,
    rig: mishap('memory', '--max-old-space-size=160'),
    strike: async (rig) => signal(rig, 'SIGUSR2'),
  },
  {
    fault: 'the event loop stands still',
    part: 'program',
    noticed: 'no sign of life: 30 s',
    endsProgram: true,
    rig: mishap('loop'),
    strike: async (rig) => signal(rig, 'SIGUSR2'),
  },
];

/** An outage lasts from when it is met: its end must not come before. */
async function comparedNext(rig: Rig, part: Part): Promise<void> {
  const from = rig.output().length;
  const isNoticed = () => rig.output().slice(from).includes(`"part":"${part}"`);
  const until = Date.now() + 90_000;
  while (!isNoticed() && Date.now() < until) await new Promise((done) => setTimeout(done, 20));
}
