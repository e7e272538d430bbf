import { readFileSync } from 'node:fs';
import { preset } from '../../src/sim/binance/faults.ts';
import { Random } from '../../src/sim/binance/random.ts';
import type { Message } from '../../src/sim/discord/wire.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { configOf, IDS, type Rig, type RigOptions } from '../e2e/rig.ts';

/** What happens in an hour of soaking: talk, signals, clicks, commands, prices that never stand still, and trouble. */

export const SYMBOLS: Readonly<Record<string, number>> = {
  BTCUSDT: 65_000,
  ETHUSDT: 3_200,
  SOLUSDT: 150,
  BNBUSDT: 600,
  XRPUSDT: 0.6,
  DOGEUSDT: 0.15,
  ADAUSDT: 0.45,
};

export const OPTIONS: RigOptions = {
  channels: { gamma: ['market: spot'], delta: ['mode: confirm'] },
  risk: `  riskPerTradePct: 0.1
  maxOpenTrades: 60
  maxTradesPerSymbol: 4
  maxTotalNotionalPct: 10000
  maxTotalRiskPct: 100
  maxDailyLossPct: 99
  maxOrdersPerMinute: 10000`,
  trading: '  entryTimeout: 60s',
  confirmTimeout: '30s',
};

export interface Tally {
  talk: number;
  signals: number;
  updates: number;
  clicks: number;
  commands: number;
  moves: number;
  faults: number;
  configs: number;
}

export interface Traffic {
  readonly tally: Tally;
  /** Nothing new happens, and nothing is broken any more. */
  stop(): Promise<void>;
}

interface Corpus {
  content: string;
}

