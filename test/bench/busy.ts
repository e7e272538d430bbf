import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { Decimal } from '../../src/trading/decimal.ts';
import { type Call, type Called, callOf, fillingPrice } from './calls.ts';
import { type Contestant, launch, type Running } from './contestants.ts';
import { figure, type Sample } from './figures.ts';
import { stopsOf, until } from './open-trades.ts';
import { signalToOrder } from './signals.ts';
import { channelId, IDS, listed, startWorld, type World } from './world.ts';

const CHANNELS = 20;
const OPEN_TRADES = 20;
const SYMBOLS = 50;
const UPDATES_A_SECOND = 50;
const MOVING_S = 10;
const AT_REST_S = 5;
const SETTLE_MS = 3_000;
/** Fewer than any contestant can read: none falls behind and keeps the rest in memory. */
const CHATS_A_SECOND = 1_500;
const FLOOD = 10_000;
/** The last channel asks first. */
const AUTOMATIC = CHANNELS - 1;

/**
 * Twenty open trades on as many symbols, moving prices, then chats in twenty channels; memory and processor time beside
 * them. Only the bot's trades are protected and followed; the others have placed orders, and the floors a stop each.
 */
export async function measureBusy(contestant: Contestant, chats: number): Promise<Sample[]> {
  const world = await startWorld({ channels: CHANNELS, symbols: SYMBOLS, entryTimeout: '1h' });
  try {
    const running = await launch(contestant, world);
    try {
      await pause(SETTLE_MS);
      // Two symbols more, whose entries wait.
      const called = listed(world, OPEN_TRADES + 2);
      const traded = called.slice(0, OPEN_TRADES);
      await openTrades(world, traded, contestant === 'bot');
      await pause(SETTLE_MS);
      const opening = { ...world.traffic };
      const samples = [figure(`RSS with ${OPEN_TRADES} open trades`, 'MB', [running.rssMb()])];
      if (contestant === 'bot') samples.push(...(await movingPrices(world, running)));
      const [behindChats, behindFlood] = called.slice(OPEN_TRADES).map((each) => callOf(0, [each]));
      if (!behindChats || !behindFlood) throw new Error('the exchange lists too little');
      samples.push(...(await chatter(world, running, chats, behindChats)));
      samples.push(...(await flood(world, behindFlood)));
      if (contestant === 'bot') samples.push(...(await stopOut(world, traded, opening)));
      return samples;
    } finally {
      await running.end();
    }
  } finally {
    await world.close();
  }
}

/** Each entry fills, and the price is back above it. */
async function openTrades(world: World, called: readonly Called[], areProtected: boolean): Promise<void> {
  for (let index = 0; index < OPEN_TRADES; index += 1) {
    await signalToOrder(world, callOf(index, called));
    await pause(SETTLE_MS / OPEN_TRADES);
  }
  for (const each of called)
    world.binance.usdm.setPrice(each.symbol, { last: new Decimal(fillingPrice(each)) });
  if (areProtected) await until(() => stopsOf(world) >= OPEN_TRADES, `${OPEN_TRADES} stops`);
  for (const { symbol, last } of called) world.binance.usdm.setPrice(symbol, { last: new Decimal(last) });
}

/** The price falls through every stop: what the trades have cost from their signals to their ends. */
async function stopOut(
  world: World,
  called: readonly Called[],
  opening: Readonly<World['traffic']>,
): Promise<Sample[]> {
  const before = { ...world.traffic };
  for (const { symbol, last } of called) {
    const below = new Decimal(last).times('0.87');
    world.binance.usdm.setPrice(symbol, { last: below, mark: below });
  }
  await pause(2 * SETTLE_MS);
  const perTrade = (of: 'orders' | 'posts'): number =>
    (opening[of] + world.traffic[of] - before[of]) / OPEN_TRADES;
  return [
    figure('orders placed and cancelled in the life of a trade', '', [perTrade('orders')]),
    figure('messages in the trades channel in the life of a trade', '', [perTrade('posts')]),
  ];
}

/** Every symbol once a second, up and down. */
async function movingPrices({ binance: { usdm } }: World, running: Running): Promise<Sample[]> {
  const shareOf = async (seconds: number, during: () => Promise<unknown>): Promise<number> => {
    const before = running.cpuMs();
    await during();
    return ((running.cpuMs() - before) / (seconds * 1_000)) * 100;
  };
  const still = await shareOf(AT_REST_S, () => pause(AT_REST_S * 1_000));
  const symbols = [...usdm.markets.keys()].slice(0, SYMBOLS);
  const moving = await shareOf(MOVING_S, async () => {
    for (let second = 0; second < MOVING_S; second += 1) {
      for (const [index, symbol] of symbols.entries()) {
        const next = usdm
          .market(symbol)
          .last.times(second % 2 === 0 ? '1.0004' : new Decimal(1).div('1.0004'));
        usdm.setPrice(symbol, { last: next, mark: next });
        if (index % 5 === 4) await pause(1_000 / (UPDATES_A_SECOND / 5));
      }
    }
  });
  return [
    figure(`CPU of one core, ${OPEN_TRADES} open trades, prices standing still`, '%', [still]),
    figure(
      `CPU of one core, ${OPEN_TRADES} open trades, ${UPDATES_A_SECOND} price updates a second of ${SYMBOLS} symbols`,
      '%',
      [moving],
    ),
  ];
}

function post(world: World, index: number): void {
  world.discord.post({
    channel: channelId(index % CHANNELS),
    author: IDS.analyst,
    content: `#BTC looks strong, watching the ${60_000 + index} level today, no entry yet. ${'More soon. '.repeat(20)}`,
  });
}

async function chatter(world: World, running: Running, chats: number, behind: Call): Promise<Sample[]> {
  const before = running.cpuMs();
  const startedAt = performance.now();
  for (let index = 0; index < chats; index += 1) {
    post(world, index);
    if (index % 20 !== 19) continue;
    const early = (index / CHATS_A_SECOND) * 1_000 - (performance.now() - startedAt);
    await (early > 1 ? pause(early) : turn());
  }
  await lastIsRead(world, behind);
  await pause(SETTLE_MS);
  return [
    figure(`RSS after the chats in ${CHANNELS} channels, ${OPEN_TRADES} open trades`, 'MB', [
      running.rssMb(),
    ]),
    figure('CPU time per 1,000 chats', 'ms', [((running.cpuMs() - before) / chats) * 1_000]),
  ];
}

/** As fast as they can be posted: the contestant, or the simulated Discord, is busy all the time. */
async function flood(world: World, behind: Call): Promise<Sample[]> {
  const startedAt = performance.now();
  for (let index = 0; index < FLOOD; index += 1) {
    post(world, index);
    if (index % 100 === 99) await turn();
  }
  await lastIsRead(world, behind);
  return [figure('chats read per second', '1/s', [(FLOOD / (performance.now() - startedAt)) * 1_000])];
}

/** The last chat has been dealt with when the signal behind it has. */
function lastIsRead(world: World, behind: Call): Promise<number> {
  return signalToOrder(world, behind, channelId(AUTOMATIC - 1));
}
