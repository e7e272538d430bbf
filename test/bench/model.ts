import type { GrowthPoint } from './growth.ts';
import type { Results } from './report.ts';
import { shown, tableOf } from './tables.ts';

/** What a server of one process costs, as the bench has measured it. */
interface Costs {
  /** Milliseconds of one core: for a signal with all that follows, for a chat, and for a second of following one trade. */
  signalMs: number;
  chatMs: number;
  openTradeMs: number;
  /** Megabytes: with 20 open trades after many chats, and for one more of them. */
  baseMb: number;
  openTradeMb: number;
  /** Over the life of a trade. */
  posts: number;
  orders: number;
}

/** A minute of one server. */
interface Load {
  name: string;
  channels: number;
  signals: number;
  chats: number;
  openTrades: number;
}

function loadsUpTo(mostTrades: number): readonly Load[] {
  return [
    { name: 'a small group', channels: 3, signals: 1, chats: 10, openTrades: 5 },
    { name: 'a busy group', channels: 20, signals: 5, chats: 300, openTrades: 50 },
    { name: 'the edge', channels: 500, signals: Math.floor(mostTrades), chats: 3_000, openTrades: 200 },
  ];
}

/** Whose they are is told in docs/scaling.md; the core is shared with the machine's other work. */
const LIMITS = { postsPerMinute: 60, ordersPerMinute: 1_200, openTrades: 200, coreShare: 0.5 } as const;
const MINUTE_MS = 60_000;
const FOLLOWED = 20;

export function costsOf({ figures, growth }: Results): Costs {
  const bot = (name: string): number => {
    const value = figures.find(({ figure }) => figure === name)?.of.bot;
    if (value === undefined) throw new Error(`the model needs "${name}": measure all parts`);
    return value;
  };
  const still = bot('CPU of one core, 20 open trades, prices standing still');
  const moving = bot('CPU of one core, 20 open trades, 50 price updates a second of 50 symbols');
  return {
    signalMs: bot('CPU time per signal, with all that follows'),
    chatMs: bot('CPU time per 1,000 chats') / 1_000,
    openTradeMs: (Math.max(still, moving) * 10) / FOLLOWED,
    baseMb: bot('RSS after the chats in 20 channels, 20 open trades'),
    openTradeMb: slope(growth['open trades'] ?? []),
    posts: bot('messages in the trades channel in the life of a trade'),
    orders: bot('orders placed and cancelled in the life of a trade'),
  };
}

/** Megabytes for one more, from the first to the last; never less than nothing. */
function slope(points: readonly GrowthPoint[]): number {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return 0;
  return Math.max(0, (last.rssMb - first.rssMb) / (last.count - first.count));
}

/** Trades a minute that each limit allows, the narrowest first. */
export function tradesPerMinute(costs: Costs): { limit: string; most: number }[] {
  return [
    { limit: 'messages in the trades channel', most: LIMITS.postsPerMinute / costs.posts },
    { limit: 'orders of one account', most: LIMITS.ordersPerMinute / costs.orders },
    { limit: 'half a core', most: (LIMITS.coreShare * MINUTE_MS) / costs.signalMs },
  ].sort((a, b) => a.most - b.most);
}

export function modelText(results: Results): string {
  const costs = costsOf(results);
  const most = tradesPerMinute(costs);
  const loads = loadsUpTo(most[0]?.most ?? 0);
  const chats = (LIMITS.coreShare * MINUTE_MS) / costs.chatMs;
  return `What one costs, of one core: a signal with all that follows ${shown(costs.signalMs)} ms, a chat message ${shown(costs.chatMs)} ms, an open
trade whose price moves ${shown(costs.openTradeMs)} ms a second. In its life a trade (entry, stop, two targets, stopped out) makes
${shown(costs.posts)} messages in the trades channel and ${shown(costs.orders)} requests about orders. Memory: ${shown(costs.baseMb)} MB with 20 open trades, and
${shown(costs.openTradeMb)} MB for each more.

${tableOf(
  ['trades a minute, without end', 'at most'],
  most.map(({ limit, most: trades }) => [limit, whole(trades)]),
)}

Chat messages: ${whole(chats)} a minute on half a core.

${tableOf(
  ['', ...loads.map(({ name }) => name)],
  [
    ['channels', ...loads.map(({ channels }) => whole(channels))],
    ['trades a minute', ...loads.map(({ signals }) => whole(signals))],
    ['chat messages a minute', ...loads.map(({ chats: many }) => whole(many))],
    ['open trades', ...loads.map(({ openTrades }) => whole(openTrades))],
    ['**of one core**', ...loads.map((load) => `${(shareOf(costs, load) * 100).toFixed(1)} %`)],
    ['**memory**', ...loads.map(({ openTrades }) => `${whole(memoryOf(costs, openTrades))} MB`)],
    ['**nearest limit**', ...loads.map((load) => nearest(costs, load))],
  ],
)}`;
}

function shareOf(costs: Costs, { signals, chats, openTrades }: Load): number {
  const busyMs = signals * costs.signalMs + chats * costs.chatMs + openTrades * costs.openTradeMs * 60;
  return busyMs / MINUTE_MS;
}

function memoryOf(costs: Costs, openTrades: number): number {
  return costs.baseMb + Math.max(0, openTrades - FOLLOWED) * costs.openTradeMb;
}

/** The limit of which most is used, and how much. */
function nearest(costs: Costs, load: Load): string {
  const used = [
    { limit: 'messages in one channel', share: (load.signals * costs.posts) / LIMITS.postsPerMinute },
    { limit: 'orders a minute', share: (load.signals * costs.orders) / LIMITS.ordersPerMinute },
    { limit: 'conditional orders', share: load.openTrades / LIMITS.openTrades },
    { limit: 'half a core', share: shareOf(costs, load) / LIMITS.coreShare },
  ];
  const [first] = used.sort((a, b) => b.share - a.share);
  return first ? `${first.limit}, ${Math.round(first.share * 100)} %` : '';
}

function whole(value: number): string {
  return Math.floor(value).toLocaleString('en');
}
