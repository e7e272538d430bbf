import { setTimeout as pause } from 'node:timers/promises';
import { Decimal } from '../trading/decimal.ts';

/** What the sandbox's market is made to do. */
export interface Market {
  price(symbol: string): Promise<Decimal>;
  /** Moves the price there in small steps; everything on the way trades. A later move ends an earlier one. */
  walk(symbol: string, to: Decimal, steps?: number): Promise<void>;
  /** Jumps there: stops on the way fill at the new price. */
  jump(symbol: string, to: Decimal): Promise<void>;
  setSpeed(factor: number): Promise<void>;
  overview(): Promise<Overview>;
  /** One-minute candles, oldest first. */
  candles(symbol: string): Promise<Candle[]>;
  steer(command: string, body?: object): Promise<void>;
}

/** The exchange as it stands; amounts are decimal strings. Orders and trades are as the exchange itself shows them. */
export interface Overview {
  time: number;
  speed: number;
  account: { wallet: string; unrealized: string; marginBalance: string; available: string };
  prices: Record<string, { last: string; mark: string }>;
  positions: Record<string, string>[];
  openOrders: Record<string, string>[];
  openAlgoOrders: Record<string, string>[];
  trades: Record<string, string>[];
  spot: {
    balances: { asset: string; free: string; locked: string }[];
    openOrders: Record<string, string>[];
    trades: Record<string, string | boolean>[];
  };
}

export interface Candle {
  /** Seconds since the epoch. */
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
}

const STEPS = 12;
const CANDLES = 240;

/** `paceMs` is the pause between the steps of a walk. */
export function createMarket(binanceUrl: string, paceMs: number): Market {
  const moves = new Map<string, symbol>();
  // All of it by the control API: the exchange's own may be switched off at the moment.
  const ask = async <T>(command: string, body?: object): Promise<T> => {
    const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${binanceUrl}/__sim/${command}`, request);
    if (!answer.ok) throw new Error(`the market did not take that: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const steer = async (command: string, body: object = {}): Promise<void> => void (await ask(command, body));
  const overview = () => ask<Overview>('overview');
  const price = async (symbol: string): Promise<Decimal> => {
    const found = (await overview()).prices[symbol];
    if (found === undefined) throw new Error(`there is no ${symbol}`);
    return new Decimal(found.last);
  };
  return {
    price,
    overview,
    steer,
    async walk(symbol, to, steps = STEPS) {
      const move = Symbol(symbol);
      moves.set(symbol, move);
      const from = await price(symbol);
      for (let step = 1; step <= steps && moves.get(symbol) === move; step += 1) {
        const last = from.plus(to.minus(from).times(step).div(steps));
        await steer('price', { symbol, last: last.toFixed(8) });
        await pause(paceMs);
      }
    },
    async jump(symbol, to) {
      moves.delete(symbol);
      await steer('jump', { symbol, to: to.toFixed(8) });
    },
    setSpeed: (factor) => steer('speed', { factor }),
    async candles(symbol) {
      const rows = await ask<[number, string, string, string, string][]>('candles', {
        symbol,
        limit: CANDLES,
      });
      return rows.map(([at, ...values]) => {
        const [open, high, low, close] = values.slice(0, 4).map(Number) as [number, number, number, number];
        return { time: at / 1_000, open, high, low, close };
      });
    },
  };
}
