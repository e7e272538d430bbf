import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { commands } from '../../src/commands/index.ts';
import { walkComponents } from '../../src/sim/discord/limits/components.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { CONTESTANTS, launch } from './contestants.ts';
import { quantile } from './figures.ts';
import { startWorld, type World } from './world.ts';

/**
 * `npm run bench:interactions [-- rounds]`: from the moment the gateway frame of a command or a press is handed to the
 * socket to the moment Discord has its first answer, with 20 open trades whose prices move, beside bare discord.js in
 * the same run.
 */
const ROUNDS = Number(process.argv[2] ?? 40);
/** The first ones warm the code up, for both alike. */
const WARM_UP = 3;
const TRADES = 20;
const BETWEEN_MS = 20;
const PRICES_EVERY_MS = 250;
const OPERATOR = '200000000000000001';
const TRADES_CHANNEL = '400000000000000001';
const SIGNALS_CHANNEL = '500000000000000001';
const ANALYST = '600000000000000001';

interface Command {
  name: string;
  options?: Record<string, string>;
}

const SIGNAL = '#BTC/USDT LONG\nEntry: 60000\nTP1: 66000\nSL: 58500';
const COMMANDS: readonly Command[] = [
  { name: 'positions' },
  { name: 'orders' },
  { name: 'status' },
  { name: 'pnl' },
  { name: 'providers' },
  { name: 'export' },
  { name: 'risk show' },
  { name: 'risk set', options: { key: 'maxStopDistancePct', value: '20' } },
  { name: 'risk set', options: { key: 'maxLeverage', value: '100' } },
  { name: 'parse', options: { text: SIGNAL } },
  { name: 'watch list' },
  { name: 'alerts show' },
  { name: 'audit' },
  { name: 'help' },
  { name: 'close', options: { symbol: 'DOGEUSDT' } },
  { name: 'watch above', options: { symbol: 'BTCUSDT', price: '99000' } },
  { name: 'risk reset', options: { key: 'maxLeverage' } },
  { name: 'panic' },
  { name: 'pause', options: { for: '1h', channel: 'c0' } },
  { name: 'resume' },
];
/** On the answer to `/positions`, and on cards. */
const PRESSES = ['Refresh', 'Details', 'Break-even'];

interface Times {
  /** By what was done, in milliseconds. */
  commands: Map<string, number[]>;
  presses: Map<string, number[]>;
}

async function timed(into: Map<string, number[]>, name: string, round: number, act: () => Promise<unknown>) {
  const begun = performance.now();
  await act();
  const took = performance.now() - begun;
  if (round >= WARM_UP) into.set(name, [...(into.get(name) ?? []), took]);
  await pause(BETWEEN_MS);
}

const command = ({ discord }: World, { name, options = {} }: Command) =>
  discord.command({ user: OPERATOR, channel: TRADES_CHANNEL, name, options, until: 'first' });

function press({ discord }: World, message: string, label: string) {
  return discord.press({ user: OPERATOR, message, label, until: 'first' });
}

async function measureBot(world: World): Promise<Times> {
  await openTrades(world);
  const times: Times = { commands: new Map(), presses: new Map() };
  const { message: positions } = await world.discord.command({
    user: OPERATOR,
    channel: TRADES_CHANNEL,
    name: 'positions',
  });
  const cards = world.discord.messages(TRADES_CHANNEL).filter((message) => has(message, 'Break-even'));
  if (!positions || cards.length < TRADES) throw new Error(`${cards.length} cards`);
  const stop = movePrices(world);
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    for (const one of COMMANDS) {
      const name = `/${[one.name, ...Object.values(one.options ?? {}).slice(0, 1)].join(' ').split('\n')[0]}`;
      await timed(times.commands, name, round, () => command(world, one));
    }
    for (const label of PRESSES) {
      const target = label === 'Refresh' ? positions : cards[round % cards.length];
      await timed(times.presses, label, round, () => press(world, target?.id ?? '', label));
    }
    const message = cards[round % cards.length]?.id ?? '';
    await timed(times.commands, '/why', round, () => command(world, { name: 'why', options: { message } }));
    await timed(times.commands, '/risk set, typing', round, () =>
      world.discord.autocomplete({
        user: OPERATOR,
        channel: TRADES_CHANNEL,
        name: 'risk set',
        options: { key: 'max' },
        focused: 'key',
      }),
    );
    await decide(world, times.presses, round);
  }
  stop();
  const untimed = commands
    .map(({ data }) => data.name)
    .filter((name) => ![...times.commands.keys()].some((key) => key.startsWith(`/${name}`)));
  if (untimed.length > 0) throw new Error(`not measured: ${untimed}`);
  return times;
}

