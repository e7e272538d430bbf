import { setTimeout as pause } from 'node:timers/promises';
import { Decimal } from '../../src/trading/decimal.ts';
import { callOf } from './calls.ts';
import { type Contestant, launch, type Running } from './contestants.ts';
import { figure, type Sample, waits } from './figures.ts';
import { isEntryOf, signalToOrder } from './signals.ts';
import { channelId, IDS, startWorld, type World } from './world.ts';

const CHANNELS = 20;
const OPEN_TRADES = 20;
const SETTLE_MS = 3_000;
const BURST = 200;
const PATIENCE_MS = 60_000;
/** The last channel asks first. */
const AUTOMATIC = CHANNELS - 1;

/** Twenty busy channels: chats, a burst of signals, moving prices; memory and processor time beside them. */
export async function measureBusy(contestant: Contestant, chats: number): Promise<Sample[]> {
  const world = await startWorld({ channels: CHANNELS, entryTimeout: '1h' });
  try {
    const running = await launch(contestant, world);
    try {
      await pause(SETTLE_MS);
      const samples = [...(await burst(world)), ...(await chatter(world, running, chats))];
      return contestant === 'bot' ? [...samples, ...(await movingPrices(world, running))] : samples;
    } finally {
      await running.end();
    }
  } finally {
    await world.close();
  }
}

/** 200 signals within a second over all channels: none may be lost, and a symbol's orders keep their order. */
async function burst(world: World): Promise<Sample[]> {
  for (let index = 0; index < OPEN_TRADES; index += 1) await signalToOrder(world, callOf(index));
  const posted = Array.from({ length: BURST }, (_, index) => ({ call: callOf(OPEN_TRADES + index), at: 0 }));
  const latencies: number[] = [];
  const order: number[] = [];
  const all = Promise.withResolvers<void>();
  world.onOrder((request) => {
    const number = posted.findIndex(({ call }) => isEntryOf(call, request));
    if (number === -1) return;
    latencies.push(performance.now() - (posted[number]?.at ?? 0));
    order.push(number);
    if (latencies.length === BURST) all.resolve();
  });
  for (const [index, signal] of posted.entries()) {
    signal.at = performance.now();
    const channel = channelId(index % AUTOMATIC);
    world.discord.post({ channel, author: IDS.analyst, content: signal.call.text });
    if (index % 10 === 9) await pause(1_000 / (BURST / 10));
  }
  await Promise.race([all.promise, pause(PATIENCE_MS)]);
  const overtaken = [...Map.groupBy(order, (number) => posted[number]?.call.symbol).values()].flatMap(
    (numbers) => numbers.filter((number, index) => number < (numbers[index - 1] ?? 0)),
  );
  return [
    ...waits('200 signals in a second, signal to order', latencies),
    figure('200 signals in a second, orders missing', '', [BURST - latencies.length]),
    figure('200 signals in a second, orders on one symbol out of order', '', [overtaken.length]),
  ];
}

async function chatter(world: World, running: Running, chats: number): Promise<Sample[]> {
  await pause(SETTLE_MS);
  const before = running.cpuMs();
  const startedAt = performance.now();
  for (let index = 0; index < chats; index += 1) {
    world.discord.post({
      channel: channelId(index % CHANNELS),
      author: IDS.analyst,
      content: `#BTC looks strong, watching the ${60_000 + index} level today, no entry yet. ${'More soon. '.repeat(20)}`,
    });
    if (index % 20 === 19) await pause(5);
  }
  // The last of them has been dealt with when the signal behind it has.
  await signalToOrder(world, callOf(OPEN_TRADES + BURST), channelId((chats - 1) % AUTOMATIC));
  const tookMs = performance.now() - startedAt;
  await pause(SETTLE_MS);
  return [
    figure(`RSS after ${chats} chats in 20 channels, with open trades`, 'MB', [running.rssMb()]),
    figure('CPU time per 1,000 chats', 'ms', [((running.cpuMs() - before) / chats) * 1_000]),
    figure('chats read per second, as they were posted', '1/s', [(chats / tookMs) * 1_000]),
  ];
}

const UPDATES_A_SECOND = 50;
const FOR_SECONDS = 10;

/** With the trades of the burst still open. */
async function movingPrices(world: World, running: Running): Promise<Sample[]> {
  const symbols = ['BTCUSDT', ...[...world.binance.usdm.markets.keys()].slice(0, UPDATES_A_SECOND - 1)];
  const before = running.cpuMs();
  for (let second = 0; second < FOR_SECONDS; second += 1) {
    for (const [index, symbol] of symbols.entries()) {
      const { last } = world.binance.usdm.market(symbol);
      const next = last.times(second % 2 === 0 ? '1.0004' : new Decimal(1).div('1.0004'));
      world.binance.usdm.setPrice(symbol, { last: next, mark: next });
      if (index % 5 === 4) await pause(1_000 / (UPDATES_A_SECOND / 5));
    }
  }
  const share = ((running.cpuMs() - before) / (FOR_SECONDS * 1_000)) * 100;
  return [figure('CPU of one core at 50 price updates a second, open trades', '%', [share])];
}