const TALK = readFileSync(new URL('../corpus/none.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => (JSON.parse(line) as Corpus).content)
  .filter((content) => content.trim() !== '' && content.length < 2_000);

export function startTraffic(rig: Rig, panel: () => Promise<void>): Traffic {
  const random = new Random(20_261_126);
  const prices = new Map(Object.entries(SYMBOLS));
  const tally: Tally = {
    talk: 0,
    signals: 0,
    updates: 0,
    clicks: 0,
    commands: 0,
    moves: 0,
    faults: 0,
    configs: 0,
  };
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random.next() * all.length)] as T;
  const digits = (price: number): string => new Decimal(price).toSignificantDigits(5).toFixed();

  function move(): void {
    const symbol = pick([...prices.keys()]);
    const next = (prices.get(symbol) ?? 1) * (1 + (random.next() - 0.5) * 0.012);
    const start = SYMBOLS[symbol] ?? next;
    // It wanders, and comes back: an hour must not end at zero.
    prices.set(symbol, next + (start - next) * 0.01);
    rig.price(symbol, digits(prices.get(symbol) ?? next));
    tally.moves += 1;
  }

  function talk(): void {
    rig.post(pick(TALK), { channel: pick(['alpha', 'beta', 'gamma', 'delta']) });
    tally.talk += 1;
  }

  function signal(): void {
    const symbol = pick([...prices.keys()]);
    const price = prices.get(symbol) ?? 1;
    const channel = pick(['alpha', 'beta', 'gamma', 'delta']);
    const up = channel === 'gamma' || random.next() < 0.5 ? 1 : -1;
    const at = (percent: number): string => digits(price * (1 + (up * percent) / 100));
    const entry = random.next() < 0.5 ? 'market' : at(-0.2);
    rig.post(
      `#${symbol.replace('USDT', '/USDT')} ${up > 0 ? 'LONG' : 'SHORT'}\nEntry: ${entry}\nTP1: ${at(0.8)}\nTP2: ${at(1.6)}\nSL: ${at(-1)}\nLeverage: 5x`,
      { channel },
    );
    tally.signals += 1;
  }

  function update(): void {
    const coin = pick([...prices.keys()]).replace('USDT', '');
    rig.post(pick([`Close ${coin} now`, `${coin} move SL to entry`, `Close half of ${coin}`]), {
      channel: pick(['alpha', 'beta', 'gamma', 'delta']),
    });
    tally.updates += 1;
  }

  async function click(): Promise<void> {
    const labels = ['Confirm', 'Reject', 'Close 50%', 'Break-even', 'Details'];
    const newest = rig.discord.messages(IDS.trades).slice(-20).reverse();
    for (const message of newest) {
      const label = labels.find((each) => hasButton(message, each));
      if (label === undefined) continue;
      await rig.press(message, label);
      tally.clicks += 1;
      return;
    }
  }

  async function command(): Promise<void> {
    await rig.command(pick(['status', 'positions', 'orders', 'pnl', 'providers', 'help']));
    tally.commands += 1;
  }

  function trouble(): void {
    const { binance, discord } = rig;
    const post = { method: 'POST', path: '/fapi/v1/order' };
    const stop = { method: 'POST', path: '/fapi/v1/algoOrder' };
    const spot = { method: 'POST', path: '/api/v3/order*' };
    const posting = 'POST /channels/:channel/messages';
    pick<() => void>([
      () => binance.streams.drop(),
      () => binance.streams.expireListenKey(),
      () => binance.faults.add({ ...post, ...preset('html502') }),
      () => binance.faults.add({ ...post, ...preset('drop') }),
      () => binance.faults.add({ ...stop, ...preset('cut') }),
      () => binance.faults.add({ ...stop, ...preset('timeout') }),
      () => binance.faults.add({ ...spot, ...preset('unknown503') }),
      () => binance.faults.add({ ...spot, ...preset('empty') }),
      () => binance.faults.add({ method: 'GET', path: '*', ...preset('unavailable503'), count: 5 }),
      () => binance.faults.add({ method: 'GET', path: '*', ...preset('hang') }),
      () => binance.faults.add({ ...post, ...preset('limited') }),
      () => binance.faults.addStream({ action: 'double', count: 5 }),
      () => binance.faults.addStream({ action: 'lose', count: 2 }),
      () => discord.dropGateway({ resumable: true }),
      () => discord.dropGateway({ resumable: false }),
      () => discord.invalidateSession(),
      () => discord.askReconnect(),
      () => discord.faults.add({ kind: 'status', status: 502, route: posting, times: 5 }),
      () => discord.faults.add({ kind: 'dropAfter', route: posting, times: 2 }),
      () => discord.faults.add({ kind: 'rateLimit', retryAfterS: 1, route: posting }),
    ])();
    tally.faults += 1;
  }

  async function config(): Promise<void> {
    const risk = String(OPTIONS.risk).replace('maxOpenTrades: 60', `maxOpenTrades: ${pick([40, 50, 60])}`);
    const language = pick(['en', 'zh-CN', 'en']);
    const broken = random.next() < 0.2;
    await rig.writeConfig(`${configOf({ ...OPTIONS, risk, language })}${broken ? 'unknownKey: 1\n' : ''}`);
    tally.configs += 1;
  }

  const running = new Set<Promise<void>>();
  const timers = (
    [
      [150, move],
      [400, talk],
      [2_000, signal],
      [9_000, update],
      [4_000, click],
      [15_000, command],
      [10_000, trouble],
      [12_000, config],
      [60_000, panel],
    ] as const
  ).map(([everyMs, act]) =>
    setInterval(() => {
      // A click on what has just gone, a command while Discord is away: users meet that too.
      const done = Promise.resolve()
        .then(act)
        .catch(() => undefined)
        .finally(() => running.delete(done));
      running.add(done);
    }, everyMs),
  );
  return {
    tally,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.race([Promise.allSettled(running), new Promise((done) => setTimeout(done, 60_000))]);
      rig.binance.faults.clear();
      rig.discord.faults.clear();
      await rig.writeConfig(configOf(OPTIONS));
    },
  };
}

function hasButton(message: Message, label: string): boolean {
  return JSON.stringify(message.components ?? []).includes(`"label":"${label}"`);
}
