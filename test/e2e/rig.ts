import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unknownParts } from '../../src/panel/playground/known.js';
import { type BinanceSim, type BinanceSimOptions, startBinanceSim } from '../../src/sim/binance/server.ts';
import type { InteractionResult } from '../../src/sim/discord/events.ts';
import { type DiscordSim, type DiscordSimOptions, startDiscordSim } from '../../src/sim/discord/server.ts';
import type { Message } from '../../src/sim/discord/wire.ts';
import { Decimal } from '../../src/trading/decimal.ts';

/** The bot as a process of its own between simulators that belong to the test. */

export const IDS = {
  guild: '100000000000000001',
  operator: '200000000000000001',
  /** A second operator. */
  deputy: '200000000000000002',
  viewer: '200000000000000003',
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
  /** Signal channels beside alpha and beta, by name: further keys of each, a line each. */
  channels?: Readonly<Record<string, readonly string[]>>;
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
  /** What the bot is started with. */
  env: Readonly<Record<string, string>>;
  binance: BinanceSim;
  discord: DiscordSim;
  /** Starts the bot; resolves when it is ready, rejects with what it said when it ends before. */
  start(env?: Record<string, string>): Promise<void>;
  /** Starts the bot and waits for its end instead, with what it said on stderr. */
  refused(env?: Record<string, string>): Promise<Exit & { stderr: string }>;
  /** Of the bot's process, while it runs. */
  pid(): number | undefined;
  /** Everything the bot has written so far. */
  output(): string;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Exit>;
  exited(): Promise<Exit>;
  /** Well after what was posted before. */
  writeConfig(text: string): Promise<void>;
  config(): Promise<string>;
  /** Posts as the analyst in alpha, or in another channel of the config by its name. */
  post(content: string, over?: { author?: string; channel?: string; replyTo?: string }): Message;
  /** The first message in #trades, present or to come (edits too), that says all of these words. */
  says(...words: string[]): Promise<Message>;
  /** Resolves when the condition holds. */
  eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
  /** Until this message says all of these words. */
  becomes(message: Message, ...words: string[]): Promise<Message>;
  /** How many messages in #trades say all of these words now. */
  count(...words: string[]): number;
  press(message: Message, label: string, user?: string): Promise<InteractionResult>;
  command(
    name: string,
    options?: Record<string, string | number>,
    over?: { user?: string; locale?: string },
  ): Promise<InteractionResult>;
  /** What the operator was told in direct messages, a line each. */
  dms(): string[];
  /** What is held, negative for a short. */
  position(symbol: string): number;
  /** Conditional orders that wait on the exchange, the bot's or not. */
  stops(symbol: string): { id: number; side: string; quantity: string; trigger: string; ours: boolean }[];
  /** Limit orders that rest on the exchange. */
  resting(symbol: string): { id: number; side: string; quantity: string; price: string; ours: boolean }[];
  /** Entry orders that the exchange has ever taken for this contract. */
  entries(symbol: string): number;
  price(symbol: string, last: number | string): void;
  /** Requests of the bot that placed orders. */
  orders(): { path: string; params: Readonly<Record<string, string>> }[];
  close(): Promise<void>;
}

/** What must never be seen again. */
export const SECRETS = { apiKey: 'a1b2'.repeat(16), apiSecret: 'c3d4'.repeat(16) } as const;

const PATIENCE_MS = 15_000;
/** A file's time comes from a clock that lags by some milliseconds. */
const FILE_CLOCK_MS = 50;