/** In the last channel, which asks before it trades: a form that opens, one that is sent with a stop nobody can read, and a no. */
async function decide(world: World, into: Map<string, number[]>, round: number): Promise<void> {
  const { discord, env } = world;
  const asking = () =>
    discord.messages(TRADES_CHANNEL).find((message) => has(message, 'Adjust') && has(message, 'Reject'));
  discord.post({
    channel: env.CONFIRM_CHANNEL ?? '',
    author: ANALYST,
    content: `#BTC/USDT LONG\nEntry: 60000\nTP1: 66000\nSL: ${58_000 - round}`,
  });
  const deadline = Date.now() + 30_000;
  while (!asking()) {
    if (Date.now() > deadline) throw new Error('nobody asked');
    await pause(BETWEEN_MS);
  }
  const question = asking()?.id ?? '';
  let form = '';
  await timed(into, 'Adjust', round, async () => {
    form = (await press(world, question, 'Adjust')).interactionId;
  });
  await timed(into, 'Adjust, sent', round, () =>
    discord.submitModal({
      user: OPERATOR,
      interaction: form,
      fields: { stop: 'low', targets: '66000', size: '0.01' },
      until: 'first',
    }),
  );
  await timed(into, 'Reject', round, () => press(world, question, 'Reject'));
  while (asking()) {
    if (Date.now() > deadline) throw new Error('the buttons stay');
    await pause(BETWEEN_MS);
  }
}

type Shown = ReturnType<World['discord']['messages']>[number];

function has(message: Shown, label: string): boolean {
  return [...walkComponents(message.components)].some((part) => 'label' in part && part.label === label);
}

/** At market, each with a stop of its own, so that none is a duplicate. */
async function openTrades({ discord, binance }: World): Promise<void> {
  for (let index = 0; index < TRADES; index += 1) {
    discord.post({
      channel: SIGNALS_CHANNEL,
      author: ANALYST,
      content: `#BTC/USDT LONG market\nTP1: ${66_000 + index}\nTP2: ${67_000 + index}\nSL: ${58_500 - index}\nLeverage: 5x`,
    });
    await pause(50);
  }
  const deadline = Date.now() + 60_000;
  while (binance.usdm.openAlgos.size < TRADES || cardsOf(discord) < TRADES) {
    if (Date.now() > deadline)
      throw new Error(`${binance.usdm.openAlgos.size} stops, ${cardsOf(discord)} cards`);
    await pause(100);
  }
  await pause(3_000);
}

function cardsOf(discord: World['discord']): number {
  return discord.messages(TRADES_CHANNEL).filter((message) => has(message, 'Break-even')).length;
}

function movePrices({ binance }: World): () => void {
  let step = 0;
  const timer = setInterval(() => {
    step += 1;
    binance.usdm.setPrice('BTCUSDT', { last: new Decimal(60_600 + (step % 40) * 5) });
  }, PRICES_EVERY_MS);
  return () => clearInterval(timer);
}

async function measureFloor(world: World): Promise<Times> {
  const times: Times = { commands: new Map(), presses: new Map() };
  const [message] = world.discord.messages(TRADES_CHANNEL);
  for (let round = 0; round < ROUNDS * COMMANDS.length + WARM_UP; round += 1) {
    await timed(times.commands, 'ping', round, () => command(world, { name: 'ping' }));
    await timed(times.presses, 'Press', round, () => press(world, message?.id ?? '', 'Press'));
  }
  return times;
}

async function contest(
  command: readonly string[],
  measure: (world: World) => Promise<Times>,
): Promise<Times> {
  // What is pressed again and again must stay, however many answers come after it.
  const world = await startWorld({ keepMessages: Number.POSITIVE_INFINITY, entryTimeout: '1h' });
  try {
    const running = await launch(command, world);
    try {
      return await measure(world);
    } finally {
      await running.end();
    }
  } finally {
    await world.close();
  }
}

function row(name: string, times: readonly number[]): string {
  const [p50, p99, most] = [quantile(times, 0.5), quantile(times, 0.99), Math.max(...times)];
  return `| ${name} | ${times.length} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${most.toFixed(1)} |`;
}

const floor = await contest([join(import.meta.dirname, 'interactions-floor.ts')], measureFloor);
const bot = await contest(CONTESTANTS.bot, measureBot);
console.log(`First answers with ${TRADES} open trades, ${ROUNDS} rounds; milliseconds\n`);
console.log('| what | times | p50 | p99 | slowest |\n| --- | --- | --- | --- | --- |');
console.log(row('bare discord.js, command', [...floor.commands.values()].flat()));
console.log(row('bare discord.js, press', [...floor.presses.values()].flat()));
console.log(row('every command', [...bot.commands.values()].flat()));
console.log(row('every press', [...bot.presses.values()].flat()));
for (const [name, times] of [...bot.commands, ...bot.presses]) console.log(row(name, times));
process.exit(0);
