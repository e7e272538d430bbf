import { setTimeout as pause } from 'node:timers/promises';
import { type Called, callOf } from './calls.ts';
import { type Contestant, launch } from './contestants.ts';
import { figure, type Sample, waits } from './figures.ts';
import { after, isEntryOf, PATIENCE_MS, signalToOrder, WARM_UP } from './signals.ts';
import { channelId, IDS, listed, startWorld, type World } from './world.ts';

const CHANNELS = 20;
const SYMBOLS = 20;
const SIGNALS = 200;
/** They are posted ten at a time. */
const AT_ONCE = 10;
/** The last channel asks first. */
const AUTOMATIC = CHANNELS - 1;
/** 200 signals on twenty symbols within a second over twenty channels: none may be lost, and a symbol's orders keep their order. */
export async function measureBurst(contestant: Contestant): Promise<Sample[]> {
  const world = await startWorld({ channels: CHANNELS, entryTimeout: '1h' });
  try {
    const running = await launch(contestant, world);
    try {
      const called = listed(world, SYMBOLS);
      for (let index = 0; index < WARM_UP; index += 1) {
        await signalToOrder(world, callOf(index, called));
        await after(contestant);
      }
      return await burst(world, called);
    } finally {
      await running.end();
    }
  } finally {
    await world.close();
  }
}

async function burst(world: World, called: readonly Called[]): Promise<Sample[]> {
  const posted = Array.from({ length: SIGNALS }, (_, index) => ({
    call: callOf(WARM_UP + index, called),
    at: 0,
  }));
  const latencies: number[] = [];
  const order: number[] = [];
  world.onOrder((request) => {
    const number = posted.findIndex(({ call }) => isEntryOf(call, request));
    if (number === -1) return;
    latencies.push(performance.now() - (posted[number]?.at ?? 0));
    order.push(number);
  });
  for (const [index, signal] of posted.entries()) {
    signal.at = performance.now();
    const channel = channelId(index % AUTOMATIC);
    world.discord.post({ channel, author: IDS.analyst, content: signal.call.text });
    if (index % AT_ONCE === AT_ONCE - 1) await pause(1_000 / (SIGNALS / AT_ONCE));
  }
  // For each trade the bot keeps one of the account's 200 conditional orders free, and says of the last signals that none is left.
  const denied = (): number =>
    world.discord.messages(IDS.trades).filter(({ content }) => content.startsWith('Denied')).length;
  const deadline = performance.now() + PATIENCE_MS;
  while (order.length + denied() < SIGNALS && performance.now() < deadline) await pause(20);
  const overtaken = [...Map.groupBy(order, (number) => posted[number]?.call.symbol).values()].flatMap(
    (numbers) => numbers.filter((number, index) => number < (numbers[index - 1] ?? 0)),
  );
  return [
    ...waits('200 signals in a second, signal to order', latencies),
    figure('200 signals in a second, neither ordered nor denied', '', [SIGNALS - order.length - denied()], 1),
    figure('200 signals in a second, orders on one symbol out of order', '', [overtaken.length], 1),
  ];
}
