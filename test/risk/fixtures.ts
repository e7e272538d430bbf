import type { Book } from '../../src/risk/book.ts';
import { resolveChannel } from '../../src/risk/channel.ts';
import { type ChannelSettings, riskOverrides } from '../../src/risk/settings.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import type { Instrument, LeverageBracket } from '../../src/trading/exchange.ts';
import type { Plan, Signal, Source, Trade } from '../../src/trading/model.ts';
import { termsOf } from '../../src/trading/plan.ts';
import { tradingDefaults, tradingOverrides } from '../../src/trading/settings.ts';
import { newTrade } from '../../src/trading/trade.ts';

export const NOW = Date.UTC(2026, 10, 22, 12);

export const d = (value: Decimal.Value) => new Decimal(value);

export function instrument(symbol = 'BTCUSDT', changes: Partial<Instrument> = {}): Instrument {
  return {
    symbol,
    base: symbol.replace(/USDT$/, ''),
    quote: 'USDT',
    status: 'trading',
    tickSize: d('0.1'),
    minPrice: d('0.1'),
    maxPrice: d('10000000'),
    stepSize: d('0.001'),
    minQuantity: d('0.001'),
    maxQuantity: d('1000'),
    marketStepSize: d('0.001'),
    marketMinQuantity: d('0.001'),
    marketMaxQuantity: d('120'),
    minNotional: d('50'),
    priceUp: d('1.05'),
    priceDown: d('0.95'),
    ...changes,
  };
}

/** Continuous, as the exchange's are: each amount is the floor times the rise of the rate, added up. */
export const brackets: LeverageBracket[] = [
  { notionalCap: d(50_000), maxLeverage: 125, maintenanceRate: d('0.004'), maintenanceAmount: d(0) },
  { notionalCap: d(600_000), maxLeverage: 100, maintenanceRate: d('0.005'), maintenanceAmount: d(50) },
  { notionalCap: d(3_000_000), maxLeverage: 50, maintenanceRate: d('0.01'), maintenanceAmount: d(3_050) },
  { notionalCap: d(100_000_000), maxLeverage: 5, maintenanceRate: d('0.1'), maintenanceAmount: d(273_050) },
];

export function book(changes: Partial<Book> = {}): Book {
  return {
    market: 'usdm',
    notReady: null,
    unreachableSince: null,
    equity: d(10_000),
    available: d(10_000),
    hedgeMode: false,
    trades: [],
    positions: [],
    foreignSymbols: new Set(),
    conditionalOrders: { open: 0, limit: 200 },
    troubles: [],
    instruments: new Map([
      ['BTCUSDT', instrument()],
      ['ETHUSDT', instrument('ETHUSDT', { tickSize: d('0.01'), minNotional: d(20) })],
    ]),
    prices: new Map([
      ['BTCUSDT', { mark: d(65_000), last: d(65_000) }],
      ['ETHUSDT', { mark: d(3_000), last: d(3_000) }],
    ]),
    unread: new Set(),
    brackets: new Map([
      ['BTCUSDT', brackets],
      ['ETHUSDT', brackets],
    ]),
    feesOf: () => ({ maker: d('0.0002'), taker: d('0.0005') }),
    pauses: [],
    dayPnl: d(0),
    dayStartEquity: d(10_000),
    dailyLossLiftedUntil: null,
    lossStreak: 0,
    channels: new Map(),
    lastLossAt: new Map(),
    recentSignals: new Map(),
    entryOrderTimes: [],
    ...changes,
  };
}

type Block = Record<string, unknown>;

/** A channel as the config file would make it. */
export function channel(
  risk: Block = {},
  trading: Block = {},
  more: { own?: Block; market?: 'usdm' | 'spot'; id?: string } = {},
): ChannelSettings {
  return resolveChannel({
    file: { risk: riskOverrides.parse(risk), trading: tradingOverrides.parse(trading) },
    channel: {
      channel: more.id ?? '500000000000000001',
      name: 'alpha',
      authors: ['600000000000000001'],
      market: more.market ?? 'usdm',
      mode: 'auto',
      maxAge: 60_000,
      risk: riskOverrides.parse(more.own ?? {}),
      trading: {},
    },
    set: {},
  });
}

export function source(changes: Partial<Source> = {}): Source {
  return {
    guildId: '100000000000000001',
    channelId: '500000000000000001',
    channel: 'alpha',
    messageId: '700000000000000001',
    authorId: '600000000000000001',
    index: 0,
    postedAt: NOW - 1_000,
    ...changes,
  };
}

/** A long on BTCUSDT at 65000 with its stop 1000 below and one target. */
export function signal(changes: Partial<Signal> = {}): Signal {
  return {
    symbol: 'BTCUSDT',
    side: 'long',
    entry: { type: 'limit', prices: [d(65_000)] },
    trigger: null,
    stopLoss: { price: d(64_000) },
    takeProfits: [{ price: d(67_000) }],
    leverage: null,
    marginMode: null,
    ...changes,
  };
}

let lastMessage = 800_000_000_000_000_000n;

/** The trade that a plan becomes, its entries not sent yet. */
export function tradeOf(plan: Plan, of: Signal = signal(), from: Partial<Source> = {}): Trade {
  lastMessage += 1n;
  return newTrade({
    plan,
    signal: of,
    source: source({ messageId: String(lastMessage), ...from }),
    terms: termsOf(tradingDefaults, instrument(plan.symbol), { maker: d('0.0002'), taker: d('0.0005') }),
    now: NOW,
    sendUntil: NOW + 60_000,
  });
}

/** The same trade with its entries filled at their prices. */
export function filled(trade: Trade): Trade {
  return {
    ...trade,
    phase: 'open',
    orders: trade.orders.map((order) => ({ ...order, status: 'filled', executed: order.quantity })),
  };
}