export function configOf(options: RigOptions): string {
  const channel = (id: string, name: string, lines: readonly string[] = []): string =>
    [
      `  - channel: "${id}"`,
      `    name: ${name}`,
      `    authors: ["${IDS.analyst}"]`,
      ...[`mode: ${options.mode ?? 'auto'}`, `maxAge: ${options.maxAge ?? '60s'}`]
        .filter((line) => !lines.some((own) => own.split(':')[0] === line.split(':')[0]))
        .concat(lines)
        .map((line) => `    ${line}`),
      '',
    ].join('\n');
  const more = Object.entries(options.channels ?? {}).map(([name, lines], index) =>
    channel(channelId(index), name, lines),
  );
  return `guild: "${IDS.guild}"
language: ${options.language ?? 'en'}
operators:
  users: ["${IDS.operator}", "${IDS.deputy}"]
  viewers: { users: ["${IDS.viewer}"] }
channels:
  trades: "${IDS.trades}"
alerts:
  dm: ["${IDS.operator}"]
confirm:
  timeout: ${options.confirmTimeout ?? '120s'}
signals:
${channel(IDS.alpha, 'alpha')}${channel(IDS.beta, 'beta')}${more.join('')}${options.risk ? `risk:\n${options.risk}\n` : ''}${options.trading ? `trading:\n${options.trading}\n` : ''}${options.extra ?? ''}`;
}

