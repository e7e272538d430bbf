import { setTimeout as pause } from 'node:timers/promises';
import type { DiscordControl } from '../sim/discord/control-client.ts';
import type { Message } from '../sim/discord/wire.ts';
import { Decimal } from '../trading/decimal.ts';
import type { Narrator } from './narrator.ts';
import { IDS } from './world.ts';

export interface Stage {
  discord: DiscordControl;
  market: Market;
  narrator: Narrator;
  /** Waits as long as a reader needs; not at all in a fast run. */
  breathe(seconds: number): Promise<void>;
}

export interface Market {
  price(symbol: string): Promise<Decimal>;
  /** Moves the price there in small steps; everything on the way trades. */
  walk(symbol: string, to: Decimal): Promise<void>;
}

const PATIENCE_MS = 15_000;

export function createMarket(binanceUrl: string, paceMs: number): Market {
  const price = async (symbol: string): Promise<Decimal> => {
    const answer = await fetch(`${binanceUrl}/fapi/v1/ticker/price?symbol=${symbol}`);
    const body = (await answer.json()) as { price: string };
    return new Decimal(body.price);
  };
  const set = async (symbol: string, last: Decimal): Promise<void> => {
    const answer = await fetch(`${binanceUrl}/__sim/price`, {
      method: 'POST',
      body: JSON.stringify({ symbol, last: last.toString() }),
    });
    if (!answer.ok) throw new Error(`the market did not move: ${await answer.text()}`);
  };
  return {
    price,
    async walk(symbol, to) {
      const steps = 12;
      const from = await price(symbol);
      const tick = from.gt(1_000) ? 1 : 4;
      for (let step = 1; step <= steps; step += 1) {
        await set(symbol, from.plus(to.minus(from).times(step).div(steps)).toDecimalPlaces(tick));
        await pause(paceMs);
      }
    },
  };
}

/** Waits for a message in #trades that was created or changed after `since` and says all of these words. */
function answer(stage: Stage, since: string, ...words: string[]): Promise<Message> {
  return stage.discord.waitForMessage(
    (message) =>
      BigInt(message.id) > BigInt(since) && words.every((word) => JSON.stringify(message).includes(word)),
    { channel: IDS.trades, timeoutMs: PATIENCE_MS },
  );
}

/** One signal to its end: plan, click, entry, stop, both targets, result. */
export async function playConfirmed({ discord, market, narrator, breathe }: Stage): Promise<void> {
  const stage = { discord, market, narrator, breathe };
  const price = await market.price('BTCUSDT');
  const level = (percent: number): string =>
    price
      .times(1 + percent / 100)
      .toDecimalPlaces(0)
      .toString();
  narrator.heading('An analyst posts a signal; this channel asks before it trades');
  const signal = await discord.post({
    channel: IDS.alpha,
    author: IDS.analyst,
    content: `🚀 #BTC/USDT LONG\n\nEntry: ${level(-0.1)}\nTP1: ${level(0.8)}\nTP2: ${level(1.6)}\nSL: ${level(-1)}\nLeverage: 5x`,
  });
  const question = await answer(stage, signal.id, 'BTCUSDT', 'Confirm');
  await breathe(4);
  narrator.note('You press Confirm');
  await discord.press({ user: IDS.operator, message: question.id, label: 'Confirm' });
  await answer(stage, question.id, 'BTCUSDT', 'Close 100%');
  await breathe(2);
  narrator.note('The market comes down to the entry');
  await market.walk('BTCUSDT', price.times('0.998'));
  const filled = await answer(stage, question.id, 'Filled');
  await breathe(4);
  narrator.note('It rises through the first target: the stop moves to break-even');
  await market.walk('BTCUSDT', price.times('1.009'));
  await answer(stage, filled.id, 'Filled');
  await breathe(4);
  narrator.note('… and through the last one');
  await market.walk('BTCUSDT', price.times('1.017'));
  await answer(stage, filled.id, 'Closed BTCUSDT');
  await breathe(4);
  await tellResult(stage);
}

/** A Chinese analyst whose channel trades by itself, and a market that goes the wrong way. */
export async function playStopped({ discord, market, narrator, breathe }: Stage): Promise<void> {
  const stage = { discord, market, narrator, breathe };
  const price = await market.price('ETHUSDT');
  const level = (percent: number): string =>
    price
      .times(1 + percent / 100)
      .toDecimalPlaces(1)
      .toString();
  narrator.heading('A Chinese signal in a channel that trades by itself');
  const signal = await discord.post({
    channel: IDS.beta,
    author: IDS.analyst,
    content: `以太 现价多\n止盈：${level(1.5)} / ${level(3)}\n止损：${level(-1)}\n杠杆 5x`,
  });
  await answer(stage, signal.id, 'Filled', 'ETHUSDT');
  await breathe(5);
  narrator.note('The market falls through the stop, which stands on the exchange');
  await market.walk('ETHUSDT', price.times('0.985'));
  await answer(stage, signal.id, 'Closed ETHUSDT');
  await breathe(4);
}

/** What is not traded is explained, or not even mentioned when it is only talk. */
export async function playRefused({ discord, narrator, breathe, market }: Stage): Promise<void> {
  const stage = { discord, market, narrator, breathe };
  narrator.heading('Talk is not a signal, and a signal without a stop is refused with its reason');
  await discord.post({
    channel: IDS.alpha,
    author: IDS.analyst,
    content: 'gm, BTC looks strong above 60k, let us see 🚀',
  });
  await breathe(2);
  const naked = await discord.post({
    channel: IDS.alpha,
    author: IDS.analyst,
    content: 'SOL long now, 10x, to the moon',
  });
  await answer(stage, naked.id, 'Denied');
  await breathe(4);
}

async function tellResult({ discord, narrator, breathe }: Stage): Promise<void> {
  narrator.note('You ask /pnl');
  await discord.command({ user: IDS.operator, channel: IDS.trades, name: 'pnl' });
  await breathe(4);
}
