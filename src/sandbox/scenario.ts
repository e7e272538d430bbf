import type { Catalogue } from '../bot/locales/index.ts';
import { ControlError, type DiscordControl } from '../sim/discord/control-client.ts';
import type { Message } from '../sim/discord/wire.ts';
import type { Market } from './market.ts';
import type { Narrator } from './narrator.ts';
import type { SandboxWords } from './words.ts';
import { IDS } from './world.ts';

export interface Stage {
  /** The words of the language that the bot speaks in its channels. */
  t(): Promise<Catalogue>;
  /** What is told in the terminal, in that language. */
  words(): SandboxWords;
  discord: DiscordControl;
  market: Market;
  narrator: Narrator;
  /** Waits as long as a reader needs; not at all in a fast run. */
  breathe(seconds: number): Promise<void>;
}

/** Two programs and their simulators may share one slow machine. */
const PATIENCE_MS = 60_000;

/** Waits for a message in #trades that was created or changed after `since` and says all of these words. */
function answer(stage: Stage, since: string, ...words: string[]): Promise<Message> {
  return stage.discord.waitForMessage(
    (message) =>
      BigInt(message.id) > BigInt(since) && words.every((word) => JSON.stringify(message).includes(word)),
    { channel: IDS.trades, timeoutMs: PATIENCE_MS },
  );
}

/** One signal to its end: plan, click, entry, stop, both targets, result. */
export async function playConfirmed(stage: Stage): Promise<void> {
  const { discord, market, narrator, breathe } = stage;
  const t = await stage.t();
  const price = await market.price('BTCUSDT');
  const level = (percent: number): string =>
    price
      .times(1 + percent / 100)
      .toDecimalPlaces(0)
      .toString();
  narrator.heading(stage.words().confirmed);
  const signal = await discord.post({
    channel: IDS.alpha,
    author: IDS.analyst,
    content: `🚀 #BTC/USDT LONG\n\nEntry: ${level(-0.1)}\nTP1: ${level(0.8)}\nTP2: ${level(1.6)}\nSL: ${level(-1)}\nLeverage: 5x`,
  });
  const question = await answer(stage, signal.id, 'BTCUSDT', t.button.confirm);
  await breathe(4);
  narrator.note(stage.words().pressConfirm);
  await insist(stage, () =>
    discord.press({ user: IDS.operator, message: question.id, label: t.button.confirm }),
  );
  await answer(stage, question.id, 'BTCUSDT', t.button.close(100));
  await breathe(2);
  narrator.note(stage.words().toEntry);
  await market.walk('BTCUSDT', price.times('0.998'));
  const filled = await answer(stage, question.id, t.filled);
  await breathe(4);
  narrator.note(stage.words().throughFirst);
  await market.walk('BTCUSDT', price.times('1.009'));
  await answer(stage, filled.id, t.filled);
  await breathe(4);
  narrator.note(stage.words().throughLast);
  await market.walk('BTCUSDT', price.times('1.017'));
  await answer(stage, filled.id, t.closed, 'BTCUSDT');
  await breathe(4);
  await tellResult(stage);
}

/** A Chinese analyst whose channel trades by itself, and a market that goes the wrong way. */
export async function playStopped(stage: Stage): Promise<void> {
  const { discord, market, narrator, breathe } = stage;
  const t = await stage.t();
  const price = await market.price('ETHUSDT');
  const level = (percent: number): string =>
    price
      .times(1 + percent / 100)
      .toDecimalPlaces(1)
      .toString();
  narrator.heading(stage.words().stopped);
  const signal = await discord.post({
    channel: IDS.beta,
    author: IDS.analyst,
    content: `以太 现价多\n止盈：${level(1.5)} / ${level(3)}\n止损：${level(-1)}\n杠杆 5x`,
  });
  await answer(stage, signal.id, t.filled, 'ETHUSDT');
  await breathe(5);
  narrator.note(stage.words().throughStop);
  await market.walk('ETHUSDT', price.times('0.985'));
  await answer(stage, signal.id, t.closed, 'ETHUSDT');
  await breathe(4);
}

/** What is not traded is explained, or not even mentioned when it is only talk. */
export async function playRefused(stage: Stage): Promise<void> {
  const { discord, narrator, breathe } = stage;
  narrator.heading(stage.words().refused);
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
  await answer(stage, naked.id, (await stage.t()).denied);
  await breathe(4);
}

/** As a person does it whom Discord tells that the interaction failed: once more. A press that did arrive counts once. */
async function insist<T>(stage: Stage, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ControlError) || error.name !== 'InteractionFailedError') throw error;
    stage.narrator.note(stage.words().onceMore);
    return act();
  }
}

async function tellResult(stage: Stage): Promise<void> {
  const { discord, narrator, breathe } = stage;
  narrator.note(stage.words().askPnl);
  const { message } = await insist(stage, () =>
    discord.command({ user: IDS.operator, channel: IDS.trades, name: 'pnl' }),
  );
  // The end may come before the feed does.
  if (message) narrator.event({ type: 'message.created', message, ephemeralFor: IDS.operator });
  await breathe(4);
}