/** The id of the nth channel in `channels`. */
function channelId(index: number): string {
  return String(510000000000000000n + BigInt(index));
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
      ...Object.keys(options.channels ?? {}).map((name, index) => ({ id: channelId(index), name })),
    ],
    users: [
      { id: IDS.operator, username: 'operator' },
      { id: IDS.analyst, username: 'analyst' },
      { id: IDS.stranger, username: 'stranger' },
      { id: IDS.deputy, username: 'deputy' },
      { id: IDS.viewer, username: 'viewer' },
    ],
    rateLimits: 'off',
    // The bot starts again within the seconds that Discord wants between two identifies.
    gateway: { identifyWindowMs: 0 },
    ...options.discord,
  });
  binance.usdm.setPrice('BTCUSDT', { last: new Decimal(60_500) });
  binance.usdm.setPrice('ETHUSDT', { last: new Decimal(3_000) });
  let child: ChildProcess | null = null;
  let postedAt = 0;
  let output = '';
  let stderr = '';
  let exit: Promise<Exit> = Promise.resolve({ code: null, signal: null });

  const settings: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.url,
    BINANCE_URL: binance.url,
    BINANCE_API_KEY: SECRETS.apiKey,
    BINANCE_API_SECRET: SECRETS.apiSecret,
    WEB_PORT: '0',
    ...options.env,
  };

  function launch(env: Record<string, string> = {}): Promise<void> {
    const main = new URL('../../src/start.js', import.meta.url).pathname;
    const started = spawn(process.execPath, [main, 'run'], {
      cwd: folder,
      env: { ...settings, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    const ready = Promise.withResolvers<void>();
    const from = output.length;
    stderr = '';
    started.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.slice(from).includes('"msg":"ready"')) ready.resolve();
    });
    started.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      stderr += chunk.toString();
    });
    // Not 'exit': what it said last must have arrived too.
    exit = new Promise((done) => started.once('close', (code, signal) => done({ code, signal })));
    void exit.then(({ code }) =>
      ready.reject(new Error(`ended with ${code} before it was ready:\n${output.slice(from)}`)),
    );
    return ready.promise;
  }

  async function refused(env?: Record<string, string>): Promise<Exit & { stderr: string }> {
    const began = await launch(env).then(
      () => true,
      () => false,
    );
    if (began) throw new Error('it started');
    return { ...(await exit), stderr };
  }

  /** What a failed test needs to be understood. */
  function scene(): string {
    const said = discord.messages(IDS.trades).map(({ content }) => `> ${content.replaceAll('\n', ' | ')}`);
    const sent = binance.requests
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path, params: { signature: _, timestamp: __, recvWindow: ___, ...params } }) =>
        [method, path, JSON.stringify(params)].join(' '),
      );
    return [...said, ...sent.slice(-25), output.slice(-4_000)].join('\n');
  }

  async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    while (!(await condition())) {
      if (Date.now() > until) throw new Error(`did not happen: ${what}\n${scene()}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  const rig: Rig = {
    folder,
    env: settings,
    binance,
    discord,
    start: launch,
    refused,
    pid: () => child?.pid,
    output: () => output,
    async end(signal) {
      child?.kill(signal);
      return exit;
    },
    exited: () => exit,
    async writeConfig(text) {
      while (Date.now() - postedAt < FILE_CLOCK_MS) await new Promise((done) => setTimeout(done, 5));
      await writeFile(configPath, text);
    },
    config: () => readFile(configPath, 'utf8'),
    post: (content, { author = IDS.analyst, channel = 'alpha', replyTo } = {}) => {
      const known = { alpha: IDS.alpha, beta: IDS.beta }[channel];
      const index = Object.keys(options.channels ?? {}).indexOf(channel);
      postedAt = Date.now();
      return discord.post({
        channel: known ?? channelId(index),
        author,
        content,
        ...(replyTo === undefined ? {} : { replyTo }),
      });
    },
    async says(...words) {
      try {
        return await discord.waitForMessage(
          (message) =>
            message.channel_id === IDS.trades &&
            words.every((word) => JSON.stringify(message).includes(word)),
          { timeoutMs: PATIENCE_MS },
        );
      } catch (error) {
        throw new Error(`nobody said ${words.join(' + ')}\n${scene()}`, {
          cause: error,
        });
      }
    },
    eventually,
    async becomes(message, ...words) {
      const now = () => discord.messages(message.channel_id).find(({ id }) => id === message.id);
      const says = (text: string) => words.every((word) => text.includes(word));
      await eventually(`message becomes ${words.join(' + ')}`, () => says(JSON.stringify(now() ?? '')));
      return now() ?? message;
    },
    count: (...words) =>
      discord
        .messages(IDS.trades)
        .filter((message) => words.every((word) => JSON.stringify(message).includes(word))).length,
    command: (name, commandOptions = {}, { user = IDS.operator, locale } = {}) =>
      discord.command({
        user,
        channel: IDS.trades,
        name,
        options: commandOptions,
        ...(locale === undefined ? {} : { locale }),
      }),
    dms: () => discord.dms(IDS.operator).map(({ content }) => content),
    position: (symbol) =>
      binance.usdm.account
        .openPositions(symbol)
        .reduce((sum, { amount }) => sum.plus(amount), new Decimal(0))
        .toNumber(),
    stops: (symbol) =>
      [...binance.usdm.openAlgos.values()]
        .filter((algo) => algo.symbol === symbol)
        .map((algo) => ({
          id: algo.algoId,
          side: algo.side,
          quantity: algo.quantity.toFixed(),
          trigger: algo.triggerPrice.toFixed(),
          ours: algo.clientAlgoId.startsWith('sb-'),
        })),
    resting: (symbol) =>
      [...binance.usdm.openOrders.values()]
        .filter((order) => order.symbol === symbol)
        .map((order) => ({
          id: order.orderId,
          side: order.side,
          quantity: order.quantity.toFixed(),
          price: order.price.toFixed(),
          ours: order.clientOrderId.startsWith('sb-'),
        })),
    entries: (symbol) =>
      [...binance.usdm.orders.values()].filter(
        (order) => order.symbol === symbol && /^sb-.*-e\d+-/.test(order.clientOrderId),
      ).length,
    press: (message, label, user = IDS.operator) => discord.press({ user, message: message.id, label }),
    price: (symbol, last) => binance.usdm.setPrice(symbol, { last: new Decimal(last) }),
    orders: () =>
      binance.requests.filter(
        (request) => request.method === 'POST' && /^\/fapi\/v1\/(order|algoOrder)$/.test(request.path),
      ),
    async close() {
      // Whatever the bot has posted, the playground's page must be able to show.
      const strange = discord.allMessages().flatMap(unknownParts);
      if (child && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await exit;
      }
      await Promise.all([binance.close(), discord.close()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      if (strange.length > 0) throw new Error(`the playground cannot show: ${strange.join(', ')}`);
    },
  };
  if (options.start !== false) await launch();
  return rig;
}

export const LONG_BTC = `#BTC/USDT LONG
Entry: 60000
TP1: 61000
TP2: 62000
SL: 59000
Leverage: 5x`;

export const SHORT_ETH = `#ETH/USDT SHORT
Entry: 3050
TP1: 2950
TP2: 2900
SL: 3150
Leverage: 5x`;
