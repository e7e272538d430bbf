import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { commands } from '../../src/commands/index.ts';
import { walkComponents } from '../../src/sim/discord/limits/components.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import { CALLED } from './calls.ts';
import { launch } from './contestants.ts';
import { figure, type Measured, quantile, type Sample, waits } from './figures.ts';
import { openAtMarket, until } from './open-trades.ts';
import { IDS, startWorld, type World } from './world.ts';

/** The first ones warm the code up, for both alike. */
const WARM_UP = 3;
const TRADES = 20;
const BETWEEN_MS = 20;
const SETTLE_MS = 3_000;
const PRICES_EVERY_MS = 250;

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

type Act = (name: string, act: () => Promise<unknown>) => Promise<void>;
type Shown = ReturnType<World['discord']['messages']>[number];

/** By what was done, in milliseconds. */
interface Times {
  commands: Map<string, number[]>;
  presses: Map<string, number[]>;
}

/**
 * From the moment the gateway frame of a command or a press is handed to the socket to the moment Discord has the first
 * answer, with 20 open trades whose price moves, in turn with bare discord.js that answers two letters. With `kinds`,
 * each kind has figures of its own.
 */
export async function measureInteractions(rounds: number, kinds: boolean): Promise<Measured[]> {
  // What is pressed again and again must stay, however many answers come after it.
  const shape = { keepMessages: Number.POSITIVE_INFINITY, entryTimeout: '1h' };
  const [world, bare] = [await startWorld(shape), await startWorld(shape)];
  const bot = await launch('bot', world);
  const floor = await launch([join(import.meta.dirname, 'interactions-floor.ts')], bare);
  const stop = movePrices(world);
  try {
    const trades = await openTrades(world);
    const [button] = bare.discord.messages(IDS.trades);
    const [times, least] = [noTimes(), noTimes()];
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      const into = (kept: Map<string, number[]>): Act => timed(round < WARM_UP ? new Map() : kept);
      const asked: Act = async (name, act) => {
        await into(times.commands)(name, act);
        await into(least.commands)('ping', () => command(bare, { name: 'ping' }));
      };
      const pressed: Act = async (name, act) => {
        await into(times.presses)(name, act);
        await into(least.presses)('Press', () => press(bare, button, 'Press'));
      };
      await playRound(world, round, trades, asked, pressed);
    }
    checkAllTimed(times.commands);
    return [
      { contestant: 'floor', samples: answers(least) },
      {
        contestant: 'bot',
        samples: [...answers(times), slowest(times), ...(kinds ? byKind(times) : [])],
      },
    ];
  } finally {
    stop();
    for (const running of [bot, floor]) await running.end();
    for (const each of [world, bare]) await each.close();
  }
}

async function playRound(
  world: World,
  round: number,
  { cards, positions }: { cards: readonly Shown[]; positions: Shown | undefined },
  asked: Act,
  pressed: Act,
): Promise<void> {
  for (const one of COMMANDS) await asked(nameOf(one), () => command(world, one));
  const card = cards[round % cards.length];
  for (const label of PRESSES)
    await pressed(label, () => press(world, label === 'Refresh' ? positions : card, label));
  await asked('/why', () => command(world, { name: 'why', options: { message: card?.id ?? '' } }));
  await asked('/risk set, typing', () =>
    world.discord.autocomplete({
      user: IDS.operator,
      channel: IDS.trades,
      name: 'risk set',
      options: { key: 'max' },
      focused: 'key',
    }),
  );
  await decide(world, round, pressed);
}

function timed(into: Map<string, number[]>): Act {
  return async (name, act) => {
    const begun = performance.now();
    await act();
    const took = performance.now() - begun;
    into.set(name, [...(into.get(name) ?? []), took]);
    await pause(BETWEEN_MS);
  };
}

function checkAllTimed(times: ReadonlyMap<string, unknown>): void {
  const untimed = commands
    .map(({ data }) => data.name)
    .filter((name) => ![...times.keys()].some((key) => key.startsWith(`/${name}`)));
  if (untimed.length > 0) throw new Error(`not measured: ${untimed}`);
}

/** In the last channel, which asks before it trades: a form that opens, one that is sent with a stop nobody can read, and a no. */
async function decide(world: World, round: number, pressed: Act): Promise<void> {
  const { discord, env } = world;
  const asking = () =>
    discord.messages(IDS.trades).find((message) => has(message, 'Adjust') && has(message, 'Reject'));
  discord.post({
    channel: env.CONFIRM_CHANNEL ?? '',
    author: IDS.analyst,
    content: `#BTC/USDT LONG\nEntry: 60000\nTP1: 66000\nSL: ${58_000 - round}`,
  });
  await until(() => asking() !== undefined, 'nobody asked');
  const question = asking();
  let form = '';
  await pressed('Adjust', async () => {
    form = (await press(world, question, 'Adjust')).interactionId;
  });
  await pressed('Adjust, sent', () =>
    discord.submitModal({
      user: IDS.operator,
      interaction: form,
      fields: { stop: 'low', targets: '66000', size: '0.01' },
      until: 'first',
    }),
  );
  await pressed('Reject', () => press(world, question, 'Reject'));
  await until(() => asking() === undefined, 'the buttons stay');
}

function noTimes(): Times {
  return { commands: new Map(), presses: new Map() };
}

function answers({ commands: asked, presses }: Times): Sample[] {
  return [
    ...waits('command to first answer', [...asked.values()].flat()),
    ...waits('press to first answer', [...presses.values()].flat()),
  ];
}

/** The slowest kind at the median. */
function slowest({ commands: asked }: Times): Sample {
  const medians = [...asked.values()].map((times) => quantile(times, 0.5));
  return figure('slowest command to first answer p50', 'ms', [Math.max(...medians)]);
}

function byKind({ commands: asked, presses }: Times): Sample[] {
  return [...asked, ...presses].flatMap(([name, times]) => waits(name, times));
}

function nameOf({ name, options = {} }: Command): string {
  return `/${[name, ...Object.values(options).slice(0, 1)].join(' ').split('\n')[0]}`;
}

function command({ discord }: World, { name, options = {} }: Command) {
  return discord.command({ user: IDS.operator, channel: IDS.trades, name, options, until: 'first' });
}

function press({ discord }: World, message: Shown | undefined, label: string) {
  return discord.press({ user: IDS.operator, message: message?.id ?? '', label, until: 'first' });
}

async function openTrades(world: World): Promise<{ cards: Shown[]; positions: Shown | undefined }> {
  const { discord } = world;
  const cards = (): Shown[] => discord.messages(IDS.trades).filter((message) => has(message, 'Break-even'));
  // One symbol, whose price moves.
  await openAtMarket(world, TRADES, CALLED.slice(0, 1));
  await until(() => cards().length >= TRADES, `${TRADES} cards`);
  await pause(SETTLE_MS);
  const { message } = await discord.command({ user: IDS.operator, channel: IDS.trades, name: 'positions' });
  return { cards: cards(), positions: message ?? undefined };
}

function has(message: Shown, label: string): boolean {
  return [...walkComponents(message.components)].some((part) => 'label' in part && part.label === label);
}

function movePrices({ binance }: World): () => void {
  let step = 0;
  const timer = setInterval(() => {
    step += 1;
    binance.usdm.setPrice('BTCUSDT', { last: new Decimal(60_600 + (step % 40) * 5) });
  }, PRICES_EVERY_MS);
  return () => clearInterval(timer);
}
