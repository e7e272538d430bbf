import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BinanceSim, type BinanceSimOptions, startBinanceSim } from '../../src/sim/binance/server.ts';
import { type DiscordSim, type DiscordSimOptions, startDiscordSim } from '../../src/sim/discord/server.ts';
import type { Message } from '../../src/sim/discord/wire.ts';
import { Decimal } from '../../src/trading/decimal.ts';

/** The bot as a process of its own between simulators that belong to the test. */

export const IDS = {
  guild: '100000000000000001',
  operator: '200000000000000001',
  trades: '400000000000000001',
  alpha: '500000000000000001',
  beta: '500000000000000002',
  analyst: '600000000000000001',
  stranger: '700000000000000001',
} as const;

export interface RigOptions {
  mode?: 'auto' | 'confirm' | 'observe';
  /** Lines for the `risk:` block, indented by two. */
  risk?: string;
  trading?: string;
  maxAge?: string;
  confirmTimeout?: string;
  language?: string;
  /** More lines at the top level of the config. */
  extra?: string;
  env?: Record<string, string>;
  binance?: BinanceSimOptions;
  discord?: DiscordSimOptions;
  /** False: the test starts the bot itself. */
  start?: boolean;
}

export interface Exit {
  code: number | null;
  signal: string | null;
}

export interface Rig {
  folder: string;
  binance: BinanceSim;
  discord: DiscordSim;
  /** Starts the bot; resolves when it is ready, rejects with what it said when it ends before. */
  start(): Promise<void>;
  /** Everything the bot has written so far. */
  output(): string;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Exit>;
  exited(): Promise<Exit>;
  writeConfig(text: string): Promise<void>;
  config(): Promise<string>;
  post(content: string, over?: { author?: string; channel?: string }): Message;
  /** The first message in #trades, present or to come (edits too), that says all of these words. */
  says(...words: string[]): Promise<Message>;
  /** Resolves when the condition holds. */
  eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
  press(message: Message, label: string, user?: string): Promise<unknown>;
  price(symbol: string, last: number | string): void;
  /** Requests of the bot that placed orders. */
  orders(): { path: string; params: Readonly<Record<string, string>> }[];
  close(): Promise<void>;
}

const PATIENCE_MS = 20_000;

export function configOf(options: RigOptions): string {
  const channel = (id: string, name: string): string => `  - channel: "${id}"
    name: ${name}
    authors: ["${IDS.analyst}"]
    mode: ${options.mode ?? 'auto'}
    maxAge: ${options.maxAge ?? '60s'}
`;
  return `guild: "${IDS.guild}"
language: ${options.language ?? 'en'}
operators:
  users: ["${IDS.operator}"]
channels:
  trades: "${IDS.trades}"
alerts:
  dm: ["${IDS.operator}"]
confirm:
  timeout: ${options.confirmTimeout ?? '120s'}
signals:
${channel(IDS.alpha, 'alpha')}${channel(IDS.beta, 'beta')}${options.risk ? `risk:\n${options.risk}\n` : ''}${options.trading ? `trading:\n${options.trading}\n` : ''}${options.extra ?? ''}`;
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'e2e-'));
  const configPath = join(folder, 'config.yaml');
  await writeFile(configPath, configOf(options));
  const binance = await startBinanceSim(options.binance);
  const discord = await startDiscordSim({
    channels: [
      { id: IDS.trades, name: 'trades' },
      { id: IDS.alpha, name: 'alpha-signals' },
      { id: IDS.beta, name: 'beta-signals' },
    ],
    ...options.discord,
  });
  binance.usdm.setPrice('BTCUSDT', { last: new Decimal(60_500) });
  binance.usdm.setPrice('ETHUSDT', { last: new Decimal(3_000) });
  let child: ChildProcess | null = null;
  let output = '';
  let exit: Promise<Exit> = Promise.resolve({ code: null, signal: null });

  function start(): Promise<void> {
    const main = new URL('../../src/main.ts', import.meta.url).pathname;
    const started = spawn(process.execPath, [main, 'run'], {
      cwd: folder,
      env: {
        PATH: process.env.PATH ?? '',
        DISCORD_TOKEN: discord.token,
        DISCORD_API_URL: discord.url,
        BINANCE_URL: binance.url,
        BINANCE_API_KEY: 'a'.repeat(64),
        BINANCE_API_SECRET: 'b'.repeat(64),
        WEB_PORT: '0',
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    exit = new Promise((done) => started.once('exit', (code, signal) => done({ code, signal })));
    const ready = Promise.withResolvers<void>();
    const from = output.length;
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.slice(from).includes('"msg":"ready"')) ready.resolve();
    };
    started.stdout.on('data', hear);
    started.stderr.on('data', hear);
    void exit.then(({ code }) =>
      ready.reject(new Error(`ended with ${code} before it was ready:\n${output}`)),
    );
    return ready.promise;
  }

  async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    while (!(await condition())) {
      if (Date.now() > until) throw new Error(`did not happen: ${what}\n${output.slice(-6_000)}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  const rig: Rig = {
    folder,
    binance,
    discord,
    start,
    output: () => output,
    async end(signal) {
      child?.kill(signal);
      return exit;
    },
    exited: () => exit,
    writeConfig: (text) => writeFile(configPath, text),
    config: () => readFile(configPath, 'utf8'),
    post: (content, over = {}) =>
      discord.post({ channel: over.channel ?? IDS.alpha, author: over.author ?? IDS.analyst, content }),
    async says(...words) {
      try {
        return await discord.waitForMessage(
          (message) =>
            message.channel_id === IDS.trades &&
            words.every((word) => JSON.stringify(message).includes(word)),
          { timeoutMs: PATIENCE_MS },
        );
      } catch (error) {
        const seen = discord.messages(IDS.trades).map((message) => JSON.stringify(message).slice(0, 600));
        throw new Error(`nobody said ${words.join(' + ')}\n${seen.join('\n')}\n${output.slice(-3_000)}`, {
          cause: error,
        });
      }
    },
    eventually,
    press: (message, label, user = IDS.operator) => discord.press({ user, message: message.id, label }),
    price: (symbol, last) => binance.usdm.setPrice(symbol, { last: new Decimal(last) }),
    orders: () =>
      binance.requests.filter(
        (request) => request.method === 'POST' && /^\/fapi\/v1\/(order|algoOrder)$/.test(request.path),
      ),
    async close() {
      if (child && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await exit;
      }
      await Promise.all([binance.close(), discord.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
  if (options.start !== false) await start();
  return rig;
}

export const LONG_BTC = `#BTC/USDT LONG
Entry: 60000
TP1: 61000
TP2: 62000
SL: 59000
Leverage: 5x`;
